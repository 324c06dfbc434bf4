"""Explorers of lesson 02: an arms race, the trust that cooperation needs, contagion of insecurity."""

from functools import cache
from math import atan2, degrees, isfinite
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import Choice, Control, Explorer, Slider
from asian_security.models.conflict import arms_race, contagion
from asian_security.models.games import security_dilemma
from asian_security.models.games import two_by_two as games

_ILLUSTRATIVE = "Illustrative numbers."
_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def _listed(items: list[str], most: int = 8) -> str:
    if len(items) > most:
        return ", ".join(items[:most]) + f" and {len(items) - most} more"
    return ", ".join(items[:-1]) + (" and " if len(items) > 1 else "") + items[-1]


# The trust that cooperation needs -------------------------------------------------------------


class TrustThreshold(Explorer):
    """What trusting and arming are worth, for every belief about the other side."""

    title = "Trust threshold"
    goal = (
        "You are half sure that the other side will cooperate, and that is not enough. "
        "Find four ways to make it enough, each by moving one payoff only."
    )

    def controls(self) -> dict[str, Control]:
        """Return the four payoffs and the belief."""
        return {
            "reward": Slider("R: both cooperate", 0, 6, 4, 0.5, "utility"),
            "temptation": Slider("T: arm against a cooperator", 0, 6, 3, 0.5, "utility"),
            "punishment": Slider("P: both arm", 0, 6, 3, 0.5, "utility"),
            "sucker": Slider("S: cooperate alone", 0, 6, 1, 0.5, "utility"),
            "belief": Slider("Belief that the other cooperates", 0, 1, 0.5, 0.05),
        }

    def _game(self, values: dict[str, Any]) -> games.Game:
        return games.Game(**{name: float(values[name]) for name in _PAYOFFS})

    def draw(self) -> go.Figure:
        """Draw two lines, the threshold and the belief."""
        cues = figures.cue(["cooperate", "arm"])
        figure = go.Figure(
            layout=figures.layout(
                "From which belief on does trusting pay?",
                f"{_ILLUSTRATIVE} The reading of the game follows Jervis (1978).",
                height=440,
                xaxis={
                    "title": "Belief: chance that the other side cooperates",
                    "range": [-0.01, 1.01],
                },
                yaxis={"title": "Expected payoff (utility)", "range": [-0.4, 6.4]},
                legend=_ABOVE,
                margin={"t": 90},
            )
        )
        for name, cue in cues.items():
            figure.add_scatter(
                x=[0, 1],
                name=name,
                mode="lines",
                line={"color": cue["color"], "dash": cue["dash"], "width": 4},
            )
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

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move both lines, the threshold where they cross, and the mark on the better line."""
        game = self._game(values)
        cooperate, arm = security_dilemma.expected_payoffs(game, [0.0, 1.0])
        now = security_dilemma.expected_payoffs(game, float(values["belief"]))
        crossing = self._crossing(game)
        shown = [crossing, crossing] if crossing is not None else [None, None]
        label = "" if crossing is None else f" {crossing:.2f}"
        return [
            {"y": [float(v) for v in cooperate]},
            {"y": [float(v) for v in arm]},
            {"x": shown, "y": [-0.4, 6.0], "text": ["", label]},
            {"x": [float(values["belief"])], "y": [float(max(now))]},
        ]

    def _crossing(self, game: games.Game) -> float | None:
        threshold = float(security_dilemma.critical_belief(game))
        if isfinite(threshold):
            return threshold
        mixed = float(security_dilemma.mixed_equilibrium(game))
        return mixed if isfinite(mixed) else None

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the game in the title."""
        kind = _kind(self._game(values))
        return {"title": {"text": f"From which belief on does trusting pay? ({kind})"}}

    def sentence(self, **values: Any) -> str:
        """Name the game, its threshold, and the better choice at the belief."""
        game = self._game(values)
        belief = float(values["belief"])
        cooperate, arm = (float(v) for v in security_dilemma.expected_payoffs(game, belief))
        threshold = float(security_dilemma.critical_belief(game))
        if threshold == 0:
            rule = "Cooperating is never worse than arming, whatever you believe"
        elif isfinite(threshold):
            rule = f"Cooperating is best from a belief of {threshold:.2f} on"
        elif threshold > 1:
            rule = "No belief is high enough: arming is better whatever the other side does"
        else:
            rule = "Cooperating pays only while you expect the other side to arm"
        if security_dilemma.cooperates(game, belief):
            choice = "the state cooperates"
        else:
            choice = "the state arms"
        r, t, p, s = (f"{float(values[name]):g}" for name in _PAYOFFS)
        return (
            f"R = {r}, T = {t}, P = {p}, S = {s}: {_kind(game)}. {rule}. At a belief of "
            f"{belief:.2f} cooperating is worth {cooperate:.2f} and arming {arm:.2f}: {choice}."
        )


