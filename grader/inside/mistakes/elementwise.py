"""Assignment 3, elementwise rules: what only here can be got wrong."""

from __future__ import annotations

import numpy as np

from grader.inside.misconceptions import Misconception, given

MISTAKES = (
    Misconception(
        "exponents not multiplied in",
        "The exponents are missing as factors: the slope of c * a**k is c * k * a**(k - 1).",
        ("bare_powers",), given("bare_powers"),
    ),
    Misconception(
        "exponents not lowered",
        "Every power is one too high: the slope of c * a**k is c * k * a**(k - 1).",
        ("unlowered",), given("unlowered"),
    ),
    Misconception(
        "coefficients from the other end",
        "The coefficients were read with the highest power first, as np.polyval does; here the constant comes first.",
        ("other_end",), given("other_end"),
    ),
    Misconception(
        "highest power only",
        "The slope of the highest power alone: the powers below it have slopes, too, and all coefficients count.",
        ("highest",), given("highest"),
    ),
    Misconception(
        "node's own numbers changed",
        "The first walk is right, the second is not: the rule has written into its arguments. The coefficients belong "
        "to the node, g to whoever handed it in; work on a copy.",
        ("changed",), lambda right, known: known["changed"], whole=True,
    ),
    Misconception(
        "one use left out",
        "`a` stands in both factors and has a slope by each of them; one is missing from the sum.",
        ("use_left_out",), lambda right, known: known["use_left_out"], whole=True,
    ),
    Misconception(
        "g written over",
        "The rules write into g (g *= ...): the second one gets what the first has made of it, and both answers are "
        "the same array. A rule returns a new array.",
        ("written_over",), given("written_over"), whole=True,
    ),
    Misconception(
        "rules exchanged",
        "The rule of the first operand stands in the place of the second's, and the other way round.",
        ("rules_exchanged",), given("rules_exchanged"), whole=True,
    ),
    Misconception(
        "slopes of the factors multiplied",
        "The two factors were multiplied. A value that is used in both gets a sum: the slope of each, times the other "
        "factor.",
        ("product",), given("product"),
    ),
    Misconception(
        "rules of a plain product",
        "These are the rules of a * b. Here the factors are a + b and a + 1.",
        ("plain",), given("plain"), whole=True,
    ),
    Misconception(
        "not divided by b",
        "A division by b is missing: the slope of a / b with respect to b is -a / b**2, and the result is only a / b.",
        ("divisor",), lambda right, known: [right * known["divisor"]],
    ),
    Misconception(
        "divided by b too often",
        "One division by b is too many: the result is a / b already, and only one more is left of -a / b**2. "
        "(g /= b divides, too: it writes into the g that the other rule gets.)",
        ("divisor",), lambda right, known: [right / known["divisor"]],
    ),
    Misconception(
        "operand kept that is not needed",
        "The gradient is right, but the rule reads `a`, so that `a` is kept until the walk. b and out are enough.",
        ("a_kept",), lambda right, known: known["a_kept"], whole=True,
    ),
    Misconception(
        "overflow far out",
        "1e200 squared is infinite, and all that is computed from it is lost. hypot squares nothing that large.",
        ("overflowed",), lambda right, known: [known["overflowed"]] if not np.isfinite(known["got"]).any()
        or not known["got"].any() else [],
    ),
    Misconception(
        "straight line too early",
        "At 200 the answer is that of |x| - 1, which is right to five digits only. hypot gives all of them, and needs "
        "no other formula far out.",
        ("straight",), given("straight"),
    ),
    Misconception(
        "slope of the corner",
        "This is the slope of |x|, which jumps from -1 to 1; with the round bottom the slope goes through all values "
        "between.",
        ("sharp",), given("sharp"),
    ),
    Misconception(
        "divided by the result",
        "Divided by soft_abs(a), the result; the slope is divided by the root, which is 1 larger.",
        ("by_result",), given("by_result"),
    ),
    Misconception(
        "tie shared",
        "Half and half at a tie, as torch does it. Here the first operand gets all of it.",
        ("shared",), given("shared"), whole=True,
    ),
    Misconception(
        "tie for both",
        "At a tie both operands got all of the cotangent, so that it went back twice.",
        ("both",), given("both"), whole=True,
    ),
    Misconception(
        "tie for nobody",
        "At a tie neither operand got the cotangent, and it is lost: here the first gets all of it.",
        ("nobody",), given("nobody"), whole=True,
    ),
    Misconception(
        "nearly equal taken for a tie",
        "Numbers that are nearly equal were taken for a tie. There is a larger one, and it gets the cotangent.",
        ("nearly",), given("nearly"), whole=True,
    ),
    Misconception(
        "tie for the second",
        "At a tie the second operand got the cotangent; here it belongs to the first.",
        ("second",), given("second"), whole=True,
    ),
)  # fmt: skip
