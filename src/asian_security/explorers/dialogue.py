"""Explorers of lesson 04: bargaining, noise, consultation, voting rules, and the record of talk."""

from functools import cache, cached_property, lru_cache
from itertools import combinations
from math import log
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.analysis import networks
from asian_security.explorers.first_contract import (
    Action,
    Choice,
    Control,
    Explorer,
    Slider,
    Switch,
    Values,
)
from asian_security.models.games import bargaining, repeated_games
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.games.tournament import Tournament, tournament
from asian_security.models.institutions import consensus, decision_rules, listening, voting

_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
TALK_STEP = 5


def _listed(items: list[str]) -> str:
    return ", ".join(items[:-1]) + (" and " if len(items) > 1 else "") + items[-1]


class BargainingTable(Explorer):
    """A demand, take it or leave it, and how far talk lowers the risk that it is refused."""

    title = "Bargaining table"
    goal = (
        "Find the smallest amount of talk that brings the risk of war to 0, "
        "and compare it with the condition in the text."
    )

    def controls(self) -> dict[str, Control]:
        """Return power, costs, A's uncertainty, B's true cost, talk, and whether it is believed."""
        return {
            "p": Slider("A's chance of winning a war", 0, 1, 0.5, step=0.05),
            "cost_a": Slider("A's cost of war", 0, 0.4, 0.1, step=0.05, unit="share of the pie"),
            "low": Slider("B's cost is at least", 0, 0.3, 0, step=0.05, unit="share of the pie"),
            "width": Slider("A's uncertainty", 0, 0.6, 0.4, step=0.05, unit="share of the pie"),
            "place": Choice(
                "B's true cost",
                {"lowest that A thinks possible": 0.0, "middle": 0.5, "highest": 1.0},
                0.5,
            ),
            "talk": Slider("Talk: uncertainty removed", 0, 100, 0, unit="%"),
            "believed": Switch("Talk is believed", True),
        }

    def actions(self) -> list[Action]:
        """Return the button for one more round of talks."""

        def more(now: Values) -> Values:
            return {"talk": min(100, int(now["talk"]) + TALK_STEP)}

        return [Action("Talk", more, f"Remove {TALK_STEP} % more of A's uncertainty")]

    @staticmethod
    def _deal(
        p: float,
        cost_a: float,
        low: float,
        width: float,
        place: float,
        talk: float,
        believed: bool,
    ) -> dict[str, Any]:
        """Work out one bargain: belief after talk, demand, risk, and the whole curve of risk."""
        high, truth = low + width, low + place * width
        learned = np.arange(101) / 100 if believed else np.zeros(101)
        lowest, highest = bargaining.after_dialogue(low, high, truth, learned)
        demand = bargaining.best_demand(p, cost_a, lowest, highest)
        risk = bargaining.risk_of_war(demand, p, lowest, highest)
        start, end = bargaining.bargaining_range(p, cost_a, truth)
        now = int(talk)
        without_ceiling = max(lowest[now], (highest[now] - cost_a) / 2) + p
        return {
            "truth": truth,
            "range": (float(start), float(end)),
            "believes": (float(lowest[now]), float(highest[now])),
            "demand": float(demand[now]),
            "risk": float(risk[now]),
            "curve": [float(value) for value in risk],
            "needed": float(bargaining.dialogue_needed(cost_a, low, high, truth)),
            "ceiling": bool(without_ceiling > 1 + 1e-9),
            "accepts": bool(demand[now] - p <= truth + 1e-9),
        }

    def draw(self) -> go.Figure:
        """Draw the pie above, the risk against talk below."""
        figure = go.Figure(
            layout=figures.layout(
                "Where can both sides live with the bargain?",
                "Illustrative numbers. Model: Fearon (1995).",
                height=620,
                legend=_ABOVE,
                margin={"l": 60, "r": 20, "t": 95, "b": 60},
                xaxis={
                    "title": "Share of the pie that goes to A",
                    "range": [0, 1.02],
                    "anchor": "y",
                },
                yaxis={
                    "domain": [0.64, 1],
                    "range": [0.4, 2.6],
                    "tickvals": [1, 2],
                    "ticktext": ["both prefer<br>to war", "A believes<br>B's limit is here"],
                },
                xaxis2={
                    "title": "Talk: uncertainty removed (%)",
                    "range": [-1, 101],
                    "anchor": "y2",
                },
                yaxis2={"title": "Risk of war", "domain": [0, 0.4], "range": [-0.04, 1.04]},
            )
        )
        wide = {"mode": "lines", "showlegend": False}
        figure.add_scatter(line={"color": figures.SKY, "width": 22}, **wide)
        figure.add_scatter(line={"color": figures.GREEN, "width": 22}, **wide)
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
        figure.add_scatter(
            name="risk of war",
            mode="lines",
            line={"color": figures.BLUE, "width": 3},
            xaxis="x2",
            yaxis="y2",
        )
        figure.add_scatter(
            mode="markers",
            marker={"size": 15, "symbol": "circle", "color": figures.BLUE},
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        )
        figure.add_scatter(
            name="talk needed",
            mode="lines",
            line={"color": figures.ORANGE, "width": 2, "dash": "dash"},
            xaxis="x2",
            yaxis="y2",
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move the ranges, the demand and the curve."""
        deal, p = self._deal(**values), float(values["p"])
        low, high = (min(p + cost, 1.0) for cost in deal["believes"])
        start, end = max(deal["range"][0], 0.0), min(deal["range"][1], 1.0)
        needed = 100 * deal["needed"] if values["believed"] or deal["needed"] == 0 else None
        return [
            {"x": [low, high], "y": [2, 2]},
            {"x": [start, end], "y": [1, 1]},
            {"x": [p, p], "y": [0.4, 2.6]},
            {"x": [deal["demand"]] * 2, "y": [1, 2]},
            {"x": list(range(101)), "y": deal["curve"]},
            {"x": [int(values["talk"])], "y": [deal["risk"]]},
            {"x": [needed, needed], "y": [0, 1]},
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the demand and its risk into the title."""
        deal = self._deal(**values)
        return {
            "title": {"text": f"A demands {deal['demand']:.3f}: risk of war {deal['risk']:.3f}"}
        }

    def sentence(self, **values: Any) -> str:
        """Say what both prefer to war, what A demands, and how risky that is."""
        deal = self._deal(**values)
        start, end = deal["range"]
        low, high = deal["believes"]
        said = (
            f"A wins a war with probability {values['p']:.2f}; war costs A {values['cost_a']:.2f} and "
            f"B {deal['truth']:.3f} of the pie. Both prefer every division between {start:.3f} and "
            f"{end:.3f} to war. After talk of {values['talk']:.0f} % A believes that B's cost lies "
            f"between {low:.3f} and {high:.3f}, demands {deal['demand']:.3f}, and runs a risk of war "
            f"of {deal['risk']:.3f}. This B {'accepts' if deal['accepts'] else 'refuses and fights'}."
        )
        if not values["believed"] and deal["needed"] > 0:
            return f"{said} Nothing that B says is believed, so no amount of talk changes this."
        if deal["ceiling"]:
            return f"{said} The whole pie caps the demand, so the formula does not hold here."
        return f"{said} The formula asks for talk of {100 * deal['needed']:.1f} %."


@lru_cache(maxsize=256)
def _held(noise: float, rounds: int) -> Tournament:
    return tournament(list(STRATEGIES.values()), rounds=rounds, noise=noise)


_CHANCES = {
    "always cooperate": repeated_games.ALWAYS_COOPERATE,
    "always defect": repeated_games.ALWAYS_DEFECT,
    "tit for tat": repeated_games.TIT_FOR_TAT,
    "generous tit for tat": tuple(repeated_games.generous_tit_for_tat(1 / 3)),
    "win-stay lose-shift": repeated_games.WIN_STAY_LOSE_SHIFT,
    "random": (0.5, 0.5, 0.5, 0.5),
}


class NoisyTournament(Explorer):
    """Nine strategies, a slip of the hand now and then, and who does best."""

    title = "Noisy tournament"
    goal = (
        "Find the shortest match in which tit for tat and its twin earn less than 2.5 a round. Then ask "
        "which helps more: a channel that stops half of the slips, or forgiveness."
    )

    def controls(self) -> dict[str, Control]:
        """Return the slips, how many of them a channel stops, and the length of a match."""
        return {
            "noise": Slider("Moves that slip", 0, 20, 1, unit="%"),
            "stopped": Slider("Slips stopped by a channel", 0, 100, 0, step=5, unit="%"),
            "rounds": Slider("Rounds in a match", 10, 300, 50, step=10),
        }

    @staticmethod
    def _slip(noise: float, stopped: float) -> float:
        return round(noise / 100 * (1 - stopped / 100), 6)

    def _long_run(self, name: str, slip: float) -> float | None:
        if name not in _CHANCES or slip == 0:
            return None
        chances = _CHANCES[name]
        return float(repeated_games.long_run_payoffs(chances, chances, slip)[0])

    def draw(self) -> go.Figure:
        """Draw three marks a strategy, best strategy on top."""
        figure = go.Figure(
            layout=figures.layout(
                "Who does best?",
                "Illustrative numbers: payoffs 3, 5, 1, 0 and nine entrants. Exact means, not one "
                "run. After Axelrod (1984), Molander (1985), Nowak and Sigmund (1992).",
                height=560,
                legend=_ABOVE,
                margin={"l": 60, "r": 20, "t": 95, "b": 60},
                xaxis={
                    "title": "Payoff a round (1 both defect, 3 both cooperate)",
                    "range": [0.7, 3.15],
                },
                yaxis={"range": [9.6, 0.4], "tickvals": list(range(1, len(STRATEGIES) + 1))},
            )
        )
        for name, color, symbol, size in (
            ("mean over all matches", figures.BLUE, "diamond", 15),
            ("against its own twin", figures.VERMILION, "circle-open", 15),
            ("against its twin in the long run", figures.BLACK, "x-thin", 12),
        ):
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={
                    "color": color,
                    "symbol": symbol,
                    "size": size,
                    "line": {"width": 2.5, "color": color},
                },
            )
        return figure

    def _rows(self, noise: float, stopped: float, rounds: float) -> pd.DataFrame:
        slip = self._slip(noise, stopped)
        held = _held(slip, int(rounds))
        place = {name: i for i, name in enumerate(held.names)}
        return pd.DataFrame(
            {
                "mean over all matches": [held.means[place[n]] for n in held.ranking],
                "against its own twin": [held.payoffs[place[n], place[n]] for n in held.ranking],
                "twin, long run": [self._long_run(n, slip) for n in held.ranking],
            },
            index=list(held.ranking),
            dtype=float,
        )

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Put the strategies in order of their means."""
        rows = self._rows(**values)
        ranks = list(range(1, len(rows) + 1))
        return [
            {"x": [None if np.isnan(v) else float(v) for v in rows[column]], "y": ranks}
            for column in rows
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the strategies in their order, and the slips in the title."""
        slip = 100 * self._slip(values["noise"], values["stopped"])
        return {
            "title": {"text": f"{values['rounds']} rounds, {slip:.2f} % of the moves slip"},
            "yaxis": {"ticktext": list(self._rows(**values).index)},
        }

    def sentence(self, **values: Any) -> str:
        """Name the best three, and what tit for tat and its generous cousin earn at home."""
        rows = self._rows(**values)
        slip = 100 * self._slip(values["noise"], values["stopped"])
        best = [f"{name} ({rows.iloc[i, 0]:.3f})" for i, name in enumerate(rows.index[:3])]
        own = rows["against its own twin"]
        said = (
            f"{values['rounds']} rounds, {slip:.2f} % of the moves slip. Best over all matches: "
            f"{_listed(best)} a round. Two of a kind earn: tit for tat {own['tit for tat']:.3f}, "
            f"generous tit for tat {own['generous tit for tat']:.3f}, win-stay lose-shift "
            f"{own['win-stay lose-shift']:.3f}, always defect {own['always defect']:.3f}."
        )
        if slip == 0:
            return f"{said} Without slips the long run depends on the first moves and is not shown."
        endless = rows["twin, long run"]
        return (
            f"{said} In the long run: tit for tat {endless['tit for tat']:.3f}, generous tit for tat "
            f"{endless['generous tit for tat']:.3f}."
        )


