"""Rows of the table: losses, distances and normalisations."""

import warnings

import minigrad as torch

from .row import Row

F = torch.nn.functional
FLOATS = ("float32", "float16")  # torch has no kernels for the others, or one that gives up halfway
SHAPES = [((2, 3), (2, 3)), ((), ()), ((0,), (0,)), ((1,), (1,))]
INF = float("inf")
REDUCTIONS = ["mean", "sum", "none"]
CLASSES, WITH_IGNORED = torch.tensor([2, 0]), torch.tensor([2, -100])
PIXELS = torch.tensor([[0, 2], [1, 1]])
WEIGHT = torch.tensor([0.5, 2.0, 1.5], dtype=torch.float64)
SIGNS, SIGN = torch.tensor([[1, -1, 1], [-1, 1, -1]]), torch.tensor([1, -1])
WIDE = torch.tensor([[0.5, 2.0, 1.0], [3.0, 0.0, 1.5]], dtype=torch.float64)
NORM = "LinalgVectorNormBackward0"
X, Y = torch.ones(2, 3), torch.zeros(2, 3)


def quietly(call):
    """`call` without the warnings that torch gives, and minigrad with it: tests of their own look at them."""

    def function(*tensors):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(*tensors)

    return function


def each_reduction(name, call, reductions=REDUCTIONS, **row):
    """A row for each of `reductions`; errors only in the first."""
    for number, reduction in enumerate(reductions):
        if number:
            row = row | {"errors": (), "own_words": (), "same": ()}
        tag = "-".join(filter(None, [row.get("tag"), reduction]))
        yield Row(name, lambda *ts, r=reduction: call(*ts, reduction=r), **row | {"tag": tag})


REGRESSION = [
    *each_reduction(
        "nn.functional.mse_loss", F.mse_loss, cases=SHAPES,
        at=[([1.0, 2.0], [1.0, 0.0]), ([1e200], [-1e200]), ([INF], [0.0])], dtypes=FLOATS,
        same=[lambda a, b: F.mse_loss(a, b), lambda a, b: F.mse_loss(input=a, target=b)],
        errors=[lambda: F.mse_loss(X, Y, reduction="average"), lambda: F.mse_loss(X, Y, weight=torch.ones(3)),
                quietly(lambda: F.mse_loss(X, torch.ones(2)))],
    ),
    Row("nn.functional.mse_loss", quietly(lambda a, b: F.mse_loss(a, b)), [((2, 3), (3,)), ((2, 1), (3,)), ((), (2,))],
        tag="broadcast", dtypes=FLOATS),
    *each_reduction("nn.functional.mse_loss", lambda a, b, w, **k: F.mse_loss(a, b, weight=w, **k),
                    cases=[((2, 3),) * 3], domains=["any", "any", "positive"], tag="weight", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.l1_loss", F.l1_loss, cases=SHAPES, at=[([1.0, 2.0], [1.0, 0.0]), ([INF], [0.0])], dtypes=FLOATS,
        errors=[lambda: F.l1_loss(X, Y, weight=torch.ones(3)), lambda: F.l1_loss(X, Y, reduction="average")],
    ),
    Row("nn.functional.l1_loss", quietly(lambda a, b: F.l1_loss(a, b)), [((2, 3), (3,)), ((2, 1), (3,))],
        tag="broadcast", dtypes=FLOATS),
    *each_reduction("nn.functional.l1_loss", lambda a, b, w, **k: F.l1_loss(a, b, weight=w, **k),
                    cases=[((2, 3),) * 3], domains=["any", "any", "positive"], tag="weight", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.smooth_l1_loss", F.smooth_l1_loss, cases=SHAPES, dtypes=FLOATS,
        at=[([1.0, 2.0, -3.0, 0.0], [1.0, 1.0, -2.0, 50.0]), ([INF], [0.0])],
        same=[lambda a, b: F.smooth_l1_loss(a, b, beta=1.0)],
        errors=[lambda: F.smooth_l1_loss(X, Y, beta=-1.0), lambda: F.smooth_l1_loss(X, Y, reduction="average")],
    ),
    Row("nn.functional.smooth_l1_loss", lambda a, b: F.smooth_l1_loss(a, b, beta=0.3), SHAPES, tag="beta",
        dtypes=FLOATS),
    Row("nn.functional.smooth_l1_loss", lambda a, b: F.smooth_l1_loss(a, b, beta=0.0), SHAPES, tag="beta 0",
        at=[([1.0, 2.0], [1.0, 0.0])], dtypes=FLOATS),
    Row("nn.functional.smooth_l1_loss", quietly(lambda a, b: F.smooth_l1_loss(a, b)), [((2, 3), (3,)), ((2, 1), (3,))],
        tag="broadcast", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.huber_loss", F.huber_loss, cases=SHAPES, dtypes=FLOATS,
        at=[([1.0, 2.0, -3.0, 0.0], [1.0, 1.0, -2.0, 50.0]), ([INF], [0.0])],
        same=[lambda a, b: F.huber_loss(a, b, "mean", 1.0)],
        errors=[lambda: F.huber_loss(X, Y, delta=0.0), lambda: F.huber_loss(X, Y, reduction="average"),
                lambda: F.huber_loss(X, Y, weight=torch.ones(3))],
    ),
    Row("nn.functional.huber_loss", lambda a, b: F.huber_loss(a, b, delta=0.3), SHAPES, tag="delta", dtypes=FLOATS),
    *each_reduction("nn.functional.huber_loss", lambda a, b, w, **k: F.huber_loss(a, b, weight=w, **k),
                    cases=[((2, 3),) * 3], tag="weight", dtypes=FLOATS),
]  # fmt: skip

