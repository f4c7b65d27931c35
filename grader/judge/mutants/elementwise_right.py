"""Assignment 3, elementwise rules: right solutions in another hand."""

from __future__ import annotations

from grader.judge.mutants.elementwise import BOTH_USES, FORMULA, LEFT, QUOTIENT, SOFT_ABS, TIE

RIGHT = {
    "polynomial_rule": (
        """
def polynomial_rule(g, a, coefficients):
    return g * np.polyval(np.polyder(coefficients[::-1]), a)
""",
        """
def polynomial_rule(g, a, coefficients):
    slope = 0.0  # Horner: from the highest power down
    for k in range(len(coefficients) - 1, 0, -1):
        slope = slope * a + k * coefficients[k]
    return slope * g
""",
    ),
    "formula": (
        FORMULA.format(a=BOTH_USES, parameters="g, a", b="g * a + g"),
        """
def formula_rule_a(g, a, b):
    first, second = a + b, a + 1
    return np.multiply(g, second) + np.multiply(first, g)

def formula_rule_b(g, a):
    return np.add(a, 1) * g
""",
    ),
    "quotient": (
        QUOTIENT.format(a="g * (1 / b)", parameters="g, b, out", b="-(g / b) * out"),
        QUOTIENT.format(a="np.divide(g, b)", parameters="g, b, out", b="quotient_rule_a(-out * g, b)"),
    ),
    "product_gradients": (
        LEFT + """
def product_gradients(a, b, g):
    def back_to(shape, wide):
        padded = shape + (1,) * (wide.ndim - len(shape))
        axes = tuple(i for i, n in enumerate(padded) if n == 1)
        return wide.sum(axis=axes, keepdims=True).reshape(shape)
    return [back_to(a.shape, left_product(g, b)), back_to(b.shape, left_product(g, a))]
""",
        """
def product_gradients(a, b, g):
    def aligned(one):
        return np.broadcast_to(one.reshape(one.shape + (1,) * (g.ndim - one.ndim)), g.shape)
    def back_to(one, wide):
        total = np.zeros(one.size)
        for i, number in zip(aligned(np.arange(one.size).reshape(one.shape)).ravel(), wide.ravel()):
            total[i] += number
        return total.reshape(one.shape)
    return [back_to(a, aligned(b) * g), back_to(b, aligned(a) * g)]
""",
    ),
    "soft_abs": (
        SOFT_ABS.format(value="np.abs(1 + 1j * x) - 1", rule="g * np.sin(np.arctan(a))"),
        """
def root(x):
    large = np.maximum(np.abs(x), 1)
    return large * np.sqrt((1 / large) ** 2 + (x / large) ** 2)

def soft_abs_of(x, out=None):
    return root(x) - 1

def soft_abs_rule(g, a):
    return a / root(a) * g
""",
    ),
    "tie": (
        TIE.format(a="np.where(a >= b, g, 0)", b="np.where(a >= b, 0, g)"),
        TIE.format(a="g - first_wins_b(g, a, b)", b="g * np.greater(b, a)"),
    ),
}
