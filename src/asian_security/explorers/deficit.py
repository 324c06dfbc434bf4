"""Explorers of lesson 09: how crowded the field becomes, and whether trust falls or recovers."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import (
    Action,
    Choice,
    Control,
    Explorer,
    Slider,
    Values,
)
from asian_security.models.institutions import congestion
from asian_security.models.trust import trust_dynamics as trust_circle

YEARS = range(1950, 2026)
CAMPS = {
    "US-led": "US-led",
    "ASEAN-led": "ASEAN-led",
    "China-initiated": "China-initiated (with SCO)",
    "China and Russia": "China-initiated (with SCO)",
    "Russia-led": "Russia-led",
    "other Asian": "others",
    "other": "others",
}
"""The initiator of a mechanism to its camp; what China and Russia began counts with China."""
THREE_CAMPS = ("US-led", "ASEAN-led", "China-initiated (with SCO)")
"""The camps that claim D4 names."""
PARTNERS = ("associate", "observer", "dialogue partner", "sectoral dialogue partner", "partner")
"""The statuses that bring a state to a meeting without a seat."""

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
_TOP = {"y": 0.985, "yanchor": "top"}
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


@dataclass(frozen=True, eq=False)
class History:
    """Who sat where at the end of each year, what it was about, and how crowded that was.

    Parameters
    ----------
    names, issues, states : list of str
        Mechanisms in order of founding, issues, states (ISO3).
    camps : list of str
        The camp of each mechanism.
    members : ndarray of float, shape (years, mechanisms, states)
        1 where a state is in.
    agenda : ndarray of float, shape (mechanisms, issues)
        1 where a mechanism names an issue: one coding for its whole life.
    """

    names: list[str]
    issues: list[str]
    states: list[str]
    camps: list[str]
    members: np.ndarray
    agenda: np.ndarray

    @cached_property
    def alive(self) -> np.ndarray:
        """Which mechanisms exist, years x mechanisms."""
        return np.asarray(self.members.any(axis=2))

    @cached_property
    def cells(self) -> np.ndarray:
        """Number of forums a state has for an issue, years x states x issues."""
        return np.asarray(np.swapaxes(self.members, 1, 2) @ self.agenda)

    @cached_property
    def load(self) -> np.ndarray:
        """Forums beyond the first, for each state: mean over its covered issues."""
        covered = (self.cells > 0).sum(axis=2)
        return np.asarray(np.maximum(self.cells - 1, 0).sum(axis=2) / np.maximum(covered, 1))

    @cached_property
    def measured(self) -> congestion.Congestion:
        """The indices of :mod:`asian_security.models.institutions.congestion`, one value a year."""
        return congestion.congestion(self.members, self.agenda)

    @cached_property
    def indices(self) -> dict[str, np.ndarray]:
        """Every index by name, one value a year."""
        covered = self.cells > 0
        inside = [np.array([c == camp for c in self.camps]) for camp in THREE_CAMPS]
        camps = sum(
            (np.swapaxes(self.members[:, own], 1, 2) @ self.agenda[own] > 0).astype(int)
            for own in inside
        )
        total = np.maximum(covered.sum(axis=(1, 2)), 1)
        return {
            "load": np.maximum(self.cells - 1, 0).sum(axis=(1, 2)) / total,
            "members": self.measured.member_overlap,
            "agendas": self.measured.agenda_overlap,
            "both": self.measured.joint_overlap,
            "effective": self.measured.effective,
            "contested": (np.asarray(camps) >= 2).sum(axis=(1, 2)) / total,
        }


@cache
def history(count: str = "seats") -> History:
    """Read the tables into one array a year; a year is judged on its last day.

    Parameters
    ----------
    count : str
        What counts as being in: "seats"; "forums" (seats, without alliances and treaties);
        "partners" (seats, observers and partners); "subregions" (seats of the article's four).

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If the count is unknown.
    """
    if count not in _COUNTS.values():
        raise ValueError(f"count must be one of {', '.join(_COUNTS.values())}, got {count!r}")
    known = data.mechanisms().sort_values(["founded", "mechanism"])
    if count == "forums":
        known = known[~known["kind"].isin(["alliance", "treaty"])]
    home = data.states(subregion=data.NEIGHBOURHOOD if count == "subregions" else None)
    spells = data.memberships(status=data.SEATS + PARTNERS if count == "partners" else data.SEATS)
    table = data.mechanism_issues().pivot(index="mechanism", columns="issue", values="stated")
    row = {name: i for i, name in enumerate(known["mechanism"])}
    column = {iso3: i for i, iso3 in enumerate(home["iso3"])}
    members = np.zeros((len(YEARS), len(row), len(column)))
    for spell in spells.itertuples():
        if spell.mechanism in row and spell.iso3 in column:
            first = max(int(spell.start[:4]), YEARS[0]) - YEARS[0]
            # a spell that ends within a year is over on the year's last day
            ended = isinstance(spell.end, str) and spell.end[4:] not in ("", "-12", "-12-31")
            last = int(spell.end[:4]) - ended - YEARS[0] if isinstance(spell.end, str) else None
            if last is None or last >= first:
                stop = None if last is None else last + 1
                members[first:stop, row[spell.mechanism], column[spell.iso3]] = 1
    return History(
        list(row),
        list(table.columns),
        list(column),
        [CAMPS[name] for name in known["initiator"]],
        members,
        table.loc[list(row)].to_numpy(dtype=float),
    )


class CongestionOverTime(Explorer):
    """Twelve lanes, one an issue: mechanisms queue up in them as the years pass."""

    title = "Congestion over time"
    goal = (
        "Press play and watch the lanes fill. In which year does the load pass 1? Then change the "
        "curve to the overlap of members: does it tell the same story?"
    )

    def controls(self) -> dict[str, Control]:
        """Return the year, the state that lights up, the curve, and what counts."""
        states = data.states().sort_values("name_en")
        named = dict(zip(states["name_en"], states["iso3"], strict=True))
        return {
            "year": Slider("Year", YEARS[0], YEARS[-1], YEARS[-1], play=True, interval=400),
            "state": Choice("Light up the seats of", {"every state": "", **named}, "THA"),
            "index": Choice("Curve", _INDICES, "load"),
            "count": Choice("What counts", _COUNTS, "seats"),
        }

    @cached_property
    def _state_names(self) -> dict[str, str]:
        states = data.states()
        return dict(zip(states["iso3"], states["name_en"], strict=True))

    @cached_property
    def _camps(self) -> list[str]:
        return list(dict.fromkeys(CAMPS.values()))

    def draw(self) -> go.Figure:
        """Draw one trace a camp in the lanes, the lanes' totals, and the curve below."""
        cues = figures.cue(self._camps)
        lanes = [_LANES[issue] for issue in history().issues]
        figure = go.Figure(
            layout=figures.layout(
                "How crowded is each issue?",
                "Source: the course's tables of mechanisms, memberships and issues, as of "
                "2025-12-31. Issues and initiators are the course's own coding; a mechanism keeps "
                "one agenda for its whole life.",
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
                legend=_LEGEND,
                margin={"t": 140},
            )
        )
        for name in self._camps:
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={"color": cues[name]["color"], "symbol": cues[name]["symbol"]},
                hovertemplate="%{customdata}<extra></extra>",
                legendgroup=name,
                showlegend=False,
            )
            # the legend's own mark, never faded
            figure.add_scatter(
                name=name,
                mode="markers",
                x=[None],
                y=[None],
                marker={"color": cues[name]["color"], "symbol": cues[name]["symbol"], "size": 12},
                legendgroup=name,
            )
        figure.add_scatter(
            mode="text",
            textposition="middle right",
            textfont={"size": 13},
            showlegend=False,
            hoverinfo="skip",
        )
        curve = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
        figure.add_scatter(
            mode="lines", x=list(YEARS), line={"color": figures.BLACK, "width": 3}, **curve
        )
        figure.add_scatter(
            mode="lines",
            x=list(YEARS),
            line={"color": figures.PURPLE, "width": 2, "dash": "dash"},
            **curve,
        )
        figure.add_scatter(
            mode="markers+text",
            textposition="top left",
            textfont={"size": 14},
            marker={"size": 13, "color": figures.BLACK},
            **curve,
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Line the mechanisms of the year up in the lanes of the issues they name."""
        year, told = int(values["year"]) - YEARS[0], history(values["count"])
        state, index = values["state"], told.indices[values["index"]]
        alive = told.alive[year]
        size = told.members[year].sum(axis=1)
        seated = (
            told.members[year][:, told.states.index(state)] > 0 if state in told.states else alive
        )
        lit = alive if not state else seated
        marks: dict[str, dict[str, list[Any]]] = {
            camp: {"x": [], "y": [], "customdata": [], "size": [], "opacity": []}
            for camp in self._camps
        }
        for lane in range(len(told.issues)):
            queue = np.flatnonzero(alive & (told.agenda[:, lane] > 0))
            for place, i in enumerate(queue, start=1):
                mark = marks[told.camps[i]]
                mark["x"].append(place)
                mark["y"].append(lane)
                mark["customdata"].append(f"{told.names[i]}: {size[i]:.0f} states")
                mark["size"].append(12 if lit[i] else 7)
                mark["opacity"].append(1.0 if lit[i] else 0.45)
        changes: list[dict[str, Any]] = []
        for mark in marks.values():
            changes.append(
                {
                    "x": mark["x"],
                    "y": mark["y"],
                    "customdata": mark["customdata"],
                    "marker": {"size": mark["size"], "opacity": mark["opacity"]},
                }
            )
            changes.append({})
        number = (alive[:, None] * told.agenda).sum(axis=0)
        effect = told.measured.per_issue[year]
        changes.append(
            {
                "x": [float(n) + 0.7 for n in number],
                "y": list(range(len(number))),
                "text": [
                    f"{n:.0f} ({e:.1f} in effect)" for n, e in zip(number, effect, strict=True)
                ],
            }
        )
        own = self._own_load(**values)
        changes.append({"y": [float(v) for v in index]})
        changes.append({"y": [None] * len(YEARS) if own is None else [float(v) for v in own]})
        changes.append(
            {
                "x": [int(values["year"])],
                "y": [float(index[year])],
                "text": [f"{index[year]:.2f}"],
            }
        )
        return changes

    def _own_load(self, **values: Any) -> np.ndarray | None:
        told = history(values["count"])
        if values["index"] != "load" or values["state"] not in told.states:
            return None
        return np.asarray(told.load[:, told.states.index(values["state"])])

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the year into the title, and the curve's name and scale on its axis."""
        told = history(values["count"])
        curves = [told.indices[values["index"]]]
        own = self._own_load(**values)
        if own is not None:
            curves.append(own)
        name = next(label for label, key in _INDICES.items() if key == values["index"])
        if own is not None:
            name += f" (dashed: {self._state_names[values['state']]})"
        return {
            "title": {
                **_TOP,
                "text": f"{values['year']}: {told.alive[int(values['year']) - YEARS[0]].sum()} "
                "mechanisms, lined up by the issues they name",
            },
            "yaxis2": {
                "title": {"text": _AXES[values["index"]]},
                "range": [0, 1.25 * float(max(curve.max() for curve in curves))],
            },
            "annotations": [
                {
                    "text": f"<b>{name}</b>",
                    "xref": "paper",
                    "yref": "paper",
                    "x": 0,
                    "y": 0.245,
                    "xanchor": "left",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 15},
                }
            ],
        }

    def sentence(self, **values: Any) -> str:
        """Say how many mechanisms there are, which lane is fullest, and what the curve shows."""
        year, told = int(values["year"]) - YEARS[0], history(values["count"])
        alive = told.alive[year]
        tally = pd.Series(told.camps)[alive].value_counts()
        number = (alive[:, None] * told.agenda).sum(axis=0).astype(int)
        top = int(number.argmax())
        index = told.indices[values["index"]]
        name = next(label for label, key in _INDICES.items() if key == values["index"])
        found = (
            f"{values['year']}: {alive.sum()} mechanisms ("
            + ", ".join(f"{n} {camp}" for camp, n in tally.items())
            + f"). Fullest lane: {_LANES[told.issues[top]]} with {number[top]}, which weigh as "
            f"much as {told.measured.per_issue[year][top]:.1f} equal ones. {name}: "
            f"{index[year]:.2f} (1990: {index[1990 - YEARS[0]]:.2f}; "
            f"{YEARS[-1]}: {index[-1]:.2f})."
        )
        state = values["state"]
        if state and state not in told.states:
            return f"{found} {self._state_names[state]} lies outside the four subregions."
        if state:
            here = told.states.index(state)
            seats = int(told.members[year, :, here].sum())
            cells = told.cells[year, here].astype(int)
            most = int(cells.argmax())
            found += f" {self._state_names[state]} is in {seats or 'none'} of them"
            found += (
                f", in {cells[most]} of those that name {_LANES[told.issues[most]]}."
                if seats
                else "."
            )
        return found


