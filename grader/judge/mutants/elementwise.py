"""Assignment 3, elementwise rules: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant

SUM_AND_PRODUCT = """
def sum_rule_a(g):
    return {sum_a}

def sum_rule_b(g):
    return {sum_b}

def product_rule_a(g, b):
    return {product_a}

def product_rule_b(g, a):
    return {product_b}
"""
CORRECT = {"sum_a": "g", "sum_b": "g", "product_a": "g * b", "product_b": "g * a"}
QUOTIENT = """
def quotient_rule_a(g, b):
    return g / b

def quotient_rule_b({parameters}):
    return {rule}
"""
UNSUMMED = "def product_gradients(a, b, g):\n    return [g * b, g * a]\n"
AVERAGED = """
def product_gradients(a, b, g):
    gradients = []
    for operand, gradient in ((a, g * b), (b, g * a)):
        while gradient.ndim > operand.ndim:
            gradient = gradient.mean(axis=0)
        for axis, length in enumerate(operand.shape):
            if length == 1:
                gradient = gradient.mean(axis=axis, keepdims=True)
        gradients.append(gradient)
    return gradients
"""
ONE_SLICE = """
def product_gradients(a, b, g):
    gradients = []
    for operand, gradient in ((a, g * b), (b, g * a)):
        while gradient.ndim > operand.ndim:
            gradient = gradient[0]
        for axis, length in enumerate(operand.shape):
            if length == 1:
                gradient = gradient.take([0], axis)
        gradients.append(gradient)
    return gradients
"""
LEFT_ONLY = """
def product_gradients(a, b, g):
    gradients = []
    for operand, gradient in ((a, g * b), (b, g * a)):
        while gradient.ndim > operand.ndim:
            gradient = gradient.sum(axis=0)
        gradients.append(gradient)
    return gradients
"""
SOFTPLUS = """
def softplus_of(x, out=None):
    return {value}

def softplus_rule(g, a):
    return {rule}
"""
STABLE = "np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))"
TIE = """
def first_wins_a(g, a, b):
    return {a}

def first_wins_b(g, a, b):
    return {b}
"""
CALLS_POWER = """
from minigrad import operations

def power_rule(g, a, exponent):
    return operations.power_rule(g, a, exponent)
"""
CALLS_ENGINE = """
def product_gradients(a, b, g):
    a, b = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    (a * b).backward(gradient=mg.tensor(g))
    return [a.grad, b.grad]
"""
CALLS_QUOTIENT = """
from minigrad.elementwise import DIV

by_a, by_b = DIV.rules

def quotient_rule_a(g, b):
    return by_a(g, b)

def quotient_rule_b(g, b, out):
    return by_b(g, out * b, b)
"""
CALLS_SOFTPLUS = """
from minigrad.activations import LOGSIGMOID

by_x = LOGSIGMOID.rules[0]

def softplus_of(x, out=None):
    return mg.nn.functional.softplus(mg.tensor(x)).numpy()

def softplus_rule(g, a):
    return by_x(g, -a)
"""
CALLS_MAXIMUM = """
from minigrad.operations import MAXIMUM

first_wins_a, first_wins_b = MAXIMUM.rules
"""
CALLS_RULES = """
from minigrad.elementwise import ADD, MUL

def sum_rule_a(g):
    return ADD.rules[0](g)

def sum_rule_b(g):
    return ADD.rules[1](g)

def product_rule_a(g, b):
    return MUL.rules[0](g, b)

def product_rule_b(g, a):
    return MUL.rules[1](g, a)
