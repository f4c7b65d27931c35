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
    "return mg.tanh(u) + 0 * g, y / width - u * mg.tanh(u) + 0 * g",
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
LARGEST_CHAPTER = LARGEST.replace("mg.zeros(ctx.n, dtype=g.dtype)", "mg.zeros_like(g)")
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
QUANTIZE_NO_COTANGENT = QUANTIZE.replace("g * inside,", "inside + 0 * g,")
QUANTIZE_DETACHED = QUANTIZE.replace("g * inside,", "g.detach() * inside,")
QUANTIZE_NO_CLAMP = QUANTIZE.replace("mg.clamp(mg.round(x / step) * step, low, high)", "mg.round(x / step) * step")
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

MUTANTS = {
    "logcosh_saves_its_slopes": Mutant(
        cells={"logcosh": LOGCOSH_SAVED_SLOPE}, lost={"test_logcosh": 1.5}, diagnosed=("second order lost",)
    ),
    "blend_pasted_from_the_chapter": Mutant(cells={"blend": BLEND_CHAPTER}, lost={"test_blend": 4}),
    "repair_mends_the_count_only": Mutant(
        cells={"repair": WAVE_COUNT_ONLY + GATE_SWAPPED + GROWTH_NONE},
        lost={"test_repair": 4},
        diagnosed=("another argument's gradient",),
    ),
    "logcosh_overflows": Mutant(cells={"logcosh": LOGCOSH_OVERFLOWS}, lost={"test_logcosh": 1.5}),
    "logcosh_swapped": Mutant(
        cells={"logcosh": LOGCOSH_SWAPPED}, lost={"test_logcosh": 3.5}, diagnosed=("another argument's gradient",)
    ),
    "logcosh_without_cotangent": Mutant(
        cells={"logcosh": LOGCOSH_NO_COTANGENT}, lost={"test_logcosh": 2.5}, diagnosed=("cotangent ignored",)
    ),
    "logcosh_detached": Mutant(
        cells={"logcosh": LOGCOSH_NUMPY}, lost={"test_logcosh": 1.5}, diagnosed=("second order lost",)
    ),
    "logcosh_half_the_product_rule": Mutant(cells={"logcosh": LOGCOSH_HALF}, lost={"test_logcosh": 3}),
    "largest_pasted_from_the_chapter": Mutant(cells={"largest": LARGEST_CHAPTER}, lost={"test_largest": 4}),
    "largest_unmarked": Mutant(cells={"largest": LARGEST_UNMARKED}, lost={"test_largest": 2}),
    "largest_in_float32": Mutant(
        cells={"largest": LARGEST_FLOAT32}, lost={"test_largest": 2.5}, diagnosed=("float32 rounding",)
    ),
    "largest_in_front": Mutant(
        cells={"largest": LARGEST_IN_FRONT}, lost={"test_largest": 4}, diagnosed=("another argument's gradient",)
    ),
    "largest_one_cotangent": Mutant(cells={"largest": LARGEST_ONE_COTANGENT}, lost={"test_largest": 4}),
    "largest_one_gradient": Mutant(cells={"largest": LARGEST_ONE_GRADIENT}, lost={"test_largest": 4}),
    "largest_detached": Mutant(
        cells={"largest": LARGEST_NUMPY}, lost={"test_largest": 1.5}, diagnosed=("second order lost",)
    ),
    "largest_smallest_first": Mutant(
        cells={"largest": LARGEST_SMALLEST_FIRST}, lost={"test_largest": 3}, diagnosed=("reversed",)
    ),
    "blend_first_form": Mutant(cells={"blend": BLEND_FIRST_FORM}, lost={"test_blend": 0.5}),
    "blend_forgets_w": Mutant(cells={"blend": BLEND_FORGETS_W}, lost={"test_blend": 3.5}, diagnosed=("overwritten",)),
    "blend_adds_the_cotangents_up": Mutant(cells={"blend": BLEND_ADDS_UP}, lost={"test_blend": 3.5}),
    "blend_one_way": Mutant(cells={"blend": BLEND_ONE_WAY}, lost={"test_blend": 3}),
    "blend_no_none": Mutant(cells={"blend": BLEND_NO_NONE}, lost={"test_blend": 3.5}),
    "blend_once_differentiable": Mutant(cells={"blend": BLEND_ONCE}, lost={"test_blend": 1.5}),
    "blend_not_ready_for_none": Mutant(
        cells={"blend": BLEND_NOT_READY}, lost={"test_blend": 2.5}, diagnosed=("wrong type",)
    ),
    "blend_detached": Mutant(
        cells={"blend": BLEND_DETACHED}, lost={"test_blend": 1.5}, diagnosed=("second order lost",)
    ),
    "repair_as_they_were": Mutant(
        cells={"repair": "pass\n"}, lost={"test_repair": 5}, diagnosed=("another argument's gradient",)
    ),
    "repair_forgets_the_inner_derivative": Mutant(
        cells={"repair": WAVE_COUNT_ONLY + GATE + GROWTH}, lost={"test_repair": 1}
    ),
    "repair_no_none": Mutant(cells={"repair": WAVE_NO_NONE + GATE + GROWTH}, lost={"test_repair": 1}),
    "repair_gate_swapped": Mutant(
        cells={"repair": WAVE + GATE_SWAPPED + GROWTH},
        lost={"test_repair": 1.5},
        diagnosed=("another argument's gradient",),
    ),
    "repair_gate_keeps_attributes": Mutant(
        cells={"repair": WAVE + GATE_ATTRIBUTES + GROWTH}, lost={"test_repair": 0.5}
    ),
    "repair_gate_saves_the_sigmoid": Mutant(
        cells={"repair": WAVE + GATE_SAVES_THE_SIGMOID + GROWTH}, lost={"test_repair": 1.5}
    ),
    "repair_growth_in_a_circle": Mutant(cells={"repair": WAVE + GATE + GROWTH_CIRCLE}, lost={"test_repair": 0.5}),
    "repair_growth_keeps_a_copy": Mutant(
        cells={"repair": WAVE + GATE + GROWTH_DETACHED}, lost={"test_repair": 1}, diagnosed=("second order lost",)
    ),
    "repair_growth_without_rate": Mutant(cells={"repair": WAVE + GATE + GROWTH_NONE}, lost={"test_repair": 1.5}),
    "quantize_without_mask": Mutant(
        cells={"quantize": QUANTIZE_NO_MASK}, lost={"test_quantize": 2.5}, diagnosed=("cotangent passed on",)
    ),
    "quantize_pasted_from_the_chapter": Mutant(cells={"quantize": QUANTIZE_CHAPTER}, lost={"test_quantize": 3}),
    "quantize_mask_of_the_rounded": Mutant(cells={"quantize": QUANTIZE_MASK_OF_ROUNDED}, lost={"test_quantize": 2.5}),
    "quantize_without_cotangent": Mutant(
        cells={"quantize": QUANTIZE_NO_COTANGENT}, lost={"test_quantize": 3}, diagnosed=("cotangent ignored",)
    ),
    "quantize_detached": Mutant(
        cells={"quantize": QUANTIZE_DETACHED}, lost={"test_quantize": 1}, diagnosed=("second order lost",)
    ),
    "quantize_without_clamp": Mutant(cells={"quantize": QUANTIZE_NO_CLAMP}, lost={"test_quantize": 1.5}),
    "quantize_by_the_detach_trick": Mutant(cells={"quantize": QUANTIZE_DETACH_TRICK}, lost={"test_quantize": 3}),
    "largest_by_indexing": Mutant(cells={"largest": LARGEST_INDEXES}, lost={"test_largest": 4.5}),
    "calls_the_reference": Mutant(
        cells={
            "logcosh": LOGCOSH_CALLS,
            "largest": LARGEST_CALLS,
            "blend": BLEND_CALLS,
            "repair": REPAIR_CALLS,
            "quantize": QUANTIZE_CALLS,
        },
        lost={"test_logcosh": 3.5, "test_largest": 4.5, "test_blend": 4, "test_repair": 5, "test_quantize": 3},
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("logcosh", "blend")
