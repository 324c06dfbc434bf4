"""Explorers of lesson 03: what subregions put first, and what the order of an agenda does."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis.issue_landscape import (
    HARD,
    SOFT,
    RankedIssues,
    first_shared,
    landscape,
    order_by_consensus,
    rank_issues,
    shares_by_year,
)
from asian_security.data import issue_name
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Several, Slider, Values
from asian_security.models.trust.agenda_order import (
    GAIN,
    HARDEST,
    ISSUES,
    LOSS,
    PlayedAgenda,
    outlook,
    play_agenda,
    reliability,
    trust_asked,
)

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Released exercises and lessons import from here what is not defined below.
__all__ = [
    "GAIN",
    "HARD",
    "HARDEST",
    "ISSUES",
    "LOSS",
    "PARTNERS",
    "SOFT",
    "AgendaLab",
    "IssueLandscape",
    "first_shared",
    "issue_name",
    "landscape",
    "named_network",
    "outlook",
    "reliability",
    "shares_by_year",
]

NUMBERS = {
    "Illustrative salience": "illustrative",
    "Named in the article": "from the article",
    "Measured, by subregion": "measured",
    "Measured, by state": "measured by state",
}
_MEANING = {
    "illustrative": "Illustrative numbers, invented to compare agendas",
    "from the article": "Named in the article: 1 if it names the issue, which is not a weight",
    "measured": "Measured: mean rank of a subregion's states, 0 lowest to 1 highest",
    "measured by state": "Measured: rank of the state among all, 0 lowest to 1 highest",
}


def named_network() -> go.Figure:
    """Draw the two-mode network of units and the issues that the article names for them."""
    rows = data.priorities("from the article")
    states = data.state_names()
    units = sorted(set(rows["unit"]), key=lambda unit: (unit in states, unit))
    first_unit = rows.groupby("issue")["unit"].min()
    issues = sorted(first_unit.index, key=lambda issue: (first_unit[issue], issue))
    at = {unit: (0.0, -float(i) * 1.7) for i, unit in enumerate(units)}
    at |= {issue: (1.0, -float(i)) for i, issue in enumerate(issues)}
    figure = figures.empty_figure(
        "What the article names, and for whom",
        "Source: Ling (2025), section 2, as the course reads it.",
        height=420,
        showlegend=False,
        **figures.bare_axes(),
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
            text=[issue_name(states.get(name, name)) for name in names],
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
    source = (
        "Illustrative numbers, article and indicators: the control says which are shown. "
        "Measured: EM-DAT 2001-2020, GTD 2008-2017, IMB 2011-2020, GML MID 1991-2010."
    )
    kind = Choice("Numbers", NUMBERS, "illustrative")
    regions = Several(
        "Subregions", tuple(sorted(data.NEIGHBOURHOOD)), tuple(data.NEIGHBOURHOOD), rows=4
    )
    least = Slider("Counts as a priority from", 0.0, 1.0, 0.7, 0.05, unit="of 1")
    division = Slider("Dislike of division", 0.0, 3.0, 0.0, 0.25)

    def order(self, **values: Any) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Return the issues in order, and mean and dispersion in the table's order.

        Exercises that were handed out ask for them here.
        """
        ranked = self.record(**values)
        return ranked.order, ranked.mean, ranked.dispersion

    def draw(self) -> go.Figure:
        """Draw the heat map."""
        legend = {"text": "●", "showarrow": False, "font": {"size": 14}}
        corner = {"xref": "paper", "yref": "paper", "x": 0, "y": 1.02}
        figure = self.empty_figure(
            "Who cares for what?",
            height=430,
            margin={"l": 130, "b": 120, "t": 90},
            xaxis={"tickangle": -35, "type": "category"},
            yaxis={"autorange": "reversed", "type": "category"},
            annotations=[{**legend, **corner, "xanchor": "left", "yanchor": "bottom"}],
        )
        figure.add_heatmap(
            name="landscape",
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

    def compute(
        self, kind: str, regions: tuple[str, ...], least: float, division: float
    ) -> RankedIssues:
        """Order the issues, and find the rows that share most priorities."""
        return rank_issues(kind, regions, float(division), float(least))

    def update(self, ranked: RankedIssues, least: float) -> dict[str, dict[str, Any]]:
        """Sort the issues by the agenda and mark priorities with a dot."""
        cells = ranked.table[ranked.order].to_numpy()
        text = [
            [f"{v:.2f}{' ●' if v >= least else ''}" if v == v else "–" for v in row]
            for row in cells
        ]
        return {
            "landscape": {
                "x": [issue_name(issue) for issue in ranked.order],
                "y": list(ranked.table.index),
                "z": cells,
                "text": text,
            }
        }

    def heading(self, ranked: RankedIssues, kind: str, division: float) -> str:
        """Name the numbers and the rule."""
        numbers = _MEANING[kind].split(",")[0].split(":")[0]
        sorting = {
            "measured": "first on the left where rows differ least",
            "measured by state": "ranks of states, no order among issues",
        }.get(kind, f"first on the left, dislike of division {division:.2f}")
        return f"{numbers}: {sorting}"

    def layout(self, ranked: RankedIssues, least: float) -> dict[str, Any]:
        """Say what a dot marks; give many states room."""
        return {
            "annotations": [{"text": f"● marks {least:.2f} or more"}],
            "height": max(430, 210 + 23 * len(ranked.table)),
        }

    def sentence(self, ranked: RankedIssues, kind: str, least: float, division: float) -> str:
        """Say which numbers are shown, the agenda, where all agree, and which pair shares most."""
        columns, spread = list(ranked.table.columns), ranked.dispersion
        first = columns.index(ranked.order[0])
        divided = ranked.table.columns[spread.round(9) == spread.round(9).max()]
        apart = f"Rows differ most on {', '.join(map(issue_name, divided))} ({spread.max():.2f})."
        if kind == "measured by state":
            head = "Ranks spread alike on every indicator, so they give no order of issues."
            apart = "A dash means that the source has no figure."
        elif kind == "measured":
            head = (
                "Ranks compare units on one indicator and not indicators with one another, so no "
                f"agenda follows. Rows differ least on {issue_name(ranked.order[0])} "
                f"({spread[first]:.2f})."
            )
        else:
            head = (
                f"With a dislike of division of {division:.2f} the agenda begins: "
                f"{', '.join(map(issue_name, ranked.order[:3]))}. On the first the mean is "
                f"{ranked.mean[first]:.2f} and the dispersion {spread[first]:.2f}. Traditional "
                f"security is number {ranked.order.index('traditional_security') + 1} of "
                f"{len(columns)}."
            )
        noun = (
            ("high rank", "high ranks")
            if kind.startswith("measured")
            else ("priority", "priorities")
        )
        return f"{_MEANING[kind]}. {head} {apart} {self._who_shares(ranked, least, *noun)}"

    def _who_shares(self, ranked: RankedIssues, least: float, one: str, many: str) -> str:
        if not ranked.sharing:
            number = int((ranked.table >= least).to_numpy().sum())
            return f"One row alone, with {many} from {least:.2f} up: {number}."
        if ranked.shared == 0:
            return f"No two rows share a {one} from {least:.2f} up."
        others = len(ranked.sharing) - 1
        more = f" (and {figures.count_noun(others, 'other pair')})" if others else ""
        pair = " and ".join(ranked.sharing[0])
        return f"Most {many} from {least:.2f} up are shared by {pair}{more}: {ranked.shared}."


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
_PLACES = ("first", "second", "third", "fourth", "fifth")
_OPTIONS = {issue_name(issue): i for i, issue in enumerate(ISSUES)} | {"nothing": -1}


def _names(run: PlayedAgenda) -> list[str]:
    return [issue_name(list(ISSUES)[i]) for i in run.order]


class AgendaLab(Explorer):
    """Order five issues by hand and watch trust grow or break."""

    title = "Agenda lab"
    goal = (
        "Easy first reaches the hardest issue in about two of three runs. Find an order that "
        "reaches it more often, with fewer broken promises. Then change the partner."
    )
    source = "Illustrative numbers. Stakes, beliefs and chances are the course's own."
    first = Choice("First issue", _OPTIONS, 0)
    second = Choice("Second issue", _OPTIONS, 1)
    third = Choice("Third issue", _OPTIONS, 2)
    fourth = Choice("Fourth issue", _OPTIONS, 3)
    fifth = Choice("Fifth issue", _OPTIONS, 4)
    way = Choice("How to talk", WAYS, "one by one")
    partner = Choice("Partner", PARTNERS, "steady")
    level = Slider("Partner's reliability at its best", 0.5, 1.0, 0.9, 0.05)
    before = Slider("Promises kept before the talks", 0, 6, 0)
    seed = Slider("Luck of the run shown (seed)", 1, 20, 2)

    def actions(self) -> tuple[Action, ...]:
        """Return ready-made orders."""

        def places(order: tuple[int, ...]) -> Values:
            return dict(zip(_PLACES, order, strict=True))

        easy = tuple(range(len(ISSUES)))
        return (
            Action("Easy first", lambda _: places(easy), "Smallest stakes first"),
            Action("Hard first", lambda _: places(easy[::-1]), "Largest stakes first"),
            Action(
                "By consensus",
                lambda _: places(self.by_consensus),
                "As the issue landscape orders the five, by its illustrative numbers",
            ),
        )

    @cached_property
    def by_consensus(self) -> tuple[int, ...]:
        """The five issues in the order of the landscape's illustrative salience."""
        return order_by_consensus(ISSUES)

    def draw(self) -> go.Figure:
        """Draw trust along the agenda, and what each issue asks for."""
        figure = self.empty_figure(
            "Trust along the agenda",
            height=450,
            xaxis={"range": [-0.4, 5.4], "tickvals": list(range(6))},
            yaxis={"title": "Trust before each issue", "range": [0, 1.02]},
            legend=figures.LEGEND_ABOVE,
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
            marker = {"color": colour, "symbol": symbol, "size": 15, "line": {"width": 2}}
            figure.add_scatter(mode="markers", name=name, marker=marker)
        return figure

    def compute(
        self, way: str, partner: str, level: float, before: int, seed: int, **places: int
    ) -> PlayedAgenda:
        """Play the agenda, and work out its chances exactly."""
        named = [places[place] for place in _PLACES if places[place] >= 0]
        chance, prior = reliability(float(level), partner), (1.0 + float(before), 1.0)
        return play_agenda(named, way, chance, prior, runs=RUNS, seed=int(seed))

    def update(self, run: PlayedAgenda) -> dict[str, dict[str, Any]]:
        """Draw the run of this seed, the mean of all runs, and the outcome of each issue."""
        accepted, honest = run.accepted[0], run.honest[0]
        outcomes = {
            "asked for: kept": accepted & honest,
            "asked for: broken": accepted & ~honest,
            "asked for: not agreed": ~accepted,
        }
        steps = list(range(len(run.order) + 1))
        return {
            "trust in this run": {"x": steps, "y": run.trust[0]},
            f"mean of {RUNS} runs": {"x": steps, "y": run.trust.mean(axis=0)},
            **{
                name: {"x": np.flatnonzero(those), "y": run.asked[those]}
                for name, those in outcomes.items()
            },
        }

    def heading(self, run: PlayedAgenda, seed: int) -> str:
        """Name the run."""
        return f"Trust along the agenda, run {seed}"

    def layout(self, run: PlayedAgenda) -> dict[str, Any]:
        """Name the issues along the axis."""
        names = [name.replace(" ", "<br>") for name in _names(run)]
        return {"xaxis": {"ticktext": [*names, "end"] + [""] * (len(ISSUES) - len(names))}}

    def sentence(self, run: PlayedAgenda, level: float, seed: int) -> str:
        """Say what happened in this run, and what happens on average over all luck."""
        if not run.order:
            return f"Nothing is on the agenda: trust stays at {run.trust[0, 0]:.2f}."
        outcomes = [
            f"{name} {'kept' if honest else 'broken'}" if agreed else f"{name} not agreed"
            for name, agreed, honest in zip(
                _names(run), run.accepted[0], run.honest[0], strict=True
            )
        ]
        agreed, breaks, payoff = run.average
        reach = "the hardest issue is not on the agenda"
        if HARDEST in run.order:
            reached = agreed[run.order.index(HARDEST)]
            reach = f"the hardest issue is agreed with chance {reached:.3f}"
        note = " An issue named twice comes up once." if run.repeated else ""
        return (
            f"Run {seed}: {', '.join(outcomes)}; trust goes from {run.trust[0, 0]:.2f} to "
            f"{run.trust[0, -1]:.2f}. Over all runs, with promises kept at a chance of "
            f"{level:.2f} at best, {reach}, {breaks:.3f} promises are broken on average, "
            f"and the mean payoff is {payoff:.2f}.{note}"
        )

    def table(self, run: PlayedAgenda) -> pd.DataFrame:
        """Return the stakes of each listed issue and the chance that it is agreed."""
        import pandas as pd

        listed = list(run.order)
        columns = {
            "issue": _names(run),
            "gain if kept": GAIN[listed],
            "loss if broken": LOSS[listed],
            "trust asked for": trust_asked(run.order, "one by one").round(2),
            "chance of being kept": run.chance.round(2),
            "chance of agreement": run.average.agreed.round(3),
        }
        return pd.DataFrame(columns).set_index("issue")
