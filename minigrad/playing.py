"""A backward pass to be stepped through.

`play(y)` records the backward pass from `y` (module `stepping`) and shows a frame of every step: which node runs, what
has arrived there, its rules with the numbers put in, what is pending, and what `.grad` will be. No `.grad` is written,
and the graph is not freed.

The picture is laid out once. A frame is a few words of HTML, and for each box of the picture a state and a mark.
"""

import inspect
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from .engine import Partial, start
from .graph import Node
from .pictures import Drawing, names_in
from .stepping import Step, check_size, short, steps
from .tensor import Tensor

STYLE, _, SCRIPT = Path(__file__).with_name("playing.html").read_text(encoding="utf-8").partition("\n\n")
SCALE = 0.85  # of the picture, so that its words are as large as those beside it
LETTER = 7  # points that a letter of a mark takes at most
STATES = ["", "done", "sum", "waits", "runs"]
SVG = "http://www.w3.org/2000/svg"


def play(output: Tensor, gradient: Tensor | None = None) -> "Playing":
    """The backward pass from `output`, to be stepped through in a notebook or in a page.

    gradient: the cotangent, a Tensor of the shape of `output`; None means 1, for an output of one element.
    TypeError: no Tensor. ValueError: more operations than can be shown one by one. RuntimeError: as `backward`.
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"play() takes a Tensor, but got {type(output).__name__}")
    frame = inspect.currentframe()
    names = names_in(frame.f_back if frame is not None else None)
    pending = start([output], [gradient], create_graph=False)
    check_size(pending)
    return Playing(Drawing([output], names, legend=False), list(steps(pending)))


@dataclass
class Frame:
    """What is shown of a step: words, tables as HTML, and the state and mark of each box of the picture."""

    words: str
    tables: str
    boxes: dict[str, tuple[str, str]]  # key -> (state, mark)
    edges: list[tuple[str, str]]  # the arrows along which something was sent, from and to as they are drawn


class Playing:
    """A recorded backward pass: shows itself in a notebook; `.save("page.html")` writes a page of its own."""

    def __init__(self, drawing: Drawing, recorded: Sequence[Step]) -> None:
        self.gradients = {leaf: g for leaf, g in recorded[-1].pending.items() if isinstance(leaf, Tensor)}
        places = {place: None for step in recorded for place in (*step.pending, step.node) if place is not None}
        nodes = sorted((p for p in places if isinstance(p, Node)), key=lambda node: node.number)
        self.turn = {node: i + 1 for i, node in enumerate(nodes)}
        self.names = {place: self.name(drawing, place) for place in places}
        folds = drawing.graph.folds
        self.keys = {place: drawing.keys[folds.get(place, place)] for place in places}
        self.done: set[Node] = set()
        self.frames = [self.frame(i, step, i == len(recorded) - 1) for i, step in enumerate(recorded)]
        marks = [(key, len(mark)) for frame in self.frames for key, (_, mark) in frame.boxes.items()]
        self.scene = Scene(drawing, {key: max(length for k, length in marks if k == key) for key, _ in marks})
        self.controls: Any = None

    def name(self, drawing: Drawing, place: Any) -> str:
        """What a place is called: the variable's name, or the operation; nodes with their number in this graph."""
        name = drawing.named[place][0] if place in drawing.named else ""
        if isinstance(place, Tensor):
            return name or "a leaf without a name"
        operation = f"{place.name().removeprefix('torch::autograd::')} #{self.turn[place]}"
        return f"{name} ({operation})" if name else operation

    def frame(self, i: int, step: Step, last: bool) -> Frame:
        """What to show of a step."""
        if step.node is None:
            words = self.end_words(step, last)
        else:
            self.done.add(step.node)
            words = f"Step {i}. {self.run_words(step.node, step)}"
        tables = self.rules(step) + self.waiting(step) + self.sums(step, last)
        ways = [(self.keys[sent.edge], self.keys[step.node]) for sent in step.sent]
        return Frame(words, tables, self.boxes(step), ways)

    def boxes(self, step: Step) -> dict[str, tuple[str, str]]:
        """The state and mark of every box; of several operations that are one box, the most telling one."""
        found: dict[str, tuple[str, str]] = {}
        for place, key in self.keys.items():
            mark = self.mark(place, step)
            found[key] = max(found.get(key, mark), mark, key=lambda box: STATES.index(box[0]))
        return found

    def mark(self, place: Any, step: Step) -> tuple[str, str]:
        """The state of a box, and the words beside it."""
        arrived = cut(short(step.pending[place])) if place in step.pending else ""
        if isinstance(place, Tensor):
            return ("sum", f"sum: {arrived}") if arrived else ("", "")
        turn = f"#{self.turn[place]}"
        if place is step.node:
            return "runs", f"{turn} RUNS"
        if arrived:
            return "waits", f"{turn} waits: {arrived}"
        return ("done", f"{turn} done") if place in self.done else ("", turn)

    def run_words(self, node: Node, step: Step) -> str:
        """What happens when a node runs."""
        sent = [f"{short(s.value)} to {self.names[s.edge]}" for s in step.sent if s.value is not None]
        following = f"Next: {self.names[step.ready[0]]}." if step.ready else "No node waits any more."
        runs = f"{self.names[node]} runs. g = {short(step.g)} has arrived."
        return f"{runs} It sends {' and '.join(sent) or 'nothing'}. {following}"

    def end_words(self, step: Step, last: bool) -> str:
        """How the walk begins, and how it ends."""
        if last:
            sums = [f"{short(g)} to that of {self.names[leaf]}" for leaf, g in self.gradients.items()]
            return f"The end. backward now adds to .grad: {', '.join(sums) or 'nothing'}."
        [(root, g)] = step.pending.items()
        return f"The start. g = {short(g)} is put at {self.names[root]}."

    def rules(self, step: Step) -> str:
        """The rules of the node that runs, a row for each input."""
        rows = []
        for sent in step.sent:
            rule = sent.rule
            texts = [rule.formula, rule.numbers, "nothing" if sent.value is None else short(sent.value)]
            formula = " = ".join(dict.fromkeys(text for text in texts if text))
            if rule.words or sent.note:
                formula += f"  ({', '.join(filter(None, (rule.words, sent.note)))})"
            there = texts[-1]
            if sent.before is not None and sent.value is not None:
                there = f"{short(sent.before)} + {short(sent.value)} = {short(sent.before + sent.value)}"
            rows.append((f"{sent.number}: {self.names[sent.edge]}", formula, there))
        return table("The rules that run, one for each input", ["input", "rule", "now pending there"], rows)

    def waiting(self, step: Step) -> str:
        """The ready queue with what is pending at each node."""
        rows = [(f"{i + 1}.", self.names[node], short(step.pending[node])) for i, node in enumerate(step.ready)]
        return table("Ready, the largest number first", ["turn", "node", "pending"], rows)

    def sums(self, step: Step, last: bool) -> str:
        """What has arrived at each leaf, and what `.grad` will be when it has been added."""
        rows = []
        for leaf, g in step.pending.items():
            if isinstance(leaf, Tensor):
                old = leaf._grad
                array = np.asarray(g.dense() if isinstance(g, Partial) else g).astype(leaf.array.dtype)
                total = array if old is None else old.array + array
                rows.append((self.names[leaf], "None" if old is None else short(old), short(g), short(total)))
        heads = ["leaf", ".grad before", "arrived", ".grad after" if last else "sum so far"]
        return table("At the leaves", heads, rows)

    @property
    def html(self) -> str:
        """The whole pass as a piece of HTML that needs nothing from outside; without scripts, a list of its steps."""
        items = []
        for frame in self.frames:
            marks = escape(json.dumps([frame.boxes, frame.edges]))
            words = f'<p class="words">{escape(frame.words)}</p>'
            items.append(f'<li class="frame" data-marks="{marks}">{words}{frame.tables}</li>')
        return (
            f'{STYLE}<div class="minigrad-play"><div class="figure">{self.scene.svg()}</div>'
            f'<ol class="frames">{"".join(items)}</ol></div>{SCRIPT}'
        )

    def view(self, i: int) -> str:
        """Frame `i` alone, as HTML."""
        frame = self.frames[i]
        return (
            f'{STYLE}<div class="minigrad-play"><p class="words" role="alert">{escape(frame.words)}</p>'
            f'<div class="figure">{self.scene.svg(frame)}</div><div class="frame">{frame.tables}</div></div>'
        )

    def widget(self) -> Any:
        """The pass as a widget of Jupyter: a slider, and buttons to play, to step and to go back."""
        from ipywidgets import HTML, Button, HBox, IntSlider, Play, VBox, jslink

        last = len(self.frames) - 1
        slider = IntSlider(0, 0, last, description="step", style={"description_width": "initial"})
        player = Play(min=0, max=last, interval=1500)
        back, forth = Button(description="◀ back"), Button(description="step ▶")
        shown = HTML(self.view(0))
        jslink((player, "value"), (slider, "value"))
        back.on_click(lambda _: setattr(slider, "value", slider.value - 1))
        forth.on_click(lambda _: setattr(slider, "value", slider.value + 1))
        slider.observe(lambda change: setattr(shown, "value", self.view(change["new"])), "value")
        return VBox([HBox([player, back, forth, slider]), shown])

    def save(self, path: str | os.PathLike) -> None:
        """Write a page of HTML that can be opened from disk. ValueError: the name ends in something else."""
        path = Path(path)
        if path.suffix not in (".html", ".htm"):
            raise ValueError(f"play().save() writes a page of HTML; {path.name!r} does not end in .html")
        style = "<style>:root { color-scheme: light dark; }</style>"
        head = f'<head><meta charset="utf-8"><title>backward, step by step</title>{style}</head>'
        page = f'<!DOCTYPE html><html lang="en">{head}<body>{self.html}</body></html>\n'
        path.write_text(page, encoding="utf-8")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": self.html}
        if "JPY_SESSION_NAME" in os.environ:  # the kernel belongs to somebody who sits at a notebook
            self.controls = self.widget()
            bundle |= self.controls._repr_mimebundle_()
        return bundle | {"text/plain": repr(self)}

    def __repr__(self) -> str:
        return "\n".join(frame.words for frame in self.frames)


