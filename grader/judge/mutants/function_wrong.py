"""Assignment 9, function: the texts of wrong solutions."""

from __future__ import annotations


def changed(source: str, *pairs: tuple[str, str]) -> str:
    """The source with pieces replaced, which must be there."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


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
LOGCOSH_SAVES_A_QUOTIENT = changed(
    LOGCOSH, ("(x, width, y)", "(x, width, y / width)"), ("x, width, y = ", "x, width, quotient = "),
    ("(y / width - ", "(quotient - "),
)
LOGCOSH_NO_FACTOR = changed(LOGCOSH, ("y = width * (far", "y = (far"))
LOGCOSH_NO_INNER_WIDTH = changed(LOGCOSH, ("y / width - u * mg.tanh(u)", "y / width"))
LOGCOSH_NONE = changed(LOGCOSH, ("g * (y / width - u * mg.tanh(u))", "None"))
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
LARGEST_EXCHANGED = changed(LARGEST, ("return x[index], mask", "return mask, x[index]"), ("(ctx, g, _)", "(ctx, _, g)"))
LARGEST_KEEPS_ITS_VALUES = changed(
    LARGEST, ("return x[index], mask", "ctx.values = x[index]\n        return ctx.values, mask")
)
LARGEST_IN_A_LIST = changed(LARGEST, ("return x[index], mask", "return [x[index], mask]"))
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
BLEND_W_AGAIN = changed(
    BLEND, ("inputs\n", "inputs\n        w = a * ctx.z\n"), ("(a, b)", "(a, b, w)"), ("a, b = ctx", "a, b, w = ctx"),
    ("z + a * z)", "z + w)"),
)
BLEND_ONE_OR_THE_OTHER = changed(
    BLEND,
    ("        return g_d * b", "        if g_w.abs().sum() > 0:\n            return g_w * z, mg.zeros_like(b), None\n"
     "        return g_d * b"),
)
BLEND_W_TWICE = changed(BLEND, ("(1 + z) + g_w * z", "(1 + z) + (g_w + g_d * b) * z"))
BLEND_IN_A_LIST = changed(BLEND, ("return a * b + b * z + w * b, w", "return [a * b + b * z + w * b, w]"))
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
WAVE_SAVES_K = changed(
    WAVE, ("(x)\n        ctx.k = k", "(x, mg.tensor(k))"), ("[x] = ctx", "x, k = ctx"), ("ctx.k", "k")
)
GATE_SAVES_BOTH = changed(
    GATE_SAVES_THE_SIGMOID, ("(a, opened)", "(a, b, opened)"), ("a, opened = ctx", "a, _, opened = ctx")
)
GATE_HALF_A_SLOPE = changed(GATE, (" * (1 - opened)", ""))
GROWTH_WITHOUT_T = changed(GROWTH, ("g * t * y", "g * y"))
GROWTH_ITEM = changed(GROWTH, ("g * t * y", "mg.tensor((g * t * y).sum().item(), dtype=g.dtype)"))
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
QUANTIZE_KEEPS_X = changed(
    QUANTIZE, ("ctx.save_for_backward((x >= low) & (x <= high))", "ctx.x, ctx.low, ctx.high = x, low, high"),
    ("[inside] = ctx.saved_tensors", "inside = (ctx.x >= ctx.low) & (ctx.x <= ctx.high)"),
)
QUANTIZE_WRITES_INTO_G = changed(
    QUANTIZE, ("        return g * inside,", "        g[~inside] = 0.0\n        return g,")
)
QUANTIZE_MASK_OF_THE_RESULT = changed(
    QUANTIZE, ("ctx.save_for_backward((x >= low) & (x <= high))\n        return ", "y = "),
    ("low, high)\n\n", "low, high)\n        ctx.save_for_backward((y > low) & (y < high))\n        return y\n\n"),
)
QUANTIZE_ONE_END = changed(QUANTIZE, ("(x >= low) & (x <= high)", "x <= high"))
QUANTIZE_ONE_END_OPEN = changed(QUANTIZE, ("x >= low", "x > low"))
QUANTIZE_WHOLE_NUMBERS = changed(QUANTIZE, ("mg.round(x / step) * step", "mg.round(x)"))
QUANTIZE_UPSIDE_DOWN = changed(QUANTIZE, ("mg.round(x / step) * step", "mg.round(x * step) / step"))
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