NLL = [
    *each_reduction(
        "nn.functional.nll_loss", lambda x, **k: F.nll_loss(x, CLASSES, **k), dtypes=FLOATS,
        same=[lambda x: F.nll_loss(x, CLASSES.to(torch.uint8)), lambda x: F.nll_loss(input=x, target=CLASSES)],
        errors=[
            lambda: F.nll_loss(X, torch.tensor([5, 0])), lambda: F.nll_loss(X, torch.tensor([-1, 0])),
            lambda: F.nll_loss(X, torch.tensor([0, 1, 2])), lambda: F.nll_loss(torch.tensor(1.0), torch.tensor(0)),
            lambda: F.nll_loss(torch.ones(3), CLASSES), lambda: F.nll_loss(X, CLASSES, reduction="average"),
            lambda: F.nll_loss(X, CLASSES, torch.ones(2)), lambda: F.nll_loss(torch.ones(2, 3, 2), PIXELS[:, :1]),
        ],
        own_words=[lambda: F.nll_loss(X, CLASSES.int()), lambda: F.nll_loss(X, CLASSES.float()),
                   lambda: F.nll_loss(X, PIXELS), lambda: F.nll_loss(torch.ones(2, 3, 2, 1), PIXELS)],
    ),
    Row("nn.functional.nll_loss", lambda x: F.nll_loss(x, torch.tensor(1)), [(3,)], tag="one", dtypes=FLOATS),
    *each_reduction("nn.functional.nll_loss", lambda x, **k: F.nll_loss(x, CLASSES[:0], **k), cases=[(0, 3)],
                    tag="empty", dtypes=FLOATS),
    *each_reduction("nn.functional.nll_loss", lambda x, **k: F.nll_loss(x, CLASSES, WEIGHT.to(x.dtype), **k),
                    tag="weight", dtypes=FLOATS),
    *each_reduction("nn.functional.nll_loss", lambda x, **k: F.nll_loss(x, WITH_IGNORED, **k), tag="ignored",
                    at=[([[1.0, 2.0, 3.0], [-INF, -INF, -INF]],)], dtypes=FLOATS),
    *each_reduction("nn.functional.nll_loss",
                    lambda x, **k: F.nll_loss(x, CLASSES, WEIGHT.to(x.dtype), ignore_index=2, **k),
                    tag="weight-ignored", dtypes=FLOATS),
    *each_reduction("nn.functional.nll_loss", lambda x, **k: F.nll_loss(x, PIXELS, **k), cases=[(2, 3, 2)],
                    tag="pixels", node="NllLossBackward0", dtypes=FLOATS, reductions=["mean", "sum"]),
    # torch ends in a view, minigrad in a reshape
    Row("nn.functional.nll_loss", lambda x: F.nll_loss(x, PIXELS, WEIGHT.to(x.dtype), reduction="none"), [(2, 3, 2)],
        tag="pixels-none", node="ViewBackward0", dtypes=FLOATS),
    Row("nn.functional.nll_loss", lambda x: F.nll_loss(x, PIXELS[:, :, None, None], WEIGHT.to(x.dtype), ignore_index=0),
        [(2, 3, 2, 1, 1)], tag="volumes", node="NllLossBackward0", dtypes=FLOATS),
]  # fmt: skip