SIX = ("JPN", "USA", "KOR", "RUS", "PRK", "CHN")
_PATTERNS = {
    "Alliances, and one line across": "allies",
    "Round table: everyone hears everyone alike": "table",
    "Hub and spoke: everyone hears the hub": "hub",
    "As many ties as forums shared (end of 2025)": "forums",
}


class ConsultationNetwork(Explorer):
    """Six states exchange views; the pattern of listening decides how fast and whose view counts."""

    title = "Consultation network"
    goal = (
        "Find the weakest line between China and the United States with which differences halve "
        "within 10 rounds. Then find the pattern in which all six carry the same weight."
    )

    @cached_property
    def _names(self) -> dict[str, str]:
        states = data.states().set_index("iso3")["name_en"]
        return {iso3: str(states[iso3]) for iso3 in SIX}

    @cached_property
    def _allies(self) -> np.ndarray:
        return self._shared(data.mechanisms(as_of="2025-12-31", kind="alliance")["mechanism"])

    @cached_property
    def _forums(self) -> np.ndarray:
        kinds = ["multilateral forum", "minilateral", "dialogue", "economic"]
        return self._shared(data.mechanisms(as_of="2025-12-31", kind=kinds)["mechanism"])

    @staticmethod
    def _shared(mechanisms: pd.Series) -> np.ndarray:
        seats = data.memberships(as_of="2025-12-31", status=data.SEATS, state=SIX)
        seats = seats[seats["mechanism"].isin(mechanisms)]
        graph = networks.two_mode(seats, states=list(SIX))
        ties = [
            [len(networks.shared_forums(graph, a, b)) if a != b else 0 for b in SIX] for a in SIX
        ]
        return np.array(ties, dtype=float)

    def controls(self) -> dict[str, Control]:
        """Return the pattern, the hub, who proposes, two weights and the number of rounds."""
        states = {name: iso3 for iso3, name in self._names.items()}
        return {
            "pattern": Choice("Who hears whom", _PATTERNS, "allies"),
            "hub": Choice("Hub (hub and spoke only)", states, "CHN"),
            "proposer": Choice("Who makes the proposal", states, "KOR"),
            "line": Slider("Line China – United States", 0, 1, 0.1, step=0.05),
            "own": Slider("Weight of one's own view", 0.1, 0.9, 0.5, step=0.05),
            "rounds": Slider("Rounds", 0, 40, 10, play=True),
        }

    def ties(self, pattern: str, hub: str = "CHN", line: float = 0.0) -> np.ndarray:
        """Return how much each of the six hears each other, in the order of ``SIX``."""
        if pattern == "table":
            return np.ones((6, 6)) - np.eye(6)
        if pattern == "forums":
            return self._forums
        ties = np.zeros((6, 6)) if pattern == "hub" else self._allies.copy()
        if pattern == "hub":
            ties[SIX.index(hub)] = ties[:, SIX.index(hub)] = 1
            np.fill_diagonal(ties, 0)
        else:
            a, b = SIX.index("CHN"), SIX.index("USA")
            ties[a, b] = ties[b, a] = line
        return ties

    def _exchange(
        self, pattern: str, hub: str, proposer: str, line: float, own: float, rounds: float
    ) -> tuple[np.ndarray, np.ndarray | None, float]:
        """Return all views over 40 rounds, the weights (None without consensus) and the speed."""
        matrix = listening.listening(self.ties(pattern, hub, line), own)
        views = consensus.exchange(matrix, np.eye(6)[SIX.index(proposer)], 40)
        agree = listening.reaches_consensus(matrix)
        weights = consensus.influence(matrix) if agree else None
        return views, weights, consensus.speed(matrix)

    def draw(self) -> go.Figure:
        """Draw who hears whom on the left, the views over the rounds on the right."""
        cues = figures.cue(SIX)
        figure = go.Figure(
            layout=figures.layout(
                "Who moves whom?",
                "Illustrative weights. Alliances and shared forums: the course's tables of mechanisms "
                "and memberships, as of 2025-12-31. Model: DeGroot (1974).",
                height=520,
                legend=_ABOVE,
                margin={"l": 20, "r": 20, "t": 95, "b": 60},
                xaxis={"visible": False, "domain": [0, 0.43], "range": [-1.55, 1.55]},
                yaxis={"visible": False, "range": [-1.5, 1.5]},
                xaxis2={
                    "title": "Round",
                    "domain": [0.54, 1],
                    "anchor": "y2",
                    "range": [-0.5, 40.5],
                },
                yaxis2={"title": "Support (0 to 1)", "anchor": "x2", "range": [-0.03, 1.03]},
            )
        )
        figure.add_scatter(
            mode="lines",
            line={"color": figures.GREY, "width": 2},
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            mode="markers+text",
            marker={
                "colorscale": figures.SEQUENTIAL,
                "cmin": 0,
                "cmax": 1,
                "line": {"width": 1.5, "color": figures.BLACK},
            },
            textfont={"size": 14},
            showlegend=False,
            hoverinfo="skip",
        )
        for state in SIX:
            figure.add_scatter(
                name=self._names[state],
                mode="lines+markers",
                line={"color": cues[state]["color"], "dash": cues[state]["dash"], "width": 2.5},
                marker={"symbol": cues[state]["symbol"], "color": cues[state]["color"], "size": 10},
                xaxis="x2",
                yaxis="y2",
            )
        return figure

    @cached_property
    def _places(self) -> dict[Any, tuple[float, float]]:
        return figures.ring(SIX)

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Draw the ties, size the states by their weight, and draw the views so far."""
        views, weights, _ = self._exchange(**values)
        ties = self.ties(values["pattern"], values["hub"], values["line"])
        edges = [(SIX[i], SIX[j]) for i, j in zip(*np.nonzero(np.triu(ties)), strict=True)]
        x, y = figures.edge_segments(edges, self._places)
        now = int(values["rounds"])
        text = [
            f"{state}: {view:.2f}" + ("" if weights is None else f"<br>weight {weights[i]:.2f}")
            for i, (state, view) in enumerate(zip(SIX, views[now], strict=True))
        ]
        sides = [
            "top center" if height > 0.9 else "bottom center" if height < 0.1 else "top center"
            for _, height in (self._places[state] for state in SIX)
        ]
        nodes = {
            "x": [self._places[state][0] for state in SIX],
            "y": [self._places[state][1] for state in SIX],
            "text": text,
            "textposition": sides,
            "marker": {
                "size": [20.0] * 6 if weights is None else [12 + 90 * float(w) for w in weights],
                "color": [float(view) for view in views[now]],
            },
        }
        lines = [
            {
                "x": list(range(now + 1)),
                "y": [float(view) for view in views[: now + 1, i]],
                "marker": {"size": [0] * now + [10]},
            }
            for i in range(6)
        ]
        return [{"x": x, "y": y}, nodes, *lines]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Say in the title how fast differences shrink."""
        _, weights, speed = self._exchange(**values)
        found = f"|λ<sub>2</sub>| = {speed:.3f}" if weights is not None else "no consensus"
        return {"title": {"text": f"Support after {values['rounds']} rounds; {found}"}}

    def sentence(self, **values: Any) -> str:
        """Say how far views are apart, how fast they meet, and who carries how much weight."""
        views, weights, speed = self._exchange(**values)
        now, name = int(values["rounds"]), self._names[values["proposer"]]
        at = views[now]
        said = (
            f"{name} proposes: it starts at 1, all others at 0, and each keeps {values['own']:.2f} of "
            f"its own view a round. After {now} rounds support runs from {at.min():.3f} to "
            f"{at.max():.3f}."
        )
        if values["pattern"] == "allies":
            said = f"The line between China and the United States has {values['line']:.2f} of the weight of an alliance. {said}"
        if weights is None:
            return (
                f"{said} The two sides never hear each other, so there is no consensus (|λ2| = 1)."
            )
        order = np.argsort(-weights.round(9), kind="stable")
        shares = _listed([f"{self._names[SIX[i]]} {weights[i]:.3f}" for i in order])
        halves = log(0.5) / log(speed) if 0 < speed < 1 else 0.0
        return (
            f"{said} All end at {weights[SIX.index(values['proposer'])]:.3f}, the proposer's weight. "
            f"|λ2| is {speed:.3f}: in the long run differences halve every {halves:.1f} rounds. "
            f"Weights: {shares}."
        )


