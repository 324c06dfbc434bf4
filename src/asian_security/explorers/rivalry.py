"""Explorers of lesson 08: where states stand between two poles, and the room between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil, cos, pi, sin
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import (
    Choice,
    Control,
    Explorer,
    Slider,
)
from asian_security.models.balance import hedging

FIRST_YEAR, LAST_YEAR = 1980, 2025
BEYOND = "Russia and Pacific"
_ALSO = ("AUS", "NZL", "PNG", "RUS")
_NOTE = " Taiwan, which only some of the sources list, is not drawn."

# Two poles -----------------------------------------------------------------------------------


def _drawn() -> list[str]:
    states = data.states()
    inside = states.loc[states["subregion"].isin(data.NEIGHBOURHOOD), "iso3"]
    return sorted({*inside, *_ALSO} - {"CHN", "TWN"})


def _both(long: pd.DataFrame) -> pd.DataFrame:
    """Keep the drawn states from independence on, where both ties are known."""
    states = data.states().set_index("iso3")
    begun = states["note"].str.extract(r"independent (\d{4})")[0].astype(float)
    begun["BRN"] = 1984
    table = long[long["iso3"].isin(_drawn())].dropna(subset=["china", "usa"])
    table = table[table["year"] >= table["iso3"].map(begun).fillna(0)]
    return table.set_index(["year", "iso3"])[["china", "usa"]].astype(float).sort_index()


def _trade() -> pd.DataFrame:
    rows = data.trade_partners(partner=["CHN", "USA"])
    wide = rows.pivot_table(index=["iso3", "year"], columns="partner", values="share_of_total")
    wide = (100 * wide).rename(columns={"CHN": "china", "USA": "usa"})
    return _both(wide.reset_index())


def _votes() -> pd.DataFrame:
    rows = data.unga_agreement()
    rows = rows[(rows["votes"] >= 20) & (rows["session_year"] >= FIRST_YEAR)]
    return _both(
        pd.DataFrame(
            {
                "iso3": rows["iso3"],
                "year": rows["session_year"],
                "china": 100 * rows["agree_chn"],
                "usa": 100 * rows["agree_usa"],
            }
        )
    )


def _seats(count: Callable[[dict[str, set[str]], str], tuple[int, int]]) -> pd.DataFrame:
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        here = data.memberships(as_of=f"{year}-12-31", status=data.SEATS)
        seated = here.groupby("mechanism")["iso3"].agg(set).to_dict()
        rows += [(iso3, year, *count(seated, iso3)) for iso3 in _drawn()]
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


def _shared() -> pd.DataFrame:
    return _seats(
        lambda seated, iso3: (
            sum({iso3, "CHN"} <= members for members in seated.values()),
            sum({iso3, "USA"} <= members for members in seated.values()),
        )
    )


def _initiated() -> pd.DataFrame:
    initiator = data.mechanisms().set_index("mechanism")["initiator"]
    china = set(initiator.index[initiator.isin(["China-initiated", "China and Russia"])])
    usa = set(initiator.index[initiator == "US-led"])

    def count(seated: dict[str, set[str]], iso3: str) -> tuple[int, int]:
        own = {name for name, members in seated.items() if iso3 in members}
        return len(own & china), len(own & usa)

    return _seats(count)


def _promises() -> pd.DataFrame:
    rows = []
    for year in range(FIRST_YEAR, 2019):
        table = data.alliances(year)
        degree = np.select(
            [table["defence"], table["consultation"], table["nonaggression"] | table["neutrality"]],
            [3, 2, 1],
            0,
        )
        ends = zip(table["iso3_a"], table["iso3_b"], degree, strict=True)
        strongest: dict[frozenset[str], int] = {}
        for a, b, value in ends:
            pair = frozenset((a, b))
            strongest[pair] = max(strongest.get(pair, 0), int(value))
        for iso3 in _drawn():
            ties = (strongest.get(frozenset((iso3, pole)), 0) for pole in ("CHN", "USA"))
            rows.append((iso3, year, *ties))
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


def _label_and_troops() -> pd.DataFrame:
    labels = data.strategic_partnerships().set_index("iso3")
    rank = {1: 4, 2: 3, 3: 2, 4: 0, 5: 0}
    rows = []
    troops = data.us_troops()
    for row in troops[troops["year"] >= FIRST_YEAR].itertuples():
        if row.iso3 not in labels.index:
            continue
        label = labels.loc[row.iso3]
        first, since = label["first_strategic_year"], str(label["since"])[:4]
        strategic = rank[int(label["tier"])]
        now = strategic if strategic and row.year >= int(since) else 0
        if strategic and not now and pd.notna(first) and row.year >= int(first):
            now = 1
        rows.append((row.iso3, row.year, now, np.log10(1 + row.us_active_duty)))
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


@dataclass(frozen=True)
class _Measure:
    """One way to measure a state's ties to the two poles."""

    name: str
    x: str
    y: str
    values: Callable[[], pd.DataFrame]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    source: str
    last: int
    unit: str = ""
    whole: float = 1.0
    lean: float = 1 / 3
    comparable: bool = True
    tiles: bool = False
    ticks: tuple[str, ...] = ()


