"""Explorers of lesson 06: hotspots on one time axis, a ladder of escalation, ripples of an act."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis import hotspot_record, hotspot_ties
from asian_security.analysis.hotspot_record import FIRST_YEAR, HOTSPOTS, LAST_YEAR, HotspotWindow
from asian_security.analysis.hotspot_ties import TIES, ActRipple, reach_of_each, stakes, tie_tables
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Slider, Values
from asian_security.models.conflict.escalation import Crises, NetComparison, compare_net

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Released lessons import the ties from here.
__all__ = [
    "EscalationLadder",
    "HotspotTimeline",
    "WhoIsEntangled",
    "reach_of_each",
    "stakes",
    "tie_tables",
]

LAYERS = {
    "All layers": "all",
    "Militarised disputes": "disputes",
    "Dated events": "events",
    "Battle deaths": "deaths",
    "Missile and nuclear tests": "tests",
}
_DEATHS = {
    hotspot_record.INTERSTATE: ("India-Pakistan (interstate)", "solid", "circle"),
    hotspot_record.INSURGENCY: ("Kashmir insurgency (UCDP: intrastate)", "dot", "square-open"),
}
_TESTS = ("days with missile tests", "missiles tested", "nuclear tests")
_LEVELS = {2: "threat", 3: "display of force", 4: "use of force", 5: "war", 7: "events"}
_BASE = {key: 9.0 * place for place, key in enumerate(reversed(HOTSPOTS))}
_WHOLE, _END = LAST_YEAR - FIRST_YEAR + 1, LAST_YEAR + 1.5


def _note(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    font = {"size": 12, "color": "#444444"}
    return {"showarrow": False, "font": font, "xref": "x", "x": x, "y": y, "text": text, **more}


class HotspotTimeline(Explorer):
    """Disputes, events, battle deaths and tests of three hotspots on one time axis."""

    title = "Three hotspots on one time axis"
    goal = (
        "Find the ten years with the most disputes that reached war. "
        "Then move the window past 2010: does it get quiet, or does a source stop?"
    )
    source = (
        "Source: GML disputes 1945 to 2010 (by pair of states, not by issue); events: the "
        "course's selection with documents; UCDP battle deaths 1989 to 2023; CNS/NTI "
        "missile tests to 2026-04-18. As of {as_of}. No boundary is implied."
    )
    first = Slider("Window begins", FIRST_YEAR, 2022, FIRST_YEAR, unit="year")
    length = Slider("Window lasts", 5, _WHOLE, _WHOLE, unit="years")
    hotspot = Choice(
        "Hotspot", {"All three": "all", **{name: key for key, name in HOTSPOTS.items()}}, "all"
    )
    layer = Choice("Layer", LAYERS, "all")

    def draw(self) -> go.Figure:
        """Draw three bands of disputes and events, then deaths, then tests, over one axis."""
        small = {"tickfont": {"size": 12}}
        left = {"xanchor": "left", "font": {"size": 14, "color": "#1A1A1A"}}
        silent = "no figures before 1989; Korea and<br>South China Sea: none in the table"
        figure = self.empty_figure(
            "Disputes, events, deaths and tests",
            height=850,
            xaxis={"range": [FIRST_YEAR - 1, _END], "anchor": "y3", "dtick": 10},
            yaxis={
                **small,
                "domain": [0.44, 1],
                "range": [1, 27.2],
                "tickvals": [base + level for base in _BASE.values() for level in _LEVELS],
                "ticktext": list(_LEVELS.values()) * 3,
                "showgrid": False,
            },
            yaxis2={**small, "domain": [0.235, 0.385], "rangemode": "tozero"},
            yaxis3={**small, "domain": [0, 0.18]},
            legend={**figures.LEGEND_ABOVE, "y": 1.015},
            margin={"t": 165},
            bargap=0.25,
            annotations=[
                *(
                    _note(FIRST_YEAR + 0.5, base + 8.6, f"<b>{HOTSPOTS[key]}</b>", **left)
                    for key, base in _BASE.items()
                ),
                _note(2018.8, 3.5, "no dispute data<br>after 2010"),
                _note(1967, 0.31, silent, yref="paper"),
            ],
        )
        figure.update_layout(
            title={"y": 0.98, "yanchor": "top"},
            yaxis2_title={"text": "battle deaths<br>a year", "font": {"size": 13}},
            yaxis3_title={"text": "tests<br>a year", "font": {"size": 13}},
        )
        self._draw_disputes(figure)
        self._draw_events(figure)
        self._draw_deaths(figure)
        self._draw_tests(figure)
        return figure

    def _draw_disputes(self, figure: go.Figure) -> None:
        table = hotspot_record.disputes()
        for key, name in HOTSPOTS.items():
            rows = list(table[table["hotspot"] == key].itertuples())
            levels = [_BASE[key] + row.level + (i % 4 - 1.5) * 0.16 for i, row in enumerate(rows)]
            texts = [f"{row.pairs}, {row.start} to {row.end}" for row in rows]
            figure.add_scatter(
                uid=f"disputes {key}",
                name="militarised disputes",
                x=[x for row in rows for x in (row.start, row.end + 0.95, None)],
                y=[y for level in levels for y in (level, level, None)],
                text=[part for text in texts for part in (text, text, None)],
                mode="lines",
                legendgroup="disputes",
                showlegend=key == "korea",
                line={"width": 4, "color": figures.BLUE},
                hovertemplate=f"{name}: %{{text}}<extra></extra>",
            )

    def _draw_events(self, figure: go.Figure) -> None:
        cues = figures.cue(["between states", *hotspot_record.EVENT_KINDS])
        for lane, (group, rows) in enumerate(self._events.items()):
            cue = cues[group]
            figure.add_scatter(
                name=group,
                x=list(rows["when"]),
                y=[_BASE[key] + 6.3 + 0.7 * lane for key in rows["hotspot"]],
                mode="markers",
                marker={"color": cue["color"], "symbol": cue["symbol"], "size": 9},
                customdata=[f"{row.date} {row.event} ({row.cited})" for row in rows.itertuples()],
                hovertemplate="%{customdata}<extra></extra>",
            )

    @cached_property
    def _events(self) -> dict[str, pd.DataFrame]:
        table = hotspot_record.events()
        return {group: table[table["group"] == group] for group in hotspot_record.EVENT_KINDS}

    def _draw_deaths(self, figure: go.Figure) -> None:
        table = hotspot_record.battle_deaths()
        years = range(hotspot_record.DEATHS_BEGIN, hotspot_record.DEATHS_STOP + 1)
        for conflict, (name, dash, symbol) in _DEATHS.items():
            rows = table[table["conflict"] == conflict]
            deaths = dict(zip(rows["year"], map(int, rows["battle_deaths"]), strict=True))
            figure.add_scatter(
                name=name,
                x=[year + 0.5 for year in years],
                y=[deaths.get(year) for year in years],
                yaxis="y2",
                mode="lines+markers",
                line={"dash": dash, "color": figures.BLACK, "width": 2},
                marker={"symbol": symbol, "size": 7},
                hovertemplate="%{x:.0f}: %{y} battle deaths<extra></extra>",
            )

    def _draw_tests(self, figure: go.Figure) -> None:
        tests, nuclear = hotspot_record.missile_years(), hotspot_record.nuclear_dates()
        years = [year + 0.5 for year in tests.index]
        days, flown, bombs = ({"name": name, "yaxis": "y3"} for name in _TESTS)
        bar = {"symbol": "line-ew-open", "size": 9, "color": figures.BLUE, "line": {"width": 3}}
        star = {"symbol": "star", "size": 12, "color": figures.VERMILION}
        sky, missiles, top = {"color": figures.SKY}, list(tests["missiles"]), [75] * len(nuclear)
        figure.add_bar(**days, x=years, y=list(tests["days"]), marker=sky)
        figure.add_scatter(**flown, x=years, y=missiles, mode="markers", marker=bar)
        figure.add_scatter(**bombs, x=list(nuclear), y=top, mode="markers", marker=star)

    def compute(self, first: int, length: int, hotspot: str, layer: str) -> HotspotWindow:
        """Count what each table holds in the window."""
        chosen = list(HOTSPOTS) if hotspot == "all" else [hotspot]
        return hotspot_record.window(first, first + length - 1, chosen)

    def update(self, window: HotspotWindow, layer: str) -> dict[str, dict[str, Any]]:
        """Show the layer chosen; fade the hotspots that are not."""
        light = {key: 1.0 if key in window.hotspots else 0.12 for key in HOTSPOTS}

        def look(name: str, hotspot: str) -> dict[str, Any]:
            return {"visible": layer in ("all", name), "opacity": light[hotspot]}

        lit = {
            group: [light[key] for key in rows["hotspot"]] for group, rows in self._events.items()
        }
        events = layer in ("all", "events")
        return {
            **{f"disputes {key}": look("disputes", key) for key in HOTSPOTS},
            **{group: {"visible": events, "marker": {"opacity": lit[group]}} for group in lit},
            **{name: look("deaths", "india_pakistan") for name, *_ in _DEATHS.values()},
            **{name: look("tests", "korea") for name in _TESTS},
        }

    def heading(self, window: HotspotWindow) -> str:
        """Name the window and the hotspot."""
        return f"{window.first} to {window.last}: {self._named(window)}"

    @staticmethod
    def _named(window: HotspotWindow) -> str:
        return "all three hotspots" if len(window.hotspots) > 1 else HOTSPOTS[window.hotspots[0]]

    def layout(self, window: HotspotWindow) -> dict[str, Any]:
        """Fade what lies outside the window, and shade the years after a source stops."""
        begin, end = window.first, window.last + 1
        full = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
        veil = {**full, "fillcolor": "white", "opacity": 0.8, "line": {"width": 0}}
        veil |= {"layer": "above"}
        blank = {**veil, "fillcolor": figures.GREY, "opacity": 0.14, "layer": "below"}
        deaths = {**blank, "y0": 0.235, "y1": 0.385}
        edge = {**veil, "type": "line", "opacity": 1, "line": {"width": 2, "dash": "dash"}}
        return {
            "shapes": [
                {**veil, "x0": FIRST_YEAR - 1, "x1": begin},
                {**veil, "x0": end, "x1": _END},
                {**edge, "x0": begin, "x1": begin},
                {**edge, "x0": end, "x1": end},
                {**blank, "x0": hotspot_record.DISPUTES_STOP + 1, "x1": _END, "y0": 0.44},
                {**deaths, "x0": FIRST_YEAR - 1, "x1": hotspot_record.DEATHS_BEGIN},
                {**deaths, "x0": hotspot_record.DEATHS_STOP + 1, "x1": _END},
            ]
        }

    def sentence(self, window: HotspotWindow, layer: str) -> str:
        """Count, in the window, what each layer holds, and say where a source is silent."""
        parts = []
        if layer in ("all", "disputes"):
            parts.append(self._disputes_counted(window))
        if layer in ("all", "events"):
            events = figures.count_noun(len(window.events), "event")
            parts.append(f"{events} of the course's selection")
        if layer in ("all", "deaths"):
            parts.append(self._deaths_counted(window))
        if layer in ("all", "tests") and "korea" in window.hotspots:
            parts.append(
                f"{figures.count_noun(window.missiles, 'missile')} tested by the DPRK on "
                f"{figures.count_noun(window.days, 'day')} and "
                f"{figures.count_noun(window.nuclear, 'nuclear test')}"
            )
        counts = "; ".join(parts) or "no tests, since this layer covers the DPRK only"
        more = ""
        if len(window.events) > 8:
            more = f". Under the figure: the last 8 of {len(window.events)} events in the window"
        return (
            f"From {window.first} to {window.last}, {self._named(window)}, the tables hold: "
            f"{counts}{more}."
        )

    @staticmethod
    def _disputes_counted(window: HotspotWindow) -> str:
        stop = hotspot_record.DISPUTES_STOP
        if window.disputes is None:
            return f"no count of disputes, because the source stops in {stop}"
        begun = f"{figures.count_noun(window.disputes, 'dispute')} begun"
        until = f" (by {stop}; the source stops)" if window.last > stop else ""
        return f"{begun}{until}, {window.wars} of them at the level of war"

    @staticmethod
    def _deaths_counted(window: HotspotWindow) -> str:
        begin, stop, by = hotspot_record.DEATHS_BEGIN, hotspot_record.DEATHS_STOP, window.deaths
        if by is None:
            return f"no battle deaths, because the series runs from {begin} to {stop}"
        until = f", counted to {stop} only" if window.last > stop else ""
        listed = f"battle deaths{until} (a year is listed from 25 on)"
        if not by:
            return f"no {listed}"
        between, within = (f"{by[key]:,}" if key in by else "none" for key in _DEATHS)
        return f"{listed}: {between} between India and Pakistan, {within} in the Kashmir insurgency"

    def table(self, window: HotspotWindow) -> pd.DataFrame | None:
        """List the last events of the window with their sources."""
        if window.events.empty:
            return None
        last = window.events.tail(8)[["date", "event", "note", "cited"]].fillna("")
        return last.rename(columns={"cited": "source"}).set_index("date")


_STEPS, _RUNS, _GHOSTS, _START = 60, 1000, 24, 2
_BETWEEN = {
    3: "accusations, shots fired",
    4: "accusations, show of force, limited strikes",
    5: "accusations, sanctions, show of force, limited strikes",
    6: "accusations, sanctions, show of force, shots fired, limited strikes",
    7: "accusations, sanctions, troops alerted, show of force, shots fired, limited strikes",
    8: "accusations, sanctions, troops alerted, show of force, shots fired, limited strikes, "
    "local battle",
}


def _rung_names(rungs: int) -> list[str]:
    """Return the names of the rungs 0 to N; they are this course's, for orientation."""
    return ["SETTLEMENT", *_BETWEEN[rungs].split(", "), "WAR"]


_SIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "without the net": (
        {"color": figures.BLUE, "dash": "dash", "width": 2.5},
        {"symbol": "square-open", "line": {"width": 3}},
    ),
    "with the net, same luck": (
        {"color": figures.VERMILION, "dash": "solid", "width": 4},
        {"symbol": "circle"},
    ),
}


class EscalationLadder(Explorer):
    """A crisis climbs and descends; the same luck is run with a safety net and without."""

    title = "Escalation ladder"
    goal = (
        "Play crisis 9 and watch both marks: the same luck, with and without a safety net. Then "
        "make the parties bolder until the net is worth nothing."
    )
    source = (
        "Illustrative numbers. Nobody has measured these chances for a real crisis; the "
        "names of the rungs are for orientation."
    )
    up = Slider("Chance of a step up", 0.1, 0.5, 0.3, 0.05)
    down = Slider("Chance of a step down", 0.1, 0.5, 0.3, 0.05)
    rungs = Slider("War is rung", 3, 8, 6)
    hotline = Slider("Hotline turns into steps down", 0, 90, 20, 5, "% of steps up")
    rules = Slider("Incident rules turn into pauses", 0, 90, 0, 5, "% of steps up")
    boldness = Slider("Boldness because of the net", 0, 200, 0, 5, "% more steps up")
    crisis = Slider("Crisis", 1, 99, 9, unit="number, sets the luck")
    step = Slider("Step", 0, _STEPS, 8, play=True, interval=250)

    def actions(self) -> list[Action]:
        """Return a button for the next crisis and one that cuts the net."""
        cut = {"hotline": 0, "rules": 0, "boldness": 0}

        def following(now: Values) -> Values:
            return {"crisis": int(now["crisis"]) % 99 + 1, "step": 0}

        return [
            Action("Next crisis", following, "Draw other luck and go back to step 0"),
            Action("Cut the net", lambda now: cut, "No hotline, no rules, no boldness"),
        ]

    def draw(self) -> go.Figure:
        """Draw the ladder, the paths and the risk from every rung, side by side."""
        steps = {"domain": [0.16, 0.7], "range": [-1, _STEPS + 1], "title": {"text": "step"}}
        risk = {"domain": [0.75, 1], "range": [-4, 104], "title": {"text": "risk of war (%)"}}
        figure = self.empty_figure(
            "A crisis on the ladder",
            height=560,
            xaxis={"domain": [0, 0.13], "range": [0, 1], "visible": False},
            xaxis2={**steps, "anchor": "y"},
            xaxis3={**risk, "anchor": "y"},
            yaxis={"showgrid": True, "zeroline": False},
            legend=figures.LEGEND_ABOVE,
            margin={"t": 110},
        )
        frame = {"color": "#555555", "width": 6}
        figure.add_scatter(
            name="ladder", mode="lines", line=frame, showlegend=False, hoverinfo="skip"
        )
        figure.add_scatter(
            uid="other crises",
            name=f"{_GHOSTS} other crises with the net",
            xaxis="x2",
            mode="lines",
            line={"color": "rgba(120,120,120,0.28)", "width": 1.5},
            hoverinfo="skip",
        )
        for side, (line, _) in _SIDES.items():
            figure.add_scatter(name=side, xaxis="x2", mode="lines", line=line)
        for side, (line, mark) in _SIDES.items():
            marker = {**mark, "size": 22, "color": line["color"], "line": {"width": 4}}
            figure.add_scatter(name=f"rung {side}", mode="markers", marker=marker, showlegend=False)
        for side, (line, mark) in _SIDES.items():
            figure.add_scatter(
                name=f"risk {side}",
                xaxis="x3",
                mode="lines+markers",
                line=line,
                marker={**mark, "size": 11},
                showlegend=False,
            )
        return figure

    def compute(
        self, up: float, down: float, rungs: int, crisis: int, step: int, **net: int
    ) -> NetComparison:
        """Run the crises twice with the same luck: without the net and with it."""
        hotline, rules, boldness = (net[part] / 100 for part in ("hotline", "rules", "boldness"))
        luck = {"start": _START, "length": _STEPS, "runs": _RUNS, "seed": crisis}
        return compare_net(up, down, rungs, hotline, rules, boldness, **luck)

    def update(self, pair: NetComparison, rungs: int, step: int) -> dict[str, dict[str, Any]]:
        """Draw both paths up to the step chosen, and the risks."""
        steps, every = list(range(step + 1)), list(range(rungs + 1))
        rails = [(x, x, -0.3, rungs + 0.3) for x in (0.2, 0.8)]
        bars = [*rails, *((0.2, 0.8, rung, rung) for rung in every)]
        shifts = [((run * 7) % _GHOSTS / _GHOSTS - 0.5) * 0.5 for run in range(1, _GHOSTS + 1)]
        others = pair.with_net.paths[1 : _GHOSTS + 1, : step + 1] + np.array(shifts)[:, None]
        changes: dict[str, dict[str, Any]] = {
            "ladder": {
                "x": [x for x0, x1, _, _ in bars for x in (x0, x1, None)],
                "y": [y for _, _, y0, y1 in bars for y in (y0, y1, None)],
            },
            "other crises": {
                "x": [*steps, None] * _GHOSTS,
                "y": [y for path in others for y in (*path, None)],
            },
        }
        apart = 0.14 if pair.without.paths[0, step] != pair.with_net.paths[0, step] else 0.0
        for side, crises, sign in zip(_SIDES, (pair.without, pair.with_net), (1, -1), strict=True):
            path = crises.paths[0]
            changes[side] = {"x": steps, "y": path[: step + 1] + 0.08 * sign}
            changes[f"rung {side}"] = {"x": [0.5 - apart * sign], "y": [path[step]]}
            changes[f"risk {side}"] = {"x": 100 * crises.risk, "y": every}
        return changes

    def heading(self, pair: NetComparison, crisis: int, step: int) -> str:
        """Name the crisis and its risk."""
        before, after = pair.without.risk[_START], pair.with_net.risk[_START]
        return (
            f"Crisis {crisis}, step {step}: risk of war {before:.1%} without the net, "
            f"{after:.1%} with it"
        )

    def layout(self, pair: NetComparison, rungs: int, step: int) -> dict[str, Any]:
        """Name the rungs, and say how the crisis ended once it has."""
        band = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
        band |= {"line": {"width": 0}, "opacity": 0.18}
        return {
            "yaxis": {
                "range": [-0.6, rungs + 0.6],
                "tickvals": list(range(rungs + 1)),
                "ticktext": _rung_names(rungs),
            },
            "shapes": [
                {**band, "y0": at - 0.45, "y1": at + 0.45, "fillcolor": colour}
                for at, colour in ((0, figures.GREEN), (rungs, figures.VERMILION))
            ],
            "annotations": [
                self._ending(pair.without, "without", figures.BLUE, 0.28, step),
                self._ending(pair.with_net, "with", figures.VERMILION, -0.28, step),
            ],
        }

    @staticmethod
    def _ending(crises: Crises, who: str, colour: str, shift: float, step: int) -> dict[str, Any]:
        """Return the note on how a crisis ended, which is there but not visible until it has."""
        rung, top = int(crises.paths[0, step]), len(crises.risk) - 1
        ending = f"{'war' if rung else 'settled'} at step {crises.since(step)}"
        return {
            "xref": "x2",
            "x": _STEPS,
            "xanchor": "right",
            "y": rung + shift,
            "text": f"<b>{who} the net: {ending}</b>",
            "font": {"size": 14, "color": colour},
            "showarrow": False,
            "visible": rung in (0, top),
        }

    def sentence(
        self, pair: NetComparison, hotline: int, rules: int, boldness: int, crisis: int, step: int
    ) -> str:
        """Give risk and length in closed form, this crisis, and a thousand others."""
        bare, net = pair.without, pair.with_net
        rungs = len(bare.risk) - 1
        names = _rung_names(rungs)
        worth = (
            "no boldness undoes this net"
            if np.isinf(pair.edge)
            else f"the net is worth nothing once the parties climb {pair.edge:.0%} more often"
        )
        return (
            f"Chances {bare.up:.2f} up and {bare.down:.2f} down without the net, {net.up:.2f} and "
            f"{net.down:.2f} with it (hotline {hotline}%, rules {rules}%, boldness {boldness}%). "
            f"From {names[_START]}, with war on rung {rungs}, the risk of "
            f"war is {bare.risk[_START]:.3f} without and {net.risk[_START]:.3f} with the net; "
            f"a crisis lasts {bare.steps[_START]:.1f} and {net.steps[_START]:.1f} steps on "
            f"average; {worth}. Crisis {crisis} at step {step}: {names[bare.paths[0, step]]} "
            f"without, {names[net.paths[0, step]]} with the net. Of {_RUNS:,} simulated crises "
            f"with the net {net.wars} end in war and {net.settlements} in settlement within "
            f"{_STEPS} steps; still open: {_RUNS - net.wars - net.settlements}."
        )


