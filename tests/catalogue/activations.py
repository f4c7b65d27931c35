"""Rows of the table: activation functions, with torch's slopes at their kinks, and large inputs."""

from math import inf, nan

import minigrad as torch

from .row import DTYPES, Row

F = torch.nn.functional
FEW = [(2, 3), (), (0,)]
LARGE = ([0.0, -0.0, 20.0, -30.0, 1000.0, -1000.0],)
KINKS = [([0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 7.0, -1000.0],)]
HALVES = [([0.0, 0.5, -0.5, 0.75, -0.75, 1000.0],)]
WITH_ENDS = [LARGE, ([inf, -inf, nan],)]

ROWS = [
    Row("sigmoid", torch.sigmoid, FEW, at=WITH_ENDS, same=[lambda a: a.sigmoid(), lambda a: torch.sigmoid(input=a)]),
    Row("nn.functional.sigmoid", F.sigmoid, FEW),
    Row("relu", torch.relu, FEW, at=KINKS, same=[lambda a: a.relu(), lambda a: torch.relu(input=a)],
        errors=[lambda: torch.relu(torch.tensor([True]))]),
    Row("nn.functional.relu", F.relu, FEW, at=KINKS),
    Row("nn.functional.relu6", F.relu6, FEW, at=[*KINKS, ([nan],)], same=[lambda a: F.hardtanh(a, 0.0, 6.0)],
        errors=[lambda: F.relu6(torch.tensor([True]))]),
    Row("nn.functional.leaky_relu", F.leaky_relu, FEW, at=[*KINKS, ([nan, inf, -inf],)],
        same=[lambda a: F.leaky_relu(input=a, negative_slope=0.01)]),
    Row("nn.functional.leaky_relu", lambda a: F.leaky_relu(a, 0.1), FEW, at=KINKS, tag="slope"),
    Row("nn.functional.elu", F.elu, FEW, at=WITH_ENDS, same=[lambda a: F.elu(input=a, alpha=1.0)]),
    Row("nn.functional.elu", lambda a: F.elu(a, 2.0), FEW, at=[LARGE, *KINKS], tag="alpha"),
    Row("selu", torch.selu, FEW),
    Row("nn.functional.selu", F.selu, FEW, at=WITH_ENDS),
    Row("celu", torch.celu, FEW, same=[lambda a: torch.celu(a, alpha=1.0)]),
    Row("nn.functional.celu", lambda a: F.celu(a, 0.5), FEW, at=WITH_ENDS, same=[lambda a: F.celu(input=a, alpha=0.5)],
        errors=[lambda: F.celu(torch.ones(2), 0.0)]),
    Row("nn.functional.gelu", F.gelu, FEW, at=WITH_ENDS, same=[lambda a: F.gelu(input=a, approximate="none")],
        errors=[lambda: F.gelu(torch.ones(2), approximate="sigmoid")]),
    Row("nn.functional.gelu", lambda a: F.gelu(a, approximate="tanh"), FEW, at=[LARGE], tag="tanh",
        node="MulBackward0"),
    Row("nn.functional.silu", F.silu, FEW, at=WITH_ENDS),
    Row("nn.functional.mish", F.mish, FEW, at=WITH_ENDS, node="MulBackward0"),
    Row("nn.functional.softplus", F.softplus, FEW, at=[*WITH_ENDS, ([20.0, 20.5, 21.0],)],
        same=[lambda a: F.softplus(input=a, beta=1.0, threshold=20.0)]),
    Row("nn.functional.softplus", lambda a: F.softplus(a, 2.0, 0.5), FEW, at=[([0.25, 0.0, 0.26],)], tag="beta"),
    Row("nn.functional.logsigmoid", F.logsigmoid, FEW, at=WITH_ENDS),
    Row("nn.functional.softsign", F.softsign, FEW, at=[LARGE]),
    # torch's subtraction refuses a bool beside floats
    Row("nn.functional.tanhshrink", F.tanhshrink, FEW, at=[LARGE], dtypes=DTYPES[:-1]),
    # torch refuses uint8 when a bound is negative
    Row("nn.functional.hardtanh", F.hardtanh, FEW, at=[*KINKS, ([nan, inf, -inf],)],
        dtypes=("float32", "float16", "int64", "int32", "bool"),
        errors=[lambda: F.hardtanh(torch.ones(2), 2.0, 1.0), lambda: F.hardtanh(torch.tensor([True]))]),
    Row("nn.functional.hardtanh", lambda a: F.hardtanh(a, -0.3, 0.3), FEW, at=[([-0.3, 0.3],)], tag="bounds",
        same=[lambda a: F.hardtanh(input=a, min_val=-0.3, max_val=0.3)]),
    Row("nn.functional.hardsigmoid", F.hardsigmoid, FEW, at=[*KINKS, ([nan, inf, -inf],)]),
    Row("nn.functional.hardswish", F.hardswish, FEW, at=[*KINKS, ([2.9, -2.9, inf],)]),
    Row("threshold", lambda a: torch.threshold(a, 0.1, 5.0), FEW,
        same=[lambda a: torch.threshold(a, threshold=0.1, value=5.0)]),
    Row("nn.functional.threshold", lambda a: F.threshold(a, 0.1, 5.0), FEW, at=[([0.1, 0.0, 0.2, inf, nan],)],
        same=[lambda a: F.threshold(input=a, threshold=0.1, value=5.0)]),
    Row("prelu", torch.prelu, [((2, 3), (3,)), ((2, 3), (1,))], same=[lambda a, w: a.prelu(w)]),
    Row("nn.functional.prelu", F.prelu,
        [((2, 3), (3,)), ((2, 3), (1,)), ((2, 3, 2), (3,)), ((4,), (1,)), ((), ()), ((0, 3), (3,)), ((2, 3), ())],
        at=[([0.0, -0.0, 2.0, -2.0], [0.5]), ([[0.0, -1.0]], [0.5, 0.0])],
        same=[lambda a, w: F.prelu(input=a, weight=w)],
        errors=[lambda: F.prelu(torch.ones(2, 3), torch.ones(2)), lambda: F.prelu(torch.ones(2, 3), torch.ones(3, 1)),
                lambda: F.prelu(torch.tensor(1.0), torch.ones(2)), lambda: F.prelu(torch.ones(3), torch.ones(3))],
        own_words=[lambda: F.prelu(torch.ones(2, dtype=torch.float64), torch.ones(1))]),
    Row("nn.functional.glu", F.glu, [(2, 4), (2,), (0, 2), (2, 0)], at=[([1.0, 0.0, 1000.0, -1000.0],)],
        node="MulBackward0", same=[lambda a: F.glu(input=a, dim=-1)],
        errors=[lambda: F.glu(torch.ones(3)), lambda: F.glu(torch.ones(2, 3), -1), lambda: F.glu(torch.tensor(1.0)),
                lambda: F.glu(torch.ones(2, 4), 5)]),
    Row("nn.functional.glu", lambda a: F.glu(a, 0), [(2, 3), (4, 1, 2)], tag="dim", node="MulBackward0"),
    Row("nn.functional.softshrink", F.softshrink, FEW, at=[*HALVES, ([nan, inf, -inf],)],
        own_words=[lambda: F.softshrink(torch.ones(2), -1.0)]),
    Row("nn.functional.softshrink", lambda a: F.softshrink(a, 0.25), FEW, at=[([0.25, -0.25, 0.0],)], tag="lambd",
        same=[lambda a: F.softshrink(input=a, lambd=0.25)]),
    Row("hardshrink", torch.hardshrink, FEW, same=[lambda a: a.hardshrink(), lambda a: a.hardshrink(0.5)]),
    Row("nn.functional.hardshrink", lambda a: F.hardshrink(a, 0.25), FEW, at=[([0.25, -0.25, 0.0, 0.5, nan, -inf],)],
        same=[lambda a: F.hardshrink(input=a, lambd=0.25)]),
    # what it draws is tested by its properties, in test_conventions.py
    Row("nn.functional.dropout", lambda a: F.dropout(a, training=False), FEW,
        same=[lambda a: F.dropout(a, 0.0), lambda a: F.dropout(input=a, p=0.7, training=False)],
        errors=[lambda: F.dropout(torch.ones(2), 1.5), lambda: F.dropout(torch.ones(2), -1)]),
    Row("nn.functional.dropout", lambda a: F.dropout(a, 1.0), tag="all", dtypes=("float32", "float16")),
]  # fmt: skip
