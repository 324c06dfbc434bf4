"""Explorers of lesson 02: an arms race, the trust that cooperation needs, contagion of insecurity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import atan2, degrees, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis.border_contagion import Contagion, spread_from
from asian_security.analysis.borders import border_network
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Choice, Slider
from asian_security.figures.apart import move_apart
from asian_security.models.conflict import arms_race
from asian_security.models.games.security_dilemma import BestReply, best_reply
from asian_security.models.games.two_by_two import Game, classify

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


# The trust that cooperation needs -------------------------------------------------------------


class TrustThreshold(Explorer):
    """What trusting and arming are worth, for every belief about the other side."""

    title = "Trust threshold"
    goal = (
        "You are half sure that the other side will cooperate, and that is not enough. "
        "Find four ways to make it enough, each by moving one payoff only."
    )
    source = "Illustrative numbers. The reading of the game follows Jervis (1978)."
    reward = Slider("R: both cooperate", 0, 6, 4, 0.5, "utility")
    temptation = Slider("T: arm against a cooperator", 0, 6, 3, 0.5, "utility")
    punishment = Slider("P: both arm", 0, 6, 3, 0.5, "utility")
    sucker = Slider("S: cooperate alone", 0, 6, 1, 0.5, "utility")
    belief = Slider("Belief that the other cooperates", 0, 1, 0.5, 0.05)

    def draw(self) -> go.Figure:
        """Draw two lines, the threshold and the belief."""
        axis = "Belief: chance that the other side cooperates"
        figure = self.empty_figure(
            "From which belief on does trusting pay?",
            height=440,
            xaxis={"title": axis, "range": [-0.01, 1.01]},
            yaxis={"title": "Expected payoff (utility)", "range": [-0.4, 6.4]},
            legend=figures.LEGEND_ABOVE,
            margin={"t": 90},
        )
        for name, cue in figures.cue(["cooperate", "arm"]).items():
            line = {"color": cue["color"], "dash": cue["dash"], "width": 4}
            figure.add_scatter(name=name, x=[0, 1], mode="lines", line=line)
        figure.add_scatter(
            name="threshold",
            mode="lines+text",
            line={"color": figures.BLACK, "dash": "dot", "width": 2},
            textposition="middle right",
            textfont={"size": 14},
        )
        figure.add_scatter(
            name="best choice at your belief",
            mode="markers",
            marker={"size": 16, "symbol": "star", "color": figures.BLACK},
        )
        return figure

    def compute(self, belief: float, **payoffs: float) -> BestReply:
        """Compare the two choices."""
        game = Game(**{name: float(value) for name, value in payoffs.items()})
        return best_reply(game, float(belief))

    def update(self, reply: BestReply, belief: float) -> dict[str, dict[str, Any]]:
        """Move both lines, the threshold where they cross, and the mark on the better line."""
        label = "" if reply.crossing is None else f" {reply.crossing:.2f}"
        r, t, p, s = map(float, reply.game.letters)
        return {
            "cooperate": {"y": [s, r]},
            "arm": {"y": [p, t]},
            "threshold": {"x": [reply.crossing] * 2, "y": [-0.4, 6.0], "text": ["", label]},
            "best choice at your belief": {
                "x": [float(belief)],
                "y": [max(reply.cooperate, reply.defect)],
            },
        }

    def heading(self, reply: BestReply) -> str:
        """Name the game."""
        return f"From which belief on does trusting pay? ({_named(reply.game)})"

    def sentence(self, reply: BestReply, belief: float) -> str:
        """Name the game, its threshold, and the better choice at the belief."""
        if reply.threshold == 0:
            rule = "Cooperating is never worse than arming, whatever you believe"
        elif isfinite(reply.threshold):
            rule = f"Cooperating is best from a belief of {reply.threshold:.2f} on"
        elif reply.threshold > 1:
            rule = "No belief is high enough: arming is better whatever the other side does"
        else:
            rule = "Cooperating pays only while you expect the other side to arm"
        r, t, p, s = map(float, reply.game.letters)
        return (
            f"R = {r:g}, T = {t:g}, P = {p:g}, S = {s:g}: {_named(reply.game)}. {rule}. At a "
            f"belief of {belief:.2f} cooperating is worth {reply.cooperate:.2f} and arming {reply.defect:.2f}: "
            f"the state {'cooperates' if reply.cooperates else 'arms'}."
        )


def _named(game: Game) -> str:
    """Return the name of the game as it stands in a sentence."""
    name = str(classify(game))
    if name == "other":
        return "a game without a usual name"
    return f"a {name}" if name in ("stag hunt", "prisoners' dilemma") else name


# Arms race ------------------------------------------------------------------------------------

_START = (1.0, 1.0)
_LOW, _HIGH = -5.0, 20.0
_STEP, _YEARS = 0.02, 20
_ARROWS = np.linspace(_LOW + 1.5, _HIGH - 1.5, 10)


@dataclass(frozen=True)
class Race:
    """The formula's verdict on a race, and the path of a simulation.

    ``fatigue`` is a b, ``reaction`` k l (per year squared); ``brake`` is their difference.
    """

    model: arms_race.ArmsRace
    fatigue: float
    reaction: float
    brake: float
    rest: tuple[float, float] | None
    """The levels at which both stand still, if there is one such point."""
    path: list[tuple[float, float]]
    """The levels after each step of the simulation."""


class ArmsRace(Explorer):
    """Richardson's race: the formula's verdict beside a simulated path."""

    title = "Arms race"
    goal = (
        "Find the smallest k at which the race no longer settles. Then reset, and see whether any "
        "grievance, however large, can do the same."
    )
    source = (
        f"Illustrative numbers. Model: Richardson (1960); start at {_START[0]:g} and "
        f"{_START[1]:g}; grievances and levels below 0 are read as goodwill."
    )
    k = Slider("k: X reacts to Y", 0, 5, 1, 0.1, "per year")
    l = Slider("l: Y reacts to X", 0, 5, 2, 0.1, "per year")  # noqa: E741
    a = Slider("a: X tires of the cost", 0.5, 4, 3, 0.1, "per year")
    b = Slider("b: Y tires of the cost", 0.5, 4, 2, 0.1, "per year")
    g = Slider("g: X's grievance", -6, 8, 4, 0.5, "units a year")
    h = Slider("h: Y's grievance", -6, 8, 5, 0.5, "units a year")

    def draw(self) -> go.Figure:
        """Draw the phase plane, and beside it the plane of the formula."""
        span = [_LOW, _HIGH]
        figure = self.empty_figure(
            "Does the race settle?",
            height=560,
            xaxis={"title": "Arms of X (units)", "range": span, "domain": [0, 0.57]},
            yaxis={"title": "Arms of Y (units)", "range": span},
            xaxis2={
                "title": "k l: reaction",
                "range": [0, 26],
                "domain": [0.69, 1],
                "anchor": "y2",
            },
            yaxis2={"title": "a b: fatigue", "range": [0, 17], "anchor": "x2"},
            legend=figures.LEGEND_ABOVE | {"entrywidth": 105},
            margin={"t": 100},
        )
        x, y = (grid.ravel().tolist() for grid in np.meshgrid(_ARROWS, _ARROWS))
        figure.add_scatter(
            name="direction",
            x=x,
            y=y,
            mode="markers",
            marker={"symbol": "arrow", "size": 9, "color": "#9A9A9A"},
            showlegend=False,
            hoverinfo="skip",
        )
        for name, line in {
            "X stands still": {"color": figures.BLUE, "width": 3},
            "Y stands still": {"color": figures.VERMILION, "width": 3, "dash": "dash"},
            "simulated path": {"color": figures.BLACK, "width": 3, "dash": "dot"},
        }.items():
            figure.add_scatter(name=name, mode="lines", line=line)
        figure.add_scatter(
            name="start",
            x=[_START[0]],
            y=[_START[1]],
            mode="markers",
            marker={"symbol": "circle", "size": 12, "color": figures.BLACK},
        )
        figure.add_scatter(
            name="resting point",
            mode="markers",
            marker={"symbol": "star", "size": 18, "color": figures.GREEN},
        )
        right: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
        line = {"color": figures.BLACK, "width": 2}
        figure.add_scatter(name="a b = k l", x=[0, 17], y=[0, 17], mode="lines", line=line, **right)
        figure.add_scatter(
            name="verdicts",
            x=[5, 17],
            y=[14, 4],
            text=["settles", "runs away"],
            mode="text",
            textfont={"size": 15},
            **right,
        )
        mark = {"symbol": "diamond", "size": 16, "color": figures.PURPLE}
        figure.add_scatter(name="this race", mode="markers", marker=mark, **right)
        return figure

    def compute(self, k: float, l: float, a: float, b: float, g: float, h: float) -> Race:  # noqa: E741
        """Apply the formula and follow the race in small steps."""
        race = arms_race.ArmsRace(reaction=(k, l), fatigue=(a, b), grievance=(g, h))
        path = arms_race.small_steps(race, _START, _YEARS, _STEP)
        brake = round(a * b - k * l, 9)
        rest = None
        if brake != 0:
            x, y = arms_race.equilibrium(race)
            rest = float(x) + 0.0, float(y) + 0.0
        return Race(race, a * b, k * l, brake, rest, [(x, y) for x, y in path.tolist()])

    def update(self, race: Race) -> dict[str, dict[str, Any]]:
        """Turn the arrows, move both lines, the path, the resting point and the formula's mark."""
        (k, l), (a, b), (g, h) = race.model.reaction, race.model.fatigue, race.model.grievance  # noqa: E741
        dx, dy = (d.ravel() for d in arms_race.change(race.model, *np.meshgrid(_ARROWS, _ARROWS)))
        angles = [degrees(atan2(1.15 * p, q)) for p, q in zip(dx, dy, strict=True)]
        ends = [_LOW, _HIGH]
        far = (i for i, p in enumerate(race.path) if max(map(abs, p)) > 4 * _HIGH)
        inside = race.path[: next(far, None) : 5]
        x, y = race.rest or (None, None)
        return {
            "direction": {"marker": {"angle": angles}},
            "X stands still": {"x": [(k * end + g) / a for end in ends], "y": ends},
            "Y stands still": {"x": ends, "y": [(l * end + h) / b for end in ends]},
            "simulated path": {"x": [x for x, _ in inside], "y": [y for _, y in inside]},
            "resting point": {"x": [x], "y": [y]},
            "this race": {"x": [race.reaction], "y": [race.fatigue]},
        }

    def heading(self, race: Race) -> str:
        """Give the formula's verdict."""
        sign, verdict = ("=", "on the boundary") if race.brake == 0 else (">", "the race settles")
        if race.brake < 0:
            sign, verdict = "<", "the race runs away"
        return f"a b = {race.fatigue:.2f} {sign} k l = {race.reaction:.2f}: {verdict}"

    def sentence(self, race: Race, g: float, h: float) -> str:
        """Set the formula's verdict beside the levels that the simulation reaches."""
        years, grievances = _YEARS, f"with g = {g:g}, h = {h:g}"
        ab, kl = f"a b = {race.fatigue:.2f}", f"k l = {race.reaction:.2f}"
        if race.brake > 0 and race.rest is not None:
            x, y = race.rest
            verdict = (
                f"{ab} exceeds {kl}: {grievances} the race settles at X = {x:.2f}, Y = {y:.2f}"
            )
            if min(x, y) < 0:
                verdict += " (below 0, read as goodwill)"
        elif race.brake == 0:
            verdict = (
                f"a b = {kl}: {grievances} the race is exactly on the boundary and has no single "
                "resting point"
            )
        else:
            verdict = f"{ab} is below {kl}: {grievances} the race does not settle"
            years = 5
        x, y = race.path[round(years / _STEP)]
        return (
            f"By the formula, {verdict}. Simulated in small steps from {_START[0]:g} and "
            f"{_START[1]:g}, the levels after {years} years are X = {x:.2f}, Y = {y:.2f}."
        )