CROSS_ENTROPY = [
    *each_reduction(
        "nn.functional.cross_entropy", lambda x, **k: F.cross_entropy(x, CLASSES, **k), dtypes=FLOATS,
        at=[([[1000.0, 0.0, -1000.0], [1000.0, 1000.0, 0.0]],), ([[0.0, -INF, 0.0], [1e308, 0.0, 0.0]],)],
        same=[lambda x: F.cross_entropy(x, CLASSES), lambda x: F.nll_loss(x.log_softmax(1), CLASSES)],
        errors=[
            lambda: F.cross_entropy(X, torch.tensor([5, 0])), lambda: F.cross_entropy(X, torch.tensor([0, 1, 2])),
            lambda: F.cross_entropy(X, CLASSES, reduction="average"), lambda: F.cross_entropy(torch.ones(3), CLASSES),
            lambda: F.cross_entropy(X, CLASSES, label_smoothing=1.5), lambda: F.cross_entropy(X, Y, ignore_index=1),
            lambda: F.cross_entropy(X, CLASSES, torch.ones(2)), lambda: F.cross_entropy(X, Y, reduction="average"),
        ],
        own_words=[lambda: F.cross_entropy(X, CLASSES.int()), lambda: F.cross_entropy(X, Y.long()),
                   lambda: F.cross_entropy(X, Y, torch.ones(2))],
    ),
    Row("nn.functional.cross_entropy", lambda x: F.cross_entropy(x, torch.tensor(2)), [(3,)], tag="one", dtypes=FLOATS),
    Row("nn.functional.cross_entropy", lambda x: F.cross_entropy(x, CLASSES[:0]), [(0, 3)], tag="empty",
        dtypes=FLOATS),
    *each_reduction("nn.functional.cross_entropy",
                    lambda x, **k: F.cross_entropy(x, WITH_IGNORED, WEIGHT.to(x.dtype), **k), tag="weight-ignored",
                    dtypes=FLOATS),
    *each_reduction("nn.functional.cross_entropy", lambda x, **k: F.cross_entropy(x, PIXELS, **k), cases=[(2, 3, 2)],
                    tag="pixels", node="NllLossBackward0", dtypes=FLOATS, reductions=["mean", "sum"]),
    *each_reduction("nn.functional.cross_entropy",
                    lambda x, **k: F.cross_entropy(x, CLASSES, label_smoothing=0.1, **k), tag="smoothed",
                    at=[([[1000.0, 0.0, -1000.0], [1000.0, 1000.0, 0.0]],)], dtypes=FLOATS),
    *each_reduction("nn.functional.cross_entropy", lambda x, **k: F.cross_entropy(
        x, PIXELS, WEIGHT.to(x.dtype), ignore_index=1, label_smoothing=0.3, **k), cases=[(2, 3, 2)],
                    tag="smoothed-weight-ignored", dtypes=FLOATS),
    Row("nn.functional.cross_entropy", lambda x: F.cross_entropy(x, torch.tensor(2), WEIGHT.to(x.dtype),
                                                                 label_smoothing=0.1), [(3,)],
        tag="smoothed-one", dtypes=FLOATS),
    Row("nn.functional.cross_entropy", lambda x, p: F.cross_entropy(x, p),
        [((2, 3),) * 2, ((3,),) * 2, ((2, 3, 2),) * 2],
        at=[([[1000.0, 0.0], [-1000.0, 0.0]], [[1.0, 0.0], [0.25, 0.75]])], domains=["any", "probability"],
        tag="probabilities", node="MeanBackward0", dtypes=FLOATS),
    Row("nn.functional.cross_entropy", lambda x, p: F.cross_entropy(x, p, reduction="sum"), [((2, 3),) * 2],
        domains=["any", "probability"], tag="probabilities-sum", node="SumBackward0", dtypes=FLOATS),
    Row("nn.functional.cross_entropy", lambda x, p: F.cross_entropy(x, p, reduction="none"), [((2, 3),) * 2],
        domains=["any", "probability"], tag="probabilities-none", dtypes=FLOATS),
    Row("nn.functional.cross_entropy",
        lambda x, p: F.cross_entropy(x, p, WEIGHT.to(x.dtype), label_smoothing=0.1),
        [((2, 3),) * 2, ((3,),) * 2, ((2, 3, 2),) * 2], domains=["any", "probability"],
        tag="probabilities-weight-smoothed", node="MeanBackward0", dtypes=FLOATS),
]  # fmt: skip

