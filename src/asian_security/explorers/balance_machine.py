"""The second half of lesson 08: a machine of friends and rivals that shows structural balance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import (
    Action,
    Choice,
    Control,
    Explorer,
    Several,
    Slider,
    Values,
)
from asian_security.models.balance import balance_dynamics
from asian_security.models.balance import structural_balance as balance

LETTERS = ("P", "Q", "A", "B", "C", "D")
PAIRS = tuple(combinations(range(len(LETTERS)), 2))
PAIR_NAMES = tuple(f"{LETTERS[i]}-{LETTERS[j]}" for i, j in PAIRS)
POWERS = ("CHN", "USA", "JPN", "IND", "RUS")
_RING = ((-1.0, 0.0), (1.0, 0.0), (-0.5, 0.87), (0.5, 0.87), (0.5, -0.87), (-0.5, -0.87))
_KINDS = (
    "+++ all friends",
    "++\u2212 friend of rivals",
    "+\u2212\u2212 two against one",
    "\u2212\u2212\u2212 all rivals",
)


def dispute_signs(
    first: int = 1991, last: int = 2010, powers: Sequence[str] = POWERS
) -> np.ndarray:
    """Code five powers by their disputes: -1 if a militarised dispute began in the years, else +1.

    Parameters
    ----------
    first, last : int
        Years in which disputes begin; the source stops in 2010.
    powers : sequence of str
        Among CHN, IND, JPN, RUS and USA, the great powers of the table.

    Returns
    -------
    ndarray of int, shape (n, n)
        Sign matrix. "No dispute" is not friendship; the coding is made for the model.

    Raises
    ------
    ValueError
        If a power is not one of the five or the years are in the wrong order.
    """
    wrong = [name for name in powers if name not in POWERS]
    if wrong:
        raise ValueError(f"powers must be among {', '.join(POWERS)}, got {wrong[0]!r}")
    if first > last:
        raise ValueError(f"first must not come after last, got {first} and {last}")
    table = data.disputes()
    table = table[table["great_powers"] & table["start_year"].between(first, last)]
    at_odds = {frozenset(pair) for pair in zip(table["iso3_a"], table["iso3_b"], strict=True)}
    signs = np.ones((len(powers), len(powers)), int) - np.eye(len(powers), dtype=int)
    for i, j in combinations(range(len(powers)), 2):
        if frozenset((powers[i], powers[j])) in at_odds:
            signs[i, j] = signs[j, i] = -1
    return signs


def _from_camps(*camps: str) -> np.ndarray:
    side = {letter: k for k, camp in enumerate(camps) for letter in camp}
    camp = np.array([side[letter] for letter in LETTERS])
    return np.where(camp[:, None] == camp, 1, -1) - np.eye(6, dtype=int)


def _rivals() -> np.ndarray:
    signs = np.ones((6, 6), int) - np.eye(6, dtype=int)
    signs[0, 1] = signs[1, 0] = -1
    return signs


def _both_ways() -> np.ndarray:
    signs = _from_camps("PAB", "QCD")
    signs[1, 3] = signs[3, 1] = 1
    return signs


def _measured() -> np.ndarray:
    signs = np.zeros((6, 6), int)
    signs[:5, :5] = dispute_signs()
    return signs


_STARTS: dict[str, tuple[str, Callable[[], np.ndarray]]] = {
    "rivals": ("Two rivals with four common friends", _rivals),
    "both": ("Two camps, and B keeps a friend in each", _both_ways),
    "camps": ("Two camps of three", lambda: _from_camps("PAB", "QCD")),
    "three": ("Three camps of two", lambda: _from_camps("PA", "QB", "CD")),
    "friends": ("All friends", lambda: _from_camps("PQABCD")),
    "disputes": ("Five powers by militarised disputes 1991-2010", _measured),
}


@dataclass(frozen=True)
class _Motion:
    """The machine set in motion from one start: signs, strengths, and where they lead."""

    signs: np.ndarray
    values: np.ndarray
    vectors: np.ndarray
    end: float
    camps: np.ndarray | None

    def strengths(self, share: float) -> np.ndarray:
        """Return all strengths after a share of the time to the break."""
        grown = self.values / (1 - self.values * share * self.end)
        return np.asarray((self.vectors * grown) @ self.vectors.T)

    def drift(self, share: float) -> float:
        """Return how far the final pattern has taken over, 0 at the start to 1."""

        def led(moment: float) -> float:
            grown = (self.values / (1 - self.values * moment * self.end)) ** 2
            return float(grown[-1] / grown.sum())

        begun = led(0.0)
        return (led(share) - begun) / (1 - begun) if begun < 1 else 1.0


def _signs(strengths: np.ndarray) -> np.ndarray:
    signs = np.where(np.abs(strengths) < 1e-9, 0, np.sign(strengths)).astype(int)
    np.fill_diagonal(signs, 0)
    return signs


@cache
def _motion(start: str, flipped: tuple[str, ...], rivalry: float, tilt: float) -> _Motion:
    signs = _STARTS[start][1]().copy()
    for name in flipped:
        i, j = PAIRS[PAIR_NAMES.index(name)]
        signs[i, j] = signs[j, i] = -signs[i, j]
    weight = np.ones((6, 6))
    weight[0, 1] = weight[1, 0] = rivalry
    weight[0, 2] = weight[2, 0] = 1 + tilt
    weight[1, 2] = weight[2, 1] = 1 - tilt
    ties = signs * weight
    values, vectors = np.linalg.eigh(ties)
    try:
        camps = balance_dynamics.final_camps(ties)
    except ValueError:
        camps = None
    return _Motion(signs, values, vectors, balance_dynamics.blow_up_time(ties), camps)


class BalanceMachine(Explorer):
    """Six states, fifteen ties: flip one, see the triangles strain, let the ties evolve."""

    title = "Balance machine"
    goal = (
        "Two rivals, P and Q, have four common friends. Run the time: what becomes of the rivalry? "
        "Then find how strong it must be to win, and tilt A a little toward one of the two."
    )

    def controls(self) -> dict[str, Control]:
        """Return start, time, strength of the rivalry, tilt of A, and the flipped ties."""
        return {
            "start": Choice("Start", {name: key for key, (name, _) in _STARTS.items()}, "rivals"),
            "time": Slider(
                "Time", 0, 99, 0, unit="% of the way to the break", play=True, interval=90
            ),
            "rivalry": Slider("Strength of the tie P-Q", 0.5, 8, 1, 0.5, unit="the others are 1"),
            "tilt": Slider("Tilt of A", -0.8, 0.8, 0, 0.1, unit="above 0: toward P"),
            "tie": Choice("Tie to flip", PAIR_NAMES, "P-A"),
            "flipped": Several("Flipped so far", PAIR_NAMES, (), rows=3),
        }

    def actions(self) -> Sequence[Action]:
        """Return the buttons that flip a tie."""

        def flip(values: Values, name: str) -> Values:
            now = set(values["flipped"]) ^ {name}
            return {"flipped": tuple(n for n in PAIR_NAMES if n in now)}

        def chosen(values: Values) -> Values:
            return flip(values, values["tie"])

        def tensest(values: Values) -> Values:
            found = self._tensest(self._run(values).signs)
            return flip(values, found[0]) if found else {}

        return (
            Action(
                "Flip this tie", chosen, "Turn a friendly tie hostile, or a hostile one friendly"
            ),
            Action(
                "Flip the tensest tie", tensest, "Flip the tie that most unbalanced triangles share"
            ),
        )

    @staticmethod
    def _run(values: Values) -> _Motion:
        return _motion(
            values["start"],
            tuple(values["flipped"]),
            round(float(values["rivalry"]), 3),
            round(float(values["tilt"]), 3),
        )

    @staticmethod
    def _tensest(signs: np.ndarray) -> tuple[str, int] | None:
        pressure = balance_dynamics.pressure(signs)
        best = max(range(len(PAIRS)), key=lambda k: int(pressure[PAIRS[k]]))
        value = int(pressure[PAIRS[best]])
        return (PAIR_NAMES[best], value) if value > 0 else None

    @staticmethod
    def _labels(start: str) -> list[str]:
        return [*POWERS, ""] if start == "disputes" else list(LETTERS)

    @staticmethod
    def _positions(run: _Motion, share: float) -> list[tuple[float, float]]:
        ring = np.array(_RING)
        if run.camps is None:
            return [(float(x), float(y)) for x, y in ring]
        hold = run.vectors[:, -1] * (1 if run.vectors[0, -1] >= 0 else -1)
        hold = np.where(run.camps == 0, 0, hold / np.abs(hold).max())
        goal = 0.5 * ring
        if len(set(run.camps[run.signs.any(axis=1)])) > 1:
            for side in (-1, 0, 1):
                order = np.argsort(ring[:, 1], kind="stable")
                members = order[np.sign(hold[order]) == side]
                up = np.linspace(-0.8, 0.8, len(members)) * (len(members) > 1)
                bulge = 1 - (up / 0.8) ** 2 if side else np.where(np.arange(len(up)) % 2, 1, -1)
                across = side * (0.45 + 0.4 * np.abs(hold[members])) + 0.2 * (side or 1) * bulge
                goal[members] = np.column_stack([-across, up])
        at = ring + run.drift(share) * (goal - ring)
        return [(float(x), float(y)) for x, y in at]

    def draw(self) -> go.Figure:
        """Draw the strained triangles, one line a tie, the states, and the count of triangles."""
        bare = {"visible": False, "fixedrange": True}
        figure = go.Figure(
            layout=figures.layout(
                "Balance machine",
                "Illustrative numbers: signs and strengths are the learner's, except the start by "
                "disputes (GML MID 2.2.1, 1991 to 2010; hostile = at least one dispute).",
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
                legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
                margin={"l": 20, "r": 30, "t": 100, "b": 40},
            )
        )
        figure.add_scatter(
            mode="lines",
            fill="toself",
            fillcolor="rgba(230,159,0,0.22)",
            line={"width": 0},
            name="unbalanced triangle",
            hoverinfo="skip",
        )
        for k in range(len(PAIRS)):
            figure.add_scatter(mode="lines", showlegend=False, hoverinfo="skip", name=PAIR_NAMES[k])
        for name, color, dash in (
            ("friendly tie", figures.BLUE, "solid"),
            ("hostile tie", figures.VERMILION, "dot"),
        ):
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="lines",
                name=name,
                line={"color": color, "dash": dash, "width": 4},
            )
        figure.add_scatter(
            mode="markers+text",
            marker={"size": 46, "color": "white", "line": {"color": "black", "width": 2.5}},
            textfont={"size": 16},
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_bar(
            orientation="h",
            y=list(_KINDS),
            xaxis="x2",
            yaxis="y2",
            textposition="outside",
            cliponaxis=False,
            showlegend=False,
            marker={
                "color": [figures.SKY, figures.ORANGE] * 2,
                "pattern": {"shape": ["", "/"] * 2, "fgcolor": "black"},
            },
            hoverinfo="skip",
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Redraw triangles, ties, states and counts."""
        run = self._run(values)
        share = float(values["time"]) / 100
        strengths = run.strengths(share)
        signs = _signs(strengths)
        at = self._positions(run, share)
        x: list[float | None] = []
        y: list[float | None] = []
        for trio in combinations(range(6), 3):
            i, j, k = trio
            if signs[i, j] * signs[j, k] * signs[i, k] < 0:
                x += [at[i][0], at[j][0], at[k][0], at[i][0], None]
                y += [at[i][1], at[j][1], at[k][1], at[i][1], None]
        changes: list[dict[str, Any]] = [{"x": x or [None], "y": y or [None]}]
        largest = max(float(np.abs(strengths[pair])) for pair in PAIRS)
        for i, j in PAIRS:
            gone = signs[i, j] == 0
            friendly = signs[i, j] > 0
            changes.append(
                {
                    "x": [None, None] if gone else [at[i][0], at[j][0]],
                    "y": [None, None] if gone else [at[i][1], at[j][1]],
                    "line": {
                        "color": figures.BLUE if friendly else figures.VERMILION,
                        "dash": "solid" if friendly else "dot",
                        "width": 1.5 + 7 * float(np.abs(strengths[i, j])) / largest,
                    },
                }
            )
        labels = self._labels(values["start"])
        nodes = {
            "x": [p[0] if text else None for p, text in zip(at, labels, strict=True)],
            "y": [p[1] if text else None for p, text in zip(at, labels, strict=True)],
            "text": [f"<b>{text}</b>" for text in labels],
        }
        counts = [int(n) for n in balance.triangles(signs)]
        return [*changes, {}, {}, nodes, {"x": counts, "text": [str(n) for n in counts]}]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the time and the tension into the title."""
        run = self._run(values)
        tension = float(balance.tension(_signs(run.strengths(float(values["time"]) / 100))))
        title = f"Tension {tension:.2f} at {values['time']} % of the time to the break"
        return {"title": {"text": title}, "xaxis2": {"range": [0, 24]}}

    def sentence(self, **values: Any) -> str:
        """Say which triangles strain, which tie is under pressure, and how it ends."""
        run = self._run(values)
        labels = self._labels(values["start"])
        counts = balance.triangles(run.signs)
        total, strained = int(counts.sum()), int(counts[1] + counts[3])
        opening = _STARTS[values["start"]][0]
        if values["flipped"]:
            opening += ", flipped: " + ", ".join(map(self._named(labels), values["flipped"]))
        words = [
            f"{opening}. At the start {strained} of {total} triangles are unbalanced "
            f"(tension {strained / total:.2f})."
        ]
        found = self._tensest(run.signs)
        if strained and found:
            words.append(
                f"The tie under most pressure is {self._named(labels)(found[0])}: flipping it would "
                f"leave {found[1]} fewer."
            )
        elif strained:
            words.append("No single flip would leave fewer: the network is jammed.")
        least, _ = balance.frustration(run.signs)
        words.append(f"Balance is {least:.0f} {'tie' if least == 1 else 'ties'} away.")
        share = float(values["time"]) / 100
        now = run.strengths(share)[0, 1]
        words.append(
            f"With the tie {labels[0]}-{labels[1]} at strength {values['rivalry']:g} and a tilt of "
            f"{values['tilt']:g}, the strengths break at t = {run.end:.3f}. "
            f"At {values['time']} % of that time {labels[0]}-{labels[1]} is {now:+.2f}."
        )
        words.append(self._ending(run, labels))
        return " ".join(words)

    @staticmethod
    def _named(labels: Sequence[str]) -> Callable[[str], str]:
        def name(pair: str) -> str:
            i, j = PAIRS[PAIR_NAMES.index(pair)]
            return f"{labels[i]}-{labels[j]}" if labels[j] else f"{pair} (no tie)"

        return name

    @staticmethod
    def _ending(run: _Motion, labels: Sequence[str]) -> str:
        if run.camps is None:
            return "No single pattern wins: two endings are equally strong."
        tied = [bool(row.any()) for row in run.signs]
        sides = {
            side: [
                name
                for name, camp, in_ in zip(labels, run.camps, tied, strict=True)
                if in_ and camp == side
            ]
            for side in (1, -1, 0)
        }
        if not sides[-1] and not sides[0]:
            return "It ends with everybody in one camp."
        ending = f"It ends with {' '.join(sides[1])} against {' '.join(sides[-1]) or 'nobody'}"
        return ending + (f"; {' '.join(sides[0])} on neither side." if sides[0] else ".")
