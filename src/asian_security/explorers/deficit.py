"""Explorers of lesson 09: how crowded the field becomes, and whether trust falls or recovers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis.congestion_history import (
    CAMPS,
    PARTNERS,
    THREE_CAMPS,
    YEARS,
    Crowding,
    History,
    history,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Slider, Values
from asian_security.models.institutions.congestion import dual_coordination
from asian_security.models.trust.trust_dynamics import (
    Futures,
    TrustCircle,
    change,
    fixed_points,
    temporary_coordination,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

# What is not defined below is for exercises and lessons handed out, which reach it here.
__all__ = [
    "CAMPS",
    "PARTNERS",
    "THREE_CAMPS",
    "YEARS",
    "CircleOfTrust",
    "CongestionOverTime",
    "History",
    "dual_coordination",
    "history",
]

_COUNTS = {
    "Seats, every kind of mechanism": "seats",
    "Seats, without alliances and treaties": "forums",
    "Seats, observers and partners": "partners",
    "Seats of the four subregions": "subregions",
}
_INDICES = {
    "Load: forums beyond the first, per state and issue": "load",
    "Overlap of members, mean over pairs": "members",
    "Overlap of agendas, mean over pairs": "agendas",
    "Overlap of both at once, mean over pairs": "both",
    "Effective number of mechanisms": "effective",
    "Contested: state-issue cells with 2 or 3 camps": "contested",
}
_INDEX_LABELS = {key: label for label, key in _INDICES.items()}
_AXES = {
    "load": "Load (forums)",
    "members": "Overlap (0 to 1)",
    "agendas": "Overlap (0 to 1)",
    "both": "Overlap (0 to 1)",
    "effective": "Effective number",
    "contested": "Contested (share)",
}
_LANES = {
    "collective_defence": "collective defence",
    "military_cbm_dialogue": "military dialogue",
    "terrorism_extremism": "terrorism and extremism",
    "drugs_transnational_crime": "drugs and crime",
    "maritime_security": "maritime security",
    "nonproliferation": "non-proliferation",
    "disaster_relief": "disaster relief",
    "cyber": "cyber",
    "energy": "energy",
    "trade_economy": "trade and economy",
    "water_environment": "water and environment",
    "defence_technology": "defence technology",
}
_TITLE_ON_TOP = {"y": 0.985, "yanchor": "top"}


def _states() -> dict[str, str]:
    return {"every state": "", **data.states_by_name()}


class CongestionOverTime(Explorer):
    """Twelve lanes, one per issue: mechanisms queue up in them as the years pass."""

    title = "Congestion over time"
    goal = (
        "Press play and watch the lanes fill. In which year does the load pass 1? Then change the "
        "curve to the overlap of members: does it tell the same story?"
    )
    source = (
        "Source: the course's tables of mechanisms, memberships and issues, as of {as_of}. Issues "
        "and initiators are the course's own coding; a mechanism keeps one agenda for its whole "
        "life."
    )
    year = Slider("Year", YEARS[0], YEARS[-1], YEARS[-1], play=True, interval=400)
    state = Choice("Light up the seats of", _states, "THA")
    index = Choice("Curve", _INDICES, "load")
    count = Choice("What counts", _COUNTS, "seats")

    def draw(self) -> go.Figure:
        """Draw one trace per camp in the lanes, the lanes' totals, and the curve below."""
        lanes = [_LANES[issue] for issue in history().issues]
        figure = self.empty_figure(
            "How crowded is each issue?",
            height=780,
            xaxis={
                "title": "Mechanisms that name the issue, oldest first (number)",
                "range": [0, 46],
                "anchor": "y",
            },
            yaxis={
                "domain": [0.39, 1],
                "tickvals": list(range(len(lanes))),
                "ticktext": lanes,
                "range": [len(lanes) - 0.4, -0.6],
                "showgrid": False,
                "zeroline": False,
            },
            xaxis2={"title": "Year", "range": [1949, 2027], "anchor": "y2"},
            yaxis2={"domain": [0, 0.24], "anchor": "x2", "rangemode": "tozero"},
            legend=figures.LEGEND_ABOVE,
            margin={"t": 140},
        )
        figure.update_layout(title=_TITLE_ON_TOP)
        for camp, cue in figures.cue(CAMPS.values()).items():
            marker = {"color": cue["color"], "symbol": cue["symbol"]}
            common = {"name": camp, "mode": "markers", "legendgroup": camp}
            hover = "%{customdata}<extra></extra>"
            figure.add_scatter(marker=marker, hovertemplate=hover, showlegend=False, **common)
            # The legend's own mark, never faded.
            figure.add_scatter(
                uid=f"legend: {camp}", marker={**marker, "size": 12}, **figures.NOTHING, **common
            )
        figure.add_scatter(
            name="mechanisms per issue",
            mode="text",
            textposition="middle right",
            textfont={"size": 13},
            showlegend=False,
            hoverinfo="skip",
        )
        below = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
        black = {"color": figures.BLACK, "width": 3}
        dashed = {"color": figures.PURPLE, "width": 2, "dash": "dash"}
        years = list(YEARS)
        figure.add_scatter(name="all states", mode="lines", x=years, line=black, **below)
        figure.add_scatter(name="the chosen state", mode="lines", x=years, line=dashed, **below)
        figure.add_scatter(
            name="the year",
            mode="markers+text",
            textposition="top left",
            textfont={"size": 14},
            marker={"size": 13, "color": figures.BLACK},
            **below,
        )
        return figure

    def compute(self, year: int, state: str, index: str, count: str) -> Crowding:
        """Look up the year and the chosen state."""
        return Crowding(history(count), int(year) - YEARS[0], state)

    def update(self, crowd: Crowding, year: int, index: str) -> dict[str, dict[str, Any]]:
        """Line the mechanisms of the year up in the lanes of the issues they name."""
        past, sizes, number = crowd.history, crowd.sizes, crowd.per_issue
        mechanism, lane, queue = crowd.queues
        labels = np.array([f"{past.names[i]}: {sizes[i]:.0f} states" for i in mechanism])
        lit = (crowd.seated if crowd.counted else crowd.alive)[mechanism]
        size, opacity = np.where(lit, 12, 7), np.where(lit, 1.0, 0.45)
        changes: dict[str, dict[str, Any]] = {}
        for camp in dict.fromkeys(CAMPS.values()):
            own = np.array(past.camps)[mechanism] == camp
            changes[camp] = {
                "x": queue[own],
                "y": lane[own],
                "customdata": labels[own],
                "marker": {"size": size[own], "opacity": opacity[own]},
            }
        changes["mechanisms per issue"] = {
            "x": number + 0.7,
            "y": list(range(len(number))),
            "text": [
                f"{named} ({effect:.1f} in effect)"
                for named, effect in zip(number, crowd.in_effect, strict=True)
            ],
        }
        curve, own_curve = self._curves(crowd, index)
        now = float(curve[crowd.place])
        changes["all states"] = {"y": curve}
        changes["the chosen state"] = {"y": [None] * len(YEARS) if own_curve is None else own_curve}
        changes["the year"] = {"x": [int(year)], "y": [now], "text": [f"{now:.2f}"]}
        return changes

    def _curves(self, crowd: Crowding, index: str) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the chosen index, and the load of the chosen state where that is the index."""
        own = crowd.own_load if index == "load" and crowd.counted else None
        return crowd.history.indices[index], own

    def heading(self, crowd: Crowding, year: int) -> str:
        """Name the year."""
        return f"{year}: {crowd.alive.sum()} mechanisms, lined up by the issues they name"

    def layout(self, crowd: Crowding, state: str, index: str) -> dict[str, Any]:
        """Put the curve's name and scale on its axis."""
        curve, own_curve = self._curves(crowd, index)
        name, top = _INDEX_LABELS[index], curve.max()
        if own_curve is not None:
            name += f" (dashed: {data.state_names()[state]})"
            top = max(top, own_curve.max())
        corner = {"xref": "paper", "yref": "paper", "x": 0, "y": 0.245}
        placed = {**corner, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
        return {
            "yaxis2": {"title": {"text": _AXES[index]}, "range": [0, 1.25 * float(top)]},
            "annotations": [{"text": f"<b>{name}</b>", "font": {"size": 15}, **placed}],
        }

    def sentence(self, crowd: Crowding, year: int, state: str, index: str) -> str:
        """Say how many mechanisms there are, which lane is fullest, and what the curve shows."""
        past, number = crowd.history, crowd.per_issue
        curve, issues = past.indices[index], [_LANES[issue] for issue in past.issues]
        tally = Counter(np.array(past.camps)[crowd.alive].tolist()).most_common()
        top = int(number.argmax())
        text = (
            f"{year}: {crowd.alive.sum()} mechanisms ("
            + ", ".join(f"{many} {camp}" for camp, many in tally)
            + f"). Fullest lane: {issues[top]} with {number[top]}, which weigh as "
            f"much as {crowd.in_effect[top]:.1f} equal ones. {_INDEX_LABELS[index]}: "
            f"{curve[crowd.place]:.2f} (1990: {curve[1990 - YEARS[0]]:.2f}; "
            f"{YEARS[-1]}: {curve[-1]:.2f})."
        )
        if not state:
            return text
        name = data.state_names()[state]
        if not crowd.counted:
            return f"{text} {name} lies outside the four subregions."
        seats, forums = int(crowd.seated.sum()), crowd.forums
        if not seats:
            return f"{text} {name} is in none of them."
        most = int(forums.argmax())
        return (
            f"{text} {name} is in {seats} of them, in {forums[most]} of those that name "
            f"{issues[most]}."
        )


_RULES = {
    "Both are needed (product)": "product",
    "Each adds its half (average)": "average",
    "One is enough (the larger)": "larger",
}
_RULE_LABELS = {key: label for label, key in _RULES.items()}
_FOR_GOOD = 80
_TIMES = np.linspace(0, _FOR_GOOD, _FOR_GOOD + 1)


class CircleOfTrust(Explorer):
    """The circle of trust, self-help and effectiveness, with its tipping point."""

    title = "Circle of trust"
    goal = (
        "This region starts at low trust and slides. Find the smallest coordination c that lets it "
        "recover. Then find how soon the coordination may end."
    )
    source = (
        "Illustrative numbers. The circle is Ling's claim D6; its form is a stylised model of this "
        "course, with gain = 1 per unit of time."
    )
    trust = Slider("Trust at the start", 0.05, 0.95, 0.2, 0.05, "0 to 1")
    self_help = Slider("Self-help, loss / gain", 0.1, 1.2, 0.6, 0.05)
    powers = Slider("Coordination among great powers", 0, 0.95, 0.3, 0.05, "0 to 1")
    mechanisms = Slider("Coordination among mechanisms", 0, 0.95, 0.3, 0.05, "0 to 1")
    rule = Choice("The two halves", _RULES, "product")
    lasts = Slider("Coordination lasts", 0, _FOR_GOOD, _FOR_GOOD, 5, "units; 80 = for good")

    def actions(self) -> list[Action]:
        """Return a button that doubles both halves of the coordination."""

        def double(now: Values) -> Values:
            return {name: min(0.95, 2 * now[name]) for name in ("powers", "mechanisms")}

        return [Action("Double both halves", double, "Double the coordination of both kinds")]

    def draw(self) -> go.Figure:
        """Draw the phase line on the left and trust through time on the right."""
        figure = self.empty_figure(
            "Does trust recover?",
            height=520,
            xaxis={"title": "Trust now (0 to 1)", "range": [-0.04, 1.04], "domain": [0, 0.45]},
            yaxis={"title": "Change of trust (per unit of time)", "zeroline": True},
            xaxis2={
                "title": "Time (units)",
                "range": [0, _FOR_GOOD],
                "domain": [0.56, 1],
                "anchor": "y2",
            },
            yaxis2={"title": "Trust (0 to 1)", "range": [-0.04, 1.04], "anchor": "x2"},
            legend=figures.LEGEND_ABOVE,
            margin={"t": 125},
        )
        figure.update_layout(title=_TITLE_ON_TOP)
        plain = {"color": figures.GREY, "width": 2, "dash": "dash"}
        bold = {"color": figures.BLUE, "width": 3.5}
        dotted = {"color": figures.VERMILION, "width": 2, "dash": "dot", "shape": "hv"}
        dot = {"size": 14, "color": figures.BLACK, "symbol": "circle"}
        tipping = {"size": 15, "color": figures.VERMILION, "symbol": "diamond-open"}
        star = {"size": 16, "color": figures.GREEN, "symbol": "star"}
        arrows = {"size": 10, "color": figures.BLUE}
        figure.add_scatter(name="without coordination", mode="lines", line=plain)
        figure.add_scatter(name="with coordination", mode="lines", line=bold)
        figure.add_scatter(name="resting state", mode="markers", marker=dot)
        figure.add_scatter(
            name="tipping point", mode="markers", marker=tipping, marker_line_width=3
        )
        figure.add_scatter(name="start", mode="markers", marker=star)
        figure.add_scatter(name="direction", mode="markers", showlegend=False, marker=arrows)
        right = {"xaxis": "x2", "yaxis": "y2"}
        for name, line in (("without coordination", plain), ("with coordination", bold)):
            figure.add_scatter(
                uid=f"path {name}", name=name, mode="lines", line=line, showlegend=False, **right
            )
        figure.add_scatter(
            name="tipping point through time", mode="lines", line=dotted, showlegend=True, **right
        )
        figure.add_scatter(
            uid="start of the path",
            name="start",
            mode="markers",
            marker=star,
            showlegend=False,
            **right,
        )
        return figure

    def compute(
        self,
        trust: float,
        self_help: float,
        powers: float,
        mechanisms: float,
        rule: str,
        lasts: int,
    ) -> Futures:
        """Follow trust while the coordination lasts and after."""
        circle = TrustCircle(1.0, self_help, dual_coordination(powers, mechanisms, rule))
        return temporary_coordination(circle, trust, int(lasts), _TIMES)

    def update(self, futures: Futures, trust: float, lasts: int) -> dict[str, dict[str, Any]]:
        """Bend the curve, move its fixed points and follow trust through time."""
        circle = futures.circle
        levels, places = np.linspace(0, 1, 81), np.linspace(0.08, 0.92, 8)
        points, kinds = fixed_points(circle)
        rests, tips = (
            [float(p) for p, kind in zip(points, kinds, strict=True) if kind == wanted]
            for wanted in ("stable", "unstable")
        )
        rising = change(circle, places) > 0
        before, ends = futures.tipping_alone, int(lasts)
        tipping = [futures.tipping if ends else before, before, before]
        in_range = [level if -0.04 <= level <= 1.04 else None for level in tipping]
        return {
            "without coordination": {"x": levels, "y": change(futures.alone, levels)},
            "with coordination": {"x": levels, "y": change(circle, levels)},
            "resting state": {"x": rests, "y": [0.0] * len(rests)},
            "tipping point": {"x": tips, "y": [0.0] * len(tips)},
            "start": {"x": [trust], "y": [float(change(circle, trust))]},
            "direction": {
                "x": places,
                "y": [0.0] * len(places),
                "marker": {"symbol": np.where(rising, "triangle-right", "triangle-left")},
            },
            "path without coordination": {"x": futures.times, "y": futures.without},
            "path with coordination": {"x": futures.times, "y": futures.with_it},
            "tipping point through time": {"x": [0, ends, _FOR_GOOD], "y": in_range},
            "start of the path": {"x": [0.6], "y": [trust]},
        }

    def heading(self, futures: Futures) -> str:
        """Name the coordination and the verdict."""
        return f"Coordination c = {float(futures.circle.coordination):.2f}: {futures.verdict}"

    def layout(self, futures: Futures, lasts: int) -> dict[str, Any]:
        """Shade the time for which the coordination lasts."""
        place = {"xref": "x2", "yref": "y2 domain", "x0": 0, "x1": int(lasts), "y0": 0, "y1": 1}
        look = {"fillcolor": figures.SKY, "opacity": 0.15, "line": {"width": 0}}
        return {"shapes": [{"type": "rect", **place, **look}]}

    def sentence(
        self,
        futures: Futures,
        trust: float,
        self_help: float,
        powers: float,
        mechanisms: float,
        rule: str,
        lasts: int,
    ) -> str:
        """Say where the tipping point lies, on which side trust is, and where it goes."""
        label, before = _RULE_LABELS[rule], futures.tipping_alone
        if futures.tipping <= 0:
            tipping = "With it there is no tipping point: any trust grows."
        elif futures.tipping >= 1:
            tipping = "Even with it no trust below 1 can last: self-help is too strong."
        else:
            tipping = (
                f"It puts the tipping point at {futures.tipping:.2f} (without it: {before:.2f})."
            )
        if lasts < _FOR_GOOD:
            tipping += (
                f" It ends at time {int(lasts)}, with trust at {futures.at_end:.2f}, "
                f"and the tipping point is {before:.2f} again."
            )
        return (
            f"Trust starts at {trust:.2f}; self-help destroys {self_help:.2f} for each unit that "
            f"working mechanisms build. Great powers {powers:.2f}, mechanisms {mechanisms:.2f}, "
            f"{label[0].lower()}{label[1:]}: c = {float(futures.circle.coordination):.2f}. {tipping} "
            f"Verdict: {futures.verdict}; at time {_FOR_GOOD} it is {futures.with_it[-1]:.2f} "
            f"(without any coordination {futures.without[-1]:.2f})."
        )
