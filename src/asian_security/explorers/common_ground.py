"""Explorers of lesson 03: what subregions put first, and what the order of an agenda does."""

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
    Several,
    Slider,
    Values,
)
from asian_security.models.institutions import agenda
from asian_security.models.trust import agenda_order as trust_building
from asian_security.models.trust import beliefs as trust

NUMBERS = {
    "Illustrative salience": "illustrative",
    "Named in the article": "from the article",
    "Measured, by subregion": "measured",
    "Measured, by state": "measured by state",
}
_SAID = {
    "illustrative": "Illustrative numbers, invented to compare agendas",
    "from the article": "Named in the article: 1 if it names the issue, which is not a weight",
    "measured": "Measured: mean rank of a subregion's states, 0 lowest to 1 highest",
    "measured by state": "Measured: rank of the state among all, 0 lowest to 1 highest",
}
_SOURCES = {
    "illustrative": "Illustrative numbers. Made up for teaching, no source.",
    "from the article": "Source: Ling (2025), section 2, as the course reads it.",
}
_WORDS = {
    "drugs_transnational_crime": "transnational crime",
    "terrorism_extremism": "terrorism",
    "technology_society": "technology, society",
    "maritime_security": "piracy and the sea",
}


def issue_name(issue: str) -> str:
    """Return an issue's name in words."""
    return _WORDS.get(issue, issue.replace("_", " "))


def _ranks() -> pd.DataFrame:
    home = data.states(subregion=data.NEIGHBOURHOOD)["iso3"]
    measured = data.priorities("measured")
    table = measured.pivot(index="unit", columns="issue", values="value")
    found = table[table.index.isin(home)]
    return (found.rank() - 1) / (found.notna().sum() - 1)


