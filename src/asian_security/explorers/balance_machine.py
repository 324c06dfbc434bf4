"""The second half of lesson 08: a machine of friends and rivals that shows structural balance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import figures
from asian_security.analysis.dispute_record import (
    LETTERS,
    PAIR_NAMES,
    PAIRS,
    POWERS,
    STARTS,
    Motion,
    Tie,
    dispute_signs,
    run_machine,
    starting_signs,
    tensest_tie,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Several, Slider, Values
from asian_security.models.balance import structural_balance

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Exercises that were handed out reach POWERS, PAIR_NAMES and dispute_signs here.
__all__ = ["PAIR_NAMES", "POWERS", "BalanceMachine", "dispute_signs"]

Place = tuple[float, float]

_RING = ((-1.0, 0.0), (1.0, 0.0), (-0.5, 0.87), (0.5, 0.87), (0.5, -0.87), (-0.5, -0.87))
_KINDS = (
    "+++ all friends",
    "++\u2212 friend of rivals",
    "+\u2212\u2212 two against one",
    "\u2212\u2212\u2212 all rivals",
)


def _labels(start: str) -> list[str]:
    return [*POWERS, ""] if start == "disputes" else list(LETTERS)


def _tie_name(pair: Tie, labels: Sequence[str]) -> str:
    i, j = pair
    return f"{labels[i]}-{labels[j]}" if labels[j] else f"{LETTERS[i]}-{LETTERS[j]} (no tie)"


class BalanceMachine(Explorer):
    """Six states, fifteen ties: flip one, see the triangles strain, let the ties evolve."""

    title = "Balance machine"
    goal = (
        "Two rivals, P and Q, have four common friends. Run the time: what becomes of the rivalry? "
        "Then find how strong it must be to win, and tilt A a little toward one of the two."
    )
    source = (
        "Illustrative numbers: signs and strengths are the learner's, except the start by "
        "disputes (GML MID 2.2.1, 1991 to 2010; hostile = at least one dispute)."
    )
    start = Choice("Start", {name: key for key, (name, _) in STARTS.items()}, "rivals")
    time = Slider("Time", 0, 99, 0, unit="% of the way to the break", play=True, interval=90)
    rivalry = Slider("Strength of the tie P-Q", 0.5, 8, 1, 0.5, unit="the others are 1")
    tilt = Slider("Tilt of A", -0.8, 0.8, 0, 0.1, unit="above 0: toward P")
    tie = Choice("Tie to flip", PAIR_NAMES, "P-A")
    flipped = Several("Flipped so far", PAIR_NAMES, (), rows=3)

    def actions(self) -> Sequence[Action]:
        """Return the buttons that flip a tie."""

        def flip(values: Values, name: str) -> Values:
            now = set(values["flipped"]) ^ {name}
            return {"flipped": tuple(n for n in PAIR_NAMES if n in now)}

        def flip_chosen(values: Values) -> Values:
            return flip(values, values["tie"])

        def flip_tensest(values: Values) -> Values:
            tensest = tensest_tie(starting_signs(values["start"], values["flipped"]))
            return flip(values, _tie_name(tensest[0], LETTERS)) if tensest else {}

        return (
            Action(
                "Flip this tie",
                flip_chosen,
                "Turn a friendly tie hostile, or a hostile one friendly",
            ),
            Action(
                "Flip the tensest tie",
                flip_tensest,
                "Flip the tie that most unbalanced triangles share",
            ),
        )

    def draw(self) -> go.Figure:
        """Draw the strained triangles, one line a tie, the states, and the count of triangles."""
        bare = {"visible": False, "fixedrange": True}
        figure = self.empty_figure(
            "Balance machine",
            height=520,
            xaxis={**bare, "range": [-1.25, 1.25], "domain": [0, 0.59]},
            yaxis={**bare, "range": [-1.15, 1.15]},
            xaxis2={
                "domain": [0.81, 1],
                "anchor": "y2",
                "title": "Triangles",
                "rangemode": "tozero",
            },
            yaxis2={"domain": [0.2, 0.85], "anchor": "x2", "autorange": "reversed"},
            legend={**figures.LEGEND_ABOVE, "y": 1.0},
            margin={"l": 20, "r": 30, "t": 100, "b": 40},
        )
        quiet = {"showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(
            name="unbalanced triangle",
            mode="lines",
            fill="toself",
            fillcolor="rgba(230,159,0,0.22)",
            line={"width": 0},
            hoverinfo="skip",
        )
        for name in PAIR_NAMES:
            figure.add_scatter(name=name, mode="lines", **quiet)
        for name, friendly in (("friendly tie", True), ("hostile tie", False)):
            line = {**_line(friendly), "width": 4}
            figure.add_scatter(name=name, mode="lines", line=line, **figures.NOTHING)
        figure.add_scatter(
            name="states",
            mode="markers+text",
            marker={"size": 46, "color": "white", "line": {"color": "black", "width": 2.5}},
            textfont={"size": 16},
            **quiet,
        )
        figure.add_bar(
            name="triangles",
            orientation="h",
            y=list(_KINDS),
            xaxis="x2",
            yaxis="y2",
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [figures.SKY, figures.ORANGE] * 2,
                "pattern": {"shape": ["", "/"] * 2, "fgcolor": "black"},
            },
            **quiet,
        )
        return figure

    def compute(
        self,
        start: str,
        time: float,
        rivalry: float,
        tilt: float,
        tie: str,
        flipped: Sequence[str],
    ) -> Motion:
        """Let the ties evolve up to the moment."""
        return run_machine(starting_signs(start, flipped), rivalry, tilt, time / 100)

    def update(self, motion: Motion, start: str) -> dict[str, dict[str, Any]]:
        """Redraw triangles, ties, states and counts."""
        at = _places(motion)
        x: list[float | None] = []
        y: list[float | None] = []
        for i, j, k in combinations(range(6), 3):
            if motion.signs[i, j] * motion.signs[j, k] * motion.signs[i, k] < 0:
                x += [at[i][0], at[j][0], at[k][0], at[i][0], None]
                y += [at[i][1], at[j][1], at[k][1], at[i][1], None]
        changes: dict[str, dict[str, Any]] = {
            "unbalanced triangle": {"x": x or [None], "y": y or [None]}
        }
        largest = max(float(np.abs(motion.strengths[pair])) for pair in PAIRS)
        for name, (i, j) in zip(PAIR_NAMES, PAIRS, strict=True):
            sign = motion.signs[i, j]
            width = 1.5 + 7 * float(np.abs(motion.strengths[i, j])) / largest
            changes[name] = {
                "x": [at[i][0], at[j][0]] if sign else [None, None],
                "y": [at[i][1], at[j][1]] if sign else [None, None],
                "line": {**_line(sign > 0), "width": width},
            }
        labels = _labels(start)
        changes["states"] = {
            "x": [x if text else None for (x, _), text in zip(at, labels, strict=True)],
            "y": [y if text else None for (_, y), text in zip(at, labels, strict=True)],
            "text": [f"<b>{text}</b>" for text in labels],
        }
        counts = structural_balance.triangles(motion.signs).tolist()
        changes["triangles"] = {"x": counts, "text": [str(count) for count in counts]}
        return changes

    def heading(self, motion: Motion, time: float) -> str:
        """Say the time and the tension."""
        tension = float(structural_balance.tension(motion.signs))
        return f"Tension {tension:.2f} at {time} % of the time to the break"

    def layout(self, motion: Motion) -> dict[str, Any]:
        """Leave room for all twenty triangles."""
        return {"xaxis2": {"range": [0, 24]}}

    def sentence(
        self,
        motion: Motion,
        start: str,
        time: float,
        rivalry: float,
        tilt: float,
        flipped: Sequence[str],
    ) -> str:
        """Say which triangles strain, which tie is under pressure, and how it ends."""
        labels = _labels(start)
        counts = structural_balance.triangles(motion.start)
        total, strained = int(counts.sum()), int(counts[1] + counts[3])
        opening = STARTS[start][0]
        if flipped:
            pairs = [PAIRS[PAIR_NAMES.index(name)] for name in flipped]
            opening += ", flipped: " + ", ".join(_tie_name(pair, labels) for pair in pairs)
        words = [
            f"{opening}. At the start {strained} of {total} triangles are unbalanced "
            f"(tension {strained / total:.2f})."
        ]
        tensest = tensest_tie(motion.start)
        if strained and tensest:
            words.append(
                f"The tie under most pressure is {_tie_name(tensest[0], labels)}: flipping it would "
                f"leave {tensest[1]} fewer."
            )
        elif strained:
            words.append("No single flip would leave fewer: the network is jammed.")
        least, _ = structural_balance.frustration(motion.start)
        pair = f"{labels[0]}-{labels[1]}"
        words += [
            f"Balance is {figures.count_noun(round(least), 'tie')} away.",
            f"With the tie {pair} at strength {rivalry:g} and a tilt of {tilt:g}, the strengths "
            f"break at t = {motion.end:.3f}. At {time} % of that time {pair} is "
            f"{motion.strengths[0, 1]:+.2f}.",
            _ending(motion, labels),
        ]
        return " ".join(words)


def _line(friendly: bool) -> dict[str, str]:
    """Return the colour and dash of a friendly or hostile tie."""
    if friendly:
        return {"color": figures.BLUE, "dash": "solid"}
    return {"color": figures.VERMILION, "dash": "dot"}


def _places(motion: Motion) -> list[Place]:
    """Place the states: on a ring at the start, in their camps at the break."""
    ring = np.array(_RING)
    if motion.pattern is None:
        return [(float(x), float(y)) for x, y in ring]
    hold = motion.pattern / np.abs(motion.pattern).max()
    goal = 0.5 * ring
    if len(set(np.sign(hold[motion.start.any(axis=1)]))) > 1:
        for side in (-1, 0, 1):
            order = np.argsort(ring[:, 1], kind="stable")
            members = order[np.sign(hold[order]) == side]
            up = np.linspace(-0.8, 0.8, len(members)) * (len(members) > 1)
            bulge = 1 - (up / 0.8) ** 2 if side else np.where(np.arange(len(up)) % 2, 1, -1)
            across = side * (0.45 + 0.4 * np.abs(hold[members])) + 0.2 * (side or 1) * bulge
            goal[members] = np.column_stack([-across, up])
    at = ring + motion.drift * (goal - ring)
    return [(float(x), float(y)) for x, y in at]


def _ending(motion: Motion, labels: Sequence[str]) -> str:
    if motion.pattern is None:
        return "No single pattern wins: two endings are equally strong."
    sides: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for name, hold, ties in zip(labels, motion.pattern, motion.start, strict=True):
        if ties.any():
            sides[int(np.sign(hold))].append(name)
    if not sides[-1] and not sides[0]:
        return "It ends with everybody in one camp."
    ending = f"It ends with {' '.join(sides[1])} against {' '.join(sides[-1]) or 'nobody'}"
    return ending + (f"; {' '.join(sides[0])} on neither side." if sides[0] else ".")