def cut(text: str) -> str:
    """A text short enough to stand beside a box."""
    return text if len(text) <= 14 else text[:13] + "…"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts as HTML; nothing if it has no rows."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Scene:
    """The picture that all frames share: each box can be given a state and a mark, each arrow a state.

    lengths: of the longest mark of each box, in letters.
    """

    def __init__(self, drawing: Drawing, lengths: Mapping[str, int]) -> None:
        self.text = drawing.text
        self.boxes: dict[str, Any] = {}
        self.edges: dict[tuple[str, str], list[Any]] = {}
        try:
            ElementTree.register_namespace("", SVG)
            self.root: Any = ElementTree.fromstring(drawing.svg())
        except RuntimeError:
            self.root = None
            return
        for group in list(self.root.iter(f"{{{SVG}}}g")):
            title = group.find(f"{{{SVG}}}title")
            key = "" if title is None else title.text or ""
            group.attrib.pop("id", None)
            if title is not None:
                group.remove(title)
            if group.get("class") == "node":
                self.boxes[key] = group
                group.set("data-key", key)
                group.append(mark_beside(group))
            elif group.get("class") == "edge":
                source, _, target = key.partition("->")
                self.edges.setdefault((source, target), []).append(group)
                group.set("data-edge", f"{source} {target}")
        for group in self.boxes.values():  # drawn last, or arrows would cross out the marks
            self.root[0].remove(group)
            self.root[0].append(group)
        self.make_room(lengths)

    def make_room(self, lengths: Mapping[str, int]) -> None:
        """Widen the picture to the left and to the top, as far as marks stand out there."""
        x, y, width, height = map(float, self.root.attrib["viewBox"].split())
        starts = [float(self.boxes[key][-1].get("x")) - LETTER * length for key, length in lengths.items()]
        left, top = max(0.0, -min(starts, default=0.0)), 2 * LETTER
        width, height = width + left, height + top
        self.root.set("viewBox", f"{x - left:.2f} {y - top:.2f} {width:.2f} {height:.2f}")
        self.root.set("width", f"{width * SCALE:.0f}pt")
        self.root.set("height", f"{height * SCALE:.0f}pt")

    def svg(self, frame: Frame | None = None) -> str:
        """The picture with the states of a frame, or with none; the tree of text where there is no `dot`."""
        if self.root is None:
            return f"<pre>{escape(self.text)}</pre>"
        for key, group in self.boxes.items():
            state, mark = frame.boxes.get(key, ("", "")) if frame is not None else ("", "")
            group.set("data-state", state)
            group[-1].text = mark
        for way, groups in self.edges.items():
            for group in groups:
                group.set("data-state", "sent" if frame is not None and way in frame.edges else "")
        return ElementTree.tostring(self.root, encoding="unicode")


def mark_beside(group: Any) -> Any:
    """An empty text above a box, to the left of the arrows that come in there."""
    points = [point.split(",") for part in group.iter() for point in outline(part)]
    across, top = [float(x) for x, _ in points], min(float(y) for _, y in points)
    place = {"x": f"{(3 * min(across) + max(across)) / 4:.2f}", "y": f"{top - 4:.2f}"}
    return ElementTree.Element(f"{{{SVG}}}text", {"class": "mark", "text-anchor": "end", **place})


def outline(part: Any) -> list[str]:
    """The points "x,y" of a shape that graphviz drew, or the place of a text."""
    drawn = part.get("points") or part.get("d")
    if drawn:
        return drawn.replace("M", " ").replace("C", " ").replace("L", " ").replace("Z", " ").split()
    return [f"{part.get('x')},{part.get('y')}"] if part.get("x") else []
