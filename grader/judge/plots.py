"""Plots for the class report: SVG to stand inside a page, with words in the place of the picture for who cannot see it.

One colour only, and every bar with its number, so that nothing is said by colour. The text stays text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, GREY = "#0072B2", "#595959"  # Okabe and Ito's blue, and a grey that is dark enough to read
WIDTH = 7.0  # inches, 72 points each
LONGEST = 46  # characters of a bar's name
LOOKS: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "text.parse_math": False,  # names are text, whatever they hold
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def histogram(name: str, values: Sequence[float], edges: Sequence[float], unit: str, alt: str) -> str:
    """How many values lie in each of the bins between `edges`, as an <svg>; `alt` says the same in words."""
    with matplotlib.rc_context({**LOOKS, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
        axes = figure.add_subplot()
        counts, _ = np.histogram(values, bins=list(edges))
        axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=BLUE, edgecolor="white")
        for count, left, right in zip(counts, edges, edges[1:], strict=False):
            if count:
                axes.annotate(f"{count}", ((left + right) / 2, count), (0, 2), textcoords="offset points", ha="center")
        axes.set_xlabel(unit)
        axes.set_ylabel("submissions")
        axes.set_xlim(edges[0], edges[-1])
        axes.xaxis.set_major_locator(MaxNLocator(integer=edges[-1] > 5))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(y=0.15)
        return _as_svg(figure, name, alt)


def bars(name: str, rows: Sequence[tuple[str, float, str]], most: float, unit: str, alt: str) -> str:
    """A bar for each (name, value, label), from the top down, on an axis from 0 to `most`; `alt` says it in words."""
    with matplotlib.rc_context({**LOOKS, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, 0.75 + 0.3 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        drawn = axes.barh(range(len(rows)), [value for _, value, _ in rows], height=0.65, color=BLUE)
        axes.bar_label(drawn, labels=[label for _, _, label in rows], padding=3)
        axes.set_yticks(range(len(rows)), [_short(title) for title, _, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, most * 1.15)
        _ticks_up_to(axes, most)
        axes.set_xlabel(unit)
        return _as_svg(figure, name, alt)


def _ticks_up_to(axes: Axes, most: float) -> None:
    ticks = MaxNLocator(5, integer=True).tick_values(0, most)
    axes.set_xticks([tick for tick in ticks if tick <= most])
    axes.spines["bottom"].set_color(GREY)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 3].rstrip()}..."


def _as_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an element of a page: no prologue, no addresses of name spaces, no ids that two plots share."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)  # it speaks to the whole page
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
    used = set(re.findall(r"#([\w-]+)", text))
    text = re.sub(r' id="([^"]*)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", text)
    text = re.sub(r'(href="|url\()#([\w-]+)', rf"\1#{name}-\2", text)
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
