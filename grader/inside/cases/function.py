"""Assignment 9, function: its holes and visible cases.

Every answer has the name of the node that was left: a formula of minigrad's own operations is no Function.
"""

from __future__ import annotations

from grader.inside.cases import Case

# Sorting with a gradient, ready-made. The other operations are nowhere in minigrad: there is nothing to call.
HOLES = (
    "ordering.sort",
    "ordering.topk",
)

CASES = (
    Case(
        name="logcosh.near_and_far",
        points=0.5,
        label="value",
        says="LogCosh at x = 2, -1000 and 0, with widths 2, 1 and 3.",
        expected={
            "node": "LogCoshBackward",
            "value": [0.86756166, 999.30685282, 0.0],
            "gradients": [[0.76159416, -1.0, 0.0], [-0.32781332, -0.69314718, 0.0]],
        },
        source="s log(cosh(x / s)) and its two slopes, by hand",
        rtol=1e-6,
        context={
            "gradients": {
                0: {"others": [[-0.32781332, -0.69314718, 0.0]]},
                1: {"others": [[0.76159416, -1.0, 0.0]]},
            }
        },
    ),
    Case(
        name="logcosh.gradcheck",
        points=0.5,
        label="broadcasting",
        says="gradcheck of LogCosh, for x of shape [2, 3] and widths of shape [3].",
        expected={"node": "LogCoshBackward", "gradcheck": True},
        source="finite differences, by gradcheck",
    ),
    Case(
        name="logcosh.second",
        points=0.5,
        label="second order",
        says="The second derivative by x of LogCosh(x, 2) + x * x at 0 and 1.",
        expected={"node": "LogCoshBackward", "second": [2.5, 2.39322387]},
        source="(1 - tanh(x / s)²) / s + 2",
        rtol=1e-6,
        context={"second": {"detached": [2.0, 2.0]}},
    ),
    Case(
        name="largest.document_004",
        points=0.5,
        label="value",
        says="The three largest of document 004's numbers, with its first three cotangents.",
        expected={
            "node": "LargestBackward",
            "values": [5.0, 4.0, 3.0],
            "gradient": [100.0, 0.0, 0.0, 1.0, 10.0],
        },
        source="document 004: its numbers and cotangents, the largest first and only three",
        examples=("004.function_sort",),
        context={"gradient": {"others": [[1.0, 10.0, 100.0, 0.0, 0.0]]}},
    ),
    Case(
        name="largest.mask",
        points=0.5,
        label="convention",
        says="The mask of the two largest of document 004's numbers, and whether it asks for a gradient.",
        expected={"node": "LargestBackward", "mask": [0.0, 0.0, 0.0, 1.0, 1.0], "mask requires grad": False},
        source="document 004: the numbers",
    ),
    Case(
        name="largest.gradcheck",
        points=0.5,
        label="second order",
        says="gradcheck and gradgradcheck of the values, k = 3.",
        expected={"node": "LargestBackward", "gradcheck": True, "gradgradcheck": True},
        source="finite differences, by gradcheck",
        examples=("004.function_gradcheck",),
    ),
    Case(
        name="largest.decorated",
        points=0.5,
        label="error",
        says="Document 004's decorator around your backward: the gradient is right, and its own derivative is refused.",
        expected={
            "first": [6.0, 0.0, 0.0, 10.0, 8.0],
            "then": "trying to differentiate twice a function that was marked with @once_differentiable",
        },
        source="document 004: the refusal; 2x where a number was kept",
        examples=("004.function_sort_once_differentiable",),
    ),
    Case(
        name="blend.document_004",
        points=0.5,
        label="value",
        says="d and its gradients at a = 1, b = 2, z = 4; gradcheck of both results.",
        expected={"node": "BlendBackward", "d": 18.0, "gradients": [10.0, 9.0], "gradcheck": True},
        source="document 004: 18, and the gradients 10 and 9",
        examples=("004.function_save_for_backward", "004.function_gradcheck"),
        context={"gradients": {0: {"others": [9.0]}, 1: {"others": [10.0]}}},
    ),
    Case(
        name="blend.other_alone",
        points=0.5,
        label="value",
        says="w alone is used: its value, and its gradients by a and b.",
        expected={"node": "BlendBackward", "w": 4.0, "gradients": [4.0, 0.0]},
        source="w = a z",
    ),
    Case(
        name="blend.forward",
        points=0.5,
        label="convention",
        says="forward is called with a, b and z alone, as the second form has it.",
        expected={"node": "BlendBackward", "forward": [18.0, 4.0]},
        source="document 004: the values",
    ),
    Case(
        name="mend.wave",
        points=0.5,
        label="value",
        says="Wave with k = 3 at 0 and 1: its gradient, and gradcheck.",
        expected={"node": "WaveBackward", "gradient": [3.0, -2.96997749], "gradcheck": True},
        source="k cos(k x)",
        rtol=1e-6,
        context={"gradient": {"inner": 3.0}},
    ),
    Case(
        name="mend.gate",
        points=0.5,
        label="value",
        says="The gradients of Gate at a = (2, -3), b = (0, 1).",
        expected={"node": "GateBackward", "gradients": [[0.5, 0.73105858], [0.5, -0.58983580]]},
        source="s and a s (1 - s), with s = 1 / (1 + exp(-b))",
        rtol=1e-6,
        context={
            "gradients": {0: {"others": [[0.5, -0.58983580]]}, 1: {"others": [[0.5, 0.73105858]]}},
        },
    ),
    Case(
        name="mend.growth",
        points=0.5,
        label="value",
        says="The gradients of Growth by t = (0, 1) and by the rate 2.",
        expected={"node": "GrowthBackward", "gradients": [[2.0, 14.77811220], 7.38905610]},
        source="rate y, and the sum of t y",
        rtol=1e-6,
    ),
    Case(
        name="mend.noticed",
        points=0.5,
        label="memory",
        says="Each argument in turn is written to before backward: who notices?",
        expected={"Wave": ["noticed"], "Gate": ["noticed", "noticed"]},
        source="what the task asks for",
    ),
    Case(
        name="mend.freed",
        points=0.5,
        label="memory",
        says="The node of each result; is the result freed as soon as nobody holds it?",
        expected={name: [f"{name}Backward", True] for name in ("Wave", "Gate", "Growth")},
        source="what the task asks for",
    ),
    Case(
        name="quantize.four_numbers",
        points=0.5,
        label="value",
        says="Step 0.5 between -1 and 1: inside, inside, just outside, far outside.",
        expected={
            "node": "QuantizeBackward",
            "value": [0.5, -0.5, 1.0, 1.0],
            "gradient": [1.0, 2.0, 0.0, 0.0],
        },
        source="the example of the task",
        context={"gradient": {"cotangent": [1.0, 2.0, 3.0, 4.0], "local": [1.0, 1.0, 0.0, 0.0]}},
    ),
    Case(
        name="quantize.learned",
        points=0.5,
        label="order",
        says="60 steps of gradient descent through Quantize: the coarse weights that were found.",
        expected={"node": "QuantizeBackward", "weights": [0.5, -0.75, 1.0]},
        source="the weights from which the targets were made",
    ),
)