_ROLES = {
    "party": (figures.VERMILION, "square"),
    "interested state": (figures.ORANGE, "diamond"),
    "other state": (figures.BLUE, "circle"),
}


def _acts() -> dict[str, str]:
    """Return the acts to choose from: each party at its hotspot, and three far from any."""
    names = data.state_names()
    acts = {
        f"{place}: {names[iso3]}": f"{key} {iso3}"
        for key, place in HOTSPOTS.items()
        for iso3, role in hotspot_ties.roles(key).items()
        if role == "party"
    }
    return acts | {f"No hotspot: {names[i]}": f"none {i}" for i in ("MNG", "LAO", "LKA")}


class WhoIsEntangled(Explorer):
    """One state acts; rings show who feels it, in which round and along which tie."""

    title = "Who is entangled?"
    goal = (
        "Choose an act and play the rounds. Then choose an act far from any hotspot: "
        "does it carry less far? That is the test of the claim."
    )
    source = (
        "Illustrative numbers for what a tie passes on. Ties: borders 2016 (COW), defence "
        "promises 2018 (ATOP), trade 2014 (COW; five large partners). Roles: the "
        "course's table of positions. Rings are rounds, not places."
    )
    act = Choice("Where and who acts", _acts, "korea PRK")
    neighbours = Slider("A border passes on", 0, 1, 0.5, 0.05, "share")
    promise = Slider("A defence promise passes on", 0, 1, 0.8, 0.05, "share")
    trade = Slider("Trade passes on", 0, 3, 1.0, 0.1, "times its share")
    threshold = Slider("Felt means at least", 0.05, 0.6, 0.3, 0.05, "of the shock")
    round = Slider("Round", 0, hotspot_ties.ROUNDS, 1, play=True, interval=1200)

    @cached_property
    def _names(self) -> dict[str, str]:
        return data.state_names()

    def draw(self) -> go.Figure:
        """Draw ties by kind, then states by role, on rings."""
        figure = self.empty_figure(
            "Who feels the act, and when?",
            height=690,
            **figures.bare_axes(),
            legend={**figures.LEGEND_ABOVE, "y": 1.01},
            margin={"t": 125, "l": 20, "b": 20},
        )
        figure.update_layout(yaxis={"scaleanchor": "x"}, title={"pad": {"t": 30}})
        colours, dashes = (figures.GREY, figures.VERMILION, figures.SKY), figures.DASHES
        for kind, colour, dash in zip(TIES, colours, dashes[:3], strict=True):
            line = {"color": colour, "dash": dash, "width": 2.5}
            figure.add_scatter(
                uid=kind, name=f"felt through {kind}", mode="lines", line=line, hoverinfo="skip"
            )
        for role, (colour, symbol) in _ROLES.items():
            figure.add_scatter(
                name=role,
                mode="markers+text",
                marker={"color": colour, "symbol": symbol},
                textposition="top center",
                textfont={"size": 13},
                hovertemplate="%{customdata}<extra></extra>",
            )
        return figure

    def compute(self, act: str, threshold: float, round: int, **passes: float) -> ActRipple:
        """Let the act spread."""
        hotspot, actor = act.split()
        return hotspot_ties.act_ripple(hotspot, actor, threshold=threshold, **passes)

    @staticmethod
    def _outer(ripple: ActRipple) -> int:
        """Return the radius of the ring of those who never feel it."""
        return int(ripple.arrival.max()) + 1

    def _places(self, ripple: ActRipple) -> np.ndarray:
        """Place every state on the ring of the round in which it feels the act; shape (n, 2)."""
        radius = np.where(ripple.arrival < 0, self._outer(ripple), ripple.arrival)
        angle = np.zeros(len(radius))
        for number in set(radius.tolist()):
            here = np.flatnonzero(radius == number)
            # Clockwise from the lower left to the lower right: the foot of a ring has its label.
            share = (np.arange(len(here)) + 0.5) / len(here)
            angle[here] = -np.pi / 2 - 0.4 - (2 * np.pi - 0.8) * share
        return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])

    def update(self, ripple: ActRipple, round: int) -> dict[str, dict[str, Any]]:
        """Fill the states that feel the act by the round chosen."""
        places, felt, states = self._places(ripple), ripple.felt[round], ripple.states
        reached = (ripple.arrival >= 0) & (ripple.arrival <= round)
        size, opacity = np.where(reached, 12 + 16 * felt, 9), np.where(reached, 1.0, 0.25)
        role_of = np.array([ripple.roles.get(iso3, "other state") for iso3 in states])
        changes: dict[str, dict[str, Any]] = {}
        for number, kind in enumerate(TIES):
            lines = [
                (i, ripple.carrier[i]) for i in np.flatnonzero(reached & (ripple.tie == number))
            ]
            x, y = figures.edge_segments(lines, dict(enumerate(places)))
            changes[kind] = {"x": x, "y": y}
        for role in _ROLES:
            own = np.flatnonzero(role_of == role)
            changes[role] = {
                "x": places[own, 0],
                "y": places[own, 1],
                "text": [states[i] for i in own],
                "customdata": [f"{self._names[states[i]]}: {felt[i]:.2f}" for i in own],
                "marker": {"size": size[own], "opacity": opacity[own]},
            }
        return changes

    def heading(self, ripple: ActRipple, round: int) -> str:
        """Name the actor, the round and what ties pass on."""
        border, promise, trade = ripple.passes
        return (
            f"{self._names[ripple.actor]} acts: who feels it by round {round}?<br><sub>"
            f"border {border:.2f} · promise {promise:.2f} · trade {trade:.2f} · "
            f"felt from {ripple.threshold:.2f}</sub>"
        )

    def layout(self, ripple: ActRipple, round: int) -> dict[str, Any]:
        """Draw the rings of the rounds; the outermost holds those who never feel it."""
        outer = self._outer(ripple)
        reach = outer + 0.35
        # Always as many rings as there can be: plotly cannot add a shape and restyle it at once.
        radii = range(1, hotspot_ties.ROUNDS + 2)
        dash = {r: "dot" if r == outer else "solid" for r in radii}
        width = {r: 3 if r == round else 1.5 for r in radii}
        ring = {"type": "circle", "layer": "below"}
        note = {"showarrow": False, "bgcolor": "white", "font": {"size": 12, "color": "#555555"}}
        return {
            "shapes": [
                {
                    **ring,
                    **{"x0": -r, "x1": r, "y0": -r, "y1": r},
                    "visible": r <= outer,
                    "line": {"color": "#C8C8C8", "width": width[r], "dash": dash[r]},
                }
                for r in radii
            ],
            "annotations": [
                {
                    **note,
                    "x": 0,
                    "y": -r,
                    "text": f"round {r}" if r < outer else "not reached",
                    "visible": r <= outer,
                }
                for r in radii
            ],
            "xaxis": {"range": [-reach * 1.25, reach * 1.25]},
            "yaxis": {"range": [-reach, reach]},
        }

    def sentence(self, ripple: ActRipple, round: int) -> str:
        """Say how many feel it by now and in the end, and compare with an act anywhere."""
        now, number = ripple.reached_by(round), len(ripple.states)
        border, promise, trade = ripple.passes
        sentence = (
            f"{self._names[ripple.actor]} acts. A border passes on {border:.2f}, a defence "
            f"promise {promise:.2f}, trade {trade:.1f} times its share. By round {round} at least "
            f"{ripple.threshold:.2f} of the shock is felt by {len(now)} of {number - 1} other "
            f"states ({', '.join(now) or 'nobody yet'}); in the end by {ripple.reach}. An act of "
            f"the middle one of all {number} states reaches {ripple.typical_reach:g}."
        )
        if not ripple.roles:
            return sentence
        missed, others = ripple.not_reached, len(ripple.others)
        met = f"{others - len(missed)} of the {others} other states with a stated position"
        without = f"; not {', '.join(missed)}" if missed else ""
        return f"{sentence} The ripple reaches {met}{without}."
