"""Assignment 3, elementwise rules: wrong solutions as students hand them in."""

from __future__ import annotations

import inspect

from grader.judge.mutants import Mutant
from minigrad import elementwise, operations

POLYNOMIAL = """
def polynomial_rule(g, a, coefficients):
    slope = np.zeros_like(a)
    for k, c in enumerate(coefficients[1:], start=1):
        slope = slope + {term}
    return {result}
"""
FROM_ZERO = """
def polynomial_rule(g, a, coefficients):
    return g * sum(c * k * a ** (k - 1) for k, c in enumerate(coefficients))
"""
OTHER_END = """
def polynomial_rule(g, a, coefficients):
    return g * np.polyval(np.polyder(coefficients), a)
"""
REVERSES = """
def polynomial_rule(g, a, coefficients):
    coefficients.reverse()  # polyval wants the highest power first
    return g * np.polyval(np.polyder(coefficients), a)
"""
WRITES_INTO_G = """
def polynomial_rule(g, a, coefficients):
    g *= np.polyval(np.polyder(coefficients[::-1]), a)
    return g
"""
DROPS = """
def polynomial_rule(g, a, coefficients):
    coefficients.pop(0)
    return g * sum(((k + 1) * c * a**k for k, c in enumerate(coefficients)), np.zeros_like(a))
"""
FORMULA = """
def formula_rule_a(g, a, b):
    return {a}

def formula_rule_b({parameters}):
    return {b}
"""
BOTH_USES, OF_B = "g * (2 * a + b + 1)", {"parameters": "g, a", "b": "g * (a + 1)"}
WRITES = """
def formula_rule_a(g, a, b):
    g *= 2 * a + b + 1
    return g

def formula_rule_b(g, a):
    g *= a + 1
    return g
"""
QUOTIENT = """
def quotient_rule_a(g, b):
    return {a}

def quotient_rule_b({parameters}):
    return {b}
"""
QUOTIENT_BY_A = """
def quotient_rule_a(g, b, out):
    return g * out / (out * b)

def quotient_rule_b(g, b, out):
    return -g * out / b
"""
LEFT = """
def left_product(a, b):
    axes = max(a.ndim, b.ndim)
    return a.reshape(a.shape + (1,) * (axes - a.ndim)) * b.reshape(b.shape + (1,) * (axes - b.ndim))

"""
UNDONE = LEFT + """
def product_gradients(a, b, g):
    gradients = []
    for operand, gradient in ((a, {times_b}), (b, {times_a})):
        while gradient.ndim > operand.ndim:
            gradient = {missing}
        for axis, length in enumerate(operand.shape):
            if length == 1:
                gradient = {stretched}
        gradients.append(gradient)
    return gradients
"""
PARTS = {
    "times_b": "left_product(g, b)",
    "times_a": "left_product(g, a)",
    "missing": "gradient.sum(axis=-1)",
    "stretched": "gradient.sum(axis=axis, keepdims=True)",
}
UNSUMMED = LEFT + """
def product_gradients(a, b, g):
    return [left_product(g, b), left_product(g, a)]
"""
ONE_AXIS = LEFT + """
def product_gradients(a, b, g):
    gradients = []
    for operand, gradient in ((a, left_product(g, b)), (b, left_product(g, a))):
        while gradient.ndim > operand.ndim:
            gradient = gradient.sum(axis=-1)
        if 1 in operand.shape:
            gradient = gradient.sum(axis=operand.shape.index(1), keepdims=True)
        gradients.append(gradient)
    return gradients
"""
PASTED_FIT_TO = LEFT + f"""
from typing import Any

{inspect.getsource(elementwise.fit_to)}

def product_gradients(a, b, g):
    wide = left_product(g, b), left_product(g, a)
    return [fit_to(wide[0], a.shape, a.dtype), fit_to(wide[1], b.shape, b.dtype)]
"""
RIGHT_PRODUCT = """
def product_gradients(a, b, g):
    return [np.broadcast_to(g * b, g.shape), np.broadcast_to(g * a, g.shape)]
"""
SOFT_ABS = """
def soft_abs_of(x, out=None):
    return {value}

def soft_abs_rule(g, a):
    return {rule}
"""
STABLE = "np.hypot(1, x) - 1"
STRAIGHT = "np.where(abs(x) > 100, abs(x) - 1, np.sqrt(1 + np.clip(x, -100, 100) ** 2) - 1)"
STRAIGHT_SLOPE = "g * np.where(abs(a) > 100, np.sign(a), a / np.sqrt(1 + np.clip(a, -100, 100) ** 2))"
TIE = """
def first_wins_a(g, a, b):
    return {a}

def first_wins_b(g, a, b):
    return {b}
"""
PASTED_POWER = f"""
from typing import Any
from numpy import ndarray

{inspect.getsource(operations.power_rule)}

def polynomial_rule(g, a, coefficients):
    return power_rule(g, a, len(coefficients) - 1)
"""
CALLS = """
def by_minigrad(result, g, *operands):
    tensors = [mg.tensor(one, requires_grad=True) for one in operands]
    with mg.enable_grad():
        result(*tensors).backward(gradient=mg.tensor(g))
    return [one.grad.numpy() for one in tensors]

"""
CALLS_POLYNOMIAL = CALLS + """
def polynomial_rule(g, a, coefficients):
    def result(x):
        return sum((c * x**k for k, c in enumerate(coefficients)), 0 * x)
    return by_minigrad(result, g, a)[0]
"""
CALLS_FORMULA = CALLS + """
def formula_rule_a(g, a, b):
    return by_minigrad(lambda w, x: (w + x) * (w + 1), g, a, b)[0]

def formula_rule_b(g, a):
    return by_minigrad(lambda w, x: (w + x) * (w + 1), g, a, a)[1]
"""
CALLS_QUOTIENT = """
from minigrad.elementwise import DIV

by_a, by_b = DIV.rules

def quotient_rule_a(g, b):
    return by_a(g, b)

def quotient_rule_b(g, b, out):
    return by_b(g, out * b, b)
"""
CALLS_PRODUCT = CALLS + """
def product_gradients(a, b, g):
    longer = g.shape
    def result(one, other):
        first = one.reshape(a.shape + (1,) * (len(longer) - a.ndim))
        return first * other.reshape(b.shape + (1,) * (len(longer) - b.ndim))
    return by_minigrad(result, g, a, b)
"""
CALLS_SOFT_ABS = CALLS + """
def soft_abs_of(x, out=None):
    return (mg.hypot(mg.ones_like(mg.tensor(x)), mg.tensor(x)) - 1).numpy()

def soft_abs_rule(g, a):
    return by_minigrad(lambda x: mg.hypot(x, mg.ones_like(x)), g, a)[0]
"""
CALLS_MAXIMUM = """
from minigrad.operations import MAXIMUM

first_wins_a, first_wins_b = MAXIMUM.rules
"""