@cache
def landscape(kind: str) -> pd.DataFrame:
    """Return how much each subregion or state cares for each issue, by one kind of number.

    Parameters
    ----------
    kind : {"illustrative", "from the article", "measured", "measured by state"}
        Which numbers. Measured ones are ranks within the article's four subregions: 0 for the
        lowest figure of an indicator, 1 for the highest, averaged over states for a subregion.

    Returns
    -------
    DataFrame
        Rows are units, columns issues, entries 0 to 1. ``NaN`` where a source has no figure. The
        index level ``home`` names the subregion of each row.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind not in NUMBERS.values():
        raise ValueError(f"kind must be one of {', '.join(NUMBERS.values())}, got {kind!r}")
    states = data.states().set_index("iso3")
    home = states["subregion"]
    if kind.startswith("measured"):
        table = _ranks()
        if kind == "measured":
            table = table.groupby(home.reindex(table.index)).mean()
    else:
        table = data.priorities(kind).pivot(index="unit", columns="issue", values="value")
        table = table.fillna(0.0)
    homes = [home.get(unit, unit) for unit in table.index]
    units = [states["name_en"].get(unit, unit) for unit in table.index]
    table.index = pd.MultiIndex.from_arrays([homes, units], names=["home", "unit"])
    return table.sort_index()


SOFT = ("terrorism_extremism", "cyber", "disaster_relief")
"""The fields in which B9 sees more cooperation."""
HARD = ("military_cbm_dialogue", "nonproliferation", "collective_defence", "defence_technology")
"""The fields of traditional security among the twelve issues that the course codes."""


def bodies_that_name(issues: tuple[str, ...]) -> set[str]:
    """Return the mechanisms that state at least one of these issues as their own."""
    coded = data.mechanism_issues().query("stated == 1")
    return set(coded.loc[coded["issue"].isin(issues), "mechanism"])


def shares_by_year(years: range, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the share of mechanisms in force that name each field, year by year.

    Parameters
    ----------
    years : range
        Years, each judged on its last day.
    without : tuple of str
        Kinds of mechanism to leave out, such as ``"alliance"``.

    Returns
    -------
    DataFrame
        Index year; columns the three soft fields and *traditional security* (any field of
        :data:`HARD`); shares from 0 to 1. The coding of issues carries no dates, so a share moves
        only when a mechanism begins or ends.
    """
    fields = {issue_name(issue): bodies_that_name((issue,)) for issue in SOFT}
    fields["traditional security"] = bodies_that_name(HARD)
    rows = {}
    for year in years:
        found = data.mechanisms(as_of=f"{year}-12-31")
        live = set(found.loc[~found["kind"].isin(without), "mechanism"])
        rows[year] = {name: len(live & bodies) / len(live) for name, bodies in fields.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def first_shared(issues: tuple[str, ...]) -> pd.Series:
    """Return the year in which each pair of states first sat in a body that names an issue.

    Parameters
    ----------
    issues : tuple of str
        At least one of them has to be named.

    Returns
    -------
    Series
        Index the pairs of states of the article's four subregions, as (first, second) in
        alphabetical order of their keys; the first common year, ``NaN`` if there is none.
    """
    states = sorted(data.states(subregion=data.NEIGHBOURHOOD)["iso3"])
    seats = data.memberships(status=data.SEATS)
    seats = seats[seats["iso3"].isin(states) & seats["mechanism"].isin(bodies_that_name(issues))]
    seats = pd.DataFrame(
        {
            "mechanism": seats["mechanism"],
            "iso3": seats["iso3"],
            "start": seats["start"].str[:4].astype(int),
            "end": pd.to_numeric(seats["end"].str[:4]).fillna(9999),
        }
    )
    both = seats.merge(seats, on="mechanism")
    both = both[both["iso3_x"] < both["iso3_y"]]
    begin = both[["start_x", "start_y"]].max(axis=1)
    both = both.assign(begin=begin)[begin <= both[["end_x", "end_y"]].min(axis=1)]
    first = both.groupby(["iso3_x", "iso3_y"])["begin"].min()
    pairs = pd.MultiIndex.from_tuples([(a, b) for a in states for b in states if a < b])
    return first.reindex(pairs).astype(float)


def named_network() -> go.Figure:
    """Draw the two-mode network of units and the issues that the article names for them."""
    rows = data.priorities("from the article")
    states = data.states().set_index("iso3")["name_en"]
    units = sorted(set(rows["unit"]), key=lambda unit: (unit in states.index, unit))
    issues = sorted(set(rows["issue"]), key=lambda i: rows.query("issue == @i")["unit"].min())
    at = {unit: (0.0, -float(i) * 1.7) for i, unit in enumerate(units)}
    at |= {issue: (1.0, -float(i)) for i, issue in enumerate(issues)}
    figure = go.Figure(
        layout=figures.layout(
            "What the article names, and for whom",
            _SOURCES["from the article"],
            height=420,
            showlegend=False,
            **figures.bare_axes(),
        )
    )
    x, y = figures.edge_segments(zip(rows["unit"], rows["issue"], strict=True), at)
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": figures.GREY, "width": 2})
    for names, side, colour, symbol in (
        (units, "middle left", figures.BLUE, "circle"),
        (issues, "middle right", figures.VERMILION, "square"),
    ):
        figure.add_scatter(
            x=[at[name][0] for name in names],
            y=[at[name][1] for name in names],
            text=[issue_name(str(states.get(name, name))) for name in names],
            mode="markers+text",
            textposition=side,
            marker={"color": colour, "symbol": symbol, "size": 14},
        )
    figure.update_xaxes(range=[-0.6, 1.7])
    return figure


class IssueLandscape(Explorer):
    """How much subregions care for issues, where they meet, and the agenda that follows."""

    title = "Issue landscape"
    goal = (
        "Which issue comes first on an agenda by consensus? Raise the dislike of division until "
        "traditional security loses its place, then change the numbers: does the first issue stay?"
    )

    def controls(self) -> dict[str, Control]:
        """Return the numbers, the subregions, the priority line and the dislike of division."""
        return {
            "kind": Choice("Numbers", NUMBERS, "illustrative"),
            "regions": Several(
                "Subregions", tuple(sorted(data.NEIGHBOURHOOD)), tuple(data.NEIGHBOURHOOD), rows=4
            ),
            "least": Slider("Counts as a priority from", 0.0, 1.0, 0.7, 0.05, unit="of 1"),
            "division": Slider("Dislike of division", 0.0, 3.0, 0.0, 0.25),
        }

    def _rows_for(self, kind: str, regions: tuple[str, ...]) -> pd.DataFrame:
        table = landscape(kind)
        kept = table[table.index.get_level_values("home").isin(regions or data.NEIGHBOURHOOD)]
        return kept.droplevel("home")

    def order(self, **values: Any) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Return the issues in order, and mean and dispersion in the table's order.

        Measured numbers are ranks, whose mean is the same for every indicator; they give no
        agenda. Subregions' ranks are sorted by dispersion, the smallest first; states' ranks, which
        all spread alike, stay in the order of the table.
        """
        table = self._rows_for(values["kind"], values["regions"])
        if values["kind"].startswith("measured"):
            mean, dispersion = table.mean().to_numpy(), table.std(ddof=0).to_numpy()
            by_state = values["kind"] == "measured by state"
            places = np.argsort(dispersion.round(9) * (not by_state), kind="stable")
        else:
            profile = agenda.issue_profile(table.to_numpy())
            mean, dispersion = profile.salience, profile.dispersion
            places = agenda.agenda_by_consensus(mean, dispersion, float(values["division"]))
        return [table.columns[i] for i in places], mean, dispersion

    def draw(self) -> go.Figure:
        """Draw the heat map."""
        figure = go.Figure(
            layout=figures.layout(
                "Who cares for what?",
                "Illustrative numbers, article and indicators: the control says which are shown. "
                "Measured: EM-DAT 2001-2020, GTD 2008-2017, IMB 2011-2020, GML MID 1991-2010.",
                height=430,
                margin={"l": 130, "b": 120, "t": 90},
                xaxis={"tickangle": -35, "type": "category"},
                yaxis={"autorange": "reversed", "type": "category"},
                annotations=[
                    {
                        "text": "●",
                        "xref": "paper",
                        "yref": "paper",
                        "x": 0,
                        "y": 1.02,
                        "xanchor": "left",
                        "yanchor": "bottom",
                        "showarrow": False,
                        "font": {"size": 14},
                    }
                ],
            )
        )
        figure.add_heatmap(
            texttemplate="%{text}",
            colorscale=[[0.0, "#FFFFFF"], [1.0, figures.SKY]],
            textfont={"size": 14, "color": figures.BLACK},
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{y}, %{x}: %{z:.2f}<extra></extra>",
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Sort the issues by the agenda and mark priorities with a dot."""
        issues, _, _ = self.order(**values)
        table = self._rows_for(values["kind"], values["regions"])[issues]
        least = float(values["least"])
        cells = [[None if pd.isna(v) else float(v) for v in row] for row in table.to_numpy()]
        text = [
            ["–" if v is None else f"{v:.2f}{' ●' if v >= least else ''}" for v in row]
            for row in cells
        ]
        return [
            {
                "x": [issue_name(issue) for issue in issues],
                "y": list(table.index),
                "z": cells,
                "text": text,
            }
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the numbers and the rule in the title; give many states room."""
        rows = len(self._rows_for(values["kind"], values["regions"]))
        said = _SAID[values["kind"]].split(",")[0].split(":")[0]
        sorting = {
            "measured": "first on the left where rows differ least",
            "measured by state": "ranks of states, no order among issues",
        }.get(
            values["kind"],
            f"first on the left, dislike of division {values['division']:.2f}",
        )
        return {
            "title": {
                "text": f"{said}: {sorting}",
            },
            "annotations": [{"text": f"● marks {values['least']:.2f} or more"}],
            "height": max(430, 210 + 23 * rows),
        }

    def sentence(self, **values: Any) -> str:
        """Say which numbers are shown, the agenda, where all agree, and which pair shares most."""
        issues, mean, dispersion = self.order(**values)
        table = self._rows_for(values["kind"], values["regions"])
        columns = list(table.columns)
        i = columns.index(issues[0])
        most = [
            issue_name(c)
            for c, d in zip(columns, dispersion.round(9), strict=True)
            if d == dispersion.round(9).max()
        ]
        apart = f"Rows differ most on {', '.join(most)} ({dispersion.max():.2f})."
        if values["kind"] == "measured by state":
            head = "Ranks spread alike on every indicator, so they give no order of issues."
            apart = "A dash means that the source has no figure."
        elif values["kind"] == "measured":
            head = (
                "Ranks compare units on one indicator and not indicators with one another, so no "
                f"agenda follows. Rows differ least on {issue_name(issues[0])} "
                f"({dispersion[i]:.2f})."
            )
        else:
            head = (
                f"With a dislike of division of {float(values['division']):.2f} the agenda begins: "
                f"{', '.join(issue_name(issue) for issue in issues[:3])}. On the first the mean is "
                f"{mean[i]:.2f} and the dispersion {dispersion[i]:.2f}. Traditional security is "
                f"number {issues.index('traditional_security') + 1} of {len(issues)}."
            )
        return f"{_SAID[values['kind']]}. {head} {apart} {self._meet(table, values)}"

    def _meet(self, table: pd.DataFrame, values: Values) -> str:
        least = float(values["least"])
        singular, plural = (
            ("high rank", "high ranks")
            if values["kind"].startswith("measured")
            else ("priority", "priorities")
        )
        shared = agenda.shared_issues(table.fillna(-1).to_numpy(), least)
        if len(table) == 1:
            return f"One row alone, with {plural} from {least:.2f} up: {shared[0, 0]}."
        pairs = {
            f"{table.index[a]} and {table.index[b]}": int(shared[a, b])
            for b in range(len(table))
            for a in range(b)
        }
        most = max(pairs.values())
        if most == 0:
            return f"No two rows share a {singular} from {least:.2f} up."
        tied = [names for names, count in pairs.items() if count == most]
        others = "pair" if len(tied) == 2 else "pairs"
        more = f" (and {len(tied) - 1} other {others})" if len(tied) > 1 else ""
        return f"Most {plural} from {least:.2f} up are shared by {tied[0]}{more}: {most}."


ISSUES: dict[str, tuple[float, float]] = {
    "disaster_relief": (3.0, 2.0),
    "drugs_transnational_crime": (3.0, 4.0),
    "cyber": (4.0, 8.0),
    "terrorism_extremism": (4.0, 12.0),
    "traditional_security": (5.0, 20.0),
}
"""What a kept promise on each issue brings and what a broken one costs: illustrative units."""
GAIN = np.array([gain for gain, _ in ISSUES.values()])
LOSS = np.array([loss for _, loss in ISSUES.values()])
HARDEST = len(ISSUES) - 1
RUNS = 2000
PARTNERS = {
    "Equally reliable on all": "steady",
    "Breaks the two largest more often": "opportunist",
    "Breaks the two smallest more often": "stretched",
}
WAYS = {
    "One by one, trust follows": "one by one",
    "All at once, by the trust at the start": "all at once",
    "One package, all or nothing": "package",
}
_LESS = 0.4
_PLACES = ("first", "second", "third", "fourth", "fifth")


def reliability(level: float, partner: str) -> np.ndarray:
    """Return the chance that each promise is kept, from the easiest issue to the hardest.

    Parameters
    ----------
    level : float
        Chance on issues where the partner is at its best, 0 to 1.
    partner : {"steady", "opportunist", "stretched"}
        The opportunist keeps the two largest promises less often, by 0.4; the stretched one the
        two smallest, because it wants to keep them and cannot.

    Returns
    -------
    ndarray of float, shape (5,)

    Raises
    ------
    ValueError
        If the partner is unknown.
    """
    if partner not in PARTNERS.values():
        raise ValueError(f"partner must be one of {', '.join(PARTNERS.values())}, got {partner!r}")
    chance = np.full(len(ISSUES), level)
    if partner == "opportunist":
        chance[-2:] -= _LESS
    if partner == "stretched":
        chance[:2] -= _LESS
    return np.clip(chance, 0, 1)


def outlook(
    order: tuple[int, ...], way: str, chance: np.ndarray, prior: tuple[float, float]
) -> tuple[np.ndarray, float, float]:
    """Return the exact chance of agreement on each listed issue, mean breaks and mean payoff.

    Parameters
    ----------
    order : tuple of int
        Positions of the issues in :data:`ISSUES`, first item first; issues left out never come up.
    way : {"one by one", "all at once", "package"}
        How they are talked about.
    chance : ndarray of float, shape (5,)
        Chance that each promise is kept.
    prior : pair of float
        a and b of the Beta belief at the start.

    Returns
    -------
    (ndarray of float, float, float)
        Rounded to 12 decimals, so that a value halfway between two thousandths is printed alike
        whatever the processor adds up first.
    """
    listed = np.array(order, dtype=int)
    if not len(listed):
        return np.zeros(0), 0.0, 0.0
    gain, loss, kept = GAIN[listed], LOSS[listed], chance[listed]
    if way == "package":
        asked = trust.trust_threshold(gain.sum(), loss.sum())
        agreed = np.full(len(listed), float(trust.expected_trust(*prior) >= asked - 1e-12))
    else:
        sequence = "all at once" if way == "all at once" else list(range(len(listed)))
        agreed = trust_building.expect_from_talks(sequence, gain, loss, kept, prior).accepted
    worth = kept * gain - (1 - kept) * loss
    breaks, payoff = (round(float(agreed @ each), 12) for each in (1 - kept, worth))
    return agreed.round(12), breaks, payoff


class AgendaLab(Explorer):
    """Order five issues by hand and watch trust grow or break."""

    title = "Agenda lab"
    goal = (
        "Easy first reaches the hardest issue in about two of three runs. Find an order that "
        "reaches it more often, with fewer broken promises. Then change the partner."
    )

    def controls(self) -> dict[str, Control]:
        """Return the five places, the way of talking, the partner, trust and the seed."""
        options = {issue_name(issue): i for i, issue in enumerate(ISSUES)} | {"nothing": -1}
        places: dict[str, Control] = {
            place: Choice(f"{place.capitalize()} issue", options, i)
            for i, place in enumerate(_PLACES)
        }
        return {
            **places,
            "way": Choice("How to talk", WAYS, "one by one"),
            "partner": Choice("Partner", PARTNERS, "steady"),
            "level": Slider("Partner's reliability at its best", 0.5, 1.0, 0.9, 0.05),
            "before": Slider("Promises kept before the talks", 0, 6, 0),
            "seed": Slider("Luck of the run shown (seed)", 1, 20, 2),
        }

    def actions(self) -> tuple[Action, ...]:
        """Return ready-made orders."""

        def to(order: list[int]) -> Values:
            return dict(zip(_PLACES, order, strict=True))

        return (
            Action("Easy first", lambda _: to(list(range(5))), "Smallest stakes first"),
            Action("Hard first", lambda _: to(list(range(5))[::-1]), "Largest stakes first"),
            Action(
                "By consensus",
                lambda _: to(list(self.by_consensus)),
                "As the issue landscape orders the five, by its illustrative numbers",
            ),
        )

    @cached_property
    def by_consensus(self) -> tuple[int, ...]:
        """The five issues in the order of the landscape's illustrative salience."""
        profile = agenda.issue_profile(landscape("illustrative")[list(ISSUES)].to_numpy())
        order = agenda.agenda_by_consensus(profile.salience, profile.dispersion)
        return tuple(int(i) for i in order)

    def _order(self, values: Values) -> tuple[int, ...]:
        asked = [values[place] for place in _PLACES]
        return tuple(dict.fromkeys(i for i in asked if i >= 0))

    def _prior(self, values: Values) -> tuple[float, float]:
        return 1.0 + float(values["before"]), 1.0

    def _runs(self, values: Values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return accepted and honest (runs, listed) and trust (runs, listed + 1)."""
        order, prior = self._order(values), self._prior(values)
        chance = reliability(float(values["level"]), values["partner"])
        luck = np.random.default_rng(int(values["seed"])).random((RUNS, len(ISSUES)))
        honest = (luck < chance)[:, list(order)]
        places = np.arange(len(order))
        if values["way"] == "package":
            agreed, _, _ = outlook(order, "package", chance, prior)
            needed = np.where(agreed > 0, 0.0, 2.0)
        else:
            needed = trust.trust_threshold(GAIN, LOSS)[list(order)]
        learning = values["way"] == "one by one"
        accepted, path = trust_building.accept_in_turn(places, needed, honest, prior, learning)
        return accepted, honest, path

    def draw(self) -> go.Figure:
        """Draw trust along the agenda, and what each issue asks for."""
        figure = go.Figure(
            layout=figures.layout(
                "Trust along the agenda",
                "Illustrative numbers. Stakes, beliefs and chances are the course's own.",
                height=450,
                xaxis={"range": [-0.4, 5.4], "tickvals": list(range(6))},
                yaxis={"title": "Trust before each issue", "range": [0, 1.02]},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        figure.add_scatter(
            mode="lines+markers",
            name="trust in this run",
            line={"color": figures.BLUE, "width": 3},
            marker={"size": 7},
        )
        figure.add_scatter(
            mode="lines",
            name=f"mean of {RUNS} runs",
            line={"color": figures.GREY, "width": 3, "dash": "dash"},
        )
        for name, colour, symbol in (
            ("asked for: kept", figures.GREEN, "circle"),
            ("asked for: broken", figures.VERMILION, "x"),
            ("asked for: not agreed", figures.BLACK, "circle-open"),
        ):
            figure.add_scatter(
                mode="markers",
                name=name,
                marker={"color": colour, "symbol": symbol, "size": 15, "line": {"width": 2}},
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Draw the run of this seed, the mean of all runs, and the outcome of each issue."""
        order = self._order(values)
        accepted, honest, path = self._runs(values)
        steps = list(range(len(order) + 1))
        asked = trust.trust_threshold(GAIN, LOSS)[list(order)]
        if values["way"] == "package" and order:
            listed = list(order)
            asked = np.full(
                len(order), trust.trust_threshold(GAIN[listed].sum(), LOSS[listed].sum())
            )
        kept, broken = accepted[0] & honest[0], accepted[0] & ~honest[0]
        marks = [
            {
                "x": [k for k in range(len(order)) if which[k]],
                "y": [float(asked[k]) for k in range(len(order)) if which[k]],
            }
            for which in (kept, broken, ~accepted[0])
        ]
        return [
            {"x": steps, "y": path[0].tolist()},
            {"x": steps, "y": path.mean(axis=0).tolist()},
            *marks,
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the issues along the axis, and the run in the title."""
        names = [issue_name(list(ISSUES)[i]).replace(" ", "<br>") for i in self._order(values)]
        names += ["end"] + [""] * (len(ISSUES) - len(names))
        return {
            "title": {"text": f"Trust along the agenda, run {values['seed']}"},
            "xaxis": {"ticktext": names},
        }

    def sentence(self, **values: Any) -> str:
        """Say what happened in this run, and what happens on average over all luck."""
        order, prior = self._order(values), self._prior(values)
        if not order:
            return f"Nothing is on the agenda: trust stays at {trust.expected_trust(*prior):.2f}."
        accepted, honest, path = self._runs(values)
        names = [issue_name(list(ISSUES)[i]) for i in order]
        told = [
            f"{name} {'kept' if h else 'broken'}" if a else f"{name} not agreed"
            for name, a, h in zip(names, accepted[0], honest[0], strict=True)
        ]
        chance = reliability(float(values["level"]), values["partner"])
        agreed, breaks, payoff = outlook(order, values["way"], chance, prior)
        if HARDEST in order:
            reach = f"the hardest issue is agreed with chance {agreed[order.index(HARDEST)]:.3f}"
        else:
            reach = "the hardest issue is not on the agenda"
        twice = len([v for v in (values[p] for p in _PLACES) if v >= 0]) > len(order)
        note = " An issue named twice comes up once." if twice else ""
        return (
            f"Run {values['seed']}: {', '.join(told)}; trust goes from {path[0, 0]:.2f} to "
            f"{path[0, -1]:.2f}. Over all runs, with promises kept at a chance of "
            f"{values['level']:.2f} at best, {reach}, {breaks:.3f} promises are broken on average, "
            f"and the mean payoff is {payoff:.2f}.{note}"
        )

    def table(self, **values: Any) -> pd.DataFrame | None:
        """Return the stakes of each listed issue and the chance that it is agreed."""
        order = self._order(values)
        chance = reliability(float(values["level"]), values["partner"])
        agreed, _, _ = outlook(order, values["way"], chance, self._prior(values))
        listed = list(order)
        return pd.DataFrame(
            {
                "issue": [issue_name(list(ISSUES)[i]) for i in listed],
                "gain if kept": GAIN[listed],
                "loss if broken": LOSS[listed],
                "trust asked for": trust.trust_threshold(GAIN, LOSS)[listed].round(2),
                "chance of being kept": chance[listed].round(2),
                "chance of agreement": agreed.round(3),
            }
        ).set_index("issue")