_COURSE = "Source: the course's mechanisms and memberships, as of 2025-12-31."
_MEASURES = {
    "trade": _Measure(
        "share of the state's trade",
        "Trade with China (% of total)",
        "Trade with the United States (% of total)",
        _trade,
        ((-2, 89), (-1.5, 40)),
        "Source: Correlates of War Trade 4.0, 1980 to 2014.",
        2014,
        " %",
        100,
    ),
    "votes": _Measure(
        "UN General Assembly votes cast alike",
        "Votes as China does (% of roll calls)",
        "Votes as the United States does (%)",
        _votes,
        ((18, 102), (0, 66)),
        "Source: UN General Assembly votes (Bailey, Strezhnev and Voeten 2017, 2024 file), "
        "sessions that begin 1980 to 2023; they depend on each year's agenda.",
        2023,
        " %",
        100,
    ),
    "shared": _Measure(
        "mechanisms shared with each",
        "Mechanisms shared with China (number)",
        "Shared with the United States (number)",
        _shared,
        ((-0.7, 12.7), (-0.8, 15)),
        _COURSE,
        2025,
        "",
        20,
    ),
    "initiated": _Measure(
        "seats by who initiated the mechanism",
        "Seats in mechanisms initiated by China, alone or with Russia (number)",
        "Seats in US-led mechanisms (number)",
        _initiated,
        ((-0.2, 3.75), (-3.4, 9)),
        _COURSE + " Who initiated a mechanism is a judgement.",
        2025,
        "",
        20,
        tiles=True,
    ),
    "promises": _Measure(
        "strongest written promise",
        "Promise: state and China",
        "Promise: state and United States",
        _promises,
        ((-0.15, 3.85), (-0.95, 3.5)),
        "Source: ATOP 5.1, to 2018; the strongest promise in either direction; neutrality counts with "
        "non-aggression.",
        2018,
        "",
        3,
        0.0,
        tiles=True,
        ticks=("none", "non-aggression", "consultation", "defence"),
    ),
    "labels": _Measure(
        "China's partnership label and US personnel",
        "Label of the partnership with China",
        "US active-duty personnel (logarithmic)",
        _label_and_troops,
        ((-0.5, 4.9), (-0.3, 5.4)),
        "Source: labels, the course's coding as of 2025-12; personnel, DMDC to 2024. The two scales "
        "cannot be compared with each other.",
        2024,
        comparable=False,
        ticks=(
            "no 'strategic'",
            "an earlier<br>label",
            "strategic",
            "comprehensive<br>strategic",
            "highest",
        ),
    ),
}
_WORDS = {
    "leans to the first": "leans to China",
    "leans to the second": "leans to the United States",
    "between": "between",
    "apart": "apart from both",
}
_WIDE, _HIGH = 720.0, 430.0