ASEAN_YEAR = 2023
_BODIES = {
    "ASEAN, one state one vote": "equal",
    "ASEAN, votes by population (illustrative)": "population",
    "UN Security Council": "council",
}
_PERMANENT = ("China", "France", "Russia", "United Kingdom", "United States")


@lru_cache(maxsize=256)
def _weights(votes: tuple[int, ...], needed: int, vetoes: tuple[int, ...]) -> np.ndarray:
    return voting.shapley_shubik(votes, needed, vetoes)


class VotingRules(Explorer):
    """Votes, a quota, and who is how often the one that decides."""

    title = "Voting rules"
    goal = (
        "With votes by population, find the lowest quota at which the largest member carries no more "
        "weight than the smallest. What happens to the chance that a motion passes?"
    )

    @cached_property
    def _population(self) -> pd.Series:
        seats = data.memberships(as_of="2025-12-31", mechanism="ASEAN", status=data.SEATS)
        states = data.states().set_index("iso3")["name_en"]
        people = data.power(state=list(seats["iso3"]), year=ASEAN_YEAR).set_index("iso3")
        return people["population_wb_m"].rename(index=states).sort_values(ascending=False)

    def votes(self, body: str) -> tuple[list[str], list[int], list[int]]:
        """Return the members of a body, their votes, and the positions of those with a veto."""
        if body == "council":
            votes, _, vetoes = decision_rules.security_council()
            elected = [f"elected member {i}" for i in range(1, 11)]
            return [*_PERMANENT, *elected], votes, vetoes
        people = self._population
        if body == "equal":
            return list(people.index), [1] * len(people), []
        share = 100 * people / people.sum()
        return list(people.index), [max(1, round(v)) for v in share], []

    def controls(self) -> dict[str, Control]:
        """Return the body, the quota and how likely a member is to agree."""
        return {
            "body": Choice("Body", _BODIES, "population"),
            "quota": Slider("Votes needed", 51, 100, 51, unit="% of all votes"),
            "agree": Slider("Chance that a member agrees", 50, 99, 80, unit="%"),
        }

    def _result(
        self, body: str, quota: float, agree: float
    ) -> tuple[pd.DataFrame, int, int, float]:
        names, votes, vetoes = self.votes(body)
        total = sum(votes)
        needed = decision_rules.qualified_majority(total, quota / 100)
        power = _weights(tuple(votes), needed, tuple(vetoes))
        table = pd.DataFrame({"votes": np.array(votes) / total, "weight": power}, index=names)
        passes = float(decision_rules.chance_to_pass(votes, needed, agree / 100, vetoes))
        return table, needed, total, passes

    def draw(self) -> go.Figure:
        """Draw two marks a member: its share of the votes and its voting weight."""
        figure = go.Figure(
            layout=figures.layout(
                "Votes are not weight",
                f"ASEAN's members as of 2025-12-31; population of {ASEAN_YEAR}, World Bank; votes by "
                "population are illustrative. Council: UN Charter, Article 27. Index: Shapley and "
                "Shubik (1954).",
                height=560,
                legend=_ABOVE,
                margin={"l": 60, "r": 20, "t": 95, "b": 60},
                xaxis={"title": "Share (0 to 1)", "rangemode": "tozero"},
                yaxis={"autorange": "reversed", "tickfont": {"size": 14}},
            )
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

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Fill the bars and the marks."""
        table = self._result(**values)[0]
        names = list(table.index)
        return [{"x": list(table[column]), "y": names} for column in ("votes", "weight")]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the quota and the chance of a decision into the title."""
        _, needed, total, passes = self._result(**values)
        return {"title": {"text": f"{needed} of {total} votes needed: chance to pass {passes:.3f}"}}

    def sentence(self, **values: Any) -> str:
        """Compare the most and the least weighty member, and give the chance of a decision."""
        table, needed, total, passes = self._result(**values)
        most, least = table["weight"].idxmax(), table["weight"].idxmin()
        named = {most: most, least: least}
        if values["body"] == "council":
            named = {most: "each permanent member", least: "each elected member"}
        if table["weight"].max() - table["weight"].min() < 1e-9:
            weights = f"every member's voting weight is {table['weight'].iloc[0]:.3f}"
        else:
            weights = (
                f"{named[most]} has {table.loc[most, 'votes']:.3f} of the votes and a weight of "
                f"{table.loc[most, 'weight']:.3f}, {named[least]} {table.loc[least, 'votes']:.3f} and "
                f"{table.loc[least, 'weight']:.4f}"
            )
        also = " and no veto" if values["body"] == "council" else ""
        return (
            f"{needed} of {total} votes{also} pass a motion: {weights}. If each member agrees with "
            f"{values['agree']:.0f} %, independently of the others, a motion passes with a chance of "
            f"{passes:.3f}."
        )


FIRST_YEAR, LAST_YEAR = 1949, 2010
PAIRS = [
    *combinations(["CHN", "IND", "JPN", "RUS", "USA"], 2),
    ("IND", "PAK"),
    ("JPN", "PRK"),
    ("KOR", "PRK"),
    ("PRK", "USA"),
]


@cache
def pair_years() -> pd.DataFrame:
    """Return one row a pair of states and year: shared forums, and the gravest dispute begun.

    A forum is a mechanism that is neither an alliance nor a treaty. It counts from the year after
    both have taken their seats. The pairs are those of five great powers, and those of the Korean
    and the India-Pakistan hotspots.

    Returns
    -------
    pandas.DataFrame
        Columns iso3_a, iso3_b, year (1949 to 2010), forums (number), hostility (1 to 5; 0: no
        militarised dispute between the two began in this year).
    """
    kind = data.mechanisms().set_index("mechanism")["kind"]
    seats = data.memberships(status=data.SEATS)
    seats = seats[~seats["mechanism"].map(kind).isin(["alliance", "treaty"])]
    seats["first"] = seats["start"].str[:4].astype(int) + 1
    seats["last"] = seats["end"].str[:4].fillna("9999").astype(int)
    years = pd.DataFrame({"year": range(FIRST_YEAR, LAST_YEAR + 1)})
    seated = seats.merge(years, how="cross").query("first <= year <= last")
    seated = seated[["mechanism", "year", "iso3"]].drop_duplicates()
    both = seated.merge(seated, on=["mechanism", "year"], suffixes=("_a", "_b"))
    shared = both.groupby(["iso3_a", "iso3_b", "year"]).size().rename("forums")
    began = data.disputes().rename(columns={"start_year": "year"})
    gravest = began.groupby(["iso3_a", "iso3_b", "year"])["hostility"].max()
    pairs = pd.DataFrame(PAIRS, columns=["iso3_a", "iso3_b"]).merge(years, how="cross")
    joined = pairs.join(shared, on=list(pairs)).join(gravest, on=list(pairs))
    return joined.fillna({"forums": 0, "hostility": 0}).astype({"forums": int, "hostility": int})


class TalkAndDisputes(Explorer):
    """Pairs of states: how often disputes began in years without and with shared forums."""

    title = "Talk and disputes"
    goal = (
        "Find out whether 'shared forums go with fewer disputes' survives a change of the period, of "
        "the number of forums that counts as consultation, and of what counts as a dispute."
    )

    def controls(self) -> dict[str, Control]:
        """Return the first year, how many forums count as consultation, and the hostility."""
        return {
            "start": Slider("First year", FIRST_YEAR, 1994, FIRST_YEAR),
            "forums": Slider("Shared forums needed", 1, 6, 1),
            "level": Choice(
                "What counts", {"any militarised dispute": 1, "use of force or war": 4}, 1
            ),
        }

    @cached_property
    def _names(self) -> dict[str, str]:
        return data.states().set_index("iso3")["name_en"].to_dict()

    @staticmethod
    def _counted(start: float, forums: float, level: int) -> pd.DataFrame:
        years = pair_years()
        years = years[years["year"] >= start]
        return years.assign(
            talk=years["forums"] >= forums,
            began=years["hostility"] >= level,
        )

    def _pairs(self, **values: Any) -> pd.DataFrame:
        """Return the share of years with a new dispute, by pair, without and with consultation."""
        counted = self._counted(**values)
        shares = counted.pivot_table(
            index=["iso3_a", "iso3_b"], columns="talk", values="began", aggfunc="mean"
        )
        shares = shares.reindex(columns=[False, True]).loc[PAIRS[::-1]]
        shares.index = [f"{self._names[a]} – {self._names[b]}" for a, b in shares.index]
        return shares.set_axis(["without", "with"], axis="columns")

    def draw(self) -> go.Figure:
        """Draw two marks a pair, joined by a line."""
        figure = go.Figure(
            layout=figures.layout(
                "Do disputes begin less often where states consult?",
                "Source: GML MID 2.2.1 and the course's table of memberships, 1949 to 2010; RUS "
                "includes the USSR. A seat counts from the year after it is taken.",
                height=620,
                legend=_ABOVE,
                margin={"l": 60, "r": 20, "t": 95, "b": 60},
                xaxis={"title": "Share of years in which a dispute began", "range": [-0.03, 1.03]},
            )
        )
        figure.add_scatter(mode="lines", line={"color": figures.GREY, "width": 3}, showlegend=False)
        for name, color, symbol in (
            ("years without consultation", figures.BLUE, "circle-open"),
            ("years with consultation", figures.VERMILION, "diamond"),
        ):
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={"color": color, "symbol": symbol, "size": 14, "line": {"width": 2.5}},
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move the marks of each pair."""
        shares = self._pairs(**values)
        names = list(shares.index)
        without, with_talk = (
            [None if np.isnan(v) else float(v) for v in shares[column]] for column in shares
        )
        x: list[float | None] = []
        y: list[str | None] = []
        for name, first, second in zip(names, without, with_talk, strict=True):
            x += [first, second, None]
            y += [name, name, None]
        return [{"x": x, "y": y}, {"x": without, "y": names}, {"x": with_talk, "y": names}]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the period and the meaning of consultation into the title."""
        return {
            "title": {
                "text": f"{values['start']} to {LAST_YEAR}; consultation means "
                f"{values['forums']} or more shared forums"
            }
        }

    def sentence(self, **values: Any) -> str:
        """Give the share over all pair-years, and count the pairs that fell and rose."""
        counted, shares = self._counted(**values), self._pairs(**values).dropna()
        pooled = counted.groupby("talk")["began"].agg(["mean", "size"]).reindex([False, True])
        told = [
            f"{pooled.loc[talk, 'mean']:.3f} of the {pooled.loc[talk, 'size']:.0f} pair-years {name}"
            for talk, name in ((False, "without"), (True, "with"))
            if pooled.loc[talk, "size"] > 0
        ]
        change = shares["with"] - shares["without"]
        kind = "use of force or war" if values["level"] == 4 else "dispute of any level"
        return (
            f"From {values['start']} to {LAST_YEAR}, consultation meaning {values['forums']} or more "
            f"shared forums: a {kind} began in {_listed(told)} consultation. "
            f"Of {len(shares)} pairs with both kinds of years the share is lower with consultation "
            f"in {(change < 0).sum()}, higher in {(change > 0).sum()} and equal in "
            f"{(change == 0).sum()}. {self._extremes(shares, change)}"
        )

    @staticmethod
    def _extremes(shares: pd.DataFrame, change: pd.Series) -> str:
        """Name the pair whose share falls most and the one whose share rises most."""
        told = []
        for name, pair, there in (
            ("Largest fall", change.idxmin(), change.min() < 0),
            ("Largest rise", change.idxmax(), change.max() > 0),
        ):
            if there:
                first, second = shares.loc[pair]
                told.append(f"{name}: {pair}, from {first:.2f} to {second:.2f}.")
        return " ".join(told)

    def table(self, **values: Any) -> pd.DataFrame | None:
        """Return the shares by period, so that times are not mixed."""
        counted = self._counted(**values)
        period = np.where(counted["year"] < 1990, "1949 to 1989", "1990 to 2010")
        found = counted.groupby([period, "talk"])["began"].agg(["size", "mean"]).reset_index()
        found["talk"] = found["talk"].map({False: "without", True: "with"})
        found.columns = ["period", "consultation", "pair-years", "share with a new dispute"]
        return found.round(3).set_index(["period", "consultation"])
