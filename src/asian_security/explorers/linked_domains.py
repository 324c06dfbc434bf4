"""Explorers of lesson 05: a shock that spreads through domains, and a budget for a barrel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from asian_security import data, figures
from asian_security.analysis.domain_links import Spillover, links, spread_shock
from asian_security.analysis.stave_barrel import (
    BUDGET,
    START,
    STAVES,
    Barrel,
    raise_the_shortest,
    spend,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Slider

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Released exercises import links from here.
__all__ = ["BUDGET", "ROUNDS", "STAVES", "ShockADomain", "StaveBarrel", "links"]

ROUNDS = 12


@cache
def _order() -> list[str]:
    """Return the domains as they stand in the figure: traditional ones first."""
    domains = data.domains()
    return list(domains.sort_values(["kind", "domain"], ascending=[False, True])["domain"])


def _domains_by_name() -> dict[str, str]:
    return {name: domain for domain, name in data.domain_names().items()}


def _cuts() -> dict[str, str]:
    names, table = data.domain_names(), data.domain_links()
    pairs = zip(table["from_domain"], table["to_domain"], strict=True)
    return {"no link": ""} | {f"{names[a]} → {names[b]}": f"{a} > {b}" for a, b in pairs}


class ShockADomain(Explorer):
    """A shock to one domain works through the others, round by round."""

    title = "Shock a domain"
    goal = (
        "Raise the strength of all links step by step. Find the smallest value at which the "
        "effects no longer die out."
    )
    source = "Illustrative numbers. Links: the course's table, each with the sentence it rests on."
    domain = Choice("Domain hit", _domains_by_name, "armed_conflict")
    scale = Slider("Strength of all links", 0.0, 2.0, 1.0, 0.05, unit="times the table")
    round = Slider("Round", 0, ROUNDS, ROUNDS, play=True)
    cut = Choice("Link cut", _cuts, "")

    def draw(self) -> go.Figure:
        """Draw one horizontal bar per domain: the direct effect, and what came on top."""
        figure = self.empty_figure(
            "What one shock adds up to",
            height=520,
            barmode="stack",
            xaxis={"title": "Insecurity (units of the shock)", "rangemode": "tozero"},
            yaxis={"autorange": "reversed"},
            legend=figures.LEGEND_ABOVE,
        )
        bars: dict[str, Any] = {
            "y": [data.domain_names()[key] for key in _order()],
            "orientation": "h",
        }
        figure.add_bar(
            name="direct effect",
            marker={"color": figures.VERMILION, "pattern": {"shape": "/"}},
            **bars,
        )
        figure.add_bar(
            name="through the other domains",
            marker={"color": figures.BLUE},
            textposition="outside",
            textfont={"size": 13},
            cliponaxis=False,
            **bars,
        )
        return figure

    def compute(self, domain: str, scale: float, round: int, cut: str) -> Spillover:
        """Let the shock work through the links."""
        return spread_shock(domain, int(round), scale, cut)

    def update(self, effect: Spillover, domain: str) -> dict[str, dict[str, Any]]:
        """Set the bars."""
        levels = [effect.levels[key] for key in _order()]
        direct = [1.0 if key == domain else 0.0 for key in _order()]
        return {
            "direct effect": {"x": direct},
            "through the other domains": {
                "x": [level - d for level, d in zip(levels, direct, strict=True)],
                "text": [f"{level:.2f}" if abs(level) > 0.005 else "" for level in levels],
            },
        }

    def heading(self, effect: Spillover, domain: str, round: int) -> str:
        """Name the shock and the round."""
        return f"A shock of 1 to {data.domain_names()[domain].lower()}, after {round} rounds"

    def sentence(self, effect: Spillover, domain: str, scale: float, round: int) -> str:
        """Say how much the shock adds up to, where, and whether it dies out."""
        others = {key: level for key, level in effect.levels.items() if key != domain}
        hit = sorted(others, key=lambda key: -others[key])[:3]
        most = ", ".join(
            f"{data.domain_names()[key].lower()} {others[key]:.2f}"
            for key in hit
            if others[key] > 0.005
        )
        if effect.total is None:
            end = "Each round is as large as the one before or larger, so it never settles"
        else:
            end = f"In the end it adds up to {effect.total:.2f}"
        return (
            f"With all links at {scale:.2f} times the table, the shock of 1 to "
            f"{data.domain_names()[domain].lower()} stands at {sum(effect.levels.values()):.2f} in all "
            f"domains after round {round:.0f}; most in {most or 'no other domain'}. {end} "
            f"(spectral radius {effect.spectral_radius:.2f}; below 1 it dies out)."
        )


_RULES = {
    "Weakest link: the shortest stave": "weakest link",
    "Summation: all staves together": "summation",
    "Best shot: the longest stave": "best shot",
}
_WATER_LINE = "water line (weakest link, best shot) or mean (summation)"


def _spending(stave: str) -> Slider:
    name = STAVES[stave][0].lower()
    return Slider(f"Spend on {name}", 0.0, BUDGET, 0.0, 0.5, unit="units")


class StaveBarrel(Explorer):
    """Five staves, six units to spend, and three rules for what makes a barrel tight."""

    title = "The barrel and its staves"
    goal = (
        "You have 6 units. Spend them so that the water stands as high as it can. Then change the "
        "rule: is it still right to raise the shortest stave?"
    )
    source = "Illustrative numbers. Levels, costs and rules are made up to compare the rules."
    rule = Choice("Rule", _RULES, "weakest link")
    conflict = _spending("conflict")
    economy = _spending("economy")
    health = _spending("health")
    cyber = _spending("cyber")
    climate = _spending("climate")

    def actions(self) -> tuple[Action, ...]:
        """Return two ready-made ways to spend."""
        even = dict.fromkeys(STAVES, round(2 * BUDGET / len(STAVES)) / 2)
        return (
            Action("Spend about evenly", lambda _: even, "The same on each stave"),
            Action(
                "Raise the shortest", lambda _: raise_the_shortest(), "Best for the weakest link"
            ),
        )

    def draw(self) -> go.Figure:
        """Draw the staves: what stands, what is added, and the water line."""
        names = [name for name, _ in STAVES.values()]
        figure = self.empty_figure(
            "How high does the water stand?",
            height=430,
            barmode="stack",
            yaxis={"title": "Level of the stave (units)", "range": [0, 13]},
            legend=figures.LEGEND_ABOVE,
        )
        added = {"color": figures.ORANGE, "pattern": {"shape": "/"}}
        line = {"color": figures.BLUE, "width": 4, "dash": "dash"}
        figure.add_bar(
            name="before", x=names, y=list(START), marker={"color": figures.GREY}, width=0.6
        )
        figure.add_bar(name="added", x=names, marker=added, width=0.6)
        figure.add_scatter(name=_WATER_LINE, x=[names[0], names[-1]], mode="lines", line=line)
        return figure

    def compute(self, rule: str, **spending: float) -> Barrel:
        """Spend on the staves and apply the rule."""
        return spend(spending, rule)

    def update(self, barrel: Barrel, rule: str) -> dict[str, dict[str, Any]]:
        """Raise the staves and the water line."""
        line = barrel.security / (len(STAVES) if rule == "summation" else 1)
        return {"added": {"y": barrel.spent}, _WATER_LINE: {"y": [line, line]}}

    def sentence(self, barrel: Barrel, rule: str) -> str:
        """Say what was spent, how high the water stands, and what the same money could do."""
        names = [name.lower() for name, _ in STAVES.values()]
        lowest = min(barrel.levels)
        added = ", ".join(
            f"{name} +{s:.1f}" for name, s in zip(names, barrel.spent, strict=True) if s > 0
        )
        text = (
            f"Spent {sum(barrel.spent):.1f} of {BUDGET:.0f} units ({added or 'nothing yet'}). By "
            f"the rule '{rule}' security is {barrel.security:.2f}; the same money could bring "
            f"{barrel.best:.2f}. The shortest stave is {names[barrel.levels.index(lowest)]} at "
            f"{lowest:.2f}."
        )
        if barrel.cut:
            text += " You asked for more than 6 units, so every amount is cut in proportion."
        return text