def spending_lines(spending: pd.DataFrame) -> go.Figure:
    """Draw military expenditure on an axis on which equal steps are equal ratios.

    Parameters
    ----------
    spending : pandas.DataFrame
        Years down, states (by iso3) across, millions of constant 2023 US dollars.

    Returns
    -------
    plotly.graph_objects.Figure
        One line per state, with a gap where a year is missing.
    """
    figure = figures.lines(
        spending,
        f"Military expenditure, {spending.index[0]} to {spending.index[-1]}",
        data.source_line("military_expenditure") + " Non-commercial use, credit to SIPRI.",
        "Year",
        "Million US dollars of 2023",
    )
    return figure.update_yaxes(type="log", dtick=1, tickformat=",d")


# Contagion on the network of borders ----------------------------------------------------------

_CELL = (43.0, 40.0)
_PER_DEGREE = (6.9, 8.3)
_TIES = {
    "across land or river borders": "land",
    "also across up to 400 miles of water": "water",
}
_MARKS = {
    "secure": ("circle", "#FFFFFF", figures.BLUE, 1.5),
    "insecure": ("square", "#F6C48A", "#8A4B00", 1.5),
    "turns insecure now": ("square", figures.YELLOW, figures.BLACK, 3),
    "shock": ("hexagon", figures.ORANGE, figures.BLACK, 3),
}