PROBABILITIES = [
    *each_reduction(
        "nn.functional.binary_cross_entropy", F.binary_cross_entropy, cases=SHAPES, domains=["probability"] * 2,
        at=[([0.0, 1.0, 0.5], [0.0, 1.0, 1.0])], dtypes=FLOATS,
        errors=[
            lambda: F.binary_cross_entropy(X * 1.5, Y), lambda: F.binary_cross_entropy(X, Y - 0.5),
            lambda: F.binary_cross_entropy(X, torch.ones(3)), lambda: F.binary_cross_entropy(X, Y, reduction="average"),
        ],
    ),
    *each_reduction("nn.functional.binary_cross_entropy",
                    lambda a, b, **k: F.binary_cross_entropy(a, b, WIDE.to(a.dtype), **k),
                    domains=["probability"] * 2, cases=[((2, 3),) * 2], tag="weight", dtypes=FLOATS,
                    reductions=["mean"], node="MeanBackward0"),
    Row("nn.functional.binary_cross_entropy",
        lambda a, b: F.binary_cross_entropy(a, b, WEIGHT.to(a.dtype), reduction="none"), [((2, 3),) * 2],
        domains=["probability"] * 2, tag="weight-none", node="MulBackward0", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, cases=SHAPES,
        domains=["any", "probability"], at=[([1000.0, -1000.0, 1000.0, -1000.0, 0.0], [1.0, 0.0, 0.0, 1.0, 0.5])],
        dtypes=FLOATS,
        errors=[lambda: F.binary_cross_entropy_with_logits(X, torch.ones(3)),
                lambda: F.binary_cross_entropy_with_logits(X, Y, reduction="average")],
    ),
    Row("nn.functional.binary_cross_entropy_with_logits",
        lambda a, b: F.binary_cross_entropy_with_logits(a, b, WIDE.to(a.dtype)), [((2, 3),) * 2],
        domains=["any", "probability"], tag="weight", node="MeanBackward0", dtypes=FLOATS),
    *each_reduction("nn.functional.binary_cross_entropy_with_logits",
                    lambda a, b, **k: F.binary_cross_entropy_with_logits(
                        a, b, WIDE.to(a.dtype), pos_weight=WEIGHT.to(a.dtype), **k),
                    domains=["any", "probability"], cases=[((2, 3),) * 2], tag="pos_weight", dtypes=FLOATS,
                    at=[([[1000.0, -1000.0, 0.0], [1000.0, -1000.0, 0.0]], [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])],
                    reductions=["mean"], node="MeanBackward0"),
    *each_reduction(
        "nn.functional.kl_div", lambda a, b, **k: quietly(lambda: F.kl_div(a, b, **k))(), cases=SHAPES,
        domains=["any", "probability"], at=[([[-1.0, -2.0], [0.0, -1.0]], [[0.5, 0.5], [0.25, 1.0]])],
        reductions=["mean", "sum", "none"], dtypes=FLOATS, errors=[lambda: F.kl_div(X, Y, reduction="average")],
    ),
    Row("nn.functional.kl_div", lambda a, b: F.kl_div(a, b, reduction="batchmean"), [((2, 3),) * 2, ((), ())],
        domains=["any", "probability"], tag="batchmean", dtypes=FLOATS),
    Row("nn.functional.kl_div", lambda a, b: F.kl_div(a, b, reduction="sum"), [((2, 2), (2, 2))], [
        ([[-1.0, -2.0], [0.0, -1.0]], [[0.0, 1.0], [1.0, 0.0]])], domains=["any", "probability"], constant=[1],
        tag="zeros", dtypes=FLOATS),
    Row("nn.functional.kl_div", lambda a, b: F.kl_div(a, b, reduction="batchmean", log_target=True),
        [((2, 3),) * 2, ((), ())], at=[([[-1.0]], [[-INF]])], tag="log_target", dtypes=FLOATS),
]  # fmt: skip