@cache
def ties(measure: str) -> pd.DataFrame:
    """Return every state's ties to both poles in every year of a measure.

    Parameters
    ----------
    measure : str
        ``"trade"``, ``"votes"`` (per cent), ``"shared"``, ``"initiated"`` (numbers),
        ``"promises"`` (0 none to 3 defence) or ``"labels"`` (0 to 4, and log10 of 1 + personnel).

    Returns
    -------
    pandas.DataFrame
        Columns china and usa; index year and iso3. Rows with an unknown tie are left out.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    if measure not in _MEASURES:
        raise ValueError(f"measure must be one of {', '.join(_MEASURES)}, got {measure!r}")
    return _MEASURES[measure].values()


def positions(measure: str, year: int) -> pd.DataFrame:
    """Say where each state stands between the two poles in a year.

    Parameters
    ----------
    measure : str
        One of the comparable measures of :func:`ties` (all but ``"labels"``).
    year : int
        A year of the measure.

    Returns
    -------
    pandas.DataFrame
        Columns china, usa, position (-1 China to 1 United States) and stance; index iso3. A state leans to
        a pole if its tie there is more than twice the other one; for promises, if it is stronger.

    Raises
    ------
    ValueError
        If the measure cannot be compared or has no such year.
    """
    found = _MEASURES.get(measure)
    if found is None or not found.comparable:
        names = ", ".join(k for k, m in _MEASURES.items() if m.comparable)
        raise ValueError(f"measure must be one of {names}, got {measure!r}")
    table = ties(measure)
    years = table.index.get_level_values("year")
    if year not in years:
        raise ValueError(f"{measure} runs from {min(years)} to {max(years)}, got {year}")
    here = table.loc[year]
    stance = hedging.stance(here[["china"]] / found.whole, here[["usa"]] / found.whole)
    words = hedging.describe(stance, found.lean, 0.02)
    return here.assign(position=stance.position, stance=[_WORDS[word] for word in words])


def _packed(
    points: Sequence[tuple[float, float]], tiles: bool, ground: float = 0.0
) -> list[tuple[float, float]]:
    """Spread points at the same place (pixels): as tiles with room for a label, or as a cluster.

    Tiles stand to the right of their place; those on the ground line hang below it.
    """
    groups: dict[tuple[float, float], list[int]] = {}
    for i, point in enumerate(points):
        groups.setdefault((round(point[0], 2), round(point[1], 2)), []).append(i)
    across, up = (43.0, 17.0) if tiles else (13.0, 13.0)
    spread = list(points)
    for (x, y), members in groups.items():
        columns = min(len(members), 4 if tiles else ceil(len(members) ** 0.5))
        rows = ceil(len(members) / columns)
        left = 0.0 if tiles else (columns - 1) / 2
        top = 0.0 if tiles and abs(y - ground) < 1 else (rows - 1) / 2
        for k, i in enumerate(members):
            row, column = divmod(k, columns)
            spread[i] = (x + (column - left) * across, y + (top - row) * up)
    return spread


_OFFSETS = [
    (radius * cos(2 * pi * k / 16), radius * sin(2 * pi * k / 16), radius)
    for radius in (22, 34, 46, 60, 76, 94, 114, 136, 160, 190)
    for k in range(16)
]


def place_labels(
    points: Sequence[tuple[float, float]], widths: Sequence[float]
) -> list[tuple[float, float]]:
    """Put a label beside each point so that no two labels overlap.

    Parameters
    ----------
    points : sequence of (x, y)
        Pixels inside the plot, from its lower left corner.
    widths : sequence of float
        Width of each label in pixels; all are 16 pixels high.

    Returns
    -------
    list of (x, y)
        Centre of each label in pixels; beside its point where there is room, farther off where not.
    """
    dots = np.array(points, float).reshape(-1, 2)
    crowd = [(np.abs(dots - p).max(axis=1) < 60).sum() for p in dots]
    boxes = np.empty((0, 3))
    placed: dict[int, tuple[float, float]] = {}
    for i in sorted(range(len(dots)), key=lambda k: (crowd[k], k)):
        half = widths[i] / 2
        near = [(half + 9, 0, 0), (-half - 9, 0, 1), (0, 16, 2), (0, -16, 3)]
        tried = np.array(near + [(dx + np.sign(dx) * half, dy, r) for dx, dy, r in _OFFSETS])
        at = dots[i] + tried[:, :2]
        cost = tried[:, 2].copy()
        out = (at[:, 0] < half - 12) | (at[:, 0] > _WIDE - half + 12)
        out |= (at[:, 1] < 4) | (at[:, 1] > _HIGH - 4)
        gap = np.abs(at[:, None, :] - dots[None, :, :])
        cost += 14 * ((gap[..., 0] < half + 6) & (gap[..., 1] < 13)).sum(axis=1)
        if len(boxes):
            apart = np.abs(at[:, None, :] - boxes[None, :, :2])
            hit = (apart[..., 0] < half + boxes[None, :, 2] + 2) & (apart[..., 1] < 16)
            cost += 1e4 * hit.any(axis=1)
        best = at[int(np.argmin(cost + 1e5 * out))]
        placed[i] = (float(best[0]), float(best[1]))
        boxes = np.vstack([boxes, [best[0], best[1], half]])
    return [placed[i] for i in range(len(dots))]


class TwoPoles(Explorer):
    """Where each state stands on its ties to China and to the United States, year by year."""

    title = "Two poles"
    goal = (
        "Choose a state and follow its path. Then change the measure: find a state that leans to "
        "China on one measure and to the United States on another in the same year."
    )

    def controls(self) -> dict[str, Control]:
        """Return the measure, the year and the state."""
        names = data.states().set_index("iso3").loc[_drawn(), "name_en"].sort_values()
        return {
            "measure": Choice("Measure", {m.name: key for key, m in _MEASURES.items()}, "trade"),
            "year": Slider("Year", FIRST_YEAR, LAST_YEAR, 2014, play=True),
            "state": Choice("State", {name: iso3 for iso3, name in names.items()}, "KOR"),
        }

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(data.states().set_index("iso3")["name_en"])

    @cached_property
    def _groups(self) -> dict[str, str]:
        home = data.states().set_index("iso3")["subregion"]
        return {i: home[i] if home[i] in data.NEIGHBOURHOOD else BEYOND for i in _drawn()}

    @property
    def _order(self) -> list[str]:
        return [*data.NEIGHBOURHOOD, BEYOND]

    def draw(self) -> go.Figure:
        """Draw guides, leaders, the path, one trace a subregion, and the labels."""
        cues = figures.cue(self._order)
        figure = go.Figure(
            layout=figures.layout(
                "Between two poles",
                _MEASURES["trade"].source + _NOTE,
                height=600,
                legend={
                    "orientation": "h",
                    "x": -0.09,
                    "font": {"size": 13},
                    "y": 1.03,
                    "yanchor": "bottom",
                },
                margin={"l": 70, "r": 15, "t": 95, "b": 70},
            )
        )
        thin = {"color": figures.GREY, "width": 1}
        figure.add_scatter(
            mode="lines", line=thin | {"dash": "dot"}, showlegend=False, hoverinfo="skip"
        )
        figure.add_scatter(mode="lines", line=thin, showlegend=False, hoverinfo="skip")
        figure.add_scatter(
            mode="lines+markers",
            line={"color": "#555555", "width": 1.5},
            marker={"size": 4, "color": "#555555"},
            showlegend=False,
            hovertemplate="%{customdata}<extra></extra>",
        )
        for name in self._order:
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={"color": cues[name]["color"], "symbol": cues[name]["symbol"], "size": 10},
                hovertemplate="%{customdata}<extra></extra>",
            )
        figure.add_scatter(mode="text", textfont={"size": 12}, showlegend=False, hoverinfo="skip")
        figure.add_scatter(
            mode="text",
            textfont={"size": 12, "color": "#555555"},
            showlegend=False,
            hoverinfo="skip",
        )
        return figure

    def _shown(self, measure: str, year: int) -> int:
        years = ties(measure).index.get_level_values("year")
        return int(min(max(year, years.min()), years.max()))

    def _place(self, measure: str, year: int, state: str) -> "_Placed":
        return _placed(measure, self._shown(measure, year), state)

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move every state to its ties of the year; draw the path of the chosen one."""
        measure, state = values["measure"], values["state"]
        found = _MEASURES[measure]
        placed = self._place(measure, int(values["year"]), state)
        largest = 14 if found.tiles else 19
        changes = [self._guides(found), {"x": placed.leaders[0], "y": placed.leaders[1]}]
        changes.append(
            {
                "x": [x for x, _ in placed.path],
                "y": [y for _, y in placed.path],
                "customdata": placed.path_hover,
            }
        )
        for group in self._order:
            own = [k for k, iso3 in enumerate(placed.states) if self._groups[iso3] == group]
            lit = [placed.states[k] == state for k in own]
            changes.append(
                {
                    "x": [placed.dots[k][0] for k in own],
                    "y": [placed.dots[k][1] for k in own],
                    "customdata": [self._hover(placed, k, found) for k in own],
                    "marker": {
                        "size": [largest if now else 10 for now in lit],
                        "line": {"width": [2.5 if now else 0 for now in lit], "color": "black"},
                    },
                }
            )
        own_name = state if found.tiles else self._names[state]
        words = [f"<b>{own_name}</b>" if iso3 == state else iso3 for iso3 in placed.states]
        changes.append(
            {
                "x": [x for x, _ in placed.labels],
                "y": [y for _, y in placed.labels],
                "text": words,
            }
        )
        changes.append(
            {
                "x": [x for x, _, _ in placed.decades],
                "y": [y for _, y, _ in placed.decades],
                "text": [text for _, _, text in placed.decades],
            }
        )
        return changes

    def _hover(self, placed: "_Placed", k: int, found: _Measure) -> str:
        china, usa = placed.values[k]
        return f"{self._names[placed.states[k]]}: {self._pair(found, china, usa)}"

    @staticmethod
    def _pair(found: _Measure, china: float, usa: float) -> str:
        if found.ticks:
            words = [tick.replace("<br>", " ") for tick in found.ticks]
            if not found.comparable:
                return f"label: {words[round(china)]}; US personnel {10**usa - 1:,.0f}"
            return f"with China {words[round(china)]}, with the United States {words[round(usa)]}"
        digits = 0 if found.whole == 20 else 1
        return (
            f"{china:.{digits}f}{found.unit} with China, "
            f"{usa:.{digits}f}{found.unit} with the United States"
        )

    @staticmethod
    def _guides(found: _Measure) -> dict[str, Any]:
        if not found.comparable:
            return {"x": [None], "y": [None]}
        (_, right), (_, top) = found.ranges
        slopes = (1.0,) if found.lean == 0 else (0.5, 2.0)
        x: list[float | None] = []
        y: list[float | None] = []
        for slope in slopes:
            end = min(right, top / slope)
            x += [0, end, None]
            y += [0, end * slope, None]
        return {"x": x, "y": y}

    def layout(self, **values: Any) -> dict[str, Any]:
        """Say year, state and measure in the title; fit the axes to the measure."""
        found = _MEASURES[values["measure"]]
        year, state = int(values["year"]), values["state"]
        (left, right), (low, high) = found.ranges
        ticks: dict[str, Any] = {"tickmode": "auto", "tickvals": None, "ticktext": None}
        if found.whole == 20:
            ticks = {
                "tickmode": "array",
                "tickvals": list(range(15)),
                "ticktext": [str(n) for n in range(15)],
            }
        x_ticks, y_ticks = dict(ticks), dict(ticks)
        if found.ticks:
            x_ticks = {
                "tickmode": "array",
                "tickvals": list(range(len(found.ticks))),
                "ticktext": list(found.ticks),
            }
            narrow = [tick.replace("tation", "-<br>tation") for tick in found.ticks]
            narrow = [tick.replace("non-", "non-<br>") for tick in narrow]
            y_ticks = x_ticks | {"ticktext": narrow}
        if not found.comparable:
            y_ticks = {
                "tickmode": "array",
                "tickvals": [float(np.log10(1 + n)) for n in (0, 10, 100, 1000, 10000, 100000)],
                "ticktext": ["0", "10", "100", "1,000", "10,000", "100,000"],
            }
        return {
            "title": {
                "text": f"{self._when(values['measure'], year)}: {self._names[state]}, {found.name}"
            },
            "xaxis": {"title": {"text": found.x}, "range": [left, right], **x_ticks},
            "yaxis": {"title": {"text": found.y}, "range": [low, high], **y_ticks},
            "meta": {"source": found.source + _NOTE},
        }

    def _when(self, measure: str, year: int) -> str:
        shown = self._shown(measure, year)
        return f"{year}" if shown == year else f"{year} (source stops in {shown})"

    def sentence(self, **values: Any) -> str:
        """Say where the state stands, whence it came, and how the others are spread."""
        measure, state = values["measure"], values["state"]
        found, name = _MEASURES[measure], self._names[state]
        year = self._shown(measure, int(values["year"]))
        opening = f"{self._when(measure, int(values['year']))}, {found.name}."
        table = ties(measure)
        path = table.xs(state, level="iso3") if state in table.index.get_level_values(1) else None
        path = None if path is None else path[path.index <= year]
        if path is None or path.empty:
            own = f"{name} has no value in the source up to this year."
        else:
            at, now = path.index[-1], path.iloc[-1]
            first, then = path.index[0], path.iloc[0]
            own = f"{name}: {self._pair(found, now['china'], now['usa'])}"
            own += "" if at == year else f" (last value: {at})"
            if first != at:
                own += f"; in {first}: {self._pair(found, then['china'], then['usa'])}"
            own += "."
        if not found.comparable:
            here = table.loc[year]
            both = int(((here["china"] >= 2) & (here["usa"] > 2)).sum())
            return (
                f"{opening} {own} Of {len(here)} states, {both} have a strategic label with China and "
                "at least 100 US personnel."
            )
        stance = positions(measure, year)["stance"]
        tally = stance.value_counts()
        spread = ", ".join(
            f"{tally[word]} {'lean' + word[5:] if tally[word] > 1 and word.startswith('leans') else word}"
            for word in _WORDS.values()
            if word in tally
        )
        rule = (
            "the stronger promise counts"
            if found.lean == 0
            else "to lean is to have more than twice the tie"
        )
        return f"{opening} {own} Of {len(stance)} states, {spread} ({rule})."

    def table(self, **values: Any) -> pd.DataFrame | None:
        """Name the states of each stance."""
        measure = values["measure"]
        if not _MEASURES[measure].comparable:
            return None
        found = positions(measure, self._shown(measure, int(values["year"])))
        named = found.groupby("stance").apply(lambda part: ", ".join(part.index))
        order = [word for word in _WORDS.values() if word in named.index]
        return pd.DataFrame(
            {"states": named.loc[order], "number": found["stance"].value_counts()}
        ).loc[order, ["number", "states"]]


