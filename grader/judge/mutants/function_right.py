"""Assignment 9, function: right solutions in another hand."""

RIGHT = {
    "logcosh": (
        """
class LogCosh(Function):
    @staticmethod
    def forward(x, width):
        u = x.detach().numpy() / width.detach().numpy()
        return width * mg.tensor(np.logaddexp(u, -u) - np.log(2), dtype=x.dtype)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs, output)

    @staticmethod
    def backward(ctx, g):
        x, width, y = ctx.saved_tensors
        slope = mg.tanh(x / width)
        return g * slope, g * (y - x * slope) / width
""",
        """
def stable(u):
    return abs(u) + mg.log(1 + mg.exp(-2 * abs(u))) - mg.log(mg.tensor(2.0, dtype=u.dtype))

class LogCosh(Function):
    @staticmethod
    def forward(ctx, x, width):
        ctx.save_for_backward(x, width)
        return width * stable(x / width)

    @staticmethod
    def backward(ctx, cotangent):
        x, width = ctx.saved_tensors
        tanh = (x / width).tanh()
        by_width = LogCosh.apply(x, width) / width - x / width * tanh
        return cotangent * tanh, cotangent * by_width
""",
    ),
    "largest": (
        """
class Largest(Function):
    @staticmethod
    def forward(ctx, x, k):
        order = np.argsort(x.detach().numpy())[::-1][:k].copy()
        kept = mg.tensor(np.isin(np.arange(len(x)), order), dtype=x.dtype)
        ctx.mark_non_differentiable(kept)
        ctx.order, ctx.kept = order, kept.clone()
        return x[mg.tensor(order)], kept

    @staticmethod
    def backward(ctx, g, g_mask):
        places = np.eye(len(ctx.kept))[ctx.order]  # one row for each that was kept
        return g @ mg.tensor(places, dtype=g.dtype), None
""",
        """
class Largest(Function):
    @staticmethod
    def forward(x, k):
        index = mg.argsort(-x).tolist()[:k]
        mask = mg.zeros(x.shape, dtype=x.dtype)
        for i in index:
            mask[i] = 1
        return mg.stack([x[i] for i in index]), mask

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, k = inputs
        values, mask = output
        ctx.mark_non_differentiable(mask)
        ctx.save_for_backward(x)
        ctx.k = k

    @staticmethod
    def backward(ctx, g, _):
        [x] = ctx.saved_tensors
        index = mg.argsort(x.detach(), descending=True)[: ctx.k]
        return mg.zeros(len(x), dtype=x.dtype).index_add(0, index, g), None
""",
    ),
    "blend": (
        """
class Blend(Function):
    @staticmethod
    def forward(a, b, z):
        w = z * a
        return b * (a + z + w), w

    @staticmethod
    def setup_context(ctx, inputs, output):
        a, b, z = inputs
        d, w = output
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(a, b, w)
        ctx.z = z

    @staticmethod
    def backward(ctx, g_d, g_w):
        a, b, w = ctx.saved_tensors
        by_a, by_b = None, None
        if g_d is not None:
            by_a, by_b = g_d * (b + b * ctx.z), g_d * (a + ctx.z + w)
        if g_w is not None:
            by_a = g_w * ctx.z if by_a is None else by_a + g_w * ctx.z
        return by_a, by_b, None
""",
        """
class Blend(Function):
    @staticmethod
    def forward(first, second, number):
        middle = first * number
        return first * second + second * number + middle * second, middle

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.number = inputs[2]
        ctx.save_for_backward(*inputs[:2], *output)

    @staticmethod
    def backward(ctx, *cotangents):
        first, second, _, middle = ctx.saved_tensors
        into_middle = cotangents[1] + cotangents[0] * second  # w goes on into d
        by_first = cotangents[0] * second + into_middle * ctx.number
        return by_first, cotangents[0] * (first + ctx.number + middle), None
""",
    ),
    "repair": (
        """
class Wave(Function):
    @staticmethod
    def forward(x, k):
        return (x * k).sin()

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.k = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, g):
        return ctx.k * (ctx.saved_tensors[0] * ctx.k).cos() * g, None

class Gate(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a / (1 + mg.exp(-b))

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        e = mg.exp(-b)
        return g / (1 + e), g * a * e / (1 + e) ** 2

class Growth(Function):
    @staticmethod
    def forward(ctx, t, rate):
        ctx.save_for_backward(t, rate)
        return (t * rate).exp()

    @staticmethod
    def backward(ctx, g):
        t, rate = ctx.saved_tensors
        common = g * mg.exp(t * rate)
        return common * rate, (common * t).sum()
""",
        """
class Wave(Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.k = k
        ctx.save_for_backward(x, mg.tensor(2.0))
        return mg.sin(k * x)

    @staticmethod
    def backward(ctx, g):
        x, _ = ctx.saved_tensors
        return g * mg.sin(ctx.k * x + np.pi / 2) * ctx.k, None

class Gate(Function):
    @staticmethod
    def forward(ctx, a, b):
        y = a * b.sigmoid()
        ctx.save_for_backward(b, y, a)
        return y

    @staticmethod
    def backward(ctx, g):
        b, y, a = ctx.saved_tensors
        return b.sigmoid() * g, y * (1 - b.sigmoid()) * g

class Growth(Function):
    @staticmethod
    def forward(t, rate):
        return mg.exp(rate * t)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output, *inputs)

    @staticmethod
    def backward(ctx, g):
        y, t, rate = ctx.saved_tensors
        wanted_t, wanted_rate = ctx.needs_input_grad
        return g * y * rate if wanted_t else None, g * y * t if wanted_rate else None
""",
    ),
    "quantize": (
        """
class Quantize(Function):
    @staticmethod
    def forward(ctx, x, step, low, high):
        values = x.detach().numpy()
        ctx.inside = np.logical_and(low <= values, values <= high)
        return mg.tensor(np.clip(step * np.rint(values / step), low, high), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        return mg.where(mg.tensor(ctx.inside), g, mg.zeros_like(g)), None, None, None
""",
        """
class Quantize(Function):
    @staticmethod
    def forward(x, step, low, high):
        return (x.clamp(low, high) / step).round() * step

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, _, *ctx.ends = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, g):
        [x], [low, high] = ctx.saved_tensors, ctx.ends
        return g * (x >= low) * (x <= high), None, None, None
""",
    ),
}