COUNTS = [
    *each_reduction("nn.functional.poisson_nll_loss", F.poisson_nll_loss, cases=SHAPES, dtypes=FLOATS,
                    same=[lambda a, b: F.poisson_nll_loss(a, b, True, False)],
                    errors=[lambda: F.poisson_nll_loss(X, Y, reduction="average")]),
    Row("nn.functional.poisson_nll_loss", lambda a, b: F.poisson_nll_loss(a, b, log_input=False, full=True), SHAPES,
        domains=["positive", "above 1"], at=[([1.0, 0.0, 2.0], [0.5, 0.25, 3.0])], tag="full", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.gaussian_nll_loss", F.gaussian_nll_loss, cases=[((2, 3),) * 3, ((),) * 3, ((0,),) * 3],
        domains=["any", "any", "positive"], at=[([1.0], [1.0], [0.0])], dtypes=FLOATS,
        same=[lambda a, b, v: F.gaussian_nll_loss(input=a, target=b, var=v)],
        errors=[lambda: F.gaussian_nll_loss(X, Y, -X), lambda: F.gaussian_nll_loss(X, Y, -1.0),
                lambda: F.gaussian_nll_loss(X, Y, torch.ones(3)), lambda: F.gaussian_nll_loss(X, Y, torch.ones(2, 2)),
                lambda: F.gaussian_nll_loss(X, Y, X, reduction="average")],
    ),
    Row("nn.functional.gaussian_nll_loss", lambda a, b, v: F.gaussian_nll_loss(a, b, v, full=True, eps=1e-3),
        [((2, 3), (2, 3), (2,)), ((2, 3), (2, 3), (2, 1)), ((2, 3), (2, 3), (1, 3))],
        domains=["any", "any", "positive"], tag="one variance", dtypes=FLOATS),
    Row("nn.functional.gaussian_nll_loss", lambda a, b: F.gaussian_nll_loss(a, b, 2.0), SHAPES, tag="number",
        dtypes=FLOATS),
]  # fmt: skip

