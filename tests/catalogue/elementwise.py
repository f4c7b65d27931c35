"""Rows of the table: arithmetic, comparisons, logic, clamp, where."""

import minigrad as torch

from .row import DTYPES, EACH, PAIRS, Row

INF, NAN = float("inf"), float("nan")
TRIPLES = [((2, 3), (2, 3), (2, 3)), ((), (), ()), ((3,), (2, 1), ()), ((2, 0), (2, 1), (1,))]
NOT_BOOL = [dtype for dtype in DTYPES if dtype != "bool"]  # torch 2.13 has another type of error than 2.15
SMALLER = [((2, 3), (2, 3), (2, 3)), ((), (), ()), ((2, 3), (3,), ()), ((2, 0), (2, 1), (1,))]
FLOATS, INTS = torch.tensor([1.0, 2.0]), torch.tensor([5, -3])
BOOLS = torch.tensor([True, False])
SPECIAL = [([0.0, -0.0, 2.0, INF, -INF, NAN],)]
TIES = [([1.0, 2.0, 3.0, -1.0], [1.0, 1.0, 5.0, -1.0])]
# signs, zeros and infinities of dividend and divisor
QUOTIENTS = [([7.0, -7.0, 7.0, -7.0, 6.0, -0.5], [2.0, 2.0, -2.0, -2.0, 3.0, INF]), ([2.0, -3.0, 0.0], [0.0, 0.0, 2.0]),
             ([7, -7, 7, -7, 0], [2, 2, -2, -2, 5])]  # fmt: skip
SIZES = torch.ones(2, 3), torch.ones(2, 4)


def whole(t):
    """Floats as integers, so that rows of float64 can be tried with operations on bits; others as they are."""
    return (t.detach() * 8).long() if t.is_floating_point() else t


def pair(name, **more):
    """A smooth function of two tensors, with the forms and the error that all of them have."""
    function = getattr(torch, name)
    forms = [lambda a, b: function(input=a, other=b)]
    if hasattr(torch.Tensor, name):
        forms.append(lambda a, b: getattr(a, name)(b))
    return Row(name, function, PAIRS, same=forms + list(more.pop("same", [])),
               errors=[lambda: function(*SIZES), *more.pop("errors", [])], **more)  # fmt: skip


def compared(name, **more):
    """A comparison: ties, infinities, nan, integers; with numbers too."""
    points = [*TIES, ([INF, -INF, NAN, NAN], [INF, 0.0, NAN, 1.0]), ([1, 2, 3], [3, 2, 1]), ([2, 3], [2.5, 3.0]),
              ([True, False], [False, False])]  # fmt: skip
    return pair(name, orders=0, at=points, **more)


def on_bits(name, symbol, **more):
    """An operation on integers, and the operator for it."""
    function = getattr(torch, name)
    points = [([12, -3, 0, 7], [10, 5, -1, 1]), ([6, -6], [1, 70]), ([1, 2], [True, False]), *more.pop("at", [])]
    return Row(
        name, lambda a, b: function(whole(a), whole(b)), PAIRS, at=points, orders=0,
        same=[lambda a, b: symbol(whole(a), whole(b)), lambda a, b: getattr(whole(a), name)(other=whole(b)),
              lambda a, b: function(input=whole(a), other=whole(b))],
        errors=[lambda: function(torch.tensor([1, 2]), torch.tensor([1, 2, 3]))],
        own_words=[lambda: function(FLOATS, FLOATS), lambda: symbol(INTS, 1.5), lambda: symbol(INTS, "a")],
        **more)  # fmt: skip