_RULES = {
    "Both are needed (product)": "product",
    "Each adds its half (average)": "average",
    "One is enough (the larger)": "larger",
}
_FOR_GOOD = 80


def dual_coordination(powers: float, mechanisms: float, rule: str) -> float:
    """Turn the two halves of Ling's dual coordination into one number.

    Parameters
    ----------
    powers, mechanisms : float
        Coordination among great powers and among mechanisms, each 0 to 1.
    rule : str
        "product" if each needs the other, "average", or "larger" if one is enough. The article
        does not say which: the rules are this course's.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a half lies outside [0, 1] or the rule is unknown.

    References
    ----------
    ling2025 for the two halves.
    """
    for name, value in (("powers", powers), ("mechanisms", mechanisms)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must lie in [0, 1], got {value}")
    if rule == "product":
        return powers * mechanisms
    if rule == "average":
        return (powers + mechanisms) / 2
    if rule == "larger":
        return max(powers, mechanisms)
    raise ValueError(f"rule must be product, average or larger, got {rule!r}")


class CircleOfTrust(Explorer):
    """The circle of trust, self-help and effectiveness, with its tipping point."""

    title = "Circle of trust"
    goal = (
        "This region starts at low trust and slides. Find the smallest coordination c that lets it "
        "recover. Then find how soon the coordination may end."
    )

    def controls(self) -> dict[str, Control]:
        """Return the start, the strength of self-help and the policy lever."""
        return {
            "trust": Slider("Trust at the start", 0.05, 0.95, 0.2, 0.05, "0 to 1"),
            "self_help": Slider("Self-help, loss / gain", 0.1, 1.2, 0.6, 0.05),
            "powers": Slider("Coordination among great powers", 0, 0.95, 0.3, 0.05, "0 to 1"),
            "mechanisms": Slider("Coordination among mechanisms", 0, 0.95, 0.3, 0.05, "0 to 1"),
            "rule": Choice("The two halves", _RULES, "product"),
            "lasts": Slider(
                "Coordination lasts", 0, _FOR_GOOD, _FOR_GOOD, 5, "units; 80 = for good"
            ),
        }

    def actions(self) -> list[Action]:
        """Return a button that doubles both halves of the coordination."""

        def double(now: Values) -> Values:
            return {name: min(0.95, 2 * now[name]) for name in ("powers", "mechanisms")}

        return [Action("Double both halves", double, "Double the coordination of both kinds")]

    def draw(self) -> go.Figure:
        """Draw the phase line on the left and trust through time on the right."""
        figure = go.Figure(
            layout=figures.layout(
                "Does trust recover?",
                "Illustrative numbers. The circle is Ling's claim D6; its form is a stylised model "
                "of this course, with gain = 1 per unit of time.",
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
                legend=_LEGEND,
                margin={"t": 125},
            )
        )
        right = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
        plain = {"color": figures.GREY, "width": 2, "dash": "dash"}
        bold = {"color": figures.BLUE, "width": 3.5}
        figure.add_scatter(name="without coordination", mode="lines", line=plain)
        figure.add_scatter(name="with coordination", mode="lines", line=bold)
        figure.add_scatter(
            name="resting state",
            mode="markers",
            marker={"size": 14, "color": figures.BLACK, "symbol": "circle"},
        )
        figure.add_scatter(
            name="tipping point",
            mode="markers",
            marker={
                "size": 15,
                "color": figures.VERMILION,
                "symbol": "diamond-open",
                "line": {"width": 3},
            },
        )
        figure.add_scatter(
            name="start",
            mode="markers",
            marker={"size": 16, "color": figures.GREEN, "symbol": "star"},
        )
        figure.add_scatter(
            mode="markers",
            showlegend=False,
            marker={"size": 10, "color": figures.BLUE},
        )
        figure.add_scatter(mode="lines", line=plain, **right)
        figure.add_scatter(mode="lines", line=bold, **right)
        figure.add_scatter(
            mode="lines",
            name="tipping point through time",
            line={"color": figures.VERMILION, "width": 2, "dash": "dot", "shape": "hv"},
            **{**right, "showlegend": True},
        )
        figure.add_scatter(
            mode="markers", marker={"size": 16, "color": figures.GREEN, "symbol": "star"}, **right
        )
        return figure

    def _coordination(self, **values: Any) -> float:
        return dual_coordination(values["powers"], values["mechanisms"], values["rule"])

    def _followed(self, **values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """Return times, trust with and without coordination, and trust when it ends."""
        loss, start = values["self_help"], values["trust"]
        key = (loss, start, self._coordination(**values), int(values["lasts"]))
        return _follow(*key)

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Bend the curve, move its fixed points and follow trust through time."""
        loss, start, c = values["self_help"], values["trust"], self._coordination(**values)
        plain = trust_circle.TrustCircle(1.0, loss)
        circle = trust_circle.TrustCircle(1.0, loss, c)
        levels = np.linspace(0, 1, 81)
        points, verdicts = trust_circle.fixed_points(circle)
        rest = [float(p) for p, v in zip(points, verdicts, strict=True) if v == "stable"]
        tips = [float(p) for p, v in zip(points, verdicts, strict=True) if v == "unstable"]
        places = np.linspace(0.08, 0.92, 8)
        ways = trust_circle.change(circle, places)
        times, with_it, without, _ = self._followed(**values)
        ends = int(values["lasts"])
        theta, before = (
            float(trust_circle.tipping_point(circle)),
            float(trust_circle.tipping_point(plain)),
        )
        tip = [theta, before, before] if ends else [before, before, before]
        shown = [t if -0.04 <= t <= 1.04 else None for t in tip]
        return [
            {"x": levels.tolist(), "y": trust_circle.change(plain, levels).tolist()},
            {"x": levels.tolist(), "y": trust_circle.change(circle, levels).tolist()},
            {"x": rest, "y": [0.0] * len(rest)},
            {"x": tips, "y": [0.0] * len(tips)},
            {"x": [start], "y": [float(trust_circle.change(circle, start))]},
            {
                "x": places.tolist(),
                "y": [0.0] * len(places),
                "marker": {
                    "symbol": ["triangle-right" if w > 0 else "triangle-left" for w in ways]
                },
            },
            {"x": times.tolist(), "y": without.tolist()},
            {"x": times.tolist(), "y": with_it.tolist()},
            {"x": [0, ends, _FOR_GOOD], "y": shown},
            {"x": [0.6], "y": [start]},
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the coordination in the title and shade the time for which it lasts."""
        return {
            "title": {
                **_TOP,
                "text": f"Coordination c = {self._coordination(**values):.2f}: "
                + self._verdict(**values)[0],
            },
            "shapes": [
                {
                    "type": "rect",
                    "xref": "x2",
                    "yref": "y2 domain",
                    "x0": 0,
                    "x1": int(values["lasts"]),
                    "y0": 0,
                    "y1": 1,
                    "fillcolor": figures.SKY,
                    "opacity": 0.15,
                    "line": {"width": 0},
                }
            ],
        }

    def _verdict(self, **values: Any) -> tuple[str, float]:
        """Return the verdict and the tipping point that decides."""
        loss, c = values["self_help"], self._coordination(**values)
        at_end = self._followed(**values)[3]
        for_good = int(values["lasts"]) == _FOR_GOOD
        circle = trust_circle.TrustCircle(1.0, loss, c if for_good else 0.0)
        theta = float(trust_circle.tipping_point(circle))
        judged = float(values["trust"]) if for_good else at_end
        if abs(judged - theta) < 1e-9:
            return "trust stands on the tipping point", theta
        return ("trust recovers" if judged > theta else "trust falls away"), theta

    def sentence(self, **values: Any) -> str:
        """Say where the tipping point lies, on which side trust is, and where it goes."""
        loss, start, c = values["self_help"], values["trust"], self._coordination(**values)
        circle = trust_circle.TrustCircle(1.0, loss, c)
        theta = float(trust_circle.tipping_point(circle))
        before = float(trust_circle.tipping_point(trust_circle.TrustCircle(1.0, loss)))
        verdict, _ = self._verdict(**values)
        _, with_it, without, at_end = self._followed(**values)
        ends = int(values["lasts"])
        rule = next(label for label, key in _RULES.items() if key == values["rule"])
        found = (
            f"Trust starts at {start:.2f}; self-help destroys {loss:.2f} for each unit that working "
            f"mechanisms build. Great powers {values['powers']:.2f}, mechanisms "
            f"{values['mechanisms']:.2f}, {rule[0].lower()}{rule[1:]}: c = {c:.2f}. "
        )
        if theta <= 0:
            found += "With it there is no tipping point: any trust grows."
        elif theta >= 1:
            found += "Even with it no trust below 1 can last: self-help is too strong."
        else:
            found += f"It puts the tipping point at {theta:.2f} (without it: {before:.2f})."
        if ends < _FOR_GOOD:
            found += (
                f" It ends at time {ends}, with trust at {at_end:.2f}, "
                f"and the tipping point is {before:.2f} again."
            )
        return (
            f"{found} Verdict: {verdict}; at time {_FOR_GOOD} it is {with_it[-1]:.2f} "
            f"(without any coordination {without[-1]:.2f})."
        )


@cache
def _follow(
    loss: float, start: float, coordination: float, ends: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    times = np.linspace(0, _FOR_GOOD, 81)
    # both futures in one call: with the coordination and without
    circle = trust_circle.TrustCircle(1.0, loss, np.array([coordination, 0.0]))
    during, without = trust_circle.path(circle, [start, start], times).T
    at_end = float(during[ends])
    if ends in (0, _FOR_GOOD):
        return times, during if ends else without, without, at_end
    plain = trust_circle.TrustCircle(1.0, loss)
    after = trust_circle.path(plain, [at_end], times[ends:])[:, 0]
    return times, np.concatenate([during[:ends], after]), without, at_end