MARGINS = [
    Row("nn.functional.soft_margin_loss", lambda a: F.soft_margin_loss(a, SIGNS.to(a.dtype)),
        node="MeanBackward0", dtypes=FLOATS, errors=[lambda: F.soft_margin_loss(X, Y, reduction="average")]),
    Row("nn.functional.soft_margin_loss", lambda a: F.soft_margin_loss(a, SIGNS.to(a.dtype), reduction="sum"),
        tag="sum", node="SumBackward0", dtypes=FLOATS),
    Row("nn.functional.soft_margin_loss", lambda a: F.soft_margin_loss(a, SIGNS.to(a.dtype), reduction="none"),
        tag="none", node="NegBackward0", dtypes=FLOATS),
    *each_reduction("nn.functional.hinge_embedding_loss", lambda a, **k: F.hinge_embedding_loss(a, SIGNS, **k),
                    dtypes=FLOATS, errors=[lambda: F.hinge_embedding_loss(X, Y, reduction="average")]),
    Row("nn.functional.hinge_embedding_loss", lambda a: F.hinge_embedding_loss(a, torch.tensor([2, 1, -1]), 0.3),
        tag="margin", dtypes=FLOATS),
    *each_reduction("nn.functional.margin_ranking_loss", lambda a, b, **k: F.margin_ranking_loss(a, b, SIGNS, **k),
                    cases=[((2, 3),) * 2], dtypes=FLOATS, reductions=["mean", "sum"],
                    errors=[lambda: F.margin_ranking_loss(X, Y, torch.ones(3)),
                            lambda: F.margin_ranking_loss(X, Y, X, reduction="average")]),
    Row("nn.functional.margin_ranking_loss", lambda a, b: F.margin_ranking_loss(a, b, SIGNS, reduction="none"),
        [((2, 3),) * 2], tag="none", node="ClampBackward1", dtypes=FLOATS),
    Row("nn.functional.margin_ranking_loss", lambda a, b: F.margin_ranking_loss(a, b, SIGNS, 0.3), [((2, 3), (2, 1))],
        tag="margin", dtypes=FLOATS),
    *each_reduction("nn.functional.triplet_margin_loss", F.triplet_margin_loss, cases=[((2, 3),) * 3, ((3,),) * 3],
                    dtypes=FLOATS, reductions=["mean", "sum"], errors=[
                        lambda: F.triplet_margin_loss(X, X, X, margin=0), lambda: F.triplet_margin_loss(X, X[0], X),
                        lambda: F.triplet_margin_loss(X, X, X, reduction="average")]),
    Row("nn.functional.triplet_margin_loss", lambda a, b, c: F.triplet_margin_loss(a, b, c, reduction="none"),
        [((2, 3),) * 3], tag="none", node="ClampBackward1", dtypes=FLOATS),
    Row("nn.functional.triplet_margin_loss", lambda a, b, c: F.triplet_margin_loss(a, b, c, 5.0, 1.0, swap=True),
        [((4, 3),) * 3], tag="swap", dtypes=FLOATS),
    *each_reduction(
        "nn.functional.cosine_embedding_loss", lambda a, b, **k: F.cosine_embedding_loss(a, b, SIGN, **k),
        cases=[((2, 3),) * 2], dtypes=FLOATS,
        errors=[lambda: F.cosine_embedding_loss(X, X, X[0, 0]), lambda: F.cosine_embedding_loss(X[0], X[0], X[0, :1]),
                lambda: F.cosine_embedding_loss(X, X, X[:, 0], reduction="average")],
    ),
    Row("nn.functional.cosine_embedding_loss", lambda a, b: F.cosine_embedding_loss(a, b, SIGN[1], -1.0),
        [((3,), (3,))], tag="margin", dtypes=FLOATS),
]  # fmt: skip

