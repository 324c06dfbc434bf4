"""Explorers of lesson 10: what states need, how deep they go together, and what pays for more."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from asian_security import data, figures
from asian_security.explorers.first_contract import Choice, Control, Explorer, Several, Slider
from asian_security.models.institutions import depth_breadth, dividend

INDICATORS = {
    "deaths in disasters": "disasters",
    "terrorist attacks": "terrorism",
    "attacks on ships, by nearest state": "piracy",
    "militarised disputes begun, with another of the course's states": "disputes",
    "income": "income",
}
SHUFFLES = 500


@cache
def indicators() -> pd.DataFrame:
    """Return five public indicators for the states of the article's four subregions.

    Returns
    -------
    DataFrame
        Index iso3; one column an indicator, as base-10 logarithm of 1 + the figure (income: of
        GDP per head in 2011 dollars at purchasing power). A figure that the source does not
        have counts as 0: no disaster, attack or dispute recorded.
    """
    states = data.states(subregion=data.NEIGHBOURHOOD)["iso3"]
    measured = data.priorities(kind="measured")
    table = measured.pivot(index="unit", columns="indicator", values="value").reindex(states)
    wealth = data.power(year=2019).set_index("iso3").reindex(states)
    table["income"] = wealth["gdp_ppp_2011usd_m"] / wealth["population_m"]
    table = table.rename(columns=INDICATORS).fillna(0.0)[list(INDICATORS.values())]
    return np.log10(1 + table)


def standardised(names: tuple[str, ...]) -> pd.DataFrame:
    """Return the indicators named, each with mean 0 and standard deviation 1."""
    table = indicators()[list(names)]
    return (table - table.mean()) / table.std(ddof=0)


def between_share(values: pd.Series, groups: pd.Series) -> float:
    """Return the share of an indicator's variation that lies between groups, 0 to 1.

    Parameters
    ----------
    values, groups : Series
        One value and one group name a state, with the same index.

    Returns
    -------
    float
        Sum of squares between group means over the total (eta squared).
    """
    means = groups.map(values.groupby(groups).mean())
    return float(((means - values.mean()) ** 2).sum() / ((values - values.mean()) ** 2).sum())


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of pairs that two groupings treat alike: together, or apart, in both."""
    upper = np.triu_indices(len(first), 1)
    one = first[:, None] == first[None, :]
    two = second[:, None] == second[None, :]
    return float((one == two)[upper].mean())


@cache
def by_chance(groups: tuple[int, ...], regions: tuple[str, ...]) -> float:
    """Return the mean agreement when the groups are dealt out at random (seeded)."""
    shuffle = np.random.default_rng(10)
    home, dealt = np.array(regions), np.array(groups)
    return float(np.mean([agreement(shuffle.permutation(dealt), home) for _ in range(SHUFFLES)]))


_SIDES = {
    "top center": (0, 15),
    "bottom center": (0, -15),
    "middle right": (26, 0),
    "middle left": (-26, 0),
}


def label_sides(points: np.ndarray) -> list[str]:
    """Choose for each short label the side of its point on which it meets the fewest others.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        Places, in units of the axes.

    Returns
    -------
    list of str
        A ``textposition`` for each point.
    """
    span = np.ptp(points, axis=0)
    dots = (points - points.min(axis=0)) / np.where(span > 0, span, 1) * (700, 360)  # pixels
    labels = np.empty((0, 2))
    chosen = []
    for dot in dots:
        cost = []
        for offset in _SIDES.values():
            over_dots = np.abs(dots - (dot + offset)) < (22, 13)
            over_labels = np.abs(labels - (dot + offset)) < (32, 14)
            cost.append(over_dots.all(axis=1).sum() + 3 * over_labels.all(axis=1).sum())
        side = list(_SIDES)[int(np.argmin(cost))]
        labels = np.vstack([labels, dot + _SIDES[side]])
        chosen.append(side)
    return chosen