@dataclass(frozen=True)
class _Placed:
    """Everything that one picture of :class:`TwoPoles` places."""

    states: list[str]
    values: list[tuple[float, float]]
    dots: list[tuple[float, float]]
    labels: list[tuple[float, float]]
    leaders: tuple[list[float | None], list[float | None]]
    path: list[tuple[float, float]]
    path_hover: list[str]
    decades: list[tuple[float, float, str]]


@cache
def _placed(measure: str, year: int, state: str) -> _Placed:
    found = _MEASURES[measure]
    (left, right), (low, high) = found.ranges

    def pixels(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left) * _WIDE, (y - low) / (high - low) * _HIGH

    def units(x: float, y: float) -> tuple[float, float]:
        return left + x / _WIDE * (right - left), low + y / _HIGH * (high - low)

    table = ties(measure)
    here = table.loc[year]
    states = sorted(here.index, key=lambda iso3: (iso3 != state, iso3))
    values = [(float(here.at[i, "china"]), float(here.at[i, "usa"])) for i in states]
    dots = _packed([pixels(*pair) for pair in values], found.tiles, pixels(0, 0)[1])
    long = len(str(data.states().set_index("iso3").at[state, "name_en"]))
    widths = [8.0 * long + 8 if iso3 == state and not found.tiles else 29.0 for iso3 in states]
    own = table.xs(state, level="iso3") if state in table.index.get_level_values(1) else here[:0]
    own = own[own.index <= year]
    path = [(float(x), float(y)) for x, y in own.to_numpy()]
    marks = [
        (pixels(x, y), str(then))
        for then, (x, y) in zip(own.index, path, strict=True)
        if (then % 10 == 0 or then == own.index[0]) and then != year
    ]
    if found.tiles:
        marks = []
        labels = [(x + 9 + 29.0 / 2, y) for x, y in dots]
    else:
        points = [*dots, *(at for at, _ in marks)]
        labels = place_labels(points, [*widths, *(34.0 for _ in marks)])
    lines: tuple[list[float | None], list[float | None]] = ([], [])
    for (x, y), (at_x, at_y), wide in zip(dots, labels, widths, strict=False):
        if abs(at_x - x) > wide / 2 + 10 or abs(at_y - y) > 17:
            toward = float(np.clip(x, at_x - wide / 2, at_x + wide / 2))
            end = units(toward, at_y + (8 if y > at_y + 8 else -8 if y < at_y - 8 else 0))
            start = units(x, y)
            lines[0].extend([start[0], end[0], None])
            lines[1].extend([start[1], end[1], None])
    if path and states and states[0] == state:
        path.append(units(*dots[0]))
    hover = [str(then) for then in own.index] + [str(year)] * (len(path) - len(own))
    return _Placed(
        states,
        values,
        [units(*dot) for dot in dots],
        [units(*label) for label in labels[: len(dots)]],
        lines,
        path,
        hover,
        [
            (*units(*label), text)
            for label, (_, text) in zip(labels[len(dots) :], marks, strict=True)
        ],
    )