_PAYOFFS = ("reward", "temptation", "punishment", "sucker")


def _kind(game: games.Game) -> str:
    name = str(games.classify(game))
    if name == "other":
        return "a game without a usual name"
    return f"a {name}" if name in ("stag hunt", "prisoners' dilemma") else name


# Arms race ------------------------------------------------------------------------------------

_START = (1.0, 1.0)
_LOW, _HIGH = -5.0, 20.0
_STEP, _YEARS = 0.02, 20


class ArmsRace(Explorer):
    """Richardson's race: the formula's verdict beside a simulated path."""

    title = "Arms race"
    goal = (
        "Find the smallest k at which the race no longer settles. Then reset, and see whether any "
        "grievance, however large, can do the same."
    )

    def controls(self) -> dict[str, Control]:
        """Return reaction, fatigue and grievance of both sides."""
        return {
            "k": Slider("k: X reacts to Y", 0, 5, 1, 0.1, "per year"),
            "l": Slider("l: Y reacts to X", 0, 5, 2, 0.1, "per year"),
            "a": Slider("a: X tires of the cost", 0.5, 4, 3, 0.1, "per year"),
            "b": Slider("b: Y tires of the cost", 0.5, 4, 2, 0.1, "per year"),
            "g": Slider("g: X's grievance", -6, 8, 4, 0.5, "units a year"),
            "h": Slider("h: Y's grievance", -6, 8, 5, 0.5, "units a year"),
        }

    def _race(self, values: dict[str, Any]) -> arms_race.ArmsRace:
        k, l, a, b, g, h = (float(values[name]) for name in "klabgh")  # noqa: E741
        return arms_race.ArmsRace(reaction=(k, l), fatigue=(a, b), grievance=(g, h))

    def _brake(self, values: dict[str, Any]) -> float:
        return round(values["a"] * values["b"] - values["k"] * values["l"], 9)

    def _simulated(self, values: dict[str, Any]) -> tuple[list[float], list[float]]:
        k, l, a, b, g, h = (float(values[name]) for name in "klabgh")  # noqa: E741
        x, y = _START
        xs, ys = [x], [y]
        for _ in range(round(_YEARS / _STEP)):
            x, y = x + _STEP * (k * y - a * x + g), y + _STEP * (l * x - b * y + h)
            xs.append(x)
            ys.append(y)
        return xs, ys

    def draw(self) -> go.Figure:
        """Draw the phase plane, and beside it the plane of the formula."""
        span = [_LOW, _HIGH]
        figure = go.Figure(
            layout=figures.layout(
                "Does the race settle?",
                f"{_ILLUSTRATIVE} Model: Richardson (1960); start at {_START[0]:g} and "
                f"{_START[1]:g}; grievances and levels below 0 are read as goodwill.",
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
                legend=_ABOVE | {"entrywidth": 105},
                margin={"t": 100},
            )
        )
        figure.add_scatter(
            mode="markers",
            marker={"symbol": "arrow", "size": 9, "color": "#9A9A9A"},
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            mode="lines", name="X stands still", line={"color": figures.BLUE, "width": 3}
        )
        figure.add_scatter(
            mode="lines",
            name="Y stands still",
            line={"color": figures.VERMILION, "width": 3, "dash": "dash"},
        )
        figure.add_scatter(
            mode="lines",
            name="simulated path",
            line={"color": figures.BLACK, "width": 3, "dash": "dot"},
        )
        figure.add_scatter(
            x=[_START[0]],
            y=[_START[1]],
            mode="markers",
            name="start",
            marker={"symbol": "circle", "size": 12, "color": figures.BLACK},
        )
        figure.add_scatter(
            mode="markers",
            name="resting point",
            marker={"symbol": "star", "size": 18, "color": figures.GREEN},
        )
        figure.add_scatter(
            x=[0, 17],
            y=[0, 17],
            xaxis="x2",
            yaxis="y2",
            mode="lines",
            showlegend=False,
            line={"color": figures.BLACK, "width": 2},
        )
        figure.add_scatter(
            x=[5, 17],
            y=[14, 4],
            text=["settles", "runs away"],
            xaxis="x2",
            yaxis="y2",
            mode="text",
            showlegend=False,
            textfont={"size": 15},
        )
        figure.add_scatter(
            xaxis="x2",
            yaxis="y2",
            mode="markers",
            showlegend=False,
            marker={"symbol": "diamond", "size": 16, "color": figures.PURPLE},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move the arrows, both lines, the path, the resting point and the mark of the formula."""
        race = self._race(values)
        k, l, a, b, g, h = (float(values[name]) for name in "klabgh")  # noqa: E741
        ticks = np.linspace(_LOW + 1.5, _HIGH - 1.5, 10)
        x, y = (grid.ravel() for grid in np.meshgrid(ticks, ticks))
        dx, dy = arms_race.change(race, x, y)
        angles = [degrees(atan2(1.15 * p, q)) for p, q in zip(dx, dy, strict=True)]
        ends = [_LOW, _HIGH]
        xs, ys = self._simulated(values)
        inside = next(
            (i for i, p in enumerate(zip(xs, ys, strict=True)) if max(map(abs, p)) > 4 * _HIGH),
            len(xs),
        )
        rest = self._rest(values)
        return [
            {"x": x.tolist(), "y": y.tolist(), "marker": {"angle": angles}},
            {"x": [(k * end + g) / a for end in ends], "y": ends},
            {"x": ends, "y": [(l * end + h) / b for end in ends]},
            {"x": xs[:inside:5], "y": ys[:inside:5]},
            {},
            {"x": [rest[0] if rest else None], "y": [rest[1] if rest else None]},
            {},
            {},
            {"x": [k * l], "y": [a * b]},
        ]

    def _rest(self, values: dict[str, Any]) -> tuple[float, float] | None:
        if self._brake(values) == 0:
            return None
        x, y = arms_race.equilibrium(self._race(values))
        return float(x) + 0.0, float(y) + 0.0

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the formula's verdict into the title."""
        brake = self._brake(values)
        sign, verdict = ("=", "on the boundary") if brake == 0 else (">", "the race settles")
        if brake < 0:
            sign, verdict = "<", "the race runs away"
        ab, kl = values["a"] * values["b"], values["k"] * values["l"]
        return {"title": {"text": f"a b = {ab:.2f} {sign} k l = {kl:.2f}: {verdict}"}}

    def sentence(self, **values: Any) -> str:
        """Set the formula's verdict beside the levels that the simulation reaches."""
        brake, rest = self._brake(values), self._rest(values)
        ab, kl = values["a"] * values["b"], values["k"] * values["l"]
        xs, ys = self._simulated(values)
        grievances = f"g = {values['g']:g}, h = {values['h']:g}"
        if brake > 0 and rest is not None:
            verdict = (
                f"By the formula, a b = {ab:.2f} exceeds k l = {kl:.2f}: with {grievances} the "
                f"race settles at X = {rest[0]:.2f}, Y = {rest[1]:.2f}"
            )
            if min(rest) < 0:
                verdict += " (below 0, read as goodwill)"
            years = _YEARS
        elif brake == 0:
            verdict = (
                f"By the formula, a b = k l = {kl:.2f}: with {grievances} the race is exactly on "
                "the boundary and has no single resting point"
            )
            years = _YEARS
        else:
            verdict = (
                f"By the formula, a b = {ab:.2f} is below k l = {kl:.2f}: with {grievances} the "
                "race does not settle"
            )
            years = 5
        place = round(years / _STEP)
        return (
            f"{verdict}. Simulated in small steps from {_START[0]:g} and {_START[1]:g}, the levels "
            f"after {years} years are X = {xs[place]:.2f}, Y = {ys[place]:.2f}."
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
        One line a state, with a gap where a year is missing.
    """
    figure = go.Figure(
        layout=figures.layout(
            f"Military expenditure, {spending.index[0]} to {spending.index[-1]}",
            data.source_line("military_expenditure") + " Non-commercial use, credit to SIPRI.",
            xaxis={"title": "Year"},
            yaxis={"title": "Million US dollars of 2023", "type": "log"},
        )
    )
    figure.update_yaxes(dtick=1, tickformat=",d")
    for name, cue in figures.cue(spending.columns).items():
        known = spending[name].astype(object).where(spending[name].notna(), None)
        figure.add_scatter(
            x=list(spending.index),
            y=list(known),
            name=name,
            mode="lines",
            line={"color": cue["color"], "dash": cue["dash"], "width": 3},
        )
    return figure


# Contagion on the network of borders ----------------------------------------------------------

_CELL = (43.0, 40.0)
_PER_DEGREE = (6.9, 8.3)


@cache
def border_network(land_only: bool = True) -> nx.Graph:
    """Tie the course's states in and around Asia that are neighbours.

    Parameters
    ----------
    land_only : bool
        Land and river borders only; otherwise also contact across up to 400 miles of water.

    Returns
    -------
    networkx.Graph
        One node a state (by iso3), states of the subregion "Pacific and extra-regional" left
        out. Correlates of War, state of 2016.
    """
    states = data.states()
    inside = sorted(states.loc[states["subregion"] != "Pacific and extra-regional", "iso3"])
    ties = data.contiguity(as_of="2016", land_only=land_only)
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(inside)
    graph.add_edges_from(
        (a, b)
        for a, b in zip(ties["iso3_a"], ties["iso3_b"], strict=True)
        if a in graph and b in graph
    )
    return graph


@cache
def _ties(land_only: bool) -> np.ndarray:
    graph = border_network(land_only)
    return nx.to_numpy_array(graph, nodelist=list(graph))


@cache
def _places() -> dict[str, tuple[float, float]]:
    """Place states by their capitals, moved apart until no label covers another."""
    states = data.states().set_index("iso3").loc[list(border_network())]
    place = np.c_[states["lon"] * _PER_DEGREE[0], states["lat"] * _PER_DEGREE[1]]
    cell = np.array(_CELL)
    for _ in range(500):
        gap = place[:, None] - place[None]
        overlap = cell - np.abs(gap)
        hit = (overlap > 0).all(axis=2) & ~np.eye(len(place), dtype=bool)
        if not hit.any():
            break
        along = overlap[..., 0] < overlap[..., 1]
        order = np.sign(np.arange(len(place))[:, None] - np.arange(len(place)))
        way = np.where(gap == 0, order[..., None], np.sign(gap))
        push = np.stack([along, ~along], axis=2) * hit[..., None] * way * (overlap / 4 + 0.2)
        place = place + push.sum(axis=1)
    return {iso3: (float(x), float(y)) for iso3, (x, y) in zip(states.index, place, strict=True)}


class ContagionMap(Explorer):
    """A shock starts somewhere; insecurity spreads along borders."""

    title = "Contagion map"
    goal = (
        "Press play. Then set the threshold to 0.30 and find a state from which a single shock "
        "still reaches more than half of the region."
    )

    def controls(self) -> dict[str, Control]:
        """Return the starting state, the threshold, the step and the kind of tie."""
        names = data.states().set_index("iso3")["name_en"]
        inside = {names[iso3]: iso3 for iso3 in border_network()}
        return {
            "start": Choice("Shock starts in", dict(sorted(inside.items())), "KGZ"),
            "ties": Choice(
                "Neighbours",
                {
                    "across land or river borders": "land",
                    "also across up to 400 miles of water": "water",
                },
                "land",
            ),
            "threshold": Slider("Threshold", 0.05, 0.6, 0.25, 0.05, "share of neighbours"),
            "step": Slider("Step", 0, 20, 0, play=True, interval=700),
        }

    def _arrival(self, values: dict[str, Any]) -> dict[str, int]:
        graph = border_network(values["ties"] == "land")
        nodes = list(graph)
        shocked = contagion.shock(len(nodes), nodes.index(values["start"]))
        run = contagion.cascade(_ties(values["ties"] == "land"), shocked, values["threshold"])
        return dict(zip(nodes, run.arrival.tolist(), strict=True))

    def draw(self) -> go.Figure:
        """Draw ties as two broken lines and states as four groups of marks."""
        places = np.array(list(_places().values()))
        low, high = places.min(axis=0) - 30, places.max(axis=0) + 30
        figure = go.Figure(
            layout=figures.layout(
                "How far does a shock spread?",
                "Source: Correlates of War Direct Contiguity 3.2, 2016; capitals from the course's "
                "table of states. Positions follow capitals, moved apart where labels would "
                "collide: no map, no boundary. Entries follow the source and take no position on "
                "the status of any place.",
                height=760,
                legend=_ABOVE,
                margin={"l": 10, "r": 10, "b": 20, "t": 100},
                **figures.bare_axes(),
            )
        )
        figure.update_xaxes(range=[low[0], high[0]])
        figure.update_yaxes(range=[low[1], high[1]])
        figure.add_scatter(
            mode="lines",
            line={"color": "#CFCFCF", "width": 1},
            name="neighbours",
            hoverinfo="skip",
        )
        figure.add_scatter(
            mode="lines",
            line={"color": figures.VERMILION, "width": 3},
            name="insecurity has passed here",
            hoverinfo="skip",
        )
        marks = {
            "secure": ("circle", "#FFFFFF", figures.BLUE),
            "insecure": ("square", "#F6C48A", "#8A4B00"),
            "turns insecure now": ("square", figures.YELLOW, figures.BLACK),
            "shock": ("hexagon", figures.ORANGE, figures.BLACK),
        }
        for name, (symbol, fill, edge) in marks.items():
            figure.add_scatter(
                mode="markers+text",
                name=name,
                textfont={"size": 12, "color": figures.BLACK},
                textposition="middle center",
                hovertemplate="%{customdata}<extra></extra>",
                marker={
                    "symbol": symbol,
                    "size": 31,
                    "color": fill,
                    "line": {
                        "width": 3 if "now" in name or name == "shock" else 1.5,
                        "color": edge,
                    },
                },
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Sort the states into the four groups and mark the ties that carried insecurity."""
        graph = border_network(values["ties"] == "land")
        arrival, step = self._arrival(values), int(values["step"])
        carried = [
            (a, b)
            for a, b in graph.edges
            if max(arrival[a], arrival[b]) <= step
            and min(arrival[a], arrival[b]) >= 0
            and arrival[a] != arrival[b]
        ]
        changes: list[dict[str, Any]] = []
        for edges in (graph.edges, carried):
            x, y = figures.edge_segments(edges, _places())
            changes.append({"x": x, "y": y})
        groups: dict[str, list[str]] = {"secure": [], "insecure": [], "now": [], "shock": []}
        for iso3, when in arrival.items():
            if when == 0:
                groups["shock"].append(iso3)
            elif when < 0 or when > step:
                groups["secure"].append(iso3)
            else:
                groups["now" if when == step else "insecure"].append(iso3)
        for members in groups.values():
            changes.append(
                {
                    "x": [_places()[iso3][0] for iso3 in members],
                    "y": [_places()[iso3][1] for iso3 in members],
                    "text": members,
                    "customdata": [_state_names()[iso3] for iso3 in members],
                }
            )
        return changes

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put start, threshold and step into the title."""
        return {
            "title": {
                "text": f"Shock in {_state_names()[values['start']]}, threshold "
                f"{values['threshold']:.2f}, step {values['step']}"
            }
        }

    def sentence(self, **values: Any) -> str:
        """Say who is insecure now, who turned at this step, and where it ends."""
        arrival, step = self._arrival(values), int(values["step"])
        graph = border_network(values["ties"] == "land")
        names = _state_names()
        insecure = sum(0 <= when <= step for when in arrival.values())
        final = sum(when >= 0 for when in arrival.values())
        last = max(arrival.values())
        turned = sorted(names[iso3] for iso3, when in arrival.items() if when == step > 0)
        if turned:
            now = f" {_listed(turned)} {'turns' if len(turned) == 1 else 'turn'} insecure now."
        elif step > last:
            now = " Nothing changes any more."
        else:
            now = ""
        borders = graph.degree[values["start"]]
        return (
            f"The shock starts in {names[values['start']]}, which has {borders} "
            f"{'neighbour' if borders == 1 else 'neighbours'}; a state turns insecure when at "
            f"least {values['threshold']:.0%} of its neighbours are. Insecure at step {step}: "
            f"{insecure} of {len(arrival)} states.{now} In the end: {final}, after {last} "
            f"{'step' if last == 1 else 'steps'}."
        )


@cache
def _state_names() -> dict[str, str]:
    states = data.states()
    return dict(zip(states["iso3"], states["name_en"], strict=True))