class NeedsMap(Explorer):
    """States that look alike on public indicators stand close together."""

    title = "Needs map"
    goal = (
        "Do groups of states with like indicators follow the article's subregions? Move the "
        "number of groups and drop an indicator: find a choice at which they hardly do."
    )

    def controls(self) -> dict[str, Control]:
        """Return the indicators and the number of groups."""
        names = tuple(INDICATORS.values())
        return {
            "used": Several("Indicators", names, names, rows=5),
            "groups": Slider("Groups", 2, 8, 4),
        }

    def _used(self, used: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(used) or tuple(INDICATORS.values())

    def _placed(self, used: tuple[str, ...]) -> np.ndarray:
        scores = standardised(self._used(used)).to_numpy()
        left, size, right = np.linalg.svd(scores, full_matrices=False)
        signs = np.sign(right[np.arange(len(size)), np.abs(right).argmax(axis=1)])
        placed = left * size * signs
        return (
            placed[:, :2]
            if placed.shape[1] > 1
            else np.column_stack([placed[:, 0], placed[:, 0] * 0])
        )

    def groups(self, used: tuple[str, ...], count: int) -> np.ndarray:
        """Return each state's group, numbered from 1 (Ward's method), in the order of the table."""
        tree = linkage(standardised(self._used(used)).to_numpy(), method="ward")
        found = fcluster(tree, count, criterion="maxclust")
        order = {old: new for new, old in enumerate(dict.fromkeys(found), start=1)}
        return np.array([order[group] for group in found])

    def draw(self) -> go.Figure:
        """Draw one trace for each possible group."""
        figure = go.Figure(
            layout=figures.layout(
                "States by what threatens them",
                "Sources: EM-DAT, GTD, IMB, GML MID, Fariss et al.; sums over the years that lesson "
                "10 names, as logarithms. A missing figure counts as none.",
                height=560,
                xaxis={"title": "First component (standard deviations)", "zeroline": True},
                yaxis={"title": "Second component (standard deviations)", "zeroline": True},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        cues = figures.cue([f"group {i}" for i in range(1, 9)])
        for name, cue in cues.items():
            figure.add_scatter(
                name=name,
                mode="markers+text",
                marker={"color": cue["color"], "symbol": cue["symbol"], "size": 12},
                textfont={"size": 12},
                hovertemplate="%{customdata}<extra></extra>",
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move every state to its place and its group."""
        placed = self._placed(values["used"])
        groups = self.groups(values["used"], int(values["groups"]))
        sides = np.array(label_sides(placed))
        states = data.states().set_index("iso3").loc[indicators().index]
        changes: list[dict[str, Any]] = []
        for number in range(1, 9):
            inside = groups == number
            changes.append(
                {
                    "x": placed[inside, 0].tolist(),
                    "y": placed[inside, 1].tolist(),
                    "text": list(states.index[inside]),
                    "textposition": sides[inside].tolist(),
                    "customdata": [
                        f"{row.name_en} ({row.subregion})" for row in states[inside].itertuples()
                    ],
                    "showlegend": bool(inside.any()),
                }
            )
        return changes

    def layout(self, **values: Any) -> dict[str, Any]:
        """Say what the places rest on in the title."""
        used = self._used(values["used"])
        return {"title": {"text": f"{values['groups']} groups by {', '.join(used)}"}}

    def sentence(self, **values: Any) -> str:
        """List the groups and how far they follow the subregions."""
        groups = self.groups(values["used"], int(values["groups"]))
        table = indicators()
        home = data.states().set_index("iso3").loc[table.index, "subregion"]
        agree = agreement(groups, home.to_numpy())
        chance = by_chance(tuple(int(g) for g in groups), tuple(home))
        listed = "; ".join(
            f"group {number}: {', '.join(table.index[groups == number])}"
            for number in range(1, groups.max() + 1)
        )
        return (
            f"By {', '.join(self._used(values['used']))}, {groups.max()} groups and the four "
            f"subregions agree on {agree:.0%} of the pairs of states; groups dealt out at random "
            f"would agree on {chance:.0%}. {listed}."
        )


STATES = 12


def ideals(spread: float) -> np.ndarray:
    """Return the ideal depths of twelve states, evenly spaced around 5 (illustrative)."""
    return np.linspace(5 - spread / 2, 5 + spread / 2, STATES)[::-1]


class DepthOrBreadth(Explorer):
    """The more members, the less they agree to do."""

    title = "Depth or breadth"
    goal = (
        "Find the number of members at which members times depth is largest. Then raise the spread "
        "of needs: does the best arrangement grow or shrink?"
    )

    def controls(self) -> dict[str, Control]:
        """Return the number of members, the spread of ideals, and the decision rule."""
        return {
            "members": Slider("Members", 1, STATES, 6),
            "spread": Slider("Spread of needs", 0.0, 10.0, 6.0, 0.5, unit="units of depth"),
            "rule": Choice(
                "Decision rule",
                {"Unanimity": "unanimity", "Three quarters": 0.75, "Simple majority": "majority"},
                "unanimity",
            ),
        }

    def draw(self) -> go.Figure:
        """Draw depth as bars and members times depth as a line, one place a size."""
        sizes = list(range(1, STATES + 1))
        figure = go.Figure(
            layout=figures.layout(
                "How deep can an arrangement of this size go?",
                "Illustrative numbers. After Downs, Rocke and Barsoom (1998), stylised.",
                height=470,
                xaxis={"title": "Members, the most willing first (number)", "dtick": 1},
                yaxis={"title": "Depth (units)", "range": [0, 10.5], "dtick": 2},
                yaxis2={
                    "title": "Members times depth",
                    "overlaying": "y",
                    "side": "right",
                    "range": [0, 63],
                    "dtick": 12,
                    "showgrid": False,
                },
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        figure.add_bar(x=sizes, name="depth (left scale)", marker={"color": figures.SKY})
        figure.add_scatter(
            x=sizes,
            name="members times depth (right scale)",
            mode="lines+markers",
            yaxis="y2",
            line={"color": figures.VERMILION, "width": 3, "dash": "dash"},
            marker={"symbol": "diamond", "size": 8},
        )
        figure.add_scatter(
            name="your choice",
            mode="markers+text",
            yaxis="y2",
            marker={"symbol": "star", "size": 20, "color": figures.BLACK},
            textposition="top center",
            textfont={"size": 14},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Set depth, total, and the size chosen."""
        deep = depth_breadth.frontier(ideals(float(values["spread"])), values["rule"])
        members = int(values["members"])
        total = deep * np.arange(1, STATES + 1)
        return [
            {"y": deep.tolist()},
            {"y": total.tolist()},
            {
                "x": [members],
                "y": [float(total[members - 1])],
                "text": [f"{total[members - 1]:.1f}"],
            },
        ]

    def sentence(self, **values: Any) -> str:
        """Say the depth and total of the choice, and the best size."""
        deep = depth_breadth.frontier(ideals(float(values["spread"])), values["rule"])
        members = int(values["members"])
        total = deep * np.arange(1, STATES + 1)
        best = int(total.argmax()) + 1
        rule = values["rule"] if isinstance(values["rule"], str) else f"{values['rule']:.0%}"
        return (
            f"With ideals spread over {values['spread']:g} units and the rule {rule}, {members} "
            f"members go {deep[members - 1]:.2f} deep: {total[members - 1]:.1f} in all. The largest "
            f"total is {total[best - 1]:.1f} with {best} members; all {STATES} together go "
            f"{deep[-1]:.2f} deep."
        )


class DevelopmentDividend(Explorer):
    """Gains from cooperation that pay the unwilling to go along."""

    title = "Development dividend"
    goal = (
        "All twelve states are in and decide by unanimity. Find the smallest gain at which paying "
        "the unwilling makes the arrangement deeper than they would go unpaid."
    )

    def controls(self) -> dict[str, Control]:
        """Return the gain from depth, the price of going along, and the spread of ideals."""
        return {
            "gain": Slider("Gain per state", 0.02, 0.98, 0.3, 0.02, unit="per unit of depth"),
            "spread": Slider("Spread of needs", 0.0, 10.0, 6.0, 0.5, unit="units of depth"),
        }

    def draw(self) -> go.Figure:
        """Draw each state's ideal, the agreed depth with and without payments, and the payments."""
        names = [f"state {i}" for i in range(1, STATES + 1)]
        figure = go.Figure(
            layout=figures.layout(
                "What each state wants, and what it is paid",
                "Illustrative numbers. A model of this course; a state is paid 1 per unit of depth "
                "beyond its ideal.",
                height=470,
                xaxis={"tickangle": -40},
                yaxis={"title": "Depth or payment (units)", "range": [0, 10.5]},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        figure.add_bar(x=names, name="ideal depth", marker={"color": figures.SKY})
        figure.add_bar(
            x=names,
            name="payment",
            marker={"color": figures.ORANGE, "pattern": {"shape": "/"}},
        )
        for label, colour, dash in (
            ("depth without payments", figures.GREY, "dot"),
            ("depth with payments", figures.VERMILION, "solid"),
        ):
            figure.add_scatter(
                x=[names[0], names[-1]],
                name=label,
                mode="lines",
                line={"color": colour, "width": 4, "dash": dash},
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Set ideals, payments and both depths."""
        wanted = ideals(float(values["spread"]))
        best = dividend.best_depth(wanted, float(values["gain"]), 1.0)
        alone = depth_breadth.depth(wanted, "unanimity")
        return [
            {"y": wanted.tolist()},
            {"y": best.payments.tolist()},
            {"y": [alone, alone]},
            {"y": [best.depth, best.depth]},
        ]

    def sentence(self, **values: Any) -> str:
        """Say both depths, who is paid, and what is left."""
        wanted = ideals(float(values["spread"]))
        gain = float(values["gain"])
        best = dividend.best_depth(wanted, gain, 1.0)
        alone = depth_breadth.depth(wanted, "unanimity")
        paid = int((best.payments > 1e-12).sum())
        return (
            f"With ideals spread over {values['spread']:g} units and a gain of {gain:.2f} per state "
            f"and unit of depth, unanimity without payments goes {alone:.2f} deep. With payments "
            f"the best depth is {best.depth:.2f}: {paid} of {STATES} states are paid "
            f"{best.payments.sum():.2f} in all, and {best.surplus:.2f} is left over."
        )


def needs_distance() -> pd.DataFrame:
    """Return the distance between every two states on the five indicators.

    Returns
    -------
    DataFrame
        Square, in standard deviations (Euclidean), index and columns iso3.
    """
    scores = standardised(tuple(INDICATORS.values()))
    return pd.DataFrame(squareform(pdist(scores.to_numpy())), scores.index, scores.index)
