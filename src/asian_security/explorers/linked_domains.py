"""Explorers of lesson 05: a shock that spreads through domains, and a budget for a barrel."""

from functools import cached_property
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
from asian_security.models.conflict import spillover
from asian_security.models.games import supply

ROUNDS = 12
_ILLUSTRATIVE = "Illustrative numbers. "


def links(scale: float = 1.0, without: str = "") -> tuple[pd.DataFrame, np.ndarray]:
    """Return the domains and the matrix of links between them.

    Parameters
    ----------
    scale : float
        Every weight is multiplied by it.
    without : str
        A link to leave out, as ``"from > to"``.

    Returns
    -------
    (DataFrame, ndarray of float, shape (n, n))
        The domains, in the order of rows and columns, and entry [to, from].
    """
    domains = data.domains()
    table = data.domain_links()
    named = table["from_domain"] + " > " + table["to_domain"]
    kept = table[named != without]
    weights = zip(
        kept["from_domain"], kept["to_domain"], kept["weight"] * kept["sign"] * scale, strict=True
    )
    return domains, spillover.link_matrix(list(domains["domain"]), weights)


class ShockADomain(Explorer):
    """A shock to one domain works through the others, round by round."""

    title = "Shock a domain"
    goal = (
        "Raise the strength of all links step by step. Find the smallest value at which the "
        "effects no longer die out."
    )

    @cached_property
    def _names(self) -> dict[str, str]:
        domains = data.domains()
        return dict(zip(domains["domain"], domains["name_en"], strict=True))

    @cached_property
    def _order(self) -> list[str]:
        domains = data.domains()
        return list(domains.sort_values(["kind", "domain"], ascending=[False, True])["domain"])

    def controls(self) -> dict[str, Control]:
        """Return the domain hit, the strength of the links, the round, and a link to cut."""
        table = data.domain_links()
        cuts = {"no link": ""}
        for row in table.itertuples():
            label = f"{self._names[row.from_domain]} → {self._names[row.to_domain]}"
            cuts[label] = f"{row.from_domain} > {row.to_domain}"
        domains = {name: key for key, name in self._names.items()}
        return {
            "domain": Choice("Domain hit", domains, "armed_conflict"),
            "scale": Slider("Strength of all links", 0.0, 2.0, 1.0, 0.05, unit="times the table"),
            "round": Slider("Round", 0, ROUNDS, ROUNDS, play=True),
            "cut": Choice("Link cut", cuts, ""),
        }

    def _levels(self, domain: str, scale: float, step: int, cut: str) -> pd.Series:
        domains, matrix = links(scale, cut)
        shock = (domains["domain"] == domain).to_numpy(float)
        series = spillover.rounds(matrix, shock, ROUNDS)
        return pd.Series(series[step], index=domains["domain"])

    def draw(self) -> go.Figure:
        """Draw one horizontal bar a domain: the direct effect, and what came on top."""
        figure = go.Figure(
            layout=figures.layout(
                "What one shock adds up to",
                _ILLUSTRATIVE + "Links: the course's table, each with the sentence it rests on.",
                height=520,
                barmode="stack",
                xaxis={"title": "Insecurity (units of the shock)", "rangemode": "tozero"},
                yaxis={"autorange": "reversed"},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        labels = [self._names[key] for key in self._order]
        figure.add_bar(
            y=labels,
            orientation="h",
            name="direct effect",
            marker={"color": figures.VERMILION, "pattern": {"shape": "/"}},
        )
        figure.add_bar(
            y=labels,
            orientation="h",
            name="through the other domains",
            marker={"color": figures.BLUE},
            textposition="outside",
            textfont={"size": 13},
            cliponaxis=False,
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Set the bars."""
        domain, scale = values["domain"], float(values["scale"])
        levels = self._levels(domain, scale, int(values["round"]), values["cut"])
        direct = [1.0 if key == domain else 0.0 for key in self._order]
        indirect = [float(levels[key]) - d for key, d in zip(self._order, direct, strict=True)]
        return [
            {"x": direct},
            {
                "x": indirect,
                "text": [
                    f"{i + d:.2f}" if abs(i + d) > 0.005 else ""
                    for i, d in zip(indirect, direct, strict=True)
                ],
            },
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the shock and the round in the title."""
        name = self._names[values["domain"]]
        return {
            "title": {"text": f"A shock of 1 to {name.lower()}, after {values['round']} rounds"}
        }

    def sentence(self, **values: Any) -> str:
        """Say how much the shock adds up to, where, and whether it dies out."""
        domain, scale = values["domain"], float(values["scale"])
        step, cut = int(values["round"]), values["cut"]
        levels = self._levels(domain, scale, step, cut)
        hit = levels.drop(domain).nlargest(3)
        most = ", ".join(f"{self._names[k].lower()} {v:.2f}" for k, v in hit.items() if v > 0.005)
        _, matrix = links(scale, cut)
        radius = spillover.spectral_radius(matrix)
        if radius < 1:
            shock = (levels.index == domain).astype(float)
            total = float(spillover.total_effect(matrix, shock).sum())
            end = f"In the end it adds up to {total:.2f}"
        else:
            end = "Each round is as large as the one before or larger, so it never settles"
        return (
            f"With all links at {scale:.2f} times the table, the shock of 1 to "
            f"{self._names[domain].lower()} stands at {levels.sum():.2f} in all domains after round "
            f"{step}; most in {most or 'no other domain'}. {end} (spectral radius {radius:.2f}; "
            "below 1 it dies out)."
        )


BUDGET = 6.0
STAVES: dict[str, tuple[str, float]] = {
    "conflict": ("Armed conflict", 6.0),
    "economy": ("Economy and finance", 4.5),
    "health": ("Public health", 3.0),
    "cyber": ("Cyber security", 2.0),
    "climate": ("Climate", 3.5),
}
_RULES = {
    "Weakest link: the shortest stave": "weakest link",
    "Summation: all staves together": "summation",
    "Best shot: the longest stave": "best shot",
}


class StaveBarrel(Explorer):
    """Five staves, six units to spend, and three rules for what makes a barrel tight."""

    title = "The barrel and its staves"
    goal = (
        "You have 6 units. Spend them so that the water stands as high as it can. Then change the "
        "rule: is it still right to raise the shortest stave?"
    )

    def controls(self) -> dict[str, Control]:
        """Return the rule and the spending on each stave."""
        spending: dict[str, Control] = {
            key: Slider(f"Spend on {name.lower()}", 0.0, BUDGET, 0.0, 0.5, unit="units")
            for key, (name, _) in STAVES.items()
        }
        return {"rule": Choice("Rule", _RULES, "weakest link"), **spending}

    def actions(self) -> tuple[Action, ...]:
        """Return two ready-made ways to spend."""

        def evenly(_: Values) -> Values:
            return dict.fromkeys(STAVES, round(2 * BUDGET / len(STAVES)) / 2)

        def shortest(_: Values) -> Values:
            best = supply.optimal_budget(BUDGET, self._start, 1.0, "weakest link")
            return {k: round(float(v) * 2) / 2 for k, v in zip(STAVES, best, strict=True)}

        return (
            Action("Spend about evenly", evenly, "The same on each stave"),
            Action("Raise the shortest", shortest, "Best for the weakest link"),
        )

    @cached_property
    def _start(self) -> np.ndarray:
        return np.array([level for _, level in STAVES.values()])

    def _spent(self, values: Values) -> tuple[np.ndarray, bool]:
        asked = np.array([float(values[key]) for key in STAVES])
        over = asked.sum() > BUDGET + 1e-9
        return (asked * BUDGET / asked.sum() if over else asked), bool(over)

    def draw(self) -> go.Figure:
        """Draw the staves: what stands, what is added, and the water line."""
        names = [name for name, _ in STAVES.values()]
        figure = go.Figure(
            layout=figures.layout(
                "How high does the water stand?",
                _ILLUSTRATIVE + "Levels, costs and rules are made up to compare the rules.",
                height=430,
                barmode="stack",
                yaxis={"title": "Level of the stave (units)", "range": [0, 13]},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        figure.add_bar(
            x=names, y=list(self._start), name="before", marker={"color": figures.GREY}, width=0.6
        )
        figure.add_bar(
            x=names,
            name="added",
            marker={"color": figures.ORANGE, "pattern": {"shape": "/"}},
            width=0.6,
        )
        figure.add_scatter(
            x=[names[0], names[-1]],
            mode="lines",
            name="water line (weakest link, best shot) or mean (summation)",
            line={"color": figures.BLUE, "width": 4, "dash": "dash"},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Raise the staves and the water line."""
        spent, _ = self._spent(values)
        line = self._line(self._start + spent, values["rule"])
        return [{}, {"y": list(spent)}, {"y": [line, line]}]

    def _line(self, levels: np.ndarray, rule: str) -> float:
        level = float(supply.supply(levels, rule))
        return level / len(levels) if rule == "summation" else level

    def sentence(self, **values: Any) -> str:
        """Say what was spent, how high the water stands, and what the same money could do."""
        rule = values["rule"]
        spent, over = self._spent(values)
        levels = self._start + spent
        security = float(supply.supply(levels, rule))
        best = supply.optimal_budget(float(spent.sum()), self._start, 1.0, rule)
        could = float(supply.supply(self._start + best, rule))
        names = [name.lower() for name, _ in STAVES.values()]
        shortest = names[int(np.argmin(levels))]
        cut = (
            " You asked for more than 6 units, so every amount is cut in proportion."
            if over
            else ""
        )
        added = ", ".join(f"{n} +{s:.1f}" for n, s in zip(names, spent, strict=True) if s > 0)
        return (
            f"Spent {spent.sum():.1f} of {BUDGET:.0f} units ({added or 'nothing yet'}). By the rule "
            f"'{rule}' security is {security:.2f}; the same money could bring {could:.2f}. The "
            f"shortest stave is {shortest} at {levels.min():.2f}.{cut}"
        )