def _starts() -> dict[str, str]:
    return data.states_by_name(border_network())


@cache
def _places() -> dict[str, tuple[float, float]]:
    """Place states by their capitals, moved apart until no label covers another."""
    states = data.states().set_index("iso3").loc[list(border_network())]
    capitals = np.c_[states["lon"] * _PER_DEGREE[0], states["lat"] * _PER_DEGREE[1]]
    placed = move_apart(capitals, _CELL)
    return {iso3: (float(x), float(y)) for iso3, (x, y) in zip(states.index, placed, strict=True)}


class ContagionMap(Explorer):
    """A shock starts somewhere; insecurity spreads along borders."""

    title = "Contagion map"
    goal = (
        "Press play. Then set the threshold to 0.30 and find a state from which a single shock "
        "still reaches more than half of the region."
    )
    source = (
        "Source: Correlates of War Direct Contiguity 3.2, 2016; capitals from the course's "
        "table of states. Positions follow capitals, moved apart where labels would "
        "collide: no map, no boundary. Entries follow the source and take no position on "
        "the status of any place."
    )
    start = Choice("Shock starts in", _starts, "KGZ")
    ties = Choice("Neighbours", _TIES, "land")
    threshold = Slider("Threshold", 0.05, 0.6, 0.25, 0.05, "share of neighbours")
    step = Slider("Step", 0, 20, 0, play=True, interval=700)

    def draw(self) -> go.Figure:
        """Draw ties as two broken lines and states as four groups of marks."""
        places = np.array(list(_places().values()))
        low, high = places.min(axis=0) - 30, places.max(axis=0) + 30
        figure = self.empty_figure(
            "How far does a shock spread?",
            height=760,
            legend=figures.LEGEND_ABOVE,
            margin={"l": 10, "r": 10, "b": 20, "t": 100},
            **figures.bare_axes(),
        )
        figure.update_xaxes(range=[low[0], high[0]])
        figure.update_yaxes(range=[low[1], high[1]])
        for name, line in {
            "neighbours": {"color": "#CFCFCF", "width": 1},
            "insecurity has passed here": {"color": figures.VERMILION, "width": 3},
        }.items():
            figure.add_scatter(name=name, mode="lines", line=line, hoverinfo="skip")
        for name, (symbol, fill, edge, width) in _MARKS.items():
            line = {"width": width, "color": edge}
            figure.add_scatter(
                name=name,
                mode="markers+text",
                textfont={"size": 12, "color": figures.BLACK},
                textposition="middle center",
                hovertemplate="%{customdata}<extra></extra>",
                marker={"symbol": symbol, "size": 31, "color": fill, "line": line},
            )
        return figure

    def compute(self, start: str, ties: str, threshold: float, step: int) -> Contagion:
        """Let insecurity spread until nothing changes."""
        return spread_from(start, threshold, ties == "land")

    def update(self, spread: Contagion, step: int) -> dict[str, dict[str, Any]]:
        """Sort the states into the four groups and mark the ties that carried insecurity."""
        names, places = data.state_names(), _places()
        changes: dict[str, dict[str, Any]] = {}
        for name, ties in (
            ("neighbours", spread.ties),
            ("insecurity has passed here", spread.passed(step)),
        ):
            x, y = figures.edge_segments(ties, places)
            changes[name] = {"x": x, "y": y}
        for name in _MARKS:
            members = [iso3 for iso3 in spread.arrival if spread.group(iso3, step) == name]
            changes[name] = {
                "x": [places[iso3][0] for iso3 in members],
                "y": [places[iso3][1] for iso3 in members],
                "text": members,
                "customdata": [names[iso3] for iso3 in members],
            }
        return changes

    def heading(self, spread: Contagion, start: str, threshold: float, step: int) -> str:
        """Give start, threshold and step."""
        return f"Shock in {data.state_names()[start]}, threshold {threshold:.2f}, step {step}"

    def sentence(self, spread: Contagion, start: str, threshold: float, step: int) -> str:
        """Say who is insecure now, who turned at this step, and where it ends."""
        names = data.state_names()
        groups = {iso3: spread.group(iso3, step) for iso3 in spread.arrival}
        insecure = sum(group != "secure" for group in groups.values())
        turned = sorted(names[s] for s, group in groups.items() if group == "turns insecure now")
        now = ""
        if turned:
            verb = "turns" if len(turned) == 1 else "turn"
            now = f" {figures.join_words(turned, 8)} {verb} insecure now."
        elif step > spread.last_step:
            now = " Nothing changes any more."
        return (
            f"The shock starts in {names[start]}, which has "
            f"{figures.count_noun(spread.neighbours(start), 'neighbour')}; a state turns insecure when at "
            f"least {threshold:.0%} of its neighbours are. Insecure at step {step:.0f}: "
            f"{insecure} of {len(groups)} states.{now} In the end: "
            f"{spread.final}, after {figures.count_noun(spread.last_step, 'step')}."
        )
