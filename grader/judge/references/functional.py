"""Assignment 12, functional: its hidden cases. All answers are formulas found on paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.inside.cases import Case
from grader.judge.references.functional_contexts import (
    inside,
    inside_context,
    matrix,
    matrix_context,
    mixed_field,
    mixed_field_context,
    mixed_temperature,
    mixed_temperature_context,
    one_tall,
    passes_of_chains,
    passes_of_fields,
    passes_of_fields_context,
    passes_of_motion,
    passes_of_motion_context,
    straight_context,
    system,
    system_context,
    tables,
    tree,
    tree_context,
    two_places,
    two_places_context,
    two_planets,
    two_planets_context,
    two_squares,
    two_squares_context,
    waves,
    waves_context,
)


def draws(*shapes: tuple) -> Callable[[np.random.Generator], tuple]:
    """Draws float64 arrays of these shapes, away from 0 and 1."""
    return lambda rng: tuple(rng.uniform(1.2, 1.9, size=shape) for shape in shapes)


def narrow_and_wide(rng: np.random.Generator) -> tuple:
    """Matrices from 6 to 2, from 2 to 7 and from 7 to 3 numbers, all results moderate."""
    shapes = ((2, 6), (7, 2), (3, 7))
    return *(rng.uniform(0.1, 0.3, size=shape) * rng.choice([-1, 1], shape) for shape in shapes), rng.uniform(1, 2, 6)


def dominant(rng: np.random.Generator) -> np.ndarray:
    """A 3 x 3 matrix that can be solved with, and is not symmetric."""
    return rng.uniform(0.2, 0.9, size=(3, 3)) + np.diag([2.0, 2.5, 3.0])


CASES = (
    Case(
        name="gradient.tree",
        points=0.5,
        label="value",
        says="A dict of a list of tuples, and a Tensor that is not used: gradients in the same wrapping.",
        inputs=draws((3, 2), (2,), (3,)),
        expected=tree,
        context=tree_context,
    ),
    Case(
        name="gradient.two_places",
        points=0.5,
        label="shared",
        says="p[0] * p[1] ** 2 with the same Tensor in both places of a list, also one that requires a gradient; "
        "and a function that is constant.",
        inputs=draws((3,)),
        expected=two_places,
        context=two_places_context,
    ),
    Case(
        name="gradient.inside",
        points=1,
        label="second order",
        says="The gradient of the squared length of a gradient.",
        inputs=draws((3,), (3,)),
        expected=inside,
        context=inside_context,
    ),
    Case(
        name="motion.waves",
        points=1.5,
        label="value",
        says="Three results of three numbers that move, up to the third derivative.",
        inputs=draws((3,), (3,)),
        expected=lambda x, v: list(waves(x, v)),
        context=waves_context,
    ),
    Case(
        name="motion.matrix",
        points=0.5,
        label="shape",
        says="The square of a matrix along another, up to the fourth derivative; no answer has a history.",
        inputs=draws((3, 3), (3, 3)),
        expected=matrix,
        context=matrix_context,
    ),
    Case(
        name="motion.passes",
        points=0.5,
        label="passes",
        says="Twenty numbers: no derivative at all, then four orders, in at most eight passes.",
        inputs=draws((20,), (20,)),
        expected=passes_of_motion,
        context=passes_of_motion_context,
    ),
    Case(
        name="chain.two_squares",
        points=0.5,
        label="order",
        says="Two functions of three numbers with three results, one after the other.",
        inputs=draws((3, 3), (3, 3), (3,)),
        expected=two_squares,
        context=two_squares_context,
    ),
    Case(
        name="chain.three",
        points=0.5,
        label="value",
        says="From 6 numbers to 2, to 7 and to 3; the answer has no history.",
        inputs=narrow_and_wide,
        expected=lambda *inputs: {"table": tables(*inputs)[-1], "history": False},
        context={"side_effects": True},
    ),
    Case(
        name="chain.one_tall",
        points=0.5,
        label="value",
        says="One function alone, of 3 numbers with 12 results, four of which are constant.",
        inputs=draws((3,)),
        expected=one_tall,
        context=lambda x: {"column_sums": np.repeat(one_tall(x).sum(axis=1, keepdims=True), 3, axis=1)},
    ),
    Case(
        name="chain.passes",
        points=1.5,
        label="passes",
        says="Chains of one, two and three functions, then one with as many results as inputs and one with two more.",
        inputs=narrow_and_wide,
        expected=passes_of_chains,
        context={
            "as_one": [(None, "7", None, None, None), (None, "7", None, None, "5"), (None, "7", None, "4", None)],
            "by_rows": [(None, "9", "12", None, "5")],
            "by_columns": [("7", "10", "18", "4", None)],
            "rough": [(None, None, None, "4", None), (None, None, None, None, "5")],
        },
    ),
    Case(
        name="fields.mixed_field",
        points=1,
        label="value",
        says="The divergence of a field in which every component depends on several coordinates.",
        inputs=draws((5, 3)),
        expected=mixed_field,
        context=mixed_field_context,
    ),
    Case(
        name="fields.mixed_temperature",
        points=1,
        label="second order",
        says="The Laplacian of a temperature with mixed second derivatives.",
        inputs=draws((5, 3)),
        expected=mixed_temperature,
        context=mixed_temperature_context,
    ),
    Case(
        name="fields.straight",
        points=0.5,
        label="zeros",
        says="The Laplacian of a temperature that rises evenly, and the divergence of an even wind.",
        inputs=draws((4, 3), (3,)),
        expected=lambda x, w: {"straight f": np.zeros(4), "even wind": np.zeros(4)},
        context=lambda x, w: {"straight f": {"first": np.full(4, w.sum())}, "constant_order": True},
    ),
    Case(
        name="fields.passes",
        points=1,
        label="passes",
        says="Divergence and Laplacian of forty points in the plane and in space, in no more passes than it takes.",
        inputs=draws((40, 3)),
        expected=passes_of_fields,
        context=passes_of_fields_context,
    ),
    Case(
        name="root.system",
        points=0.5,
        label="value",
        says="Three equations, and a p with two axes.",
        inputs=lambda rng: (dominant(rng), *draws((3, 4), (3,), (3,))(rng)),
        expected=system,
        context=system_context,
    ),
    Case(
        name="root.straight",
        points=0.5,
        label="cotangent",
        says="A linear system a x = p, solved backward.",
        inputs=lambda rng: (dominant(rng), *draws((3,), (3,))(rng)),
        expected=lambda a, p, g: np.linalg.solve(a.T, g),
        context=straight_context,
    ),
    Case(
        name="root.two_planets",
        points=1,
        label="value",
        says="The weighed squares of two planets' places, by backward through the engine.",
        inputs=lambda rng: (rng.uniform(0.2, 0.6, 2), *draws((2,), (2,))(rng)),
        expected=two_planets,
        context=two_planets_context,
    ),
)
