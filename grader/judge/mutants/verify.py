"""Assignment 10, verify: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import verify_wrong as texts
from grader.judge.mutants.verify_right import RIGHT

HALF = ("measure", "project")
Names = str | tuple[str, ...]


def wrong(
    cell: str, points: float, *edits: tuple[str, str], source: str = "", found: Names = (), also: Names = ()
) -> Mutant:
    """A cell that loses `points` of its test: a source, or the first right one with some of its text replaced."""
    source = source or RIGHT[cell][0]
    for old, new in edits:
        assert old in source, f"{cell}: {old!r} is not there"
        source = source.replace(old, new)
    first, others = ((names,) if isinstance(names, str) else names for names in (found, also))
    return Mutant(cells={cell: source}, lost={f"test_{cell}": points}, diagnosed=first, also=others)


MUTANTS = {
    "measure_two_marks": wrong(
        "measure", 2.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-1: -6, 1: 6}"), found="two marks only"
    ),
    "kinks_blamed": wrong("judge", 1.5, ("            continue\n", ""), found="kinks blamed"),
    "second_by_grad": wrong(
        "second_order",
        1.5,
        ("g[i].backward(retain_graph=True)", "[t.grad] = grad(g[i], t, retain_graph=True, allow_unused=True)"),
        found="refusal not met",
    ),
    # the ruler
    "measure_input_first": wrong(
        "measure",
        3,
        ("first.shape + x.shape", "x.shape + first.shape"),
        ("(..., *p)", "p"),
        found="input first",
        also="transposed",
    ),
    "measure_divided_by_six": wrong("measure", 3.5, ("(12 * h)", "(6 * h)"), found="not divided by twice the step"),
    "measure_wide_added": wrong(
        "measure", 3.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-2: -1, -1: -8, 1: 8, 2: 1}"), found="wide marks added"
    ),
    "measure_ravel_copies": wrong(
        "measure",
        1.5,
        ("zeros(x.shape)", "zeros_like(x)"),
        ("bump[p]", "bump.ravel()[np.ravel_multi_index(p, x.shape)]"),
        found="moved in a copy",
    ),
    "measure_list_of_the_same_arrays": wrong(
        "measure", 3.5, source=texts.MEASURE_LIST, found="moved for good", also="restored by arithmetic"
    ),
    "measure_one_tensor_for_all": wrong(
        "measure",
        1.5,
        ("    tables = []\n", "    tables, held = [], [mg.tensor(a) for a in inputs]\n"),
        ("mg.tensor(a + bump if j == i else a)", "mg.tensor(a + bump) if j == i else held[j]"),
        found="written tensor used again",
    ),
    "measure_derives": wrong("measure", 3, source=texts.MEASURE_DERIVES, found="recorded, not measured"),
    "measure_pasted_from_the_chapter": wrong(
        "measure", 3.5, source=texts.MEASURE_PASTED, found="recorded, not measured"
    ),
    "measure_at_once": wrong(
        "measure", 3.5, source=texts.MEASURE_AT_ONCE, found="one slope for each element", also="mixed derivatives lost"
    ),
    "measure_at_once_on_a_diagonal": wrong(
        "measure",
        3.5,
        ("(8 * near - far) / (12 * h)", "np.diag(np.atleast_1d(8 * near - far) / (12 * h))"),
        source=texts.MEASURE_AT_ONCE,
        found=("one slope for each element", "axis of length 1"),
    ),
    "measure_restores": wrong("measure", 0.5, source=texts.MEASURE_RESTORES, found="restored by arithmetic"),
    "measure_weights_exchanged": wrong(
        "measure",
        3.5,
        ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-2: -8, -1: 1, 1: -1, 2: 8}"),
        found="weights of the marks exchanged",
    ),
    "measure_no_brackets": wrong(
        "measure", 3.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-2: -1, -1: -8, 1: 8, 2: -1}"), found="brackets left out"
    ),
    "measure_times_h": wrong("measure", 3.5, ("(12 * h)", "12 * h"), found="multiplied by the step"),
    "measure_calls_the_reference": wrong("measure", 3.5, source=texts.MEASURE_CALLS, found="calls what is asked"),
    # two directions: minigrad has no fast mode; what it has is the claimed half
    "project_divided_by_h": wrong("project", 3.5, ("/ 2 / h", "/ h"), found="not divided by twice the step"),
    "project_forgets_u": wrong("project", 3.5, ("vdot(u, ", "sum("), found="direction forgotten"),
    "project_forgets_u_and_moves_all": wrong("project", 3.5, ("step * u", "step"), found="direction forgotten"),
    "project_forgets_v": wrong(
        "project",
        3.25,
        ("np.vdot(v, moved[1] - moved[0])", "np.sum(moved[1] - moved[0])"),
        ("f(start).backward(mg.tensor(v))", "f(start).sum().backward()"),
        found="weights of the result forgotten",
    ),
    "project_one_side": wrong(
        "project", 2.75, ("in (-h, h)", "in (0, h)"), ("/ 2 / h", "/ h"), found="moved to one side"
    ),
    "project_matrix_product": wrong(
        "project",
        3,
        ("float(np.vdot(v, moved[1] - moved[0]) / 2 / h)", "v @ (moved[1] - moved[0]) / 2 / h"),
        found=("matrix product for the sum", "shapes do not fit"),
    ),
    "project_matrix_products_added_up": wrong(
        "project",
        3.25,
        ("np.vdot(v, moved[1] - moved[0])", "np.sum(v @ (moved[1] - moved[0]))"),
        ("np.vdot(u, start.grad.numpy())", "np.sum(u @ start.grad.numpy())"),
        found=("matrix product for the sum", "shapes do not fit"),
    ),
    "project_own_step": wrong(
        "project", 2.25, ("in (-h, h)", "in (-1e-6, 1e-6)"), ("/ 2 / h", "/ 2e-6"), found="another step taken"
    ),
    "project_four_calls": wrong(
        "project", 0.5, ("    f(start)", "    assert f(start).shape == v.shape\n    f(start)"), found="called once more"
    ),
    "project_two_walks": wrong(
        "project",
        0.5,
        (
            "    f(start)",
            "    y = f(start)\n    y.backward(mg.tensor(v), retain_graph=True)\n    start.grad = None\n    y",
        ),
        found="walked twice",
    ),
    "project_the_other_way_round": wrong(
        "project",
        2.25,
        ("return float", "measured, claimed = float"),
        ("start.grad.numpy()))\n", "start.grad.numpy()))\n    return claimed, measured\n"),
        found="measured and claimed exchanged",
    ),
    "project_pasted_from_the_chapter": wrong("project", 2.5, source=texts.PROJECT_PASTED, found="table filled"),
    "project_calls_the_reference": wrong(
        "project",
        3.5,
        ("f(start).backward(mg.tensor(v))", "start.grad = mg.autograd.functional.vjp(f, start, mg.tensor(v))[1]"),
        found="calls what is asked",
    ),
    # verdicts
    "judge_in_float32": wrong("judge", 0.5, ('np.array(x, dtype="float64")', "x.copy()"), found="left in float32"),
    "judge_kink_first": wrong(
        "judge", 1.5, ("            continue\n", '            return "kink", None\n'), found="kink excuses the rest"
    ),
    "judge_kink_only_if_wrong": wrong(
        "judge",
        0.5,
        (texts.KINK_FIRST, ""),
        ("        if over > worst:", texts.KINK_FIRST.replace("if ", "if over > 0 and ") + "        if over > worst:"),
        found="kink that agrees overlooked",
    ),
    "judge_small_kink_blamed": wrong("judge", 0.5, ("0.0005 * h", "0.05 * h"), found="kinks blamed"),
    "judge_noise_in_values_only": wrong(
        "judge", 1.5, (" or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True)", ""), found="noise overlooked"
    ),
    "judge_two_walks_of_one_call": wrong("judge", 0.5, *texts.WALKED_AGAIN, found="noise overlooked"),
    "judge_no_look_at_noise": wrong(
        "judge",
        1.5,
        ("if y != y_again or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True)", "if False"),
        found="noise overlooked",
    ),
    "judge_noise_within_tolerance": wrong(
        "judge",
        0.5,
        ("y != y_again", "not np.allclose(y, y_again)"),
        ("a_again, rtol=0, atol=0, equal_nan=True", "a_again, equal_nan=True"),
        found="noise overlooked",
    ),
    "judge_tolerances_of_gradcheck": wrong("judge", 1.5, ("1e-8 - 1e-5", "1e-5 - 1e-3"), found="tolerance too wide"),
    "judge_relative_only": wrong("judge", 0.5, (" - 1e-8", ""), found="no absolute tolerance"),
    "judge_absolute_only": wrong("judge", 0.5, (" - 1e-5 * abs(n)", ""), found="no relative tolerance"),
    "judge_first_for_worst": wrong(
        "judge", 4, ("if over > worst:", "if over > worst and place is None:"), found="first for the worst"
    ),
    "judge_flat_place": wrong(
        "judge",
        4.5,
        ("worst, place = over, p", "worst, place = over, int(np.ravel_multi_index(p, x.shape))"),
        found="flat place",
    ),
    "judge_tolerance_not_taken_off": wrong(
        "judge",
        0.5,
        (
            "np.where(fine, -1, np.nan_to_num(abs(a - n) - 1e-5 * abs(n)",
            "np.where(~smooth, -1, np.nan_to_num(abs(a - n)",
        ),
        source=RIGHT["judge"][1],
        found="tolerance not taken off",
    ),
    "judge_worst_by_the_ratio": wrong(
        "judge",
        0.5,
        ("nan_to_num(abs(a - n) - 1e-5 * abs(n)", "nan_to_num(abs(a - n) / (1e-8 + 1e-5 * abs(n))"),
        source=RIGHT["judge"][1],
        found="worst by the ratio",
    ),
    "judge_kink_for_the_worst": wrong(
        "judge",
        0.5,
        ("np.where(fine, -1", "np.where(fine & smooth, -1"),
        source=RIGHT["judge"][1],
        found="kink for the worst",
    ),
    "judge_against_the_claim": wrong(
        "judge",
        3.5,
        (
            "abs((up[p] + down[p]) / 2 - np.array(y)[p]) > 0.0005 * h",
            "abs((up[p] - np.array(y)[p]) / h - a[p]) > 0.001",
        ),
        found="claim taken for a side",
    ),
    "judge_moves_x": wrong(
        "judge",
        0.5,
        ("np.array(x, d", "np.asarray(x, d"),
        ("f(mg.tensor(x + s))", "f(mg.tensor(moved(s)))"),
        ("    up, down", "\n    def moved(s):\n        nonlocal x\n        x += s\n        return x\n\n    up, down"),
        ("in (h, -h)", "in (h, -2 * h)"),
        found="x moved in place",
    ),
    "judge_nan_agrees": wrong("judge", 1.5, ("np.inf if a[p] != a[p] else ", ""), found="nan agrees"),
    "judge_nan_is_noise": wrong("judge", 1.5, (", equal_nan=True", ""), found="nan taken for noise"),
    "judge_pasted_from_the_chapter": wrong(
        "judge", 2, source=texts.JUDGE_PASTED, found=("kinks blamed", "noise overlooked")
    ),
    "judge_calls_the_reference": wrong("judge", 4.5, source=texts.JUDGE_CALLS, found="calls what is asked"),
    # second derivatives
    "second_no_history_is_wrong": wrong(
        "second_order", 0.5, (" if np.all", " if g.requires_grad and np.all"), found="no history misjudged"
    ),
    "second_no_history_is_refused": wrong(
        "second_order",
        1,
        ("            if g.requires_grad:\n                g[i]", "            g[i]"),
        found="no history misjudged",
    ),
    "second_without_create_graph": wrong(
        "second_order", 3, ("slope(x, create=True)", "slope(x)"), found="gradient without history"
    ),
    "second_graph_freed": wrong("second_order", 3.5, ("retain_graph=True", ""), found="freed graph taken for refusal"),
    "second_all_rows_at_once": wrong("second_order", 0.5, source=texts.SECOND_AT_ONCE, found="rows summed"),
    "second_there_or_not": wrong(
        "second_order",
        1.5,
        ("rows, measured, rtol=1e-4, atol=1e-6", "np.array(rows) != 0, abs(measured) > 1e-6"),
        found="lost part overlooked",
    ),
    "second_tolerances_of_gradcheck": wrong(
        "second_order", 0.5, ("rtol=1e-4, atol=1e-6", "rtol=1e-3, atol=1e-5"), found="lost part overlooked"
    ),
    "second_diagonal": wrong(
        "second_order",
        3.5,
        ("    rows = []\n", "    rows, measured = [], np.diag(np.diag(measured))\n"),
        ("allclose(rows,", "allclose(np.diag(np.diag(rows)),"),
        found="mixed derivatives lost",
    ),
    "second_of_values": wrong(
        "second_order",
        3.5,
        (
            "\n    measured = np.array([(slope(x + m)[1].numpy() - slope(x - m)[1].numpy()) / 2e-6 for m in moves])\n",
            texts.SECOND_OF_VALUES,
        ),
        found="second differences of values",
    ),
    "second_no_table": wrong("second_order", 1.5, ('"refused", measured', '"refused", None'), found="table left out"),
    "second_divided_by_h": wrong(
        "second_order",
        3.5,
        ("/ 2e-6", "/ 1e-6"),
        ("rows, measured,", "rows, measured / 2,"),
        found="not divided by twice the step",
    ),
    "second_adds_up": wrong("second_order", 3, ("        t.grad = None\n", ""), found="walks added up"),
    "second_pasted_from_the_chapter": wrong(
        "second_order", 2, source=texts.SECOND_PASTED, found=("refusal not met", "lost part overlooked")
    ),
    "second_calls_the_reference": wrong("second_order", 3.5, source=texts.SECOND_CALLS, found="calls what is asked"),
    # hooks
    "hooks_no_return": wrong("hooks", 2, ("return g /", "g = g /"), found="not limited"),
    "hooks_one_by_one": wrong("hooks", 2, ("g / log[-1] * most", "g.clamp(-most, most)"), found="limited one by one"),
    "hooks_always_that_long": wrong(
        "hooks",
        1.5,
        ("        if log[-1] > most:\n    ", ""),
        found=("made longer", "divided by length 0"),
    ),
    "hooks_infinity_let_through": wrong(
        "hooks", 1, ("if np.isnan(log[-1]) or np.isinf(log[-1])", "if False"), found="infinity let through"
    ),
    "hooks_nan_let_through": wrong("hooks", 1, ("np.isnan(log[-1]) or ", ""), found="infinity let through"),
    "hooks_bad_elements_alone": wrong(
        "hooks",
        0.5,
        ("0 * mg.ones_like(g)", "mg.where(mg.isfinite(g), g, 0 * mg.ones_like(g))"),
        found="only bad elements removed",
    ),
    "hooks_divided_by_0": wrong(
        "hooks",
        0.5,
        (
            "        if log[-1] > most:\n            return g / log[-1] * most",
            "        return g * min(1.0, most / log[-1])",
        ),
        found="divided by length 0",
    ),
    "hooks_0_by_0": wrong(
        "hooks",
        0.5,
        (
            "        if log[-1] > most:\n            return g / log[-1] * most",
            "        return g / g.norm() * min(log[-1], most)",
        ),
        found="divided by length 0",
    ),
    "hooks_lengths_of_numpy": wrong(
        "hooks", 0.5, ("g.detach().norm().item()", "np.linalg.norm(g.numpy())"), found="lengths as tensors"
    ),
    "hooks_length_after": wrong(
        "hooks", 1.5, (texts.LOGGED_BEFORE, texts.LOGGED_AFTER), found="length after the limit"
    ),
    "hooks_length_a_tensor": wrong("hooks", 0.5, (".norm().item())", ".norm())"), found="lengths as tensors"),
    "hooks_in_place": wrong(
        "hooks", 0.5, ("return g / log[-1] * most", "g *= most / log[-1]"), found="limited in place"
    ),
    "hooks_velocity_forgotten": wrong("hooks", 1.5, ('state["V"] * momentum + ', ""), found="velocity forgotten"),
    "hooks_velocity_averaged": wrong(
        "hooks", 1.5, ("+ t.grad.detach()", "+ (1 - momentum) * t.grad.detach()"), found="velocity averaged"
    ),
    "hooks_gradient_weakened": wrong(
        "hooks",
        1.5,
        ('state["V"] * momentum + t.grad.detach()', 'momentum * (state["V"] + t.grad.detach())'),
        found="velocity on a weakened gradient",
    ),
    "hooks_looks_ahead": wrong(
        "hooks",
        1.5,
        ('- lr * state["V"]', '- lr * (t.grad.detach() + momentum * state["V"])'),
        found="step looks ahead",
    ),
    "hooks_velocity_late": wrong(
        "hooks",
        1.5,
        ('        state["V"] = state["V"] * momentum + t.grad.detach()\n', ""),
        (
            "        t.grad = None\n",
            '        state["V"] = state["V"] * momentum + t.grad.detach()\n        t.grad = None\n',
        ),
        found="velocity one pass late",
    ),
    "hooks_step_before_the_addition": wrong(
        "hooks",
        1.5,
        source=RIGHT["hooks"][0].partition("\ndef motor")[0] + texts.MOTOR_BEFORE,
        found="step before the addition",
    ),
    "hooks_zeros_for_none": wrong("hooks", 1.5, ("t.grad = None", "t.grad.zero_()"), found="zeros for None"),
    "hooks_velocity_shared": wrong(
        "hooks",
        1.5,
        ('    state = {"V": 0.0}\n\n', ""),
        ("def motor", 'state = {"V": 0.0}\n\ndef motor'),
        found="velocity shared",
    ),
    "hooks_gradient_left": wrong("hooks", 1.5, ("        t.grad = None\n", ""), found="gradient left in place"),
    "hooks_step_recorded": wrong("hooks", 1.5, ("t.data = t.data -", "t -="), found="leaf changed in place"),
    "hooks_new_name_for_the_leaf": wrong("hooks", 1.5, ("t.data = t.data -", "new = t -"), found="nothing written"),
    "hooks_added_first": wrong(
        "hooks", 0.5, ("    t.register_hook(hook)\n    return log\n", texts.ADDED_FIRST), found="added before limited"
    ),
    "hooks_pasted_from_the_chapter": wrong(
        "hooks",
        3.5,
        source=texts.HOOKS_PASTED,
        found=("limited one by one", "infinity let through", "velocity forgotten"),
    ),
    "hooks_calls_the_reference": wrong("hooks", 3.5, source=texts.HOOKS_CALLS, found="calls what is asked"),
    # births
    "birth_of_the_nan": wrong(
        "birthplace", 2, ("not np.isfinite(g.numpy()).all()", "np.isnan(g.numpy()).any()"), found="nan for the infinity"
    ),
    "birth_last": wrong("birthplace", 1.5, ("in births:", "in births[::-1]:"), found="last birth"),
    "birth_fills_grad": wrong(
        "birthplace", 1.5, ("grad(end, inputs, allow_unused=True)", "end.backward()"), found="grad of the inputs filled"
    ),
    "birth_all_used": wrong("birthplace", 1.5, (", allow_unused=True", ""), found="not used in the graph"),
    "birth_bad_is_enough": wrong(
        "birthplace", 3.5, (" and not bad(o)", ""), ("in births:", "in births[::-1]:"), found="bad from above"
    ),
    "birth_late_binding": wrong("birthplace", 3, ("i, o, node=node:", "i, o:"), found="hook of the last node"),
    "birth_sides_exchanged": wrong(
        "birthplace", 3.5, ("bad(i) and not bad(o)", "bad(o) and not bad(i)"), found="sides of a node exchanged"
    ),
    "birth_first_input_only": wrong(
        "birthplace", 0.5, ("bad(i) and", "bad(i[:1]) and"), found="second input overlooked"
    ),
    "birth_detection_left_on": wrong(
        "birthplace",
        3.5,
        ("    with set_detect_anomaly(True):\n        end", "    set_detect_anomaly(True)\n    end"),
        found="walked under anomaly detection",
    ),
    "birth_own_order": wrong(
        "birthplace", 0.5, ("in births:", "in [n for n in nodes if n in births]:"), found="order of the search"
    ),
    "birth_only_bad": wrong("birthplace", 0.5, (" and not bad(o)", ""), found="bad from above"),
    "birth_name_not_called": wrong(
        "birthplace", 3.5, ("return node.name()", "return node.name"), found="method not called"
    ),
    "birth_first_call": wrong("birthplace", 3.5, ("[0].line", "[-1].line"), found="line of another call"),
    "birth_leaf_not_skipped": wrong(
        "birthplace", 3.5, ('and other.name() != "AccumulateGrad" ', ""), found="leaf not skipped"
    ),
    "birth_none_not_skipped": wrong("birthplace", 3, ("other is not None and ", ""), found="wrong type"),
    "birth_recursive": wrong("birthplace", 0.5, source=texts.BIRTH_RECURSIVE, found="recursion"),
    "birth_walk_in_the_block": wrong(
        "birthplace",
        3.5,
        ("    grad(end,", "    with set_detect_anomaly(True):\n        grad(end,"),
        found="walked under anomaly detection",
    ),
    "birth_pasted_from_the_chapter": wrong("birthplace", 2, source=texts.BIRTH_PASTED, found="nan for the infinity"),
    "birth_calls_the_reference": wrong(
        "birthplace", 3.5, source=texts.BIRTH_CALLS, found="walked under anomaly detection"
    ),
    "birth_in_single_steps": wrong("birthplace", 3.5, source=texts.BIRTH_STEPS, found="calls what is asked"),
}
