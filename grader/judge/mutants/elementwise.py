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
RIGHT = {"sum_a": "g", "sum_b": "g", "product_a": "g * b", "product_b": "g * a"}
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
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**RIGHT | {"product_a": "b", "product_b": "a"})},
        lost={"test_product": 2},
        diagnosed=("cotangent ignored",),
    ),
    "product_rule_of_a_sum": Mutant(
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**RIGHT | {"product_a": "g", "product_b": "g"})},
        lost={"test_product": 3},
    ),
    "sum_has_slope_of_ones": Mutant(
        cells={"sum_and_product": SUM_AND_PRODUCT.format(**RIGHT | {"sum_b": "np.ones_like(g)"})},
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
        cells={"power_rule": CALLS_POWER, "sum_and_product": CALLS_RULES, "product_gradients": CALLS_ENGINE},
        lost={"test_power": 4, "test_product": 3, "test_broadcast": 5},
    ),
}
HALF = ("power_rule", "sum_and_product", "quotient")