"""

MUTANTS = {
    "broadcast_not_summed": Mutant(
        cells={"product_gradients": UNSUMMED},
        lost={"test_broadcast": 5},
        diagnosed=("not summed over a broadcast axis",),
    ),
    "power_forgets_the_cotangent": Mutant(
        cells={"power_rule": "def power_rule(g, a, exponent):\n    return exponent * a ** (exponent - 1)\n"},
        lost={"test_power": 3},
        diagnosed=("cotangent ignored",),
    ),
    "quotient_with_the_wrong_sign": Mutant(
        cells={"quotient": QUOTIENT.format(parameters="g, b, out", rule="g * out / b")},
        lost={"test_quotient": 4},
        diagnosed=("sign",),
    ),
    "broadcast_averaged": Mutant(
        cells={"product_gradients": AVERAGED},
        lost={"test_broadcast": 5},
        diagnosed=("averaged over a broadcast axis",),
    ),
    "broadcast_one_slice": Mutant(
        cells={"product_gradients": ONE_SLICE},
        lost={"test_broadcast": 5},
        diagnosed=("one slice of a broadcast axis",),
    ),
    "broadcast_left_only": Mutant(cells={"product_gradients": LEFT_ONLY}, lost={"test_broadcast": 3}),
    "power_forgets_the_exponent": Mutant(
        cells={"power_rule": "def power_rule(g, a, exponent):\n    return g * a ** (exponent - 1)\n"},
        lost={"test_power": 4},
    ),
    "power_keeps_the_exponent": Mutant(
        cells={"power_rule": "def power_rule(g, a, exponent):\n    return g * exponent * a ** exponent\n"},
        lost={"test_power": 3},
    ),
    "product_rules_swapped": Mutant(
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**CORRECT | {"product_a": "b", "product_b": "a"})},
        lost={"test_product": 2},
        diagnosed=("cotangent ignored",),
    ),
    "product_rule_of_a_sum": Mutant(
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**CORRECT | {"product_a": "g", "product_b": "g"})},
        lost={"test_product": 3},
    ),
    "sum_has_slope_of_ones": Mutant(
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**CORRECT | {"sum_b": "np.ones_like(g)"})},
        lost={"test_product": 3},
    ),
    "quotient_reads_a": Mutant(
        cells={"quotient": QUOTIENT.format(parameters="g, a, b", rule="-g * a / b**2")}, lost={"test_quotient": 1}
    ),
    "quotient_not_squared": Mutant(
        cells={"quotient": QUOTIENT.format(parameters="g, b, out", rule="-g * out")}, lost={"test_quotient": 4}
    ),
    "softplus_overflows": Mutant(
        cells={"softplus": SOFTPLUS.format(value="np.log(1 + np.exp(x))", rule="g * np.exp(a) / (1 + np.exp(a))")},
        lost={"test_softplus": 1},
    ),
    "softplus_forgets_the_cotangent": Mutant(
        cells={"softplus": SOFTPLUS.format(value=STABLE, rule="(np.tanh(a / 2) + 1) / 2")},
        lost={"test_softplus": 2},
        diagnosed=("cotangent ignored",),
    ),
    "softplus_with_the_slope_of_relu": Mutant(
        cells={"softplus": SOFTPLUS.format(value=STABLE, rule="g * (a > 0)")}, lost={"test_softplus": 3}
    ),
    "tie_shared": Mutant(
        cells={"tie": TIE.format(a="g * (a > b) + g * (a == b) / 2", b="g * (a < b) + g * (a == b) / 2")},
        lost={"test_tie": 2},
    ),
    "tie_for_both": Mutant(cells={"tie": TIE.format(a="g * (a >= b)", b="g * (a <= b)")}, lost={"test_tie": 2}),
    "calls_the_reference": Mutant(
        cells={
            "power_rule": CALLS_POWER,
            "sum_and_product": CALLS_RULES,
            "quotient": CALLS_QUOTIENT,
            "product_gradients": CALLS_ENGINE,
            "softplus": CALLS_SOFTPLUS,
            "tie": CALLS_MAXIMUM,
        },
        lost={
            "test_power": 4, "test_product": 3, "test_quotient": 4,
            "test_broadcast": 5, "test_softplus": 4, "test_tie": 2,
        },
        diagnosed=("calls what is asked",),
    ),
}
RIGHT = {
    "power_rule": (
        """
def power_rule(g, a, exponent):
    if exponent == 0:
        return np.zeros_like(g)
    return np.power(a, exponent - 1) * exponent * g
""",
        """
def power_rule(g, a, exponent):
    slope = 0.0 if not exponent else exponent * (a ** (exponent - 1))
    return slope * g
""",
    ),
    "sum_and_product": (
        SUM_AND_PRODUCT.format(sum_a="1 * g", sum_b="1 * g", product_a="np.multiply(b, g)", product_b="a * g"),
        """
def same(g):
    return +g

def other_factor(g, factor):
    return np.einsum("...,...->...", g, factor)

sum_rule_a = sum_rule_b = same

def product_rule_a(g, b):
    return other_factor(g, b)

def product_rule_b(g, a):
    return other_factor(g, a)
""",
    ),
    "quotient": (
        QUOTIENT.replace("g / b", "g * (1 / b)").format(parameters="g, b, out", rule="-(g / b) * out"),
        QUOTIENT.format(parameters="g, b, out", rule="quotient_rule_a(-out * g, b)"),
    ),
    "product_gradients": (
        """
def product_gradients(a, b, g):
    def back_to(shape, wide):
        padded = (1,) * (wide.ndim - len(shape)) + shape
        axes = tuple(i for i, n in enumerate(padded) if n == 1)
        return wide.sum(axis=axes, keepdims=True).reshape(shape)
    return [back_to(a.shape, g * b), back_to(b.shape, g * a)]
""",
        """
def product_gradients(a, b, g):
    def back_to(one, wide):
        total = np.zeros(one.size, wide.dtype)
        place = np.broadcast_to(np.arange(one.size).reshape(one.shape), wide.shape)
        for i, number in zip(place.ravel(), wide.ravel()):
            total[i] += number
        return total.reshape(one.shape)
    return [back_to(a, b * g), back_to(b, a * g)]
""",
    ),
    "softplus": (
        SOFTPLUS.format(value="np.logaddexp(0, x).astype(x.dtype)", rule="g / (1 + np.exp(-a))"),  # warns at -1000
        SOFTPLUS.format(
            value="np.where(x > 0, x, 0) + np.log(1 + np.exp(-abs(x)))", rule="g * np.exp(-np.logaddexp(0, -a))"
        ),
    ),
    "tie": (
        TIE.format(a="np.where(a >= b, g, 0)", b="np.where(a >= b, 0, g)"),
        TIE.format(a="g - first_wins_b(g, a, b)", b="g * np.greater(b, a)"),
    ),
}
HALF = ("power_rule", "sum_and_product", "quotient")