ROWS = [
    # sums
    pair("add", same=[lambda a, b: a + b], own_words=[lambda: FLOATS + "a", lambda: None + FLOATS]),
    Row("add", lambda a, b: torch.add(a, b, alpha=3), PAIRS, tag="alpha", same=[lambda a, b: a.add(b, alpha=3)],
        errors=[lambda: torch.add(INTS, INTS, alpha=1.5)]),
    Row("add", lambda a: torch.add(a, 2.5), EACH, tag="number", same=[lambda a: a + 2.5, lambda a: 2.5 + a]),
    Row("add", lambda a: torch.add(a, 2), tag="integer", same=[lambda a: a + 2, lambda a: 2 + a]),
    Row("add", lambda a, b: torch.add(a, b.float()), [((0,), (0,))], tag="cast", at=[([1.0, 0.1], [0.2, 1e-9])],
        same=[lambda a, b: a + b.to(torch.float32), lambda a, b: a + b.type_as(FLOATS), lambda a, b: a + b.to(FLOATS),
              lambda a, b: a + b.to(dtype=torch.float32), lambda a, b: a + b.type(torch.float32)]),
    pair("sub", same=[lambda a, b: a - b], dtypes=NOT_BOOL),
    pair("subtract", dtypes=NOT_BOOL),
    Row("sub", lambda a, b: torch.sub(a, b, alpha=3), PAIRS, tag="alpha", same=[lambda a, b: a.sub(b, alpha=3)],
        dtypes=NOT_BOOL, errors=[lambda: torch.sub(INTS, INTS, alpha=1.5)]),
    Row("sub", lambda a: torch.sub(a, 2.5), EACH, tag="number", same=[lambda a: a - 2.5], dtypes=NOT_BOOL),
    Row("rsub", torch.rsub, PAIRS, dtypes=NOT_BOOL, node="RsubBackward1",
        same=[lambda a, b: torch.rsub(input=a, other=b)]),
    Row("rsub", lambda a: torch.rsub(a, 2), EACH, tag="number", same=[lambda a: 2 - a], dtypes=NOT_BOOL),
    Row("rsub", lambda a, b: torch.rsub(a, b, alpha=2), tag="alpha", cases=PAIRS, dtypes=NOT_BOOL, node="RsubBackward1",
        errors=[lambda: torch.rsub(INTS, 2, alpha=1.5)]),
    Row("positive", lambda a: torch.positive(a * 1), EACH, same=[lambda a: +(a * 1), lambda a: (a * 1).positive()],
        errors=[lambda: +BOOLS], dtypes=NOT_BOOL),
    # products and quotients
    pair("mul", same=[lambda a, b: a * b], own_words=[lambda: FLOATS * None]),
    pair("multiply"),
    Row("mul", lambda a: torch.mul(a, 2.5), EACH, tag="number", same=[lambda a: a * 2.5, lambda a: 2.5 * a]),
    Row("mul", lambda a: torch.mul(a, a), EACH, tag="itself", same=[lambda a: a * a]),
    pair("div", same=[lambda a, b: a / b, lambda a, b: torch.div(a, b, rounding_mode=None)],
         at=[([1.0, -1.0, 0.0], [0.0, 0.0, 2.0])]),
    pair("true_divide"),
    pair("divide"),
    Row("div", lambda a: torch.div(a, 2), EACH, tag="number", same=[lambda a: a / 2]),
    Row("div", lambda a: 2 / a, EACH, tag="of a number"),
    Row("div", lambda a: torch.div(a, a), EACH, tag="itself"),
    *[Row("div", lambda a, b, mode=mode: torch.div(a, b, rounding_mode=mode), PAIRS, at=QUOTIENTS, tag=mode,
          domains=["any", "positive"],
          same=[lambda a, b, mode=mode: a.div(b, rounding_mode=mode),
                lambda a, b, mode=mode: torch.divide(a, b, rounding_mode=mode)],
          errors=[lambda mode=mode: torch.div(INTS, 0, rounding_mode=mode),
                  lambda: torch.div(FLOATS, 2, rounding_mode="up")]) for mode in ("floor", "trunc")],
    # torch has no derivative of floor_divide; minigrad's is that of div with rounding_mode="floor", which is 0
    pair("floor_divide", at=QUOTIENTS, domains=["any", "positive"], constant=(0, 1), orders=0,
         same=[lambda a, b: a // b], errors=[lambda: INTS // 0]),
    Row("floor_divide", lambda a: torch.floor_divide(a, 2.5), EACH, tag="number", constant=(0,), orders=0,
        same=[lambda a: a // 2.5]),
    Row("floor_divide", lambda a: 7 // a, EACH, tag="of a number", domains=["positive"], constant=(0,), orders=0),
    pair("remainder", at=QUOTIENTS, domains=["any", "positive"], same=[lambda a, b: a % b], errors=[lambda: INTS % 0]),
    Row("remainder", lambda a: torch.remainder(a, 2.5), EACH, tag="number", node="RemainderBackward1",
        same=[lambda a: a % 2.5]),
    Row("remainder", lambda a: torch.remainder(7, a), tag="of a number", constant=(0,), orders=0, domains=["positive"],
        same=[lambda a: 7 % a]),  # torch has no derivative of it; minigrad's is that of two tensors
    pair("fmod", at=QUOTIENTS, domains=["any", "positive"], errors=[lambda: torch.fmod(INTS, 0)]),
    Row("fmod", lambda a: torch.fmod(a, 2.5), EACH, tag="number", node="FmodBackward1", same=[lambda a: a.fmod(2.5)]),
    # powers
    Row("pow", torch.pow, PAIRS, domains=["positive", "any"],
        at=[([0.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 0.5, 2.0]), ([-4.0, 4.0], [0.5, 1.0]), ([3.0, 0.0], [0.0, 1.0]),
            ([2, 1, -1, -1, 0, 3], [-1, -2, -2, -3, -1, 2])],
        same=[lambda a, b: a**b, lambda a, b: a.pow(b), lambda a, b: torch.pow(input=a, exponent=b)],
        errors=[lambda: FLOATS ** torch.ones(3)]),
    *[Row("pow", lambda a, n=n: torch.pow(a, n), EACH, tag=f"{n}", at=[([0.0, -2.0, 4.0, INF],)],
          domains=["positive"], same=[lambda a, n=n: a**n, lambda a, n=n: a.pow(n)])
      for n in (0, 1, 2, 0.5, -1, -3, 1.5)],
    Row("pow", lambda a: torch.pow(2, a), EACH, tag="of a number", node="PowBackward1", same=[lambda a: 2**a]),
    Row("pow", lambda a: torch.pow(0, a), [(0,)], tag="of zero", node="PowBackward1", at=[([0.0, 1.0, 2.0],)],
        errors=[lambda: INTS**-1]),
    Row("square", torch.square, EACH, at=SPECIAL, same=[lambda a: a.square(), lambda a: torch.square(input=a)]),
    # size and sign
    Row("sign", torch.sign, EACH, at=[([0.0, 2.0, -2.0],)], same=[lambda a: a.sign()]),
    Row("clone", torch.clone, EACH, same=[lambda a: a.clone()]),
    # the larger, the smaller, and what is between
    pair("maximum", at=TIES),
    pair("minimum", at=TIES),
    # at ties torch 2.15 shares half and half, 2.13 gives all to the first: see test_elementwise
    pair("fmax", at=[([1.0, NAN, NAN, 2.0], [3.0, 1.0, NAN, NAN])]),
    pair("fmin", at=[([1.0, NAN, NAN, 2.0], [3.0, 1.0, NAN, NAN])]),
    *[Row(name, lambda a, name=name: getattr(torch, name)(a, -0.75, 0.8), EACH, at=[([-2.0, 0.0, 2.0, NAN, INF],)],
          same=[lambda a, name=name: getattr(torch, name)(a, min=-0.75, max=0.8),
                lambda a, name=name: getattr(a, name)(min=-0.75, max=0.8)],
          errors=[lambda name=name: getattr(torch, name)(FLOATS)]) for name in ("clamp", "clip")],
    Row("clamp", lambda a: torch.clamp(a, 1.0, -1.0), EACH, tag="crossed", at=[([-2.0, 0.0, 2.0, NAN],)]),
    Row("clamp", lambda a: torch.clamp(a, min=1), tag="least", same=[lambda a: a.clamp(1)], at=[([0, 1, 2],)]),
    Row("clamp", lambda a: torch.clamp(a, max=1), tag="most", same=[lambda a: a.clamp(None, 1)], at=[([0, 1, 2],)]),
    Row("clamp", lambda a: torch.clamp(a, min=0.5), tag="above a fraction", at=[([0, 1, 2],)]),
    Row("clamp_min", lambda a: torch.clamp_min(a, 0.8), EACH, node="ClampBackward1",
        same=[lambda a: a.clamp_min(0.8), lambda a: torch.clamp_min(input=a, min=0.8)]),
    Row("clamp_max", lambda a: torch.clamp_max(a, 0.8), EACH, node="ClampBackward1",
        same=[lambda a: a.clamp_max(0.8), lambda a: torch.clamp_max(input=a, max=0.8)]),
    Row("clamp", torch.clamp, SMALLER, tag="tensors", node="MinimumBackward0", errors=[lambda: torch.clamp(*SIZES)],
        same=[lambda a, b, c: a.clamp(b, c), lambda a, b, c: torch.clamp(a, min=b, max=c)],
        at=[([-2.0, 0.0, 2.0, NAN], [-1.0] * 4, [1.0] * 4), ([-2.0, 0.0, 2.0], [1.0] * 3, [-1.0] * 3)]),
    Row("clamp_min", torch.clamp_min, PAIRS, tag="tensors", node="MaximumBackward0",
        same=[lambda a, b: a.clamp_min(b)]),
    Row("clamp_max", torch.clamp_max, PAIRS, tag="tensors", node="MinimumBackward0",
        same=[lambda a, b: a.clamp(max=b)]),
    Row("nan_to_num", torch.nan_to_num, EACH, at=SPECIAL, same=[lambda a: a.nan_to_num()]),
    Row("nan_to_num", lambda a: torch.nan_to_num(a, nan=1.0, posinf=2.0, neginf=3.0), EACH, tag="numbers", at=SPECIAL,
        same=[lambda a: a.nan_to_num(1.0, 2.0, 3.0)]),
    Row("where", lambda a, b: torch.where(a > 0, a, b), PAIRS, without=("x", "y"),
        same=[lambda a, b: a.where(a > 0, b), lambda a, b: torch.where(condition=a > 0, input=a, other=b)],
        at=[([1.0, -1.0, NAN], [INF, 2.0, 3.0])],
        errors=[lambda: torch.where(FLOATS > 1, FLOATS, torch.ones(3)),
                lambda: torch.where(torch.ones(3) > 1, FLOATS, 0)],
        own_words=[lambda: torch.where(INTS, FLOATS, FLOATS)]),
    Row("where", lambda a: torch.where(a > 0, a, 2.5), EACH, tag="number", same=[lambda a: a.where(a > 0, 2.5)],
        without=("x", "y")),
    Row("where", lambda a: torch.where(a > 0, 1, a), EACH, tag="number first", without=("x", "y")),
    Row("where", lambda a: torch.where(a > 0, 1, 0), EACH, tag="numbers", orders=0, without=("x", "y")),
    Row("where", lambda a: torch.where(a > 0, 1, 0.5), EACH, tag="two kinds of number", orders=0, without=("x", "y")),
    Row("where", lambda a: torch.where(a > 0), EACH, tag="places", orders=0, at=[(1.0,), (-1.0,)], without=("x", "y")),
    # two or three numbers combined
    pair("hypot", at=[([3.0, 0.0, -3.0, INF], [4.0, 2.0, -4.0, 1.0]), ([0.0], [0.0])]),
    pair("atan2", at=[([0.0, -0.0, 0.0, 0.0, 1.0], [0.0, 0.0, -0.0, -1.0, 0.0]), ([INF, 1.0], [2.0, INF])]),
    pair("arctan2"),
    pair("logaddexp", at=[([-INF, 1000.0, INF, INF, -INF, 1.0], [-INF, 1000.0, INF, -INF, 1.0, NAN]),
                          ([0.0, -2000.0], [2000.0, 0.0])]),
    pair("logaddexp2", at=[([-INF, 1000.0, INF, INF, -INF, 1.0], [-INF, 1000.0, INF, -INF, 1.0, NAN]),
                           ([0.0, -2000.0], [2000.0, 0.0])]),
    pair("xlogy", domains=["any", "positive"], without=("x", "y"),
         at=[([0.0, 0.0, 1.0, 0.0, 0.0, 2.0, -1.0], [0.0, 2.0, 3.0, NAN, -1.0, -1.0, INF])]),
    Row("xlogy", lambda a: torch.xlogy(2, a), EACH, tag="number first", domains=["positive"], node="XlogyBackward0",
        without=("x", "y")),
    Row("xlogy", lambda a: torch.xlogy(a, 2), EACH, tag="number", node="XlogyBackward0", without=("x", "y")),
    Row("lerp", torch.lerp, TRIPLES, at=[([1.0, 2.0, 1e20, 1.0], [2.0, 5.0, 1.0, INF], [0.3, 0.8, 1.0, 0.0])],
        same=[lambda a, b, c: a.lerp(b, c), lambda a, b, c: torch.lerp(input=a, end=b, weight=c)],
        errors=[lambda: torch.lerp(*SIZES, 0.5), lambda: torch.lerp(FLOATS, FLOATS, torch.ones(3))],
        own_words=[lambda: torch.lerp(FLOATS, FLOATS.double(), 0.5),
                   lambda: torch.lerp(FLOATS, FLOATS, FLOATS.double())]),
    Row("lerp", lambda a, b: torch.lerp(a, b, 0.3), PAIRS, tag="number", node="LerpBackward1",
        same=[lambda a, b: a.lerp(b, weight=0.3)]),
    Row("addcmul", torch.addcmul, TRIPLES, node="AddBackward0", errors=[lambda: torch.addcmul(*SIZES, torch.ones(()))],
        same=[lambda a, b, c: a.addcmul(b, c), lambda a, b, c: torch.addcmul(a, tensor1=b, tensor2=c, value=1)]),
    Row("addcmul", lambda a, b, c: torch.addcmul(a, b, c, value=3), TRIPLES, tag="value", node="AddBackward0",
        same=[lambda a, b, c: a.addcmul(b, c, value=3)]),
    Row("addcdiv", torch.addcdiv, TRIPLES, node="AddBackward0", own_words=[lambda: torch.addcdiv(INTS, INTS, INTS)],
        same=[lambda a, b, c: a.addcdiv(b, c), lambda a, b, c: torch.addcdiv(a, tensor1=b, tensor2=c, value=1)]),
    Row("addcdiv", lambda a, b, c: torch.addcdiv(a, b, c, value=0.5), TRIPLES, tag="value", node="AddBackward0",
        same=[lambda a, b, c: a.addcdiv(b, c, value=0.5)]),
    # comparisons
    compared("lt", same=[lambda a, b: a < b], own_words=[lambda: FLOATS < "a"]),
    compared("le", same=[lambda a, b: a <= b]),
    compared("gt", same=[lambda a, b: a > b]),
    compared("ge", same=[lambda a, b: a >= b]),
    compared("eq", same=[lambda a, b: a == b]),
    compared("ne", same=[lambda a, b: a != b]),
    *[compared(name) for name in ("less", "less_equal", "greater", "greater_equal", "not_equal")],
    *[Row(name, lambda a, name=name: getattr(torch, name)(a, 1), EACH, orders=0, tag="number",
          at=[([1, 2],), ([True, False],)])
      for name in ("lt", "le", "gt", "ge", "eq", "ne")],
    Row("eq", lambda a: a == 2.5, EACH, orders=0, tag="fraction", at=[([2, 3],)]),
    Row("isclose", torch.isclose, PAIRS, orders=0,
        at=[([1000.0, INF, 1.0, NAN, INF, 0.0], [1000.001, 1e30, INF, NAN, INF, 1e-9]), ([3, 200], [3, 203]),
            ([True, False], [True, True])],
        same=[lambda a, b: a.isclose(b),
              lambda a, b: torch.isclose(input=a, other=b, rtol=1e-5, atol=1e-8, equal_nan=False)],
        errors=[lambda: torch.isclose(*SIZES), lambda: torch.isclose(FLOATS, FLOATS, rtol=-1.0),
                lambda: torch.isclose(FLOATS, FLOATS, atol=-0.5)],
        own_words=[lambda: torch.isclose(FLOATS, FLOATS.double())]),
    Row("isclose", lambda a, b: torch.isclose(a, b, rtol=0.5, atol=1, equal_nan=True), PAIRS, orders=0, tag="tolerant",
        at=[([1.0, NAN, 3.0, NAN], [2.5, NAN, 10.0, 1.0]), ([10, 20], [12, 50])],
        same=[lambda a, b: a.isclose(b, 0.5, 1, True)]),
    Row("allclose", lambda a, b: torch.tensor(torch.allclose(a, b)), PAIRS, orders=0,
        at=[([1.0, 2.0], [1.0, 2.00001]), ([NAN], [NAN]), ([1.0, 1.0], 1.0)],
        same=[lambda a, b: torch.tensor(a.allclose(b)), lambda a, b: torch.tensor(torch.allclose(input=a, other=b))]),
    Row("allclose", lambda a, b: torch.tensor(torch.allclose(a, b, rtol=0, atol=0.5, equal_nan=True)), PAIRS, orders=0,
        tag="tolerant", at=[([NAN, 1.0], [NAN, 1.25]), ([1, 2], [1, 3])]),
    Row("equal", lambda a, b: torch.tensor(torch.equal(a, b)), PAIRS, orders=0,
        at=[([1.0, 2.0], [1.0, 2.0]), ([1.0, NAN], [1.0, NAN]), ([1, 2], [1.0, 2.0]), ([[1.0]], [1.0]), ([], [])],
        same=[lambda a, b: torch.tensor(a.equal(b)), lambda a, b: torch.tensor(torch.equal(input=a, other=b))],
        errors=[lambda: torch.equal(FLOATS, 1.0)]),
    *[Row(name, getattr(torch, name), EACH, orders=0, at=[*SPECIAL, ([1, 0],), ([True, False],)], without=("tensor",),
          same=[lambda a, name=name: getattr(a, name)(), lambda a, name=name: getattr(torch, name)(input=a)])
      for name in ("isnan", "isinf", "isfinite")],
    # logic and bits
    *[pair(name, orders=0, at=[([0.0, 1.0, NAN, 0.0], [0.0, 2.0, 1.0, INF]), ([0, 1, 2], [True, True, False]),
                               ([True, True, False, False], [True, False, True, False])])
      for name in ("logical_and", "logical_or", "logical_xor")],
    Row("logical_not", torch.logical_not, EACH, orders=0, at=[*SPECIAL, ([1, 0],), ([True, False],)],
        same=[lambda a: a.logical_not(), lambda a: torch.logical_not(input=a)]),
    on_bits("bitwise_and", lambda a, b: a & b, at=[([True, True, False], [True, False, False])]),
    on_bits("bitwise_or", lambda a, b: a | b, at=[([True, True, False], [True, False, False])]),
    on_bits("bitwise_xor", lambda a, b: a ^ b, at=[([True, True, False], [True, False, False])]),
    on_bits("bitwise_left_shift", lambda a, b: a << b, domains=["any", "positive"]),
    on_bits("bitwise_right_shift", lambda a, b: a >> b, domains=["any", "positive"]),
    *[Row(name, lambda a, name=name: getattr(torch, name)(whole(a), 3), EACH, orders=0, tag="number", at=[([5, -6],)],
          same=[lambda a, symbol=symbol: symbol(whole(a), 3)])
      for name, symbol in {"bitwise_and": lambda a, n: a & n, "bitwise_or": lambda a, n: a | n,
                           "bitwise_xor": lambda a, n: a ^ n, "bitwise_left_shift": lambda a, n: a << n,
                           "bitwise_right_shift": lambda a, n: a >> n}.items()],
    *[Row(name, lambda a, name=name: getattr(torch, name)(6, whole(a)), EACH, orders=0, tag="number first",
          at=[([5, 1],)], domains=["positive"], same=[lambda a, symbol=symbol: symbol(6, whole(a))])
      for name, symbol in {"bitwise_and": lambda n, a: n & a, "bitwise_or": lambda n, a: n | a,
                           "bitwise_xor": lambda n, a: n ^ a, "bitwise_left_shift": lambda n, a: n << a,
                           "bitwise_right_shift": lambda n, a: n >> a}.items()],
    Row("bitwise_not", lambda a: torch.bitwise_not(whole(a)), EACH, orders=0, at=[([5, -6, 0],), ([True, False],)],
        same=[lambda a: ~whole(a), lambda a: whole(a).bitwise_not()], errors=[lambda: ~FLOATS]),
]  # fmt: skip
