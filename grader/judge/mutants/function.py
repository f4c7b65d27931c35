"""Assignment 9, function: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant

# --- 1. log cosh: minigrad has no such operation; what can be called is a formula of its operations, without a node --

LOGCOSH = """
class LogCosh(Function):
    @staticmethod
    def forward(ctx, x, width):
        far = (x / width).abs()
        y = width * (far + mg.log1p(mg.exp(-2 * far)) - np.log(2))
        ctx.save_for_backward(x, width, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, width, y = ctx.saved_tensors
        u = x / width
        return g * mg.tanh(u), g * (y / width - u * mg.tanh(u))
"""
LOGCOSH_OVERFLOWS = LOGCOSH.replace(
    "width * (far + mg.log1p(mg.exp(-2 * far)) - np.log(2))", "width * mg.log(mg.cosh(far))"
)
LOGCOSH_SWAPPED = LOGCOSH.replace(
    "return g * mg.tanh(u), g * (y / width - u * mg.tanh(u))", "return g * (y / width - u * mg.tanh(u)), g * mg.tanh(u)"
)
LOGCOSH_NO_COTANGENT = LOGCOSH.replace(
    "return g * mg.tanh(u), g * (y / width - u * mg.tanh(u))",
    "return mg.tanh(u), y / width - u * mg.tanh(u)",
)
LOGCOSH_NUMPY = LOGCOSH.replace(
    "    u = x / width\n", "    u, y, width = (t.detach() for t in (x / width, y, width))\n"
)
LOGCOSH_SAVED_SLOPE = """
class LogCosh(Function):
    @staticmethod
    def forward(ctx, x, width):
        u = x / width
        far = u.abs()
        log_cosh = far + mg.log1p(mg.exp(-2 * far)) - np.log(2)
        slope = mg.tanh(u)
        ctx.save_for_backward(slope, log_cosh - u * slope)
        return width * log_cosh

    @staticmethod
    def backward(ctx, g):
        by_x, by_width = ctx.saved_tensors
        return g * by_x, g * by_width
"""
LOGCOSH_HALF = LOGCOSH.replace("y / width - u", "y / width * 0 - u")
LOGCOSH_CORNER = """
class LogCosh(Function):
    @staticmethod
    def forward(ctx, x, width):
        far = (x / width).abs()
        y = width * (far + mg.log1p(mg.exp(-2 * far)) - np.log(2))
        ctx.save_for_backward(x, width, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, width, y = ctx.saved_tensors
        u = x / width
        e = mg.exp(-2 * mg.abs(u))
        tanh = mg.sign(u) * (1 - e) / (1 + e)
        return g * tanh, g * (y / width - u * tanh)
"""
LOGCOSH_ATTRIBUTES = LOGCOSH.replace("(x, width, y)", "(y)\n        ctx.x, ctx.width = x, width").replace(
    "x, width, y = ctx.saved_tensors", "x, width, [y] = ctx.x, ctx.width, ctx.saved_tensors"
)
LOGCOSH_KEEPS_Y = LOGCOSH.replace("(x, width, y)", "(x, width)\n        ctx.y = y")
LOGCOSH_KEEPS_Y = LOGCOSH_KEEPS_Y.replace("x, width, y = ctx.saved_tensors", "[x, width], y = ctx.saved_tensors, ctx.y")
LOGCOSH_COPY = LOGCOSH.replace("(x, width, y)", "(x, width, y.clone())")
LOGCOSH_FLOAT64 = LOGCOSH.replace("far = (x / width).abs()", "u = (x.detach() / width.detach()).double().numpy()")
LOGCOSH_FLOAT64 = LOGCOSH_FLOAT64.replace(
    "width * (far + mg.log1p(mg.exp(-2 * far)) - np.log(2))", "width * mg.tensor(np.logaddexp(u, -u) - np.log(2))"
)
LOGCOSH_CHAPTER = """
class LogCosh(Function):
    @staticmethod
    def forward(ctx, d):
        y = (d * d + 1).sqrt()
        ctx.save_for_backward(d, y)
        return y

    @staticmethod
    def backward(ctx, g):
        d, y = ctx.saved_tensors
        return g * d / y
"""
LOGCOSH_CALLS = """
class LogCosh:
    @staticmethod
    def apply(x, width):
        far = (x / width).abs()
        return width * (far + mg.log1p(mg.exp(-2 * far)) - np.log(2))
"""

# --- 2. the largest few -------------------------------------------------------------------------------------------

LARGEST = """
class Largest(Function):
    @staticmethod
    def forward(ctx, x, k):
        index = mg.argsort(x, descending=True)[:k]
        mask = mg.zeros_like(x)
        mask[index] = 1.0
        ctx.mark_non_differentiable(mask)
        ctx.save_for_backward(index)
        ctx.n = len(x)
        return x[index], mask

    @staticmethod
    def backward(ctx, g, _):
        [index] = ctx.saved_tensors
        gradient = mg.zeros(ctx.n, dtype=g.dtype)
        gradient[index] = g
        return gradient, None
"""
LARGEST_TOO_SHORT = LARGEST.replace("mg.zeros(ctx.n, dtype=g.dtype)", "mg.zeros_like(g)")
LARGEST_CHAPTER = """
class Largest(Function):
    @staticmethod
    def forward(ctx, x, k):
        index = mg.argsort(x, descending=True)[:k]
        ctx.mark_non_differentiable(index)
        ctx.save_for_backward(index)
        return x[index], index

    @staticmethod
    def backward(ctx, g, _):
        [index] = ctx.saved_tensors
        gradient = mg.zeros_like(g)
        gradient[index] = g
        return gradient, None
"""
LARGEST_ORDER_OF_PLACES = LARGEST.replace("gradient[index] = g", "gradient[sorted(index.tolist())] = g")
LARGEST_SMALLEST = LARGEST.replace("mg.argsort(x, descending=True)", "mg.argsort(x)")
LARGEST_TRUTH_VALUES = LARGEST.replace("        ctx.mark", "        mask = mask > 0\n        ctx.mark")
LARGEST_MASK_FLOAT32 = LARGEST.replace("mg.zeros_like(x)", "mg.zeros(len(x))")
LARGEST_MASK_FLOAT64 = LARGEST.replace("mg.zeros_like(x)", "mg.zeros(len(x), dtype=mg.float64)")
LARGEST_MASK_IN_FRONT = LARGEST.replace("mask[index] = 1.0", "mask[:k] = 1.0")
LARGEST_ONCE = LARGEST.replace("    def backward", "    @once_differentiable\n    def backward")
LARGEST_UNMARKED = LARGEST.replace("        ctx.mark_non_differentiable(mask)\n", "")
LARGEST_FLOAT32 = LARGEST.replace(
    "mg.zeros(ctx.n, dtype=g.dtype)\n        gradient[index] = g",
    "mg.zeros(ctx.n)\n        gradient[index] = g.float()",
)
LARGEST_IN_FRONT = LARGEST.replace("gradient[index] = g", "gradient[: len(g)] = g")
LARGEST_ONE_COTANGENT = LARGEST.replace("backward(ctx, g, _)", "backward(ctx, g)")
LARGEST_ONE_GRADIENT = LARGEST.replace("return gradient, None", "return gradient")
LARGEST_NUMPY = LARGEST.replace("gradient[index] = g", "gradient[index] = g.detach()")
LARGEST_SMALLEST_FIRST = LARGEST.replace("descending=True)[:k]", "descending=False)[-k:]")
LARGEST_CALLS = """
class Largest:
    @staticmethod
    def apply(x, k):
        values, index = mg.topk(x, k)
        mask = mg.zeros_like(x).detach()
        mask[index] = 1.0
        return values, mask
"""
LARGEST_INDEXES = LARGEST_CALLS.replace(
    "values, index = mg.topk(x, k)", "index = mg.argsort(x, descending=True)[:k]\n        values = x[index]"
)

# --- 3. two results -------------------------------------------------------------------------------------------------

BLEND = """
class Blend(Function):
    @staticmethod
    def forward(a, b, z):
        w = a * z
        return a * b + b * z + w * b, w

    @staticmethod
    def setup_context(ctx, inputs, output):
        a, b, ctx.z = inputs
        ctx.save_for_backward(a, b)

    @staticmethod
    def backward(ctx, g_d, g_w):
        a, b = ctx.saved_tensors
        z = ctx.z
        return g_d * b * (1 + z) + g_w * z, g_d * (a + z + a * z), None
"""
BLEND_CHAPTER = """
class Blend(Function):
    @staticmethod
    def forward(ctx, a, b, z):
        w = a * z
        ctx.save_for_backward(a, b, w)
        ctx.z = z
        return a * b + b * z + w * b

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        a, b, w = ctx.saved_tensors
        return g * (b + b * ctx.z), g * (a + ctx.z + w), None
"""
BLEND_FIRST_FORM = BLEND.replace("def forward(a,", "def forward(ctx, a,").replace(
    """        return a * b + b * z + w * b, w

    @staticmethod
    def setup_context(ctx, inputs, output):
        a, b, ctx.z = inputs
        ctx.save_for_backward(a, b)
""",
    """        ctx.save_for_backward(a, b)
        ctx.z = z
        return a * b + b * z + w * b, w
""",
)
BLEND_FORGETS_W = BLEND.replace(" + g_w * z", "")
BLEND_ADDS_UP = BLEND.replace("        z = ctx.z\n", "        z, g_d = ctx.z, g_d + g_w\n").replace(" + g_w * z", "")
BLEND_ONE_WAY = BLEND.replace("g_d * b * (1 + z)", "g_d * b")
BLEND_NO_NONE = BLEND.replace(", None\n", "\n")
BLEND_ONCE = BLEND.replace("    def backward", "    @once_differentiable\n    def backward")
BLEND_NOT_READY = BLEND.replace(
    "        ctx.save_for_backward(a, b)\n",
    "        ctx.save_for_backward(a, b)\n        ctx.set_materialize_grads(False)\n",
)
BLEND_DETACHED = BLEND.replace("a, b = ctx.saved_tensors", "a, b = (t.detach() for t in ctx.saved_tensors)")
BLEND_EXCHANGED = BLEND.replace(
    "g_d * b * (1 + z) + g_w * z, g_d * (a + z + a * z), None",
    "g_d * (a + z + a * z), g_d * b * (1 + z) + g_w * z, None",
)
BLEND_NUMPY = BLEND.replace(
    "a, b = ctx.saved_tensors", "a, b, g_d, g_w = (t.detach() for t in (*ctx.saved_tensors, g_d, g_w))"
)
BLEND_CUT = BLEND.replace("z = ctx.z\n", "z, g_d, g_w = ctx.z, g_d.detach(), g_w.detach()\n")
BLEND_W_A_NUMBER = BLEND.replace("g_d * (a + z + a * z)", "g_d * (a + z)")
BLEND_GRADIENT_OF_Z = BLEND.replace("a * z), None", "a * z), (g_d * (b + a * b) + g_w * a).sum()")
BLEND_ORDER = BLEND.replace("g_d, g_w)", "g_w, g_d)")
BLEND_KEEPS_W = BLEND.replace("inputs\n", "inputs\n        ctx.w = output[1]\n").replace("z + a * z)", "z + ctx.w)")
BLEND_SAVES_Z = BLEND.replace("a, b, ctx.z = inputs", "a, b, z = inputs").replace(
    "ctx.save_for_backward(a, b)", "ctx.save_for_backward(a, b, mg.tensor(z))"
)
BLEND_SAVES_Z = BLEND_SAVES_Z.replace("a, b = ctx.saved_tensors\n        z = ctx.z\n", "a, b, z = ctx.saved_tensors\n")
BLEND_ATTRIBUTES = BLEND.replace("a, b, ctx.z = inputs", "ctx.a, ctx.b, ctx.z = inputs")
BLEND_ATTRIBUTES = BLEND_ATTRIBUTES.replace("        ctx.save_for_backward(a, b)\n", "")
BLEND_ATTRIBUTES = BLEND_ATTRIBUTES.replace("ctx.saved_tensors", "ctx.a, ctx.b")
BLEND_CALLS = """
class Blend:
    @staticmethod
    def forward(a, b, z):
        w = a * z
        return a * b + b * z + w * b, w

    apply = forward
"""

# --- 4. repaired Functions ------------------------------------------------------------------------------------------

REPAIR_CALLS = """
class Wave:
    apply = staticmethod(lambda x, k: mg.sin(k * x))

class Gate:
    apply = staticmethod(lambda a, b: a * mg.sigmoid(b))

class Growth:
    apply = staticmethod(lambda t, rate: mg.exp(rate * t))
"""

WAVE = """
class Wave(Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return mg.sin(k * x)

    @staticmethod
    def backward(ctx, g):
        [x] = ctx.saved_tensors
        return g * ctx.k * mg.cos(ctx.k * x), None
"""
GATE = """
class Gate(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * mg.sigmoid(b)

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        opened = mg.sigmoid(b)
        return g * opened, g * a * opened * (1 - opened)
"""
GROWTH = """
class Growth(Function):
    @staticmethod
    def forward(ctx, t, rate):
        y = mg.exp(rate * t)
        ctx.save_for_backward(t, rate, y)
        return y

    @staticmethod
    def backward(ctx, g):
        t, rate, y = ctx.saved_tensors
        return g * rate * y, g * t * y
"""
WAVE_COUNT_ONLY = WAVE.replace("g * ctx.k *", "g *")
WAVE_NO_NONE = WAVE.replace(", None\n", "\n")
GATE_SWAPPED = GATE.replace(
    "return g * opened, g * a * opened * (1 - opened)", "return g * a * opened * (1 - opened), g * opened"
)
GATE_ATTRIBUTES = GATE.replace("ctx.save_for_backward(a, b)", "ctx.a, ctx.b = a, b").replace(
    "ctx.saved_tensors", "ctx.a, ctx.b"
)
WAVE_GRADIENT_OF_K = WAVE.replace("(ctx.k * x), None", "(ctx.k * x), (g * x * mg.cos(ctx.k * x)).sum()")
WAVE_ATTRIBUTE = WAVE.replace("ctx.save_for_backward(x)", "ctx.x = x").replace("[x] = ctx.saved_tensors", "x = ctx.x")
GROWTH_EXCHANGED = GROWTH.replace("return g * rate * y, g * t * y", "return g * t * y, g * rate * y")
GROWTH_ATTRIBUTES = GROWTH.replace(
    "ctx.save_for_backward(t, rate, y)", "ctx.save_for_backward(y)\n        ctx.t, ctx.rate = t, rate"
).replace("t, rate, y = ctx.saved_tensors", "[y] = ctx.saved_tensors\n        t, rate = ctx.t, ctx.rate")
GATE_SAVES_THE_SIGMOID = """
class Gate(Function):
    @staticmethod
    def forward(ctx, a, b):
        opened = mg.sigmoid(b)
        ctx.save_for_backward(a, opened)
        return a * opened

    @staticmethod
    def backward(ctx, g):
        a, opened = ctx.saved_tensors
        return g * opened, g * a * opened * (1 - opened)
"""
GROWTH_NONE = GROWTH.replace(", g * t * y", ", None")
GROWTH_CIRCLE = GROWTH.replace("ctx.save_for_backward(t, rate, y)", "ctx.save_for_backward(t, rate)\n        ctx.y = y")
GROWTH_CIRCLE = GROWTH_CIRCLE.replace(
    "t, rate, y = ctx.saved_tensors", "t, rate = ctx.saved_tensors\n        y = ctx.y"
)
GROWTH_DETACHED = GROWTH_CIRCLE.replace("ctx.y = y", "ctx.y = y.clone()")

# --- 5. quantized: no reference to call -----------------------------------------------------------------------------

QUANTIZE = """
class Quantize(Function):
    @staticmethod
    def forward(ctx, x, step, low, high):
        ctx.save_for_backward((x >= low) & (x <= high))
        return mg.clamp(mg.round(x / step) * step, low, high)

    @staticmethod
    def backward(ctx, g):
        [inside] = ctx.saved_tensors
        return g * inside, None, None, None
"""
QUANTIZE_NO_MASK = QUANTIZE.replace("g * inside,", "g,")
QUANTIZE_CHAPTER = """
class Quantize(Function):
    @staticmethod
    def forward(ctx, x, step, low, high):
        return mg.clamp(mg.round(x / step) * step, low, high)

    @staticmethod
    def backward(ctx, g):
        return g
"""
QUANTIZE_MASK_OF_ROUNDED = QUANTIZE.replace(
    "ctx.save_for_backward((x >= low) & (x <= high))",
    "rounded = mg.round(x / step) * step\n        ctx.save_for_backward((rounded >= low) & (rounded <= high))",
)
QUANTIZE_NO_COTANGENT = QUANTIZE.replace("g * inside,", "inside.to(g.dtype),")
QUANTIZE_DETACHED = QUANTIZE.replace("g * inside,", "g.detach() * inside,")
QUANTIZE_NO_CLAMP = QUANTIZE.replace("mg.clamp(mg.round(x / step) * step, low, high)", "mg.round(x / step) * step")
QUANTIZE_OPEN_ENDS = QUANTIZE.replace("(x >= low) & (x <= high)", "(x > low) & (x < high)")
QUANTIZE_BY_SIZE = QUANTIZE.replace("(x >= low) & (x <= high)", "x.abs() <= high")
QUANTIZE_DOWN = QUANTIZE.replace("mg.round(", "mg.floor(")
QUANTIZE_TRUE_SLOPE = QUANTIZE.replace("g * inside,", "mg.zeros_like(g),")
QUANTIZE_ONCE = QUANTIZE.replace("    def backward", "    @once_differentiable\n    def backward")
QUANTIZE_CALLS = """
class Quantize:
    @staticmethod
    def apply(x, step, low, high):
        return mg.clamp(mg.round(x / step) * step, low, high)
"""
QUANTIZE_DETACH_TRICK = """
class Quantize:
    @staticmethod
    def apply(x, step, low, high):
        kept = mg.clamp(x, low, high)
        return kept + (mg.clamp(mg.round(x / step) * step, low, high) - kept).detach()
"""

def wrong(cell: str, source: str, points: float, *diagnosed: str, also: tuple[str, ...] = ()) -> Mutant:
    """A mutant of one solution cell, that loses so many points in the test cell below it."""
    return Mutant({cell: source}, {f"test_{cell}": points}, diagnosed, also)


MUTANTS = {
    "logcosh_saves_its_slopes": wrong(
        "logcosh", LOGCOSH_SAVED_SLOPE, 1.5, "slope without history", "write not noticed"
    ),
    "blend_pasted_from_the_chapter": wrong("blend", BLEND_CHAPTER, 4, "one result for two", "ctx in forward"),
    "repair_mends_the_count_only": wrong(
        "repair", WAVE_COUNT_ONLY + GATE_SWAPPED + GROWTH_NONE, 4,
        "inner derivative forgotten", "another argument's gradient", "None for a tensor",
    ),
    "logcosh_overflows": wrong("logcosh", LOGCOSH_OVERFLOWS, 1.5, "not finite"),
    "logcosh_swapped": wrong("logcosh", LOGCOSH_SWAPPED, 3, "another argument's gradient"),
    "logcosh_without_cotangent": wrong("logcosh", LOGCOSH_NO_COTANGENT, 2, "cotangent ignored"),
    "logcosh_detached": wrong("logcosh", LOGCOSH_NUMPY, 1, "slope without history"),
    "logcosh_half_the_product_rule": wrong("logcosh", LOGCOSH_HALF, 2.5, "half of the product rule"),
    "logcosh_pasted_from_the_chapter": wrong("logcosh", LOGCOSH_CHAPTER, 3.5, "argument left out"),
    "logcosh_slope_with_a_corner": wrong("logcosh", LOGCOSH_CORNER, 1, "corner at 0"),
    "logcosh_keeps_attributes": wrong("logcosh", LOGCOSH_ATTRIBUTES, 0.5, "write not noticed"),
    "logcosh_in_float64": wrong("logcosh", LOGCOSH_FLOAT64, 0.5, "another dtype"),
    "logcosh_keeps_y": wrong("logcosh", LOGCOSH_KEEPS_Y, 0.5, "result in a circle"),
    "logcosh_keeps_a_copy": wrong("logcosh", LOGCOSH_COPY, 0.5, "slope without history"),
    "largest_mask_in_front": wrong("largest", LARGEST_MASK_IN_FRONT, 2, "places in front"),
    "largest_mask_in_float64": wrong("largest", LARGEST_MASK_FLOAT64, 0.5, "another dtype"),
    "largest_gradient_too_short": wrong("largest", LARGEST_TOO_SHORT, 4, "too short for the places"),
    "largest_in_the_order_of_places": wrong("largest", LARGEST_ORDER_OF_PLACES, 4, "order of the places"),
    "largest_keeps_the_smallest": wrong("largest", LARGEST_SMALLEST, 4.5, "smallest kept"),
    "largest_mask_of_truth_values": wrong("largest", LARGEST_TRUTH_VALUES, 2, "mask of truth values"),
    "largest_mask_in_float32": wrong("largest", LARGEST_MASK_FLOAT32, 1.5, "another dtype"),
    "largest_once_differentiable": wrong("largest", LARGEST_ONCE, 1.5, "cotangent cut off", "differentiable once only"),
    "largest_pasted_from_the_chapter": wrong(
        "largest", LARGEST_CHAPTER, 4.5, "too short for the places", "index for the mask"
    ),
    "largest_unmarked": wrong("largest", LARGEST_UNMARKED, 2, "mask asks for a gradient"),
    "largest_in_float32": wrong("largest", LARGEST_FLOAT32, 2.5, "float32 rounding"),
    "largest_in_front": wrong("largest", LARGEST_IN_FRONT, 4, "places in front"),
    "largest_one_cotangent": wrong("largest", LARGEST_ONE_COTANGENT, 4, "one cotangent for two results"),
    "largest_one_gradient": wrong("largest", LARGEST_ONE_GRADIENT, 4, "wrong number of gradients"),
    "largest_detached": wrong("largest", LARGEST_NUMPY, 1.5, "cotangent cut off"),
    "largest_smallest_first": wrong("largest", LARGEST_SMALLEST_FIRST, 3.5, "reversed"),
    "largest_by_indexing": wrong("largest", LARGEST_INDEXES, 4.5, "no node of its own"),
    "blend_order_of_cotangents": wrong("blend", BLEND_ORDER, 3, "slopes of the other result"),
    "blend_keeps_w": wrong("blend", BLEND_KEEPS_W, 0.5, "result in a circle"),
    "blend_saves_z_as_a_tensor": wrong("blend", BLEND_SAVES_Z, 2, "number made a tensor"),
    "blend_exchanged": wrong("blend", BLEND_EXCHANGED, 3, "another argument's gradient"),
    "blend_in_numpy": wrong("blend", BLEND_NUMPY, 1, "slope without history"),
    "blend_cotangents_detached": wrong("blend", BLEND_CUT, 1, "cotangent cut off"),
    "blend_takes_w_for_a_number": wrong("blend", BLEND_W_A_NUMBER, 2.5, "way through w forgotten"),
    "blend_gradient_for_z": wrong("blend", BLEND_GRADIENT_OF_Z, 3, "gradient for a number"),
    "blend_keeps_attributes": wrong("blend", BLEND_ATTRIBUTES, 0.5, "write not noticed"),
    "blend_first_form": wrong("blend", BLEND_FIRST_FORM, 0.5, "ctx in forward"),
    "blend_forgets_w": wrong("blend", BLEND_FORGETS_W, 2.5, "second cotangent forgotten"),
    "blend_adds_the_cotangents_up": wrong("blend", BLEND_ADDS_UP, 2.5, "slopes of the other result"),
    "blend_one_way": wrong("blend", BLEND_ONE_WAY, 2.5, "way through w forgotten"),
    "blend_no_none": wrong("blend", BLEND_NO_NONE, 3, "wrong number of gradients"),
    "blend_once_differentiable": wrong("blend", BLEND_ONCE, 1, "differentiable once only"),
    "blend_not_ready_for_none": wrong("blend", BLEND_NOT_READY, 2, "None among the cotangents"),
    "blend_detached": wrong("blend", BLEND_DETACHED, 1, "slope without history"),
    "repair_gradient_for_k": wrong("repair", WAVE_GRADIENT_OF_K + GATE + GROWTH, 1, "gradient for a number"),
    "repair_wave_keeps_an_attribute": wrong("repair", WAVE_ATTRIBUTE + GATE + GROWTH, 0.5, "write not noticed"),
    "repair_growth_exchanged": wrong("repair", WAVE + GATE + GROWTH_EXCHANGED, 1.5, "slopes exchanged"),
    "repair_growth_keeps_attributes": wrong("repair", WAVE + GATE + GROWTH_ATTRIBUTES, 0.5, "write not noticed"),
    "repair_as_they_were": wrong(
        "repair", "pass\n", 5,
        "wrong number of gradients", "another argument's gradient", "None for a tensor", "write not noticed",
        "result in a circle",
        also=("slope without history",),
    ),
    "repair_forgets_the_inner_derivative": wrong(
        "repair", WAVE_COUNT_ONLY + GATE + GROWTH, 1, "inner derivative forgotten"
    ),
    "repair_no_none": wrong("repair", WAVE_NO_NONE + GATE + GROWTH, 1, "wrong number of gradients"),
    "repair_gate_swapped": wrong("repair", WAVE + GATE_SWAPPED + GROWTH, 1.5, "another argument's gradient"),
    "repair_gate_keeps_attributes": wrong("repair", WAVE + GATE_ATTRIBUTES + GROWTH, 0.5, "write not noticed"),
    "repair_gate_saves_the_sigmoid": wrong(
        "repair", WAVE + GATE_SAVES_THE_SIGMOID + GROWTH, 1.5, "write not noticed", "slope without history"
    ),
    "repair_growth_in_a_circle": wrong("repair", WAVE + GATE + GROWTH_CIRCLE, 0.5, "result in a circle"),
    "repair_growth_keeps_a_copy": wrong("repair", WAVE + GATE + GROWTH_DETACHED, 1, "slope without history"),
    "repair_growth_without_rate": wrong("repair", WAVE + GATE + GROWTH_NONE, 1.5, "None for a tensor"),
    "quantize_range_of_the_size": wrong("quantize", QUANTIZE_BY_SIZE, 2, "range of the size"),
    "quantize_ends_left_out": wrong("quantize", QUANTIZE_OPEN_ENDS, 2, "ends left out"),
    "quantize_rounds_down": wrong("quantize", QUANTIZE_DOWN, 2.5, "rounded down"),
    "quantize_true_slope": wrong("quantize", QUANTIZE_TRUE_SLOPE, 3, "true slope of the stairs"),
    "quantize_once_differentiable": wrong("quantize", QUANTIZE_ONCE, 1, "differentiable once only"),
    "quantize_without_mask": wrong("quantize", QUANTIZE_NO_MASK, 2.5, "range forgotten"),
    "quantize_pasted_from_the_chapter": wrong("quantize", QUANTIZE_CHAPTER, 3, "wrong number of gradients"),
    "quantize_mask_of_the_rounded": wrong("quantize", QUANTIZE_MASK_OF_ROUNDED, 2.5, "mask of the rounded"),
    "quantize_without_cotangent": wrong("quantize", QUANTIZE_NO_COTANGENT, 3, "cotangent ignored"),
    "quantize_detached": wrong("quantize", QUANTIZE_DETACHED, 1, "cotangent cut off"),
    "quantize_without_clamp": wrong("quantize", QUANTIZE_NO_CLAMP, 1.5, "forward not limited"),
    "quantize_by_the_detach_trick": wrong("quantize", QUANTIZE_DETACH_TRICK, 3, "no node of its own"),
    "calls_the_reference": Mutant(
        cells={
            "logcosh": LOGCOSH_CALLS,
            "largest": LARGEST_CALLS,
            "blend": BLEND_CALLS,
            "repair": REPAIR_CALLS,
            "quantize": QUANTIZE_CALLS,
        },
        lost={"test_logcosh": 3.5, "test_largest": 4.5, "test_blend": 4, "test_repair": 5, "test_quantize": 3},
        diagnosed=("no node of its own", "calls what is asked"),
    ),
}
HALF = ("logcosh", "blend")