# The room between the poles ------------------------------------------------------------------


class RoomToHedge(Explorer):
    """What a state gains from each split of its ties, and when only the ends are left."""

    title = "Room to hedge"
    goal = (
        "Raise the pressure to choose step by step. At what pressure does the best position leave "
        "the middle if the two poles are worth the same? And if one is worth more?"
    )
    _SHARES = np.linspace(0, 1, 101)

    def controls(self) -> dict[str, Control]:
        """Return what the poles are worth, the insurance and the pressure."""
        return {
            "gap": Slider("Second pole worth more by", -2, 2, 0.5, 0.1),
            "insurance": Slider("Insurance from ties to both", 0, 2, 1, 0.1),
            "pressure": Slider("Pressure to choose", 0, 2, 0.2, 0.1),
        }

    def draw(self) -> go.Figure:
        """Draw the worth of every position and the best one."""
        figure = go.Figure(
            layout=figures.layout(
                "Which position serves the state best?",
                "Illustrative numbers.",
                height=430,
                xaxis={
                    "title": "Share of ties with the second pole (0 to 1)",
                    "range": [-0.03, 1.03],
                },
                yaxis={"title": "Worth to the state (own units)", "range": [-2.2, 3.4]},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
                margin={"l": 60, "r": 20, "t": 95, "b": 70},
            )
        )
        figure.add_scatter(
            x=[float(x) for x in self._SHARES],
            mode="lines",
            name="worth of a position",
            line={"color": figures.BLUE, "width": 4},
        )
        figure.add_scatter(
            mode="markers",
            name="best position",
            marker={"size": 18, "symbol": "diamond", "color": figures.VERMILION},
        )
        return figure

    @staticmethod
    def _worth(x: np.ndarray, gap: float, insurance: float, pressure: float) -> np.ndarray:
        return 1 - gap / 2 + gap * x + (insurance - pressure) * 4 * x * (1 - x)

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Redraw the curve and its best point."""
        best = self._best(**values)
        curve = self._worth(self._SHARES, **values)
        top = self._worth(np.array(best), **values)
        return [
            {"y": [float(v) for v in curve]},
            {"x": best, "y": [float(v) for v in top]},
        ]

    @staticmethod
    def _best(gap: float, insurance: float, pressure: float) -> list[float]:
        if insurance <= pressure and abs(gap) < 1e-9:
            return [0.0, 1.0]
        return [float(hedging.best_position(0, gap, insurance, pressure))]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Say in the title whether there is room between the poles."""
        best = self._best(**values)
        inside = len(best) == 1 and 0 < best[0] < 1
        return {"title": {"text": "Room between the poles" if inside else "Only an end is left"}}

    def sentence(self, **values: Any) -> str:
        """Say what is best, and how much pressure would end it."""
        gap, insurance, pressure = (float(values[k]) for k in ("gap", "insurance", "pressure"))
        best = self._best(**values)
        limit = insurance - abs(gap) / 4
        opening = (
            f"The second pole is worth {gap:+.1f} more, ties to both insure {insurance:.1f}, pressure is "
            f"{pressure:.1f}."
        )
        if len(best) == 2:
            return f"{opening} Both ends are best alike, and the middle is not above them."
        if 0 < best[0] < 1:
            return (
                f"{opening} The state does best with {best[0]:.2f} of its ties at the second pole. "
                f"It would give up one pole at a pressure of {limit:.2f}."
            )
        pole = "second" if best[0] > 0.5 else "first"
        room = f"with a pressure below {limit:.2f}" if limit > 0 else "only with more insurance"
        return f"{opening} The state does best wholly with the {pole} pole; it would hedge {room}."
