"""Four stress tests of a design, each with a model of an earlier lesson.

What membership is worth in them is an assumption (``worth``), not a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.analysis.borders import border_matrix, border_network
from asian_security.analysis.designs.design import DIALOGUE, Design, region, states, today
from asian_security.analysis.designs.measures import chance_to_act
from asian_security.models.conflict import contagion, escalation, spillover

DOMAINS: dict[str, tuple[str, ...]] = {
    "collective_defence": ("armed_conflict",),
    "military_cbm_dialogue": ("armed_conflict", "territorial_disputes"),
    "terrorism_extremism": ("terrorism",),
    "drugs_transnational_crime": ("transnational_crime",),
    "maritime_security": ("territorial_disputes",),
    "nonproliferation": ("weapons_proliferation",),
    "disaster_relief": ("climate",),
    "cyber": ("cyber",),
    "energy": ("energy",),
    "trade_economy": ("economy_finance",),
    "water_environment": ("water", "climate"),
    "defence_technology": (),
}
"""Which domains of lesson 05 an issue touches: a judgement. None touches food or public health."""
RUNGS, FIRST_RUNG, STEP = 6, 2, 0.3


def effort(design: Design, worth: float, loss: float = 0.0) -> float:
    """Return what membership is worth in a stress test.

    Parameters
    ----------
    design : Design
    worth : float
        What it is worth with a secretariat and two members, 0 to 1; half as much without a
        secretariat. Illustrative, the learner's to choose.
    loss : float
        How fast that falls with the number of members n: times (2/n)**loss. 0: a wide body does
        as much for each member as a small one; 1: what it can do is shared out among them.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If either lies outside [0, 1].
    """
    for name, value in (("worth", worth), ("loss", loss)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must lie in [0, 1], got {value}")
    full = worth if design.secretariat else worth / 2
    return float(full * (2 / len(design.members)) ** loss)


def bordering() -> tuple[str, ...]:
    """Return the states of the contagion network, those of lesson 02."""
    return tuple(border_network())


def insecure(
    design: Design | None, start: str, threshold: float, worth: float = 0.3, loss: float = 0.0
) -> tuple[str, ...]:
    """Let insecurity spread from a state along land borders (lesson 02).

    Parameters
    ----------
    design : Design or None
        If military dialogue is on its agenda, a member's threshold rises by the share
        :func:`effort` of itself. Nothing changes otherwise, or with None.
    start : str
        Where the shock starts, one of :func:`bordering`.
    threshold : float
        Share of insecure neighbours that tips a state, 0 to 1.
    worth, loss : float
        As in :func:`effort`.

    Returns
    -------
    tuple of str
        The states that are insecure in the end.

    Raises
    ------
    ValueError
        If the start is unknown or a number lies outside [0, 1].

    References
    ----------
    watts2002
    """
    names = bordering()
    if start not in names:
        raise ValueError(f"start must be a state of the network, for example CHN, got {start!r}")
    needed = np.full(len(names), float(threshold))
    if design is not None and DIALOGUE in design.issues:
        raised = np.minimum(needed * (1 + effort(design, worth, loss)), 1.0)
        needed = np.where(np.isin(names, design.members), raised, needed)
    shock = contagion.shock(len(names), names.index(start))
    hit = contagion.cascade(border_matrix(), shock, needed).final
    return tuple(np.array(names)[hit].tolist())


@cache
def _domain_links() -> tuple[list[str], pd.DataFrame]:
    """Return the domains and the links between them, with signed weights."""
    links = data.domain_links()
    return list(data.domains()["domain"]), links.assign(weight=links["weight"] * links["sign"])


def spillover_total(
    design: Design | None, domain: str, scale: float = 1.0, worth: float = 0.3, loss: float = 0.0
) -> float:
    """Add up the effects of a shock of 1 to a domain in all domains (lesson 05).

    Parameters
    ----------
    design : Design or None
        Each link that leads out of a domain on its agenda (``DOMAINS``) is weaker by
        :func:`effort` times the share of the region's states that are in.
    domain : str
        A domain of ``data.domains()``.
    scale : float
        Strength of all links, times the table's (illustrative) weights.
    worth, loss : float
        As in :func:`effort`.

    Returns
    -------
    float
        At least the shock itself, in its units.

    Raises
    ------
    ValueError
        If the domain is unknown, or the links are so strong that the effects never settle.
    """
    names, links = _domain_links()
    if domain not in names:
        raise ValueError(f"domain must be one of {', '.join(names)}, got {domain!r}")
    weight = links["weight"] * scale
    if design is not None:
        covered = {name for issue in design.issues for name in DOMAINS[issue]}
        reach = len(set(design.members) & set(region())) / len(region())
        weaker = 1 - effort(design, worth, loss) * reach
        weight = weight.where(~links["from_domain"].isin(covered), weight * weaker)
    matrix = spillover.link_matrix(
        names, zip(links["from_domain"], links["to_domain"], weight, strict=True)
    )
    shock = np.array([float(name == domain) for name in names])
    return float(spillover.total_effect(matrix, shock).sum())


def war_risk(
    design: Design | None,
    parties: Sequence[str],
    agree: float = 0.8,
    against: Iterable[str] = (),
    worth: float = 0.3,
    loss: float = 0.0,
) -> float:
    """Return the risk that a crisis between two states ends in war (lesson 06).

    The crisis starts on rung 2 of 6; a step up and a step down are alike, 0.3. If both parties
    are members and military dialogue is on the agenda, the body may decide to run a hotline. The
    chance that it does is :func:`chance_to_act`; the hotline then turns the share
    :func:`effort` of the steps up into steps down.

    Parameters
    ----------
    design : Design or None
    parties : (str, str)
        The two states in the crisis.
    agree : float
        Chance that a member agrees to the hotline, 0 to 1.
    against : iterable of str
        Members that block, for example one of the parties.
    worth, loss : float
        As in :func:`effort`: the share of steps up that the hotline turns round.

    Returns
    -------
    float
        Between 0 and 1; 1/3 without a design.
    """
    bare = float(escalation.war_risk(FIRST_RUNG, RUNGS, STEP, STEP))
    if design is None or DIALOGUE not in design.issues or set(parties) - set(design.members):
        return bare
    up, down = escalation.restrain(STEP, STEP, hotline=effort(design, worth, loss))
    # A hotline that turns every step round leaves none that leads to war.
    calm = float(escalation.war_risk(FIRST_RUNG, RUNGS, up, down)) if up > 0 else 0.0
    acts = chance_to_act(design, agree, against)
    return acts * calm + (1 - acts) * bare


@cache
def leaning() -> pd.Series:
    """Return where each state leans by its seats: -1 China-initiated to 1 US-led bodies.

    Seats in US-led mechanisms less those in mechanisms initiated by China, alone or with Russia,
    over both and two more (2025). The two more keep a single seat from making a camp. The two
    powers stand at -1 and 1. One rough measure: lesson 08 has five, and they disagree.
    """
    initiator = data.mechanisms(as_of=data.as_of()).set_index("mechanism")["initiator"]
    seats = today().memberships
    by = seats["mechanism"].map(initiator)

    def count(*initiators: str) -> pd.Series:
        sizes = seats[by.isin(initiators)].groupby("iso3").size()
        return sizes.reindex(states(), fill_value=0)

    usa, china = count("US-led"), count("China-initiated", "China and Russia")
    position = ((usa - china) / (usa + china + 2)).astype(float)
    position["CHN"], position["USA"] = -1.0, 1.0
    return position


@dataclass(frozen=True)
class Split:
    """How two camps divide a design's members.

    Attributes
    ----------
    china, usa, between : tuple of str
        Members in either camp and in neither.
    tension : float
        Share of the triangles among the members that are unbalanced while all are in.
    """

    china: tuple[str, ...]
    usa: tuple[str, ...]
    between: tuple[str, ...]
    tension: float

    @property
    def leave(self) -> int:
        """How many leave if the smaller camp walks out."""
        return min(len(self.china), len(self.usa))

    @property
    def stay(self) -> float:
        """The share of members that stay."""
        return 1 - self.leave / (len(self.china) + len(self.usa) + len(self.between))


def split(design: Design, pressure: float) -> Split:
    """Let rivalry press a design's members into two camps (lesson 08).

    A member whose lean (:func:`leaning`) is stronger than 1 - pressure joins the camp it leans
    to; the two powers always have theirs. Ties within a camp are friendly, across hostile, and a
    state between is a friend of all. A triangle of one state of each kind is then unbalanced,
    and no other is.

    Parameters
    ----------
    design : Design
    pressure : float
        0 (nobody but the two powers) to 1 (everyone who leans at all).

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If the pressure lies outside [0, 1].

    References
    ----------
    cartwright1956
    """
    if not 0 <= pressure <= 1:
        raise ValueError(f"pressure must lie in [0, 1], got {pressure}")
    lean = leaning()[list(design.members)]
    joins = (lean.abs() > 1 - pressure + 1e-9) | lean.index.isin(["CHN", "USA"])
    china = tuple(lean.index[joins & (lean < 0)])
    usa = tuple(lean.index[joins & (lean > 0)])
    between = tuple(lean.index[~joins])
    n = len(lean)
    triangles = n * (n - 1) * (n - 2) / 6
    mixed = len(china) * len(usa) * len(between)
    return Split(china, usa, between, mixed / triangles if triangles else 0.0)


@dataclass(frozen=True)
class StressScores:
    """What is left after four shocks; 1 is best.

    Attributes
    ----------
    secure : float
        Share of states that stay secure (:func:`insecure`).
    harm_cut : float
        Share of the added harm that is cut (:func:`spillover_total`).
    peace : float
        Chance that there is no war (:func:`war_risk`).
    camps : Split or None
        The camps among the members (:func:`split`); None without a design.
    """

    secure: float
    harm_cut: float
    peace: float
    camps: Split | None

    @property
    def stay(self) -> float | None:
        """The share of members that stay; None without a design."""
        return None if self.camps is None else self.camps.stay


def scores(
    design: Design | None,
    *,
    start: str,
    threshold: float,
    domain: str,
    scale: float,
    parties: Sequence[str],
    against: Iterable[str],
    agree: float,
    pressure: float,
    worth: float,
    loss: float,
) -> StressScores:
    """Run the four stress tests.

    Parameters
    ----------
    design : Design or None
        None: the same shocks without any design.
    start, threshold
        As in :func:`insecure`.
    domain, scale
        As in :func:`spillover_total`.
    parties, against, agree
        As in :func:`war_risk`.
    pressure
        As in :func:`split`.
    worth, loss
        As in :func:`effort`.

    Returns
    -------
    StressScores
    """
    hit = insecure(design, start, threshold, worth, loss)
    bare = spillover_total(None, domain, scale)
    total = spillover_total(design, domain, scale, worth, loss)
    return StressScores(
        1 - len(hit) / len(bordering()),
        (bare - total) / (bare - 1) if bare > 1 else 0.0,
        1 - war_risk(design, parties, agree, against, worth, loss),
        None if design is None else split(design, pressure),
    )
