"""Assignment 9, function: its holes, visible cases, and the mistakes that only it knows.

Every answer has the name of the node that was left: a formula of minigrad's own operations is no Function."""

from __future__ import annotations

from grader.inside.cases import Case

# Sorting with a gradient, ready-made. The other operations are nowhere in minigrad: there is nothing to call.
HOLES = (
    "ordering.sort",
    "ordering.topk",
)

THREE_NODES = {name: f"{name}Backward" for name in ("Wave", "Gate", "Growth")}

ROUNDED = 2.299999952316284  # 2.3 in float32
WAVE_AGAIN = {"Wave": [-6.97745488, 0.72991993]}

CASES = (
    Case(
        name="logcosh.near_and_far",
        points=0.5,
        label="value",
        says="LogCosh at x = 2, -1000 and 0, with widths 2, 1 and 3; the dtype of its result for float32.",
        expected={
            "node": "LogCoshBackward",
            "value": [0.86756166, 999.30685282, 0.0],
            "gradients": [[0.76159416, -1.0, 0.0], [-0.32781332, -0.69314718, 0.0]],
            "dtype of y for float32": "float32",
        },
        source="s log(cosh(x / s)) and its two slopes, by hand",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "all_tensors": True,
            "value": {"no_factor": [0.43378083, 999.30685282, 0.0]},
            "gradients": {
                0: {"others": [[-0.32781332, -0.69314718, 0.0]]},
                1: {
                    "others": [[0.76159416, -1.0, 0.0]],
                    "half_of_product": [-0.76159416, -1000.0, 0.0],
                    "no_inner_width": [0.43378083, 999.30685282, 0.0],
                    "no_factor": [-0.54470374, -0.69314718, 0.0],
                },
            },
        },
    ),
    Case(
        name="logcosh.gradcheck",
        points=0.25,
        label="broadcasting",
        says="LogCosh for x of shape [2, 3] and widths of shape [3]: the gradients with a cotangent, and gradcheck.",
        expected={
            "node": "LogCoshBackward",
            "gradients": [
                [[1.52318831, 2.28478247, 0.49752738], [4.97527377, 0.22332755, 0.42305744]],
                [-4.03480543, 0.96675294, -0.20086683],
            ],
            "gradcheck": True,
        },
        source="the two slopes by hand; finite differences, by gradcheck",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "all_tensors": True,
            "exchanged": [
                [[-0.65562665, 0.98343998, -0.33791788], [-3.37917878, -0.01668704, 0.13705105]],
                [6.49846208, 2.50811002, 0.92058482],
            ],
            "gradients": {
                0: {
                    "others": [[[-0.65562665, 0.98343998, -0.33791788], [-3.37917878, -0.01668704, 0.13705105]]],
                    "local": [[0.76159416, -0.76159416, 0.99505475], [0.99505475, 0.14888503, -0.60436778]],
                },
                1: {
                    "others": [[6.49846208, 2.50811002, 0.92058482]],
                    "local": [-1.00364908, -0.33893802, -0.87162297],
                    "half_of_product": [-16.44900962, 2.25128334, -1.19644192],
                    "no_inner_width": [12.41420418, -1.28453040, 0.99557509],
                    "no_factor": [8.37939875, 1.60901814, -0.20086683],
                },
            },
        },
    ),
    Case(
        name="logcosh.second",
        points=0.5,
        label="second order",
        says="The gradients of LogCosh + x * x + width * width at x = 0 and 1, widths 2 and 3; then the gradients of "
        "the first of them plus twice the second.",
        expected={
            "node": "LogCoshBackward",
            "first": [[0.0, 2.32151274], [4.0, 5.94738533]],
            "second": [[2.5, 2.09962551], [4.0, 3.96679150]],
        },
        source="the derivatives of the two slopes on the page, by hand",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "all_tensors": True,
            "exchanged": [[0.0, 1.94738533], [4.0, 6.32151274]],
            "first": {
                0: {"others": [[0.0, 1.94738533]]},
                1: {
                    "others": [[4.0, 6.32151274]],
                    "half_of_product": [4.0, 5.89282909],
                    "no_inner_width": [4.0, 6.05455624],
                    "no_factor": [4.0, 5.91101450],
                },
            },
            "second": {0: {"constants": [[2.0, 2.0]], "corner": [2.0, 2.09962551]}, 1: {"constants": [[4.0, 4.0]]}},
            "copied": [
                {"second": [[2.5, 1.88528368], [4.0, 4.00186795]]},
                {"second": [[2.5, 1.88528368], [4.0, 4.03823877]]},
            ],
        },
    ),
    Case(
        name="logcosh.saved",
        points=0.25,
        label="memory",
        says="x, then the width, is written to before backward: is it noticed? Is a result freed that nobody holds?",
        expected={"node": "LogCoshBackward", "written": {"x": "noticed", "width": "noticed"}, "result": "freed"},
        source="chapter 9: save_for_backward",
        context={"two_tensors": True, "all_tensors": True},
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
        context={
            "largest_few": True,
            "two_results": True,
            "values": {"places_order": [3.0, 5.0, 4.0], "smallest": [1.0, 2.0, 3.0]},
            "gradient": {
                "first_places": [1.0, 10.0, 100.0, 0.0, 0.0],
                "places_order": [1.0, 0.0, 0.0, 10.0, 100.0],
                "smallest_first": [1.0, 0.0, 0.0, 100.0, 10.0],
            },
        },
    ),
    Case(
        name="largest.mask",
        points=0.5,
        label="convention",
        says="The mask of the two largest of (3, 5, 2, 1, 4), its dtype, and whether it asks for a gradient.",
        expected={
            "node": "LargestBackward",
            "mask": [0.0, 1.0, 0.0, 0.0, 1.0],
            "mask dtype": "float64",
            "mask requires grad": False,
        },
        source="counted by hand",
        context={
            "largest_few": True,
            "two_results": True,
            "mask": {
                "index_of_kept": [1.0, 4.0],
                "smallest": [0.0, 0.0, 1.0, 1.0, 0.0],
                "first_places": [1.0, 1.0, 0.0, 0.0, 0.0],
            },
        },
    ),
    Case(
        name="largest.gradcheck",
        points=0.5,
        label="second order",
        says="The three largest of (3, -1, 2, 5, -4): the gradient for the cotangents 0.1, 0.2 and 0.3, gradcheck, "
        "and gradgradcheck.",
        expected={
            "node": "LargestBackward",
            "gradient": [0.2, 0.0, 0.3, 0.1, 0.0],
            "gradcheck": True,
            "gradgradcheck": True,
        },
        source="by hand; finite differences, by gradcheck",
        examples=("004.function_gradcheck",),
        rtol=1e-10,
        context={
            "largest_few": True,
            "two_results": True,
            "cut": {"gradgradcheck": False},
            "gradient": {
                "first_places": [0.1, 0.2, 0.3, 0.0, 0.0],
                "places_order": [0.1, 0.0, 0.2, 0.3, 0.0],
                "smallest_first": [0.2, 0.0, 0.1, 0.3, 0.0],
            },
        },
    ),
    Case(
        name="largest.decorated",
        points=0.25,
        label="error",
        says="A look at document 004's decorator: the test cell puts it around your backward. The gradient is still "
        "right, and its own derivative is refused.",
        expected={
            "first": [6.0, 0.0, 0.0, 10.0, 8.0],
            "then": "trying to differentiate twice a function that was marked with @once_differentiable",
        },
        source="document 004: the refusal; 2x where a number was kept",
        examples=("004.function_sort_once_differentiable",),
        context={
            "decorated": True,
            "largest_few": True,
            "two_results": True,
            "first": {"first_places": [10.0, 8.0, 6.0, 0.0, 0.0], "places_order": [10.0, 0.0, 0.0, 8.0, 6.0]},
        },
    ),
    Case(
        name="largest.freed",
        points=0.25,
        label="memory",
        says="Are the two results freed when nobody holds them?",
        expected={"node": "LargestBackward", "result": {"values": "freed", "mask": "freed"}},
        source="chapter 9: save_for_backward",
        context={"largest_few": True, "two_results": True},
    ),
    Case(
        name="blend.document_004",
        points=0.5,
        label="value",
        says="d and its gradients at a = 1, b = 2, z = 4; gradcheck of d.",
        expected={"node": "BlendBackward", "d": 18.0, "gradients": [10.0, 9.0], "gradcheck": True},
        source="document 004: 18, and the gradients 10 and 9",
        examples=("004.function_save_for_backward", "004.function_gradcheck"),
        context={
            "blended": True,
            "two_results": True,
            "gradients": {
                0: {"others": [9.0], "without_w": 2.0, "other_slopes": [4.0], "w_twice": 18.0},
                1: {"others": [10.0], "without_w": 5.0, "other_slopes": [0.0]},
            },
        },
    ),
    Case(
        name="blend.other_alone",
        points=0.25,
        label="value",
        says="w alone is used: its value, its gradients by a and b, and gradcheck of w.",
        expected={"node": "BlendBackward", "w": 4.0, "gradients": [4.0, 0.0], "gradcheck": True},
        source="w = a z",
        context={
            "blended": True,
            "two_results": True,
            "w_unused": {"gradients": [0.0, 0.0], "gradcheck": False},
            "gradients": {0: {"other_slopes": [10.0]}, 1: {"others": [4.0], "other_slopes": [9.0]}},
        },
    ),
    Case(
        name="blend.together",
        points=0.25,
        label="accumulation",
        says="The gradients of d + 3 w at a = 1, b = 2, z = 4: both results get a cotangent.",
        expected={"node": "BlendBackward", "gradients": [22.0, 9.0]},
        source="10 + 3 · 4, and 9",
        context={
            "blended": True,
            "two_results": True,
            "gradients": {
                0: {
                    "others": [9.0], "d_alone": 10.0, "w_alone": 12.0, "without_w": 14.0, "w_twice": 30.0,
                    "other_slopes": [40.0, 34.0],
                },
                1: {"others": [22.0], "w_alone": 0.0, "without_w": 5.0, "other_slopes": [36.0, 27.0]},
            },
        },
    ),
    Case(
        name="blend.second",
        points=0.5,
        label="second order",
        says="The gradients of d + a³ + b³ at a = 1, b = 2, z = 2.3, those of the first of them plus twice the second, "
        "and gradgradcheck of d.",
        expected={"node": "BlendBackward", "first": [9.6, 17.6], "second": [12.6, 27.3], "gradgradcheck": True},
        source="by hand: the mixed derivative of d is 1 + z; finite differences, by gradgradcheck",
        rtol=1e-10,
        context={
            "blended": True,
            "two_results": True,
            "exchanged": [8.6, 18.6],
            "cut": {"gradgradcheck": False},
            "first": {
                0: {
                    "others": [8.6], "without_w": 5.0, "other_slopes": [5.3], "w_twice": 14.2,
                    "rounded_number": 5 + 2 * ROUNDED,
                },
                1: {
                    "others": [18.6], "without_w": 15.3, "other_slopes": [12.0],
                    "rounded_number": 13 + 2 * ROUNDED,
                },
            },
            "copied": [
                {"second": [6.0, 24.0], "gradgradcheck": False},
                {"second": [8.0, 27.3], "gradgradcheck": False},
            ],
        },
    ),
    Case(
        name="blend.forward",
        points=0.25,
        label="convention",
        says="forward is called with a, b and z alone, as the second form has it.",
        expected={"node": "BlendBackward", "forward": [18.0, 4.0]},
        source="document 004: the values",
        context={"blended": True, "two_results": True},
    ),
    Case(
        name="blend.saved",
        points=0.25,
        label="memory",
        says="a, then b, is written to before backward: is it noticed? Is a result freed that nobody holds?",
        expected={
            "node": "BlendBackward",
            "written": {"a": "noticed", "b": "noticed"},
            "result": {"d": "freed", "w": "freed"},
        },
        source="chapter 9: save_for_backward",
        context={"blended": True, "two_results": True},
    ),
    Case(
        name="mend.wave",
        points=0.25,
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
            "gradients": {
                0: {"others": [[0.5, -0.58983580]]},
                1: {"others": [[0.5, 0.73105858]], "half_of_sigmoid": [1.0, -2.19317574]},
            },
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
        context={
            "all_tensors": True,
            "gradients": {
                0: {"rate_for_t": [0.0, 7.38905610], "inner": 2.0},
                1: {"rate_for_t": 16.77811220, "without_t": 8.38905610},
            },
        },
    ),
    Case(
        name="mend.second",
        points=0.5,
        label="second order",
        says="Wave + x² by x, Gate + b² by b, Growth + rate³ by the rate: the first derivative and the second.",
        expected={
            "nodes": THREE_NODES,
            "first": {"Wave": [1.21221160, -0.96997749], "Gate": [2.39322387, -4.31498076], "Growth": 20.74819701},
            "second": {"Wave": [-6.97745488, 0.72991993], "Gate": [1.81828450, 1.76011250], "Growth": 20.06862656},
        },
        source="by hand: -k² sin(k x), a s (1 - s) (1 - 2 s), and the sum of t² y",
        rtol=1e-6,
        context={
            "copied": [
                {"second": WAVE_AGAIN | {"Gate": [2.0, 2.0], "Growth": 20.06862656}},
                {"second": WAVE_AGAIN | {"Gate": [1.81828450, 1.76011250], "Growth": 12.0}},
                {"second": WAVE_AGAIN | {"Gate": [2.0, 2.0], "Growth": 12.0}},
            ],
        },
    ),
    Case(
        name="mend.noticed",
        points=0.5,
        label="memory",
        says="Each argument that is a tensor is written to before backward, one at a time: does backward notice?",
        expected={
            "nodes": THREE_NODES,
            "written": {
                "Wave": {"x": "noticed"},
                "Gate": {"a": "noticed", "b": "noticed"},
                "Growth": {"t": "noticed", "rate": "noticed"},
            },
        },
        source="what the task asks for",
    ),
    Case(
        name="mend.freed",
        points=0.25,
        label="memory",
        says="The node of each result; is the result freed as soon as nobody holds it?",
        expected={"nodes": THREE_NODES, "result": dict.fromkeys(THREE_NODES, "freed")},
        source="what the task asks for",
    ),
    Case(
        name="quantize.nine_numbers",
        points=0.5,
        label="value",
        says="Step 0.5 between -1 and 1.5: inside, just inside an end, at both ends, just outside, far outside.",
        expected={
            "node": "QuantizeBackward",
            "value": [0.5, -0.5, 1.5, 1.5, 1.5, 1.5, -1.0, -1.0, -1.0],
            "gradient": [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 0.0, 0.0, 9.0],
        },
        source="the example of the task",
        context={
            "value": {
                "unlimited": [0.5, -0.5, 1.5, 7.0, 1.5, 1.5, -1.0, -4.0, -1.0],
                "rounded_down": [0.0, -0.5, 1.5, 1.5, 1.0, 1.5, -1.0, -1.0, -1.0],
                "whole_numbers": [0.0, 0.0, 1.5, 1.5, 1.0, 1.5, -1.0, -1.0, -1.0],
                "upside_down": [0.0, 0.0, 1.5, 1.5, 1.5, 1.5, -1.0, -1.0, 0.0],
            },
            "gradient": {
                "unmasked": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
                "rounded_mask": [1.0, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0, 0.0, 9.0],
                "result_mask": [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                "by_size": [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 7.0, 0.0, 9.0],
                "one_side": [
                    [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 7.0, 8.0, 9.0],
                    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 0.0, 9.0],
                ],
                "open_ends": [
                    [1.0, 2.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0],
                    [1.0, 2.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 9.0],
                    [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 0.0, 0.0, 0.0],
                ],
                "local": [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
                "true_slope": [0.0] * 9,
            },
        },
    ),
    Case(
        name="quantize.in_a_sum",
        points=0.25,
        label="accumulation",
        says="The gradient of x + Quantize(x) at 0.3 and 7: x gets the cotangent of the sum as well.",
        expected={"node": "QuantizeBackward", "gradient": [2.0, 1.0]},
        source="1 + 1 inside, 1 + 0 outside",
        context={"gradient": {"written_over": [2.0, 0.0], "unmasked": [2.0, 2.0], "true_slope": [1.0, 1.0]}},
    ),
    Case(
        name="quantize.second",
        points=0.25,
        label="second order",
        says="Two derivatives of (Quantize(x) + 4)² + x² at 0.3 and 7: inside, the lie holds for both.",
        expected={"node": "QuantizeBackward", "first": [9.6, 14.0], "second": [4.0, 2.0]},
        source="2 · 4.5 + 2x inside, 2x outside; 2 + 2 inside, 2 outside",
        context={
            "cut": {"second": [2.0, 2.0]},
            "first": {"unmasked": [9.6, 25.0], "true_slope": [0.6, 14.0], "local": [1.6, 14.0]},
        },
    ),
    Case(
        name="quantize.written",
        points=0.25,
        label="memory",
        says="x is written to before backward: is the gradient still that of the old x, or does backward notice?",
        expected={"node": "QuantizeBackward", "written": {"x": "harmless"}},
        source="chapter 9: save_for_backward",
    ),
    Case(
        name="quantize.learned",
        points=0.25,
        label="order",
        says="60 steps of gradient descent through Quantize, from 0: did w move, and to which coarse weights?",
        expected={"node": "QuantizeBackward", "w has moved": True, "weights": [0.5, -0.75, 1.0]},
        source="the weights from which the targets were made",
        context={"stuck": {"w has moved": False, "weights": [0.0, 0.0, 0.0]}},
    ),
)
