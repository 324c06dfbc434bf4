"""Explorers of lesson 06: hotspots on one time axis, a ladder of escalation, ripples of an act."""

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import Action, Choice, Control, Explorer, Slider
from asian_security.models.conflict import escalation, ripple

FIRST_YEAR, LAST_YEAR = 1945, 2026
DISPUTES_STOP, DEATHS_BEGIN, DEATHS_STOP = 2010, 1989, 2023
HOTSPOTS = {
    "korea": "Korean nuclear issue",
    "south_china_sea": "South China Sea",
    "india_pakistan": "India and Pakistan",
}
KINDS = {
    "violence, crisis": ("war", "battle", "crisis", "incident"),
    "test, policy": ("test", "policy"),
    "agreement, talks": ("agreement", "diplomacy"),
}
LAYERS = {
    "All layers": "all",
    "Militarised disputes": "disputes",
    "Dated events": "events",
    "Battle deaths": "deaths",
    "Missile and nuclear tests": "tests",
}
_BAND = 9.0


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class HotspotTimeline(Explorer):
    """Disputes, events, battle deaths and tests of three hotspots on one time axis."""

    title = "Three hotspots on one time axis"
    goal = (
        "Find the ten years with the most disputes that reached war. "
        "Then move the window past 2010: does it get quiet, or does a source stop?"
    )

    @cached_property
    def _disputes(self) -> pd.DataFrame:
        pairs = data.disputes(hotspot=list(HOTSPOTS))
        return pairs.groupby(["hotspot", "dispute"], as_index=False).agg(
            start=("start_year", "min"),
            end=("end_year", "max"),
            level=("hostility", "max"),
            pairs=(
                "iso3_a",
                lambda a: "; ".join(f"{x}-{pairs.loc[i, 'iso3_b']}" for i, x in a.items()),
            ),
        )

    @cached_property
    def _events(self) -> pd.DataFrame:
        events = data.hotspot_events()
        group = {kind: name for name, kinds in KINDS.items() for kind in kinds}
        return events.assign(
            year=events["date"].str[:4].astype(int),
            when=events["date"].map(_decimal),
            group=events["kind"].map(group),
            cited=events["source"].map(data.cite),
        )

    @cached_property
    def _deaths(self) -> pd.DataFrame:
        table = data.deaths_by_conflict()
        return table[table["battle_deaths"].notna()]

    @cached_property
    def _tests(self) -> pd.DataFrame:
        tests = data.missile_tests()
        years = tests["date"].str[:4].astype(int)
        return tests.groupby(years)["missiles"].agg(days="size", missiles="sum")

    @cached_property
    def _nuclear(self) -> pd.Series:
        return data.nuclear_tests()["date"].map(_decimal)

    def controls(self) -> dict[str, Control]:
        """Return the window, the hotspot and the layer."""
        whole = LAST_YEAR - FIRST_YEAR + 1
        return {
            "first": Slider("Window begins", FIRST_YEAR, 2022, FIRST_YEAR, unit="year"),
            "length": Slider("Window lasts", 5, whole, whole, unit="years"),
            "hotspot": Choice(
                "Hotspot",
                {"All three": "all", **{name: key for key, name in HOTSPOTS.items()}},
                "all",
            ),
            "layer": Choice("Layer", LAYERS, "all"),
        }

    @staticmethod
    def _window(values: dict[str, Any]) -> tuple[int, int]:
        first = int(values["first"])
        return first, min(first + int(values["length"]) - 1, LAST_YEAR)

    def draw(self) -> go.Figure:
        """Draw three bands of disputes and events, then deaths, then tests, over one axis."""
        base = {key: _BAND * place for place, key in enumerate(reversed(HOTSPOTS))}
        ticks = {2: "threat", 3: "display of force", 4: "use of force", 5: "war", 7: "events"}
        axis = {"tickfont": {"size": 12}, "title": {"font": {"size": 13}}}
        figure = go.Figure(
            layout=figures.layout(
                "Disputes, events, deaths and tests",
                "Source: GML disputes 1945 to 2010 (by pair of states, not by issue); events: the "
                "course's selection with documents; UCDP battle deaths 1989 to 2023; CNS/NTI "
                "missile tests to 2026-04-18. As of 2025-12-31. No boundary is implied.",
                height=850,
                xaxis={"range": [FIRST_YEAR - 1, LAST_YEAR + 1.5], "anchor": "y3", "dtick": 10},
                yaxis={
                    "domain": [0.44, 1],
                    "range": [1, _BAND * 3 + 0.2],
                    "tickvals": [b + level for b in base.values() for level in ticks],
                    "ticktext": list(ticks.values()) * 3,
                    "showgrid": False,
                    "tickfont": {"size": 12},
                },
                yaxis2={
                    "domain": [0.235, 0.385],
                    "title": {"text": "battle deaths<br>a year", "font": {"size": 13}},
                    "rangemode": "tozero",
                    "tickfont": {"size": 12},
                },
                yaxis3={**axis, "domain": [0, 0.18], "title": {"text": "tests<br>a year"}},
                legend={"orientation": "h", "y": 1.015, "yanchor": "bottom", "x": 0},
                margin={"t": 165},
                bargap=0.25,
            )
        )
        figure.update_layout(yaxis3_title_font_size=13)
        for key, name in HOTSPOTS.items():
            x: list[float | None] = []
            y: list[float | None] = []
            text: list[str | None] = []
            rows = self._disputes[self._disputes["hotspot"] == key]
            for place, row in enumerate(rows.itertuples()):
                level = base[key] + row.level + (place % 4 - 1.5) * 0.16
                x += [row.start, row.end + 0.95, None]
                y += [level, level, None]
                text += [f"{row.pairs}, {row.start} to {row.end}"] * 2 + [None]
            figure.add_scatter(
                x=x,
                y=y,
                text=text,
                mode="lines",
                name="militarised disputes",
                legendgroup="disputes",
                showlegend=key == "korea",
                line={"width": 4, "color": figures.BLUE},
                hovertemplate=f"{name}: %{{text}}<extra></extra>",
            )
        cues = figures.cue(["between states", *KINDS])
        for lane, group in enumerate(KINDS):
            rows = self._events[self._events["group"] == group]
            figure.add_scatter(
                x=list(rows["when"]),
                y=[base[key] + 6.3 + 0.7 * lane for key in rows["hotspot"]],
                mode="markers",
                name=group,
                marker={**_marker(cues[group]), "size": 9},
                customdata=[f"{row.date} {row.event} ({row.cited})" for row in rows.itertuples()],
                hovertemplate="%{customdata}<extra></extra>",
            )
        for conflict, name, dash, symbol in (
            (218, "India-Pakistan (interstate)", "solid", "circle"),
            (364, "Kashmir insurgency (UCDP: intrastate)", "dot", "square-open"),
        ):
            rows = self._deaths[self._deaths["conflict"].astype(int) == conflict]
            years = list(range(DEATHS_BEGIN, DEATHS_STOP + 1))
            deaths = rows.set_index("year")["battle_deaths"]
            figure.add_scatter(
                x=[year + 0.5 for year in years],
                y=[int(deaths[year]) if year in deaths.index else None for year in years],
                yaxis="y2",
                mode="lines+markers",
                name=name,
                line={"dash": dash, "color": figures.BLACK, "width": 2},
                marker={"symbol": symbol, "size": 7},
                hovertemplate="%{x:.0f}: %{y} battle deaths<extra></extra>",
            )
        years = [year + 0.5 for year in self._tests.index]
        figure.add_bar(
            x=years,
            y=[int(v) for v in self._tests["days"]],
            yaxis="y3",
            name="days with missile tests",
            marker={"color": figures.SKY},
        )
        figure.add_scatter(
            x=years,
            y=[int(v) for v in self._tests["missiles"]],
            yaxis="y3",
            mode="markers",
            name="missiles tested",
            marker={
                "symbol": "line-ew-open",
                "size": 9,
                "color": figures.BLUE,
                "line": {"width": 3},
            },
        )
        figure.add_scatter(
            x=list(self._nuclear),
            y=[75] * len(self._nuclear),
            yaxis="y3",
            mode="markers",
            name="nuclear tests",
            marker={"symbol": "star", "size": 12, "color": figures.VERMILION},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Show the layer chosen; fade the hotspots that are not."""
        layer, chosen = values["layer"], values["hotspot"]

        def shown(name: str, *hotspots: str) -> dict[str, Any]:
            lit = chosen == "all" or not hotspots or chosen in hotspots
            return {"visible": layer in ("all", name), "opacity": 1.0 if lit else 0.12}

        changes = [shown("disputes", key) for key in HOTSPOTS]
        for group in KINDS:
            rows = self._events[self._events["group"] == group]
            lit = [1.0 if chosen in ("all", key) else 0.12 for key in rows["hotspot"]]
            changes.append({"visible": layer in ("all", "events"), "marker": {"opacity": lit}})
        changes += [shown("deaths", "india_pakistan")] * 2
        changes += [shown("tests", "korea")] * 3
        return changes

    def layout(self, **values: Any) -> dict[str, Any]:
        """Veil what lies outside the window; say where a source stops."""
        first, last = self._window(values)
        veil = {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "fillcolor": "white",
            "opacity": 0.8,
            "line": {"width": 0},
            "layer": "above",
        }
        blank = {**veil, "fillcolor": figures.GREY, "opacity": 0.14, "layer": "below"}
        edge = {**veil, "type": "line", "opacity": 1, "line": {"width": 2, "dash": "dash"}}
        end = LAST_YEAR + 1.5
        words = {"showarrow": False, "font": {"size": 12, "color": "#444444"}, "xref": "x"}
        shapes = [
            {**veil, "x0": FIRST_YEAR - 1, "x1": first},
            {**veil, "x0": last + 1, "x1": end},
            {**edge, "x0": first, "x1": first},
            {**edge, "x0": last + 1, "x1": last + 1},
            {**blank, "x0": DISPUTES_STOP + 1, "x1": end, "y0": 0.44},
            {**blank, "x0": FIRST_YEAR - 1, "x1": DEATHS_BEGIN, "y0": 0.235, "y1": 0.385},
            {**blank, "x0": DEATHS_STOP + 1, "x1": end, "y0": 0.235, "y1": 0.385},
        ]
        notes = [
            {
                **words,
                "x": FIRST_YEAR + 0.5,
                "xanchor": "left",
                "y": _BAND * place + 8.6,
                "text": f"<b>{name}</b>",
                "font": {"size": 14, "color": "#1A1A1A"},
            }
            for place, name in enumerate(reversed(HOTSPOTS.values()))
        ]
        notes += [
            {**words, "x": 2018.8, "y": 1.5 + 2.0, "text": "no dispute data<br>after 2010"},
            {
                **words,
                "x": 1967,
                "y": 0.31,
                "yref": "paper",
                "text": "no figures before 1989; Korea and<br>South China Sea: none in the table",
            },
        ]
        name = "all three hotspots" if values["hotspot"] == "all" else HOTSPOTS[values["hotspot"]]
        return {
            "title": {"text": f"{first} to {last}: {name}", "y": 0.98, "yanchor": "top"},
            "shapes": shapes,
            "annotations": notes,
        }

    def _chosen(self, **values: Any) -> tuple[int, int, list[str], pd.DataFrame]:
        first, last = self._window(values)
        keys = list(HOTSPOTS) if values["hotspot"] == "all" else [values["hotspot"]]
        events = self._events
        events = events[events["hotspot"].isin(keys) & events["year"].between(first, last)]
        return first, last, keys, events.sort_values("date", kind="stable")

    def sentence(self, **values: Any) -> str:
        """Count, in the window, what each layer holds, and say where a source is silent."""
        first, last, keys, events = self._chosen(**values)
        layer = values["layer"]
        found = []
        if layer in ("all", "disputes"):
            rows = self._disputes
            rows = rows[rows["hotspot"].isin(keys) & rows["start"].between(first, last)]
            if first > DISPUTES_STOP:
                found.append("no count of disputes, because the source stops in 2010")
            else:
                wars = int((rows["level"] == 5).sum())
                until = "" if last <= DISPUTES_STOP else f" (by {DISPUTES_STOP}; the source stops)"
                found.append(
                    f"{_counted(len(rows), 'dispute')} begun{until}, {wars} of them at the level "
                    "of war"
                )
        if layer in ("all", "events"):
            found.append(f"{_counted(len(events), 'event')} of the course's selection")
        if layer in ("all", "deaths"):
            found.append(self._deaths_said(first, last, keys))
        if layer in ("all", "tests") and "korea" in keys:
            tests = self._tests.loc[first:last]
            nuclear = int(self._nuclear.between(first, last + 1).sum())
            found.append(
                f"{_counted(int(tests['missiles'].sum()), 'missile')} tested by the DPRK on "
                f"{_counted(int(tests['days'].sum()), 'day')} and "
                f"{_counted(nuclear, 'nuclear test')}"
            )
        name = "all three hotspots" if len(keys) > 1 else HOTSPOTS[keys[0]]
        said = f"From {first} to {last}, {name}, the tables hold: " + "; ".join(found)
        if not found:
            said += "no tests, since this layer covers the DPRK only"
        if len(events) > 8:
            said += f". Under the figure: the last 8 of {len(events)} events in the window"
        return said + "."

    def _deaths_said(self, first: int, last: int, keys: list[str]) -> str:
        if last < DEATHS_BEGIN or first > DEATHS_STOP:
            return "no battle deaths, because the series runs from 1989 to 2023"
        rows = self._deaths
        rows = rows[rows["hotspot"].isin(keys) & rows["year"].between(first, last)]
        stops = f", counted to {DEATHS_STOP} only" if last > DEATHS_STOP else ""
        if rows.empty:
            return f"no battle deaths{stops} (a year is listed from 25 on)"
        by = rows.groupby(rows["conflict"].astype(int))["battle_deaths"].sum()
        between, within = (f"{by[key]:,}" if key in by.index else "none" for key in (218, 364))
        return (
            f"battle deaths{stops} (a year is listed from 25 on): {between} between India and "
            f"Pakistan, {within} in the Kashmir insurgency"
        )

    def table(self, **values: Any) -> pd.DataFrame | None:
        """List the last events of the window with their sources."""
        _, _, _, events = self._chosen(**values)
        if events.empty:
            return None
        shown = events.tail(8)[["date", "event", "note", "cited"]].fillna("")
        shown.columns = pd.Index(["date", "event", "note", "source"])
        return shown.set_index("date")


def _decimal(date: str) -> float:
    """Turn a whole or partial date into a year with a fraction; a partial one stands in its middle."""
    parts = [int(part) for part in date.split("-")]
    month = parts[1] - 1 if len(parts) > 1 else 6
    day = parts[2] if len(parts) > 2 else 15 if len(parts) == 2 else 1
    return round(parts[0] + month / 12 + (day - 1) / 365.25, 3)


def _marker(cue: dict[str, str]) -> dict[str, str]:
    return {"color": cue["color"], "symbol": cue["symbol"]}


_STEPS = 60
_RUNS = 1000
_GHOSTS = 24
_START = 2
_BETWEEN = {
    3: "accusations, shots fired",
    4: "accusations, show of force, limited strikes",
    5: "accusations, sanctions, show of force, limited strikes",
    6: "accusations, sanctions, show of force, shots fired, limited strikes",
    7: "accusations, sanctions, troops alerted, show of force, shots fired, limited strikes",
    8: "accusations, sanctions, troops alerted, show of force, shots fired, limited strikes, "
    "local battle",
}


def rung_names(rungs: int) -> list[str]:
    """Return the names of the rungs 0 to N, from settlement to war.

    Parameters
    ----------
    rungs : int
        N, the number of the highest rung, 3 to 8.

    Returns
    -------
    list of str
        N + 1 names. They are this course's, for orientation.

    Raises
    ------
    ValueError
        If there are no names for so many rungs.
    """
    if rungs not in _BETWEEN:
        raise ValueError(f"rungs must be a whole number from 3 to 8, got {rungs}")
    return ["SETTLEMENT", *_BETWEEN[rungs].split(", "), "WAR"]


@lru_cache(maxsize=64)
def _runs(up: float, down: float, rungs: int, crisis: int) -> np.ndarray:
    chain = escalation.ladder(up, down, rungs)
    return escalation.simulate(chain, _START, _STEPS, _RUNS, crisis)


def _ended(path: np.ndarray, rungs: int, who: str, colour: str, shift: float) -> dict[str, Any]:
    """Return the note on how a crisis ended, which is there but not visible until it has."""
    end = int(path[-1])
    step = int(np.argmax(path == end))
    return {
        "xref": "x2",
        "x": _STEPS,
        "xanchor": "right",
        "y": end + shift,
        "text": f"<b>{who} the net: {'war' if end else 'settled'} at step {step}</b>",
        "font": {"size": 14, "color": colour},
        "showarrow": False,
        "visible": end in (0, rungs),
    }


class EscalationLadder(Explorer):
    """A crisis climbs and descends; the same luck is run with a safety net and without."""

    title = "Escalation ladder"
    goal = (
        "Play crisis 9 and watch both marks: the same luck, with and without a safety net. Then "
        "make the parties bolder until the net is worth nothing."
    )

    def controls(self) -> dict[str, Control]:
        """Return the ladder, the net, the crisis and the step."""
        return {
            "up": Slider("Chance of a step up", 0.1, 0.5, 0.3, 0.05),
            "down": Slider("Chance of a step down", 0.1, 0.5, 0.3, 0.05),
            "rungs": Slider("War is rung", 3, 8, 6),
            "hotline": Slider("Hotline turns into steps down", 0, 90, 20, 5, "% of steps up"),
            "rules": Slider("Incident rules turn into pauses", 0, 90, 0, 5, "% of steps up"),
            "boldness": Slider("Boldness because of the net", 0, 200, 0, 5, "% more steps up"),
            "crisis": Slider("Crisis", 1, 99, 9, unit="number, sets the luck"),
            "step": Slider("Step", 0, _STEPS, 8, play=True, interval=250),
        }

    def actions(self) -> tuple[Action, ...]:
        """Return a button for the next crisis and one that cuts the net."""
        return (
            Action(
                "Next crisis",
                lambda now: {"crisis": int(now["crisis"]) % 99 + 1, "step": 0},
                "Draw other luck and go back to step 0",
            ),
            Action(
                "Cut the net",
                lambda now: {"hotline": 0, "rules": 0, "boldness": 0},
                "No hotline, no rules, no boldness",
            ),
        )

    @staticmethod
    def _chances(values: dict[str, Any]) -> tuple[float, float, float, float]:
        """Return the chances up and down, without the net and with it."""
        up, down = float(values["up"]), float(values["down"])
        bold = min(up * (1 + values["boldness"] / 100), 1 - down)
        p, q = escalation.restrain(bold, down, values["hotline"] / 100, values["rules"] / 100)
        return up, down, float(p), float(q)

    def draw(self) -> go.Figure:
        """Draw the ladder, the paths and the risk from every rung, side by side."""
        figure = go.Figure(
            layout=figures.layout(
                "A crisis on the ladder",
                "Illustrative numbers. Nobody has measured these chances for a real crisis; the "
                "names of the rungs are for orientation.",
                height=560,
                xaxis={"domain": [0, 0.13], "range": [0, 1], "visible": False},
                xaxis2={
                    "domain": [0.16, 0.7],
                    "range": [-1, _STEPS + 1],
                    "title": {"text": "step"},
                    "anchor": "y",
                },
                xaxis3={
                    "domain": [0.75, 1],
                    "range": [-4, 104],
                    "title": {"text": "risk of war (%)"},
                    "anchor": "y",
                },
                yaxis={"showgrid": True, "zeroline": False},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
                margin={"t": 110},
            )
        )
        without = {"color": figures.BLUE, "dash": "dash", "width": 2.5}
        with_net = {"color": figures.VERMILION, "dash": "solid", "width": 4}
        figure.add_scatter(
            mode="lines", line={"color": "#555555", "width": 6}, showlegend=False, hoverinfo="skip"
        )
        figure.add_scatter(
            xaxis="x2",
            mode="lines",
            name=f"{_GHOSTS} other crises with the net",
            line={"color": "rgba(120,120,120,0.28)", "width": 1.5},
            hoverinfo="skip",
        )
        figure.add_scatter(xaxis="x2", mode="lines", name="without the net", line=without)
        figure.add_scatter(xaxis="x2", mode="lines", name="with the net, same luck", line=with_net)
        for colour, symbol in ((figures.BLUE, "square-open"), (figures.VERMILION, "circle")):
            marker = {"size": 22, "symbol": symbol, "color": colour, "line": {"width": 4}}
            figure.add_scatter(mode="markers", marker=marker, showlegend=False)
        figure.add_scatter(
            xaxis="x3",
            mode="lines+markers",
            line=without,
            marker={"symbol": "square-open", "size": 11, "line": {"width": 3}},
            showlegend=False,
        )
        figure.add_scatter(
            xaxis="x3",
            mode="lines+markers",
            line=with_net,
            marker={"symbol": "circle", "size": 11},
            showlegend=False,
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Run the crisis twice with the same luck, up to the step chosen."""
        p0, q0, p, q = self._chances(values)
        rungs, step, crisis = int(values["rungs"]), int(values["step"]), int(values["crisis"])
        x: list[float | None] = [0.2, 0.2, None, 0.8, 0.8, None]
        y: list[float | None] = [-0.3, rungs + 0.3, None, -0.3, rungs + 0.3, None]
        for rung in range(rungs + 1):
            x += [0.2, 0.8, None]
            y += [rung, rung, None]
        bare, netted = _runs(p0, q0, rungs, crisis), _runs(p, q, rungs, crisis)
        ghost_x: list[float | None] = []
        ghost_y: list[float | None] = []
        for run in range(1, _GHOSTS + 1):
            shift = ((run * 7) % _GHOSTS / _GHOSTS - 0.5) * 0.5
            ghost_x += [*range(step + 1), None]
            ghost_y += [*(netted[run, : step + 1] + shift).tolist(), None]
        steps = list(range(step + 1))
        every = range(rungs + 1)
        risk0 = [100 * float(escalation.war_risk(i, rungs, p0, q0)) for i in every]
        risk = [100 * float(escalation.war_risk(i, rungs, p, q)) for i in every]
        apart = 0.14 if bare[0, step] != netted[0, step] else 0.0
        return [
            {"x": x, "y": y},
            {"x": ghost_x, "y": ghost_y},
            {"x": steps, "y": (bare[0, : step + 1] + 0.08).tolist()},
            {"x": steps, "y": (netted[0, : step + 1] - 0.08).tolist()},
            {"x": [0.5 - apart], "y": [int(bare[0, step])]},
            {"x": [0.5 + apart], "y": [int(netted[0, step])]},
            {"x": risk0, "y": list(every)},
            {"x": risk, "y": list(every)},
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the rungs; put the crisis and its risk into the title."""
        rungs, crisis, step = int(values["rungs"]), int(values["crisis"]), int(values["step"])
        p0, q0, p, q = self._chances(values)
        before = float(escalation.war_risk(_START, rungs, p0, q0))
        after = float(escalation.war_risk(_START, rungs, p, q))
        ends = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
        ends |= {"line": {"width": 0}, "opacity": 0.18}
        bare, netted = _runs(p0, q0, rungs, crisis)[0], _runs(p, q, rungs, crisis)[0]
        notes = [
            _ended(path[: step + 1], rungs, who, colour, shift)
            for path, who, colour, shift in (
                (bare, "without", figures.BLUE, 0.28),
                (netted, "with", figures.VERMILION, -0.28),
            )
        ]
        low = {**ends, "y0": -0.45, "y1": 0.45, "fillcolor": figures.GREEN}
        top = {**ends, "y0": rungs - 0.45, "y1": rungs + 0.45, "fillcolor": figures.VERMILION}
        return {
            "title": {
                "text": f"Crisis {crisis}, step {step}: risk of war {before:.1%} without the net, "
                f"{after:.1%} with it"
            },
            "yaxis": {
                "range": [-0.6, rungs + 0.6],
                "tickvals": list(range(rungs + 1)),
                "ticktext": rung_names(rungs),
            },
            "shapes": [low, top],
            "annotations": notes,
        }

    def sentence(self, **values: Any) -> str:
        """Give risk and length in closed form, this crisis, and a thousand others."""
        p0, q0, p, q = self._chances(values)
        rungs, step, crisis = int(values["rungs"]), int(values["step"]), int(values["crisis"])
        names = rung_names(rungs)
        before = escalation.absorption(escalation.ladder(p0, q0, rungs))
        after = escalation.absorption(escalation.ladder(p, q, rungs))
        bare, netted = _runs(p0, q0, rungs, crisis), _runs(p, q, rungs, crisis)
        ends = netted[:, -1]
        war, calm = int((ends == rungs).sum()), int((ends == 0).sum())
        edge = escalation.break_even(p0, q0, values["hotline"] / 100, values["rules"] / 100)
        worth = (
            "no boldness undoes this net"
            if np.isinf(edge)
            else f"the net is worth nothing once the parties climb {edge:.0%} more often"
        )
        i = _START - 1
        return (
            f"Chances {p0:.2f} up and {q0:.2f} down without the net, {p:.2f} and {q:.2f} with it "
            f"(hotline {values['hotline']}%, rules {values['rules']}%, boldness "
            f"{values['boldness']}%). From {names[_START]}, with war on rung {rungs}, the risk of "
            f"war is {before.ending[i, 1]:.3f} without and {after.ending[i, 1]:.3f} with the net; "
            f"a crisis lasts {before.steps[i]:.1f} and {after.steps[i]:.1f} steps on average; "
            f"{worth}. Crisis {crisis} at step {step}: {names[bare[0, step]]} without, "
            f"{names[netted[0, step]]} with the net. Of {_RUNS:,} simulated crises with the net "
            f"{war} end in war and {calm} in settlement within {_STEPS} steps; "
            f"still open: {_RUNS - war - calm}."
        )


_ROUNDS = 5
_OUTSIDE = ("RUS", "USA", "AUS", "NZL")
TIES = ("neighbours", "defence promise", "trade")


@lru_cache(maxsize=1)
def tie_tables() -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the states of the ripple network and their ties of each kind, from the tables.

    Returns
    -------
    list of str
        ISO3 codes: the states of the article's four subregions and four outside states.
    dict of str to ndarray, shape (n, n)
        Entry [i, j] is the tie of i to j: 1 for neighbours (2016; by land, or across at most 400
        miles of water), 1 where i has promised to defend j (2018), and the share of i's trade
        that is with j (2014; five large partners only).
    """
    states = data.states()
    nodes = list(states.loc[states["subregion"].isin(data.NEIGHBOURHOOD), "iso3"])
    nodes += [iso3 for iso3 in _OUTSIDE if iso3 not in nodes]
    place = {iso3: i for i, iso3 in enumerate(nodes)}
    size = (len(nodes), len(nodes))
    found = {kind: np.zeros(size) for kind in TIES}
    for row in data.contiguity(as_of="2016").itertuples():
        if row.iso3_a in place and row.iso3_b in place:
            a, b = place[row.iso3_a], place[row.iso3_b]
            found["neighbours"][a, b] = found["neighbours"][b, a] = 1
    for row in data.alliances(year=2018, promise="defence").itertuples():
        if row.iso3_a in place and row.iso3_b in place:
            found["defence promise"][place[row.iso3_a], place[row.iso3_b]] = 1
    for row in data.trade_partners(year=2014).itertuples():
        if row.iso3 in place and row.partner in place and pd.notna(row.share_of_total):
            found["trade"][place[row.iso3], place[row.partner]] = min(row.share_of_total, 1)
    return nodes, found


def stakes(neighbours: float, promise: float, trade: float) -> tuple[np.ndarray, np.ndarray]:
    """Weigh the ties of each kind and keep, for each pair of states, the strongest.

    Parameters
    ----------
    neighbours, promise : float
        What a border and a defence promise pass on, 0 to 1.
    trade : float
        What a state passes on for all of its trade; a share passes on that share of it. The
        product is cut at 1.

    Returns
    -------
    weights : ndarray of float, shape (n, n)
        Entry [i, j], 0 to 1: the stake of i in what happens to j.
    kind : ndarray of int, shape (n, n)
        Which kind of tie it is, by its place in ``TIES``.
    """
    _, tables = tie_tables()
    scale = dict(zip(TIES, (neighbours, promise, trade), strict=True))
    stack = np.stack([np.minimum(tables[kind] * scale[kind], 1) for kind in TIES])
    return stack.max(axis=0), stack.argmax(axis=0)


class WhoIsEntangled(Explorer):
    """One state acts; rings show who feels it, in which round and along which tie."""

    title = "Who is entangled?"
    goal = (
        "Choose an act and play the rounds. Then choose an act far from any hotspot: "
        "does it carry less far? That is the test of the claim."
    )

    @cached_property
    def _parties(self) -> pd.DataFrame:
        return data.hotspot_parties()

    @cached_property
    def _names(self) -> dict[str, str]:
        states = data.states()
        return dict(zip(states["iso3"], states["name_en"], strict=True))

    def controls(self) -> dict[str, Control]:
        """Return who acts, what each kind of tie passes on, the threshold and the round."""
        acts: dict[str, str] = {}
        for key, name in HOTSPOTS.items():
            rows = self._parties.query("hotspot == @key and role == 'party'")
            acts |= {f"{name}: {self._names[s]}": f"{key} {s}" for s in rows["iso3"]}
        acts |= {f"No hotspot: {self._names[s]}": f"none {s}" for s in ("MNG", "LAO", "LKA")}
        return {
            "act": Choice("Where and who acts", acts, "korea PRK"),
            "neighbours": Slider("A border passes on", 0, 1, 0.5, 0.05, "share"),
            "promise": Slider("A defence promise passes on", 0, 1, 0.8, 0.05, "share"),
            "trade": Slider("Trade passes on", 0, 3, 1.0, 0.1, "times its share"),
            "threshold": Slider("Felt means at least", 0.05, 0.6, 0.3, 0.05, "of the shock"),
            "round": Slider("Round", 0, _ROUNDS, 1, play=True, interval=1200),
        }

    def _spread(self, **values: Any) -> tuple[str, str, list[str], ripple.Ripple, np.ndarray]:
        hotspot, actor = values["act"].split()
        nodes, _ = tie_tables()
        weights, kind = stakes(values["neighbours"], values["promise"], values["trade"])
        shock = np.array([float(iso3 == actor) for iso3 in nodes])
        found = ripple.spread(weights, shock, 1.0, rounds=_ROUNDS)
        before = np.vstack([found.history[:1], found.history[:-1]])
        carried = weights[None] * before[:, None, :]
        source = carried.argmax(axis=2)
        arrived = np.clip(found.arrival(values["threshold"] - 1e-9), 0, None)
        via = source[arrived, np.arange(len(nodes))]
        return hotspot, actor, nodes, found, np.stack([via, kind[np.arange(len(nodes)), via]])

    def _placed(
        self, nodes: list[str], arrival: np.ndarray
    ) -> tuple[dict[str, tuple[float, float]], int]:
        outer = int(arrival.max()) + 1
        places: dict[str, tuple[float, float]] = {}
        for number in range(outer + 1):
            inside = arrival == number if number < outer else arrival == -1
            here = [nodes[i] for i in np.flatnonzero(inside)]
            # Clockwise from the lower left to the lower right: the foot of a ring has its label.
            angles = (
                -np.pi / 2
                - 0.4
                - (2 * np.pi - 0.8) * (np.arange(len(here)) + 0.5) / max(len(here), 1)
            )
            for name, angle in zip(here, angles, strict=True):
                places[name] = (number * float(np.cos(angle)), number * float(np.sin(angle)))
        return places, outer

    def draw(self) -> go.Figure:
        """Draw ties by kind, then states by role, on rings."""
        figure = go.Figure(
            layout=figures.layout(
                "Who feels the act, and when?",
                "Illustrative numbers for what a tie passes on. Ties: borders 2016 (COW), defence "
                "promises 2018 (ATOP), trade 2014 (COW; five large partners). Roles: the "
                "course's table of positions. Rings are rounds, not places.",
                height=690,
                **figures.bare_axes(),
                legend={"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0},
                margin={"t": 125, "l": 20, "b": 20},
            )
        )
        figure.update_yaxes(scaleanchor="x")
        for kind, colour, dash in zip(
            TIES,
            (figures.GREY, figures.VERMILION, figures.SKY),
            ("solid", "dash", "dot"),
            strict=True,
        ):
            figure.add_scatter(
                mode="lines",
                name=f"felt through {kind}",
                line={"color": colour, "dash": dash, "width": 2.5},
                hoverinfo="skip",
            )
        for role, colour, symbol in (
            ("party", figures.VERMILION, "square"),
            ("interested state", figures.ORANGE, "diamond"),
            ("other state", figures.BLUE, "circle"),
        ):
            figure.add_scatter(
                mode="markers+text",
                name=role,
                marker={"color": colour, "symbol": symbol},
                textposition="top center",
                textfont={"size": 13},
                hovertemplate="%{customdata}<extra></extra>",
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Fill the states that feel the act by the round chosen."""
        hotspot, _, nodes, found, (via, kind) = self._spread(**values)
        arrival = found.arrival(values["threshold"] - 1e-9)
        places, _ = self._placed(nodes, arrival)
        now = int(values["round"])
        felt = found.history[now]
        lines: list[list[tuple[str, str]]] = [[] for _ in TIES]
        for i, iso3 in enumerate(nodes):
            if 0 < arrival[i] <= now:
                lines[kind[i]].append((iso3, nodes[via[i]]))
        changes: list[dict[str, Any]] = []
        for edges in lines:
            x, y = figures.edge_segments(edges, places)
            changes.append({"x": x, "y": y})
        roles = self._roles(hotspot)
        for role in ("party", "interested state", "other state"):
            own = [i for i, iso3 in enumerate(nodes) if roles.get(iso3, "other state") == role]
            reached = [0 <= arrival[i] <= now for i in own]
            changes.append(
                {
                    "x": [places[nodes[i]][0] for i in own],
                    "y": [places[nodes[i]][1] for i in own],
                    "text": [nodes[i] for i in own],
                    "customdata": [f"{self._names[nodes[i]]}: {felt[i]:.2f}" for i in own],
                    "marker": {
                        "size": [
                            12 + 16 * float(felt[i]) if r else 9
                            for i, r in zip(own, reached, strict=True)
                        ],
                        "opacity": [1.0 if r else 0.25 for r in reached],
                    },
                }
            )
        return changes

    def _roles(self, hotspot: str) -> dict[str, str]:
        rows = self._parties[self._parties["hotspot"] == hotspot]
        return dict(zip(rows["iso3"], rows["role"], strict=True))

    def layout(self, **values: Any) -> dict[str, Any]:
        """Draw the rings of the rounds; the outermost holds those who never feel it."""
        _, actor, nodes, found, _ = self._spread(**values)
        arrival = found.arrival(values["threshold"] - 1e-9)
        _, outer = self._placed(nodes, arrival)
        # Always as many rings as there can be: plotly cannot add a shape and restyle it at once.
        radii = range(1, _ROUNDS + 2)
        rings = [
            {
                "type": "circle",
                "x0": -r,
                "x1": r,
                "y0": -r,
                "y1": r,
                "layer": "below",
                "visible": r <= outer,
                "line": {
                    "color": "#C8C8C8",
                    "width": 3 if r == int(values["round"]) else 1.5,
                    "dash": "dot" if r == outer else "solid",
                },
            }
            for r in radii
        ]
        notes = [
            {
                "x": 0,
                "y": -r,
                "text": f"round {r}" if r < outer else "not reached",
                "showarrow": False,
                "visible": r <= outer,
                "bgcolor": "white",
                "font": {"size": 12, "color": "#555555"},
            }
            for r in radii
        ]
        reach = outer + 0.35
        passed = " · ".join(
            f"{name} {float(values[key]):.2f}"
            for key, name in (
                ("neighbours", "border"),
                ("promise", "promise"),
                ("trade", "trade"),
                ("threshold", "felt from"),
            )
        )
        return {
            "title": {
                "text": f"{self._names[actor]} acts: who feels it by round {values['round']}?"
                f"<br><sub>{passed}</sub>",
                "pad": {"t": 30},
            },
            "shapes": rings,
            "annotations": notes,
            "xaxis": {"range": [-reach * 1.25, reach * 1.25]},
            "yaxis": {"range": [-reach, reach]},
        }

    def sentence(self, **values: Any) -> str:
        """Say how many feel it by now and in the end, and compare with an act anywhere."""
        hotspot, actor, nodes, found, _ = self._spread(**values)
        limit, now = float(values["threshold"]), int(values["round"])
        arrival = found.arrival(limit - 1e-9)
        by_now = [nodes[i] for i in np.flatnonzero((arrival > 0) & (arrival <= now))]
        total = int((arrival > 0).sum())
        weights, _ = stakes(values["neighbours"], values["promise"], values["trade"])
        everyone = reach_of_each(weights, limit)
        middle = float(np.median(everyone))
        roles = self._roles(hotspot)
        spoke = [s for s in roles if s != actor]
        unreached = [s for s in spoke if arrival[nodes.index(s)] < 0]
        who = ", ".join(by_now) if by_now else "nobody yet"
        said = (
            f"{self._names[actor]} acts. A border passes on {values['neighbours']:.2f}, a defence "
            f"promise {values['promise']:.2f}, trade {values['trade']:.1f} times its share. By "
            f"round {now} at least {limit:.2f} of the shock is felt by {len(by_now)} of "
            f"{len(nodes) - 1} other states ({who}); in the end by {total}. An act of the middle "
            f"one of all {len(nodes)} states reaches {middle:g}."
        )
        if hotspot != "none":
            met = f"{len(spoke) - len(unreached)} of the {len(spoke)} other states with a stated position"
            said += f" The ripple reaches {met}"
            said += f"; not {', '.join(sorted(unreached))}." if unreached else "."
        return said


def reach_of_each(weights: np.ndarray, threshold: float) -> np.ndarray:
    """Count, for an act of each state, the other states that feel at least `threshold` of it.

    Parameters
    ----------
    weights : ndarray of float, shape (n, n)
        As :func:`stakes` gives them.
    threshold : float
        0 to 1.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    felt = ripple.spread(weights, np.eye(len(weights)), 1.0, rounds=_ROUNDS).final
    return (felt >= threshold - 1e-9).sum(axis=1) - 1