DISTANCES = [
    Row("nn.functional.normalize", lambda a: F.normalize(a), [(2, 3), (0, 3), (2, 3, 2)], dtypes=FLOATS,
        at=[([[3.0, 4.0], [0.0, 0.0]],)], same=[lambda a: F.normalize(a, 2.0, 1), lambda a: F.normalize(a, dim=1)],
        own_words=[lambda: F.normalize(torch.ones(3))]),
    Row("nn.functional.normalize", lambda a: F.normalize(a, p=1.0, dim=0, eps=0.5), [(2, 3), (3,)], tag="p",
        dtypes=FLOATS),
    Row("nn.functional.cosine_similarity", lambda a, b: F.cosine_similarity(a, b), dtypes=FLOATS, node="SumBackward1",
        cases=[((2, 3), (2, 3)), ((2, 3), (1, 3)), ((0, 3), (0, 3))],
        same=[lambda a, b: F.cosine_similarity(x1=a, x2=b, dim=-1)]),
    Row("nn.functional.cosine_similarity", lambda a, b: F.cosine_similarity(a, b, dim=0), [((3,), (3,))], tag="dim",
        dtypes=FLOATS),
    Row("nn.functional.pairwise_distance", lambda a, b: F.pairwise_distance(a, b), node=NORM, dtypes=FLOATS,
        cases=[((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (3,))],
        same=[lambda a, b: F.pairwise_distance(x1=a, x2=b, p=2.0)]),
    Row("nn.functional.pairwise_distance", lambda a, b: F.pairwise_distance(a, b, 1.0, 0.0, True), [((2, 3), (2, 3))],
        tag="p", node=NORM, dtypes=FLOATS),
]  # fmt: skip

NORMALISATIONS = [
    Row("nn.functional.layer_norm", lambda x: F.layer_norm(x, (3,)), [(2, 3), (3,), (0, 3)], tag="plain",
        at=[([[1.0, 1.0, 1.0]],), ([[1e8, -1e8, 3.0]],)], node="DivBackward0", dtypes=FLOATS,
        errors=[lambda: F.layer_norm(X, (2,)), lambda: F.layer_norm(X, [])], own_words=[lambda: F.layer_norm(X, 3)]),
    Row("nn.functional.layer_norm", lambda x, w, b: F.layer_norm(x, [2, 3], w, b, 0.1), [((4, 2, 3), (2, 3), (2, 3))],
        node="AddBackward0", dtypes=FLOATS,
        same=[lambda x, w, b: F.layer_norm(x, normalized_shape=(2, 3), weight=w, bias=b, eps=0.1)]),
    # in float16 torch computes it in float32 and casts the result back
    Row("nn.functional.rms_norm", lambda x: F.rms_norm(x, (3,)), [(2, 3), (3,), (0, 3)], tag="plain",
        at=[([[0.0, 0.0, 0.0]],)], node="DivBackward0", dtypes=FLOATS[:1], own_words=[lambda: F.rms_norm(X, (2,))]),
    Row("nn.functional.rms_norm", lambda x, w: F.rms_norm(x, [2, 3], w, eps=0.1), [((4, 2, 3), (2, 3))],
        dtypes=FLOATS[:1], same=[lambda x, w: F.rms_norm(x, normalized_shape=(2, 3), weight=w, eps=0.1)]),
    Row("nn.functional.group_norm", lambda x: F.group_norm(x, 2), [(2, 4), (2, 4, 3), (1, 2, 2, 3)], tag="plain",
        node="ViewBackward0", dtypes=FLOATS,
        errors=[lambda: F.group_norm(torch.ones(3), 1), lambda: F.group_norm(torch.ones(2, 4, 3), 3),
                lambda: F.group_norm(torch.ones(1, 2), 2)],
        own_words=[lambda: F.group_norm(torch.ones(2, 4, 3), 2, torch.ones(2))]),
    Row("nn.functional.group_norm", lambda x, w, b: F.group_norm(x, 2, w, b, 0.1), [((2, 4, 3), (4,), (4,))],
        node="AddBackward0", dtypes=FLOATS),
    Row("nn.functional.batch_norm", lambda x: F.batch_norm(x, None, None, training=True), [(2, 3), (2, 3, 2)],
        tag="plain", node="DivBackward0", dtypes=FLOATS,
        errors=[
            lambda: F.batch_norm(X, None, None), lambda: F.batch_norm(X, X[0], None),
            lambda: F.batch_norm(X[:1], None, None, training=True),
            lambda: F.batch_norm(X[0], None, None, training=True),
            lambda: F.batch_norm(X, X[0, :2], X[0]), lambda: F.batch_norm(X, X[0], X[0, :2]),
            lambda: F.batch_norm(X, X[0], X[0], X[0, :2]), lambda: F.batch_norm(X, X[0], X[0], eps=-1.0),
            lambda: F.batch_norm(X, None, None, training=True, eps=0.0),
        ]),
    Row("nn.functional.batch_norm", lambda x, w, b: F.batch_norm(x, None, None, w, b, True, eps=0.1),
        [((3, 2), (2,), (2,)), ((3, 2, 2), (2,), (2,))], tag="training", node="AddBackward0", dtypes=FLOATS),
    Row("nn.functional.batch_norm", lambda x, m, v, w, b: F.batch_norm(x, m, v, w, b),
        [((3, 2), (2,), (2,), (2,), (2,)), ((3, 2, 2), (2,), (2,), (2,), (2,))], constant=[1, 2],
        domains=["any", "any", "positive", "any", "any"], tag="running", node="AddBackward0", dtypes=FLOATS),
]  # fmt: skip

ROWS = [*REGRESSION, *NLL, *CROSS_ENTROPY, *PROBABILITIES, *COUNTS, *MARGINS, *DISTANCES, *NORMALISATIONS]