MUTANTS = {
    "broadcast_not_summed": Mutant(
        cells={"product_gradients": UNSUMMED},
        lost={"test_broadcast": 5},
        diagnosed=("not summed over a broadcast axis",),
    ),
    "polynomial_forgets_the_cotangent": Mutant(
        cells={"polynomial_rule": POLYNOMIAL.format(term="k * c * a ** (k - 1)", result="slope")},
        lost={"test_polynomial": 2.5},
        diagnosed=("cotangent ignored",),
    ),
    "quotient_with_the_wrong_sign": Mutant(
        cells={"quotient": QUOTIENT.format(a="g / b", parameters="g, b, out", b="g * out / b")},
        lost={"test_quotient": 4},
        diagnosed=("sign",),
    ),
    "polynomial_forgets_the_exponents": Mutant(
        cells={"polynomial_rule": POLYNOMIAL.format(term="c * a ** (k - 1)", result="g * slope")},
        lost={"test_polynomial": 3.5},
        diagnosed=("exponents not multiplied in",),
    ),
    "polynomial_keeps_the_exponents": Mutant(
        cells={"polynomial_rule": POLYNOMIAL.format(term="k * c * a**k", result="g * slope")},
        lost={"test_polynomial": 3.5},
        diagnosed=("exponents not lowered",),
    ),
    "polynomial_from_the_other_end": Mutant(
        cells={"polynomial_rule": OTHER_END},
        lost={"test_polynomial": 3.5},
        diagnosed=("coefficients from the other end",),
    ),
    "polynomial_divides_by_zero": Mutant(
        cells={"polynomial_rule": FROM_ZERO},
        lost={"test_polynomial": 1.5},
        diagnosed=("not finite",),
    ),
    "polynomial_pasted_from_the_chapter": Mutant(
        cells={"polynomial_rule": PASTED_POWER},
        lost={"test_polynomial": 2.5},
        diagnosed=("highest power only",),
    ),
    "polynomial_reverses_the_list": Mutant(
        cells={"polynomial_rule": REVERSES},
        lost={"test_polynomial": 2},
        diagnosed=("node's own numbers changed",),
    ),
    "polynomial_writes_into_g": Mutant(
        cells={"polynomial_rule": WRITES_INTO_G},
        lost={"test_polynomial": 2},
        diagnosed=("node's own numbers changed",),
    ),
    "polynomial_drops_the_constant": Mutant(
        cells={"polynomial_rule": DROPS},
        lost={"test_polynomial": 2},
        diagnosed=("node's own numbers changed",),
    ),
    "formula_forgets_the_cotangent": Mutant(
        cells={"formula": FORMULA.format(a="(a + 1) + (a + b)", parameters="g, a", b="a + 1")},
        lost={"test_formula": 3},
        diagnosed=("cotangent ignored",),
    ),
    "formula_of_one_use": Mutant(
        cells={"formula": FORMULA.format(a="g * (a + b)", **OF_B)},
        lost={"test_formula": 3},
        diagnosed=("one use left out",),
    ),
    "formula_multiplies_the_slopes": Mutant(
        cells={"formula": FORMULA.format(a="g * (a + b) * (a + 1)", **OF_B)},
        lost={"test_formula": 3},
        diagnosed=("slopes of the factors multiplied",),
    ),
    "formula_writes_into_g": Mutant(
        cells={"formula": WRITES},
        lost={"test_formula": 3},
        diagnosed=("g written over",),
    ),
    "formula_rules_swapped": Mutant(
        cells={"formula": FORMULA.format(a="g * (a + 1)", parameters="g, a, b", b=BOTH_USES)},
        lost={"test_formula": 3},
        diagnosed=("rules exchanged",),
    ),
    "formula_pasted_from_the_chapter": Mutant(
        cells={"formula": FORMULA.format(a="g * b", parameters="g, a", b="g * a")},
        lost={"test_formula": 3},
        diagnosed=("rules of a plain product",),
    ),
    "quotient_forgets_the_cotangent": Mutant(
        cells={"quotient": QUOTIENT.format(a="1 / b", parameters="g, b, out", b="-out / b")},
        lost={"test_quotient": 3},
        diagnosed=("cotangent ignored",),
    ),
    "quotient_not_divided": Mutant(
        cells={"quotient": QUOTIENT.format(a="g / b", parameters="g, b, out", b="-g * out")},
        lost={"test_quotient": 4},
        diagnosed=("not divided by b",),
    ),
    "quotient_takes_the_result_for_a": Mutant(
        cells={"quotient": QUOTIENT.format(a="g / b", parameters="g, b, out", b="-g * out / b**2")},
        lost={"test_quotient": 4},
        diagnosed=("divided by b too often",),
    ),
    "quotient_writes_into_g": Mutant(
        cells={"quotient": QUOTIENT.format(a="np.divide(g, b, out=g)", parameters="g, b, out", b="-g * out / b")},
        lost={"test_quotient": 4},
        diagnosed=("divided by b too often",),
    ),
    "quotient_through_the_result": Mutant(
        cells={"quotient": QUOTIENT_BY_A},
        lost={"test_quotient": 2},
        diagnosed=("not finite",),
    ),
    "quotient_pasted_from_the_chapter": Mutant(
        cells={"quotient": QUOTIENT.format(a="g / b", parameters="g, a, b", b="-g * (a / b) / b")},
        lost={"test_quotient": 1},
        diagnosed=("operand kept that is not needed",),
    ),
    "broadcast_averaged": Mutant(
        cells={
            "product_gradients": UNDONE.format(
                **PARTS
                | {"missing": "gradient.mean(axis=-1)", "stretched": "gradient.mean(axis=axis, keepdims=True)"}
            )
        },
        lost={"test_broadcast": 5},
        diagnosed=("averaged over a broadcast axis",),
    ),
    "broadcast_one_slice": Mutant(
        cells={
            "product_gradients": UNDONE.format(
                **PARTS | {"missing": "gradient[..., 0]", "stretched": "gradient.take([0], axis)"}
            )
        },
        lost={"test_broadcast": 5},
        diagnosed=("one slice of a broadcast axis",),
    ),
    "broadcast_missing_axes_only": Mutant(
        cells={"product_gradients": UNDONE.format(**PARTS | {"stretched": "gradient"})},
        lost={"test_broadcast": 3},
        diagnosed=("not summed over a broadcast axis", "not summed over every broadcast axis"),
    ),
    "broadcast_one_axis_of_each": Mutant(
        cells={"product_gradients": ONE_AXIS},
        lost={"test_broadcast": 1},
        diagnosed=("not summed over every broadcast axis",),
    ),
    "broadcast_forgets_the_cotangent": Mutant(
        cells={
            "product_gradients": UNDONE.format(
                **PARTS | {"times_b": "left_product(np.ones_like(g), b)", "times_a": "left_product(np.ones_like(g), a)"}
            )
        },
        lost={"test_broadcast": 4},
        diagnosed=("cotangent ignored",),
    ),
    "broadcast_pasted_from_the_chapter": Mutant(
        cells={"product_gradients": PASTED_FIT_TO},
        lost={"test_broadcast": 3},
        diagnosed=("summed over the wrong axis",),
    ),
    "soft_abs_overflows": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value="np.sqrt(1 + x**2) - 1", rule="g * a / np.sqrt(1 + a**2)")},
        lost={"test_soft_abs": 1},
        diagnosed=("overflow far out",),
    ),
    "soft_abs_overflows_in_the_slope": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STABLE, rule="g * a / np.sqrt(1 + a**2)")},
        lost={"test_soft_abs": 1},
        diagnosed=("overflow far out",),
    ),
    "soft_abs_straight_too_early": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STRAIGHT, rule=STRAIGHT_SLOPE)},
        lost={"test_soft_abs": 2},
        diagnosed=("straight line too early",),
    ),
    "soft_abs_forgets_the_cotangent": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STABLE, rule="a / np.hypot(1, a)")},
        lost={"test_soft_abs": 3},
        diagnosed=("cotangent ignored",),
    ),
    "soft_abs_with_a_corner": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STABLE, rule="g * np.sign(a)")},
        lost={"test_soft_abs": 3},
        diagnosed=("slope of the corner",),
    ),
    "soft_abs_forgets_the_square": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STABLE, rule="g / (2 * np.hypot(1, a))")},
        lost={"test_soft_abs": 4},
        diagnosed=("inner derivative forgotten",),
    ),
    "soft_abs_divides_by_the_result": Mutant(
        cells={"soft_abs": SOFT_ABS.format(value=STABLE, rule="g * (a / soft_abs_of(a))")},
        lost={"test_soft_abs": 3},
        diagnosed=("divided by the result",),
    ),
    "tie_pasted_from_the_chapter": Mutant(
        cells={"tie": TIE.format(a="g * (a > b) + g * (a == b) / 2", b="g * (b > a) + g * (a == b) / 2")},
        lost={"test_tie": 2},
        diagnosed=("tie shared",),
    ),
    "tie_for_both": Mutant(
        cells={"tie": TIE.format(a="g * (a >= b)", b="g * (a <= b)")},
        lost={"test_tie": 2},
        diagnosed=("tie for both",),
    ),
    "tie_for_nobody": Mutant(
        cells={"tie": TIE.format(a="g * (a > b)", b="g * (a < b)")},
        lost={"test_tie": 2},
        diagnosed=("tie for nobody",),
    ),
    "tie_of_nearly_equal_numbers": Mutant(
        cells={"tie": TIE.format(a="g * ((a > b) | np.isclose(a, b))", b="g * ((a < b) & ~np.isclose(a, b))")},
        lost={"test_tie": 1},
        diagnosed=("nearly equal taken for a tie",),
    ),
    "tie_for_the_second": Mutant(
        cells={"tie": TIE.format(a="g * (a > b)", b="g * (a <= b)")},
        lost={"test_tie": 2},
        diagnosed=("tie for the second",),
    ),
    "tie_forgets_the_cotangent": Mutant(
        cells={"tie": TIE.format(a="1.0 * (a >= b)", b="1.0 * (a < b)")},
        lost={"test_tie": 2},
        diagnosed=("cotangent ignored",),
    ),
    "calls_the_reference": Mutant(
        cells={
            "polynomial_rule": CALLS_POLYNOMIAL,
            "formula": CALLS_FORMULA,
            "quotient": CALLS_QUOTIENT,
            "product_gradients": CALLS_PRODUCT,
            "soft_abs": CALLS_SOFT_ABS,
            "tie": CALLS_MAXIMUM,
        },
        lost={
            "test_polynomial": 4, "test_formula": 3, "test_quotient": 4,
            "test_broadcast": 5, "test_soft_abs": 4, "test_tie": 2,
        },
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("polynomial_rule", "formula", "quotient")
