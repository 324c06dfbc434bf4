"""Designs to test with: the examples, and any that can be written down."""

from dataclasses import replace

from hypothesis import strategies as st

from asian_security.analysis import designs
from asian_security.analysis.designs import Design

EXAMPLES = designs.examples()
PLATFORM = EXAMPLES["Linked platform"]
CORE = EXAMPLES["Small core"]


def any_design() -> st.SearchStrategy[Design]:
    members = st.sets(st.sampled_from(designs.states()), min_size=2, max_size=12)
    return st.builds(
        Design,
        st.text("abcé ", min_size=1).filter(str.strip).map(lambda text: text[:60]),
        members.map(tuple),
        st.sets(st.sampled_from(designs.issues()), min_size=1).map(tuple),
        st.sampled_from(sorted(designs.RULES)),
        st.sampled_from(designs.VOTES),
        st.just(()),
        st.booleans(),
        st.sets(st.sampled_from(designs.mechanisms()), max_size=4).map(tuple),
    ).flatmap(
        lambda made: st.sets(st.sampled_from(made.members), max_size=2).map(
            lambda vetoes: replace(made, vetoes=tuple(vetoes))
        )
    )
