"""Explorers of lesson 04: bargaining, noise, consultation, voting rules, and the record of talk."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis import voting_bodies
from asian_security.analysis.consultation import (
    ROUNDS,
    SIX,
    Exchange,
    exchange_views,
    listening_ties,
)
from asian_security.analysis.talk_and_disputes import (
    FIRST_YEAR,
    LAST_YEAR,
    PAIRS,
    Comparison,
    compare_years,
    pair_years,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Slider, Switch
from asian_security.models.games import bargaining
from asian_security.models.games.noisy_tournament import Standings, rank_strategies
from asian_security.models.games.strategies import STRATEGIES

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Released exercises import pair_years from here.
__all__ = [
    "PAIRS",
    "SIX",
    "BargainingTable",
    "ConsultationNetwork",
    "NoisyTournament",
    "TalkAndDisputes",
    "VotingRules",
    "pair_years",
]

TALK_STEP = 5
_MARGIN = {"l": 60, "r": 20, "t": 95, "b": 60}
_BELOW: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2"}


class BargainingTable(Explorer):
    """A demand, take it or leave it, and how far talk lowers the risk that it is refused."""

    title = "Bargaining table"
    goal = (
        "Find the smallest amount of talk that brings the risk of war to 0, "
        "and compare it with the condition in the text."
    )
    source = "Illustrative numbers. Model: Fearon (1995)."
    p = Slider("A's chance of winning a war", 0, 1, 0.5, step=0.05)
    cost_a = Slider("A's cost of war", 0, 0.4, 0.1, step=0.05, unit="share of the pie")
    low = Slider("B's cost is at least", 0, 0.3, 0, step=0.05, unit="share of the pie")
    width = Slider("A's uncertainty", 0, 0.6, 0.4, step=0.05, unit="share of the pie")
    place = Choice(
        "B's true cost",
        {"lowest that A thinks possible": 0.0, "middle": 0.5, "highest": 1.0},
        0.5,
    )
    talk = Slider("Talk: uncertainty removed", 0, 100, 0, unit="%")
    believed = Switch("Talk is believed", True)

    def actions(self) -> list[Action]:
        """Return the button for one more round of talks."""
        hint = f"Remove {TALK_STEP} % more of A's uncertainty"
        return [Action("Talk", lambda now: {"talk": min(100, int(now["talk"]) + TALK_STEP)}, hint)]

    def draw(self) -> go.Figure:
        """Draw the pie above, the risk against talk below."""
        sides = ["both prefer<br>to war", "A believes<br>B's limit is here"]
        talk = "Talk: uncertainty removed (%)"
        figure = self.empty_figure(
            "Where can both sides live with the bargain?",
            height=620,
            legend=figures.LEGEND_ABOVE,
            margin=_MARGIN,
            xaxis={"title": "Share of the pie that goes to A", "range": [0, 1.02], "anchor": "y"},
            yaxis={
                "domain": [0.64, 1],
                "range": [0.4, 2.6],
                "tickvals": [1, 2],
                "ticktext": sides,
            },
            xaxis2={"title": talk, "range": [-1, 101], "anchor": "y2"},
            yaxis2={"title": "Risk of war", "domain": [0, 0.4], "range": [-0.04, 1.04]},
        )
        wide: dict[str, Any] = {"mode": "lines", "showlegend": False}
        for name, color in (("B's limit", figures.SKY), ("bargaining range", figures.GREEN)):
            figure.add_scatter(name=name, line={"color": color, "width": 22}, **wide)
        figure.add_scatter(
            name="p (war, before costs)",
            mode="lines",
            line={"color": figures.BLACK, "width": 2, "dash": "dot"},
        )
        figure.add_scatter(
            name="A's demand",
            mode="lines+markers",
            line={"color": figures.VERMILION, "width": 2},
            marker={"size": 13, "symbol": "diamond", "color": figures.VERMILION},
        )
        curve = {"color": figures.BLUE, "width": 3}
        figure.add_scatter(name="risk of war", mode="lines", line=curve, **_BELOW)
        figure.add_scatter(
            name="risk now",
            mode="markers",
            marker={"size": 15, "symbol": "circle", "color": figures.BLUE},
            showlegend=False,
            **_BELOW,
        )
        dashed = {"color": figures.ORANGE, "width": 2, "dash": "dash"}
        figure.add_scatter(name="talk needed", mode="lines", line=dashed, **_BELOW)
        return figure

    def compute(
        self,
        p: float,
        cost_a: float,
        low: float,
        width: float,
        place: float,
        talk: int,
        believed: bool,
    ) -> bargaining.Bargain:
        """Work out the bargain for every amount of talk."""
        learned = np.arange(101) / 100 * believed
        truth = low + place * width
        return bargaining.bargain_after_talk(p, cost_a, low, low + width, truth, learned)

    def update(
        self, deal: bargaining.Bargain, p: float, talk: int, believed: bool
    ) -> dict[str, dict[str, Any]]:
        """Move the ranges, the demand and the curve."""
        now = int(talk)
        low, high = (min(p + cost[now], 1.0) for cost in (deal.low, deal.high))
        start, end = max(deal.acceptable[0], 0.0), min(deal.acceptable[1], 1.0)
        needed = 100 * deal.needed if believed or deal.needed == 0 else None
        return {
            "B's limit": {"x": [low, high], "y": [2, 2]},
            "bargaining range": {"x": [start, end], "y": [1, 1]},
            "p (war, before costs)": {"x": [p, p], "y": [0.4, 2.6]},
            "A's demand": {"x": [deal.demand[now]] * 2, "y": [1, 2]},
            "risk of war": {"x": list(range(101)), "y": deal.risk},
            "risk now": {"x": [now], "y": [deal.risk[now]]},
            "talk needed": {"x": [needed, needed], "y": [0, 1]},
        }

    def heading(self, deal: bargaining.Bargain, talk: int) -> str:
        """Give the demand and its risk."""
        return f"A demands {deal.demand[int(talk)]:.3f}: risk of war {deal.risk[int(talk)]:.3f}"

    def sentence(
        self, deal: bargaining.Bargain, p: float, cost_a: float, talk: int, believed: bool
    ) -> str:
        """Say what both prefer to war, what A demands, and how risky that is."""
        (start, end), now = deal.acceptable, int(talk)
        text = (
            f"A wins a war with probability {p:.2f}; war costs A {cost_a:.2f} and B "
            f"{deal.cost_b:.3f} of the pie. Both prefer every division between {start:.3f} "
            f"and {end:.3f} to war. After talk of {talk:.0f} % A believes that B's cost lies between "
            f"{deal.low[now]:.3f} and {deal.high[now]:.3f}, demands {deal.demand[now]:.3f}, and runs "
            f"a risk of war of {deal.risk[now]:.3f}. This B "
            f"{'accepts' if deal.accepted[now] else 'refuses and fights'}."
        )
        if not believed and deal.needed > 0:
            return f"{text} Nothing that B says is believed, so no amount of talk changes this."
        if deal.capped[now]:
            return f"{text} The whole pie caps the demand, so the formula does not hold here."
        return f"{text} The formula asks for talk of {100 * deal.needed:.1f} %."


class NoisyTournament(Explorer):
    """Nine strategies, a slip of the hand now and then, and who does best."""

    title = "Noisy tournament"
    goal = (
        "Find the shortest match in which tit for tat and its twin earn less than 2.5 a round. Then ask "
        "which helps more: a channel that stops half of the slips, or forgiveness."
    )
    source = (
        "Illustrative numbers: payoffs 3, 5, 1, 0 and nine entrants. Exact means, not one "
        "run. After Axelrod (1984), Molander (1985), Nowak and Sigmund (1992)."
    )
    noise = Slider("Moves that slip", 0, 20, 1, unit="%")
    stopped = Slider("Slips stopped by a channel", 0, 100, 0, step=5, unit="%")
    rounds = Slider("Rounds in a match", 10, 300, 50, step=10)

    def draw(self) -> go.Figure:
        """Draw three marks per strategy, best strategy on top."""
        payoff = "Payoff a round (1 both defect, 3 both cooperate)"
        figure = self.empty_figure(
            "Who does best?",
            height=560,
            legend=figures.LEGEND_ABOVE,
            margin=_MARGIN,
            xaxis={"title": payoff, "range": [0.7, 3.15]},
            yaxis={"range": [9.6, 0.4], "tickvals": list(range(1, len(STRATEGIES) + 1))},
        )
        for name, color, symbol, size in (
            ("mean over all matches", figures.BLUE, "diamond", 15),
            ("against its own twin", figures.VERMILION, "circle-open", 15),
            ("against its twin in the long run", figures.BLACK, "x-thin", 12),
        ):
            mark = {"color": color, "symbol": symbol, "size": size}
            line = {"width": 2.5, "color": color}
            figure.add_scatter(name=name, mode="markers", marker={**mark, "line": line})
        return figure

    def compute(self, noise: float, stopped: float, rounds: int) -> Standings:
        """Hold the tournament with the slips that the channel lets through."""
        return rank_strategies(int(rounds), round(noise / 100 * (1 - stopped / 100), 6))

    def update(self, standings: Standings) -> dict[str, dict[str, Any]]:
        """Put the strategies in order of their means."""
        ranks = list(range(1, len(standings.names) + 1))
        return {
            "mean over all matches": {"x": standings.means, "y": ranks},
            "against its own twin": {"x": standings.twins, "y": ranks},
            "against its twin in the long run": {"x": standings.long_run, "y": ranks},
        }

    def heading(self, standings: Standings, rounds: int) -> str:
        """Give the rounds and the slips."""
        return f"{rounds} rounds, {100 * standings.slips:.2f} % of the moves slip"

    def layout(self, standings: Standings) -> dict[str, Any]:
        """Name the strategies in their order."""
        return {"yaxis": {"ticktext": standings.names}}

    def sentence(self, standings: Standings, rounds: int) -> str:
        """Name the best three, and what tit for tat and its generous variant earn against themselves."""
        best = [f"{standings.names[i]} ({standings.means[i]:.3f})" for i in range(3)]
        own = dict(zip(standings.names, standings.twins, strict=True))
        text = (
            f"{self.heading(standings, rounds)}. Best over all matches: {figures.join_words(best)} "
            f"a round. Two of a kind earn: tit for tat {own['tit for tat']:.3f}, "
            f"generous tit for tat {own['generous tit for tat']:.3f}, win-stay lose-shift "
            f"{own['win-stay lose-shift']:.3f}, always defect {own['always defect']:.3f}."
        )
        if standings.slips == 0:
            return f"{text} Without slips the long run depends on the first moves and is not shown."
        endless = dict(zip(standings.names, standings.long_run, strict=True))
        return (
            f"{text} In the long run: tit for tat {endless['tit for tat']:.3f}, generous tit for tat "
            f"{endless['generous tit for tat']:.3f}."
        )


_PATTERNS = {
    "Alliances, and one line across": "allies",
    "Round table: everyone hears everyone alike": "table",
    "Hub and spoke: everyone hears the hub": "hub",
    "As many ties as forums shared (end of 2025)": "forums",
}


def _six_by_name() -> dict[str, str]:
    return {data.state_names()[iso3]: iso3 for iso3 in SIX}


class ConsultationNetwork(Explorer):
    """Six states exchange views; the pattern of listening decides how fast and whose view counts."""

    title = "Consultation network"
    goal = (
        "Find the weakest line between China and the United States with which differences halve "
        "within 10 rounds. Then find the pattern in which all six carry the same weight."
    )
    source = (
        "Illustrative weights. Alliances and shared forums: the course's tables of mechanisms "
        "and memberships, as of {as_of}. Model: DeGroot (1974)."
    )
    pattern = Choice("Who hears whom", _PATTERNS, "allies")
    hub = Choice("Hub (hub and spoke only)", _six_by_name, "CHN")
    proposer = Choice("Who makes the proposal", _six_by_name, "KOR")
    line = Slider("Line China – United States", 0, 1, 0.1, step=0.05)
    own = Slider("Weight of one's own view", 0.1, 0.9, 0.5, step=0.05)
    rounds = Slider("Rounds", 0, ROUNDS, 10, play=True)

    def draw(self) -> go.Figure:
        """Draw who hears whom on the left, the views over the rounds on the right."""
        figure = self.empty_figure(
            "Who moves whom?",
            height=520,
            legend=figures.LEGEND_ABOVE,
            margin={**_MARGIN, "l": 20},
            xaxis={"visible": False, "domain": [0, 0.43], "range": [-1.55, 1.55]},
            yaxis={"visible": False, "range": [-1.5, 1.5]},
            xaxis2={"title": "Round", "domain": [0.54, 1], "anchor": "y2", "range": [-0.5, 40.5]},
            yaxis2={"title": "Support (0 to 1)", "anchor": "x2", "range": [-0.03, 1.03]},
        )
        still: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
        ties, edge = {"color": figures.GREY, "width": 2}, {"width": 1.5, "color": figures.BLACK}
        scale = {"colorscale": figures.SEQUENTIAL, "cmin": 0, "cmax": 1, "line": edge}
        figure.add_scatter(name="ties", mode="lines", line=ties, **still)
        figure.add_scatter(
            name="states", mode="markers+text", marker=scale, textfont={"size": 14}, **still
        )
        names = data.state_names()
        for state, cue in figures.cue(SIX).items():
            figure.add_scatter(
                name=names[state],
                mode="lines+markers",
                line={"color": cue["color"], "dash": cue["dash"], "width": 2.5},
                marker={"symbol": cue["symbol"], "color": cue["color"], "size": 10},
                **_BELOW,
            )
        return figure

    def compute(
        self, pattern: str, hub: str, proposer: str, line: float, own: float, rounds: int
    ) -> Exchange:
        """Let the views be exchanged over all rounds."""
        return exchange_views(listening_ties(pattern, hub, line), proposer, own)

    def update(self, talks: Exchange, rounds: int) -> dict[str, dict[str, Any]]:
        """Draw the ties, size the states by their weight, and draw the views so far."""
        now, names, places = int(rounds), data.state_names(), figures.ring(SIX)
        edges = [(SIX[i], SIX[j]) for i, j in zip(*np.nonzero(np.triu(talks.ties)), strict=True)]
        x, y = figures.edge_segments(edges, places)
        text = [f"{state}: {view:.2f}" for state, view in zip(SIX, talks.views[now], strict=True)]
        sizes = [20.0] * 6
        if talks.weights is not None:
            text = [f"{t}<br>weight {w:.2f}" for t, w in zip(text, talks.weights, strict=True)]
            sizes = [12 + 90 * float(w) for w in talks.weights]
        heights = [places[state][1] for state in SIX]
        changes: dict[str, dict[str, Any]] = {
            "ties": {"x": x, "y": y},
            "states": {
                "x": [places[state][0] for state in SIX],
                "y": heights,
                "text": text,
                "textposition": [
                    "bottom center" if height < 0.1 else "top center" for height in heights
                ],
                "marker": {"size": sizes, "color": talks.views[now].tolist()},
            },
        }
        for state, views in zip(SIX, talks.views[: now + 1].T.tolist(), strict=True):
            marker = {"size": [0] * now + [10]}
            changes[names[state]] = {"x": list(range(now + 1)), "y": views, "marker": marker}
        return changes

    def heading(self, talks: Exchange, rounds: int) -> str:
        """Say how fast differences shrink."""
        speed = f"|λ<sub>2</sub>| = {talks.speed:.3f}"
        return (
            f"Support after {rounds} rounds; {'no consensus' if talks.weights is None else speed}"
        )

    def sentence(
        self, talks: Exchange, pattern: str, proposer: str, line: float, own: float, rounds: int
    ) -> str:
        """Say how far views are apart, how fast they meet, and who carries how much weight."""
        names, at, speed = data.state_names(), talks.views[int(rounds)], talks.speed
        text = (
            f"{names[proposer]} proposes: it starts at 1, all others at 0, and each keeps {own:.2f} "
            f"of its own view a round. After {rounds:.0f} rounds support runs from {at.min():.3f} to "
            f"{at.max():.3f}."
        )
        if pattern == "allies":
            text = f"The line between China and the United States has {line:.2f} of the weight of an alliance. {text}"
        if talks.weights is None:
            return (
                f"{text} The two sides never hear each other, so there is no consensus (|λ2| = 1)."
            )
        weights = dict(zip(SIX, talks.weights.tolist(), strict=True))
        order = sorted(SIX, key=lambda state: -round(weights[state], 9))
        shares = figures.join_words([f"{names[state]} {weights[state]:.3f}" for state in order])
        halves = log(0.5) / log(speed) if 0 < speed < 1 else 0.0
        return (
            f"{text} All end at {weights[proposer]:.3f}, the proposer's weight. "
            f"|λ2| is {speed:.3f}: in the long run differences halve every {halves:.1f} rounds. "
            f"Weights: {shares}."
        )


_BODIES = {
    "ASEAN, one state one vote": "equal",
    "ASEAN, votes by population (illustrative)": "population",
    "UN Security Council": "council",
}


class VotingRules(Explorer):
    """Votes, a quota, and who is how often the one that decides."""

    title = "Voting rules"
    goal = (
        "With votes by population, find the lowest quota at which the largest member carries no more "
        "weight than the smallest. What happens to the chance that a motion passes?"
    )
    source = (
        "ASEAN's members as of {as_of}; population of "
        f"{voting_bodies.POPULATION_YEAR}, World Bank; votes by "
        "population are illustrative. Council: UN Charter, Article 27. Index: Shapley and "
        "Shubik (1954)."
    )
    body = Choice("Body", _BODIES, "population")
    quota = Slider("Votes needed", 51, 100, 51, unit="% of all votes")
    agree = Slider("Chance that a member agrees", 50, 99, 80, unit="%")
    # Released masters read the votes here.
    votes = staticmethod(voting_bodies.votes)

    def draw(self) -> go.Figure:
        """Draw two marks per member: its share of the votes and its voting weight."""
        figure = self.empty_figure(
            "Votes are not weight",
            height=560,
            legend=figures.LEGEND_ABOVE,
            margin=_MARGIN,
            xaxis={"title": "Share (0 to 1)", "rangemode": "tozero"},
            yaxis={"autorange": "reversed", "tickfont": {"size": 14}},
        )
        figure.add_bar(
            name="share of the votes",
            orientation="h",
            marker={"color": figures.SKY, "pattern": {"shape": "/"}},
        )
        figure.add_scatter(
            name="voting weight (Shapley-Shubik)",
            mode="markers",
            marker={"size": 15, "symbol": "diamond", "color": figures.VERMILION},
        )
        return figure

    def compute(self, body: str, quota: float, agree: float) -> voting_bodies.Ballot:
        """Hold the ballot."""
        return voting_bodies.hold_ballot(body, quota / 100, agree / 100)

    def update(self, ballot: voting_bodies.Ballot) -> dict[str, dict[str, Any]]:
        """Fill the bars and the marks."""
        return {
            "share of the votes": {"x": ballot.shares, "y": ballot.members},
            "voting weight (Shapley-Shubik)": {"x": ballot.weights, "y": ballot.members},
        }

    def heading(self, ballot: voting_bodies.Ballot) -> str:
        """Give the quota and the chance of a decision."""
        return f"{ballot.needed} of {ballot.total} votes needed: chance to pass {ballot.passes:.3f}"

    def sentence(self, ballot: voting_bodies.Ballot, body: str, agree: float) -> str:
        """Compare the most and the least weighty member, and give the chance of a decision."""
        shares, weights = ballot.shares, ballot.weights
        most, least = (weights.index(end(weights)) for end in (max, min))
        first, last = ballot.members[most], ballot.members[least]
        if body == "council":
            first, last = "each permanent member", "each elected member"
        if max(weights) - min(weights) < 1e-9:
            compared = f"every member's voting weight is {weights[0]:.3f}"
        else:
            compared = (
                f"{first} has {shares[most]:.3f} of the votes and a weight of {weights[most]:.3f}, "
                f"{last} {shares[least]:.3f} and {weights[least]:.4f}"
            )
        also = " and no veto" if body == "council" else ""
        return (
            f"{ballot.needed} of {ballot.total} votes{also} pass a motion: {compared}. If each "
            f"member agrees with {agree:.0f} %, independently of the others, a motion passes with a "
            f"chance of {ballot.passes:.3f}."
        )


class TalkAndDisputes(Explorer):
    """Pairs of states: how often disputes began in years without and with shared forums."""

    title = "Talk and disputes"
    goal = (
        "Find out whether 'shared forums go with fewer disputes' survives a change of the period, of "
        "the number of forums that counts as consultation, and of what counts as a dispute."
    )
    source = (
        f"Source: GML MID 2.2.1 and the course's table of memberships, {FIRST_YEAR} to {LAST_YEAR}; "
        "RUS includes the USSR. A seat counts from the year after it is taken."
    )
    start = Slider("First year", FIRST_YEAR, 1994, FIRST_YEAR)
    forums = Slider("Shared forums needed", 1, 6, 1)
    level = Choice("What counts", {"any militarised dispute": 1, "use of force or war": 4}, 1)

    def draw(self) -> go.Figure:
        """Draw two marks per pair, joined by a line."""
        figure = self.empty_figure(
            "Do disputes begin less often where states consult?",
            height=620,
            legend=figures.LEGEND_ABOVE,
            margin=_MARGIN,
            xaxis={"title": "Share of years in which a dispute began", "range": [-0.03, 1.03]},
        )
        line = {"color": figures.GREY, "width": 3}
        figure.add_scatter(name="difference", mode="lines", line=line, showlegend=False)
        for name, color, symbol in (
            ("years without consultation", figures.BLUE, "circle-open"),
            ("years with consultation", figures.VERMILION, "diamond"),
        ):
            mark = {"color": color, "symbol": symbol, "size": 14, "line": {"width": 2.5}}
            figure.add_scatter(name=name, mode="markers", marker=mark)
        return figure

    def compute(self, start: int, forums: int, level: int) -> Comparison:
        """Compare the years without and with consultation."""
        return compare_years(start, forums, level)

    def update(self, years: Comparison) -> dict[str, dict[str, Any]]:
        """Move the marks of each pair."""
        shares = years.pairs[::-1]
        names = [_pair(pair) for pair in shares.index]
        ends = zip(names, shares["without"], shares["with"], strict=True)
        lines = [point for name, a, b in ends for point in ((a, name), (b, name), (None, None))]
        return {
            "difference": {"x": [x for x, _ in lines], "y": [y for _, y in lines]},
            "years without consultation": {"x": list(shares["without"]), "y": names},
            "years with consultation": {"x": list(shares["with"]), "y": names},
        }

    def heading(self, years: Comparison, start: int, forums: int) -> str:
        """Give the period and the meaning of consultation."""
        return f"{start} to {LAST_YEAR}; consultation means {forums} or more shared forums"

    def sentence(self, years: Comparison, start: int, forums: int, level: int) -> str:
        """Give the share over all pair-years, and count the pairs that fell and rose."""
        pooled = [
            f"{row.mean:.3f} of the {row.size:.0f} pair-years {row.Index}"
            for row in years.pooled.itertuples()
        ]
        change = years.change
        kind = "use of force or war" if level == 4 else "dispute of any level"
        return (
            f"From {start} to {LAST_YEAR}, consultation meaning {forums} or more "
            f"shared forums: a {kind} began in {figures.join_words(pooled)} consultation. "
            f"Of {len(change)} pairs with both kinds of years the share is lower with consultation "
            f"in {(change < 0).sum()}, higher in {(change > 0).sum()} and equal in "
            f"{(change == 0).sum()}. {_extremes(years)}"
        )

    def table(self, years: Comparison) -> pd.DataFrame:
        """Return the shares by period."""
        rates = years.periods.rename_axis(index=["period", "consultation"])
        return rates.set_axis(["pair-years", "share with a new dispute"], axis="columns").round(3)


def _pair(pair: tuple[str, str]) -> str:
    """Return the names of a pair of states."""
    return " – ".join(data.state_names()[state] for state in pair)


def _extremes(years: Comparison) -> str:
    """Name the pair whose share falls most and the one whose share rises most."""
    change, sentences = years.change[::-1], []
    for name, pair, there in (
        ("Largest fall", change.idxmin(), change.min() < 0),
        ("Largest rise", change.idxmax(), change.max() > 0),
    ):
        if there:
            first, second = years.pairs.loc[pair]
            sentences.append(f"{name}: {_pair(pair)}, from {first:.2f} to {second:.2f}.")
    return " ".join(sentences)
