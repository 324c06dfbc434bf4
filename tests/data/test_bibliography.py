"""Works, documents and data sets, as they are cited."""

import pandas as pd
import pytest

from asian_security import data


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@article{a, title = {T}, year = {2000}}", "entry a: author or editor must be given"),
        ("@article{a, author = {A, B}, year = {2000}}", "entry a: title must be given"),
        ("@article{a, author = {A, B}", r"references\.bib.*must be BibTeX"),
    ],
)
def test_a_broken_bibliography_is_named(copy, text, says):
    (copy / "references.bib").write_text(text)
    with pytest.raises(data.DataError, match=says):
        data.references()


def test_citations_in_the_text():
    assert data.cite("fearon1995") == "Fearon 1995"
    assert data.cite("axelrod1981") == "Axelrod and Hamilton 1981"
    assert data.cite("gleditsch2002") == "Gleditsch et al. 2002"
    assert data.cite("unscr_1718") == "Security Council resolution 1718 (2006)"
    assert data.cite("tac1976") == "Treaty of Amity and Cooperation in Southeast Asia (1976)"
    assert data.cite("atop").startswith("Alliance Treaty Obligations and Provisions (ATOP) 5.1")


def test_full_entries():
    entry = data.reference("fearon1995")
    assert entry.startswith("Fearon, James")
    assert (
        "1995. Rationalist Explanations for War. International Organization 49(3), 379-414" in entry
    )
    assert "Leeds" in data.reference("atop")
    assert data.reference("unscr_1718").startswith("United Nations Security Council. 2006-10-14.")
    for key in data.source_keys():
        assert data.reference(key).endswith(".")
        assert not {"{", "}", "\n"} & set(data.reference(key))
        assert "nan" not in data.reference(key).split()


def test_the_line_under_a_figure():
    assert data.source_line("alliances") == (
        "Source: Alliance Treaty Obligations and Provisions (ATOP) 5.1, 1945 to 2018; as of 2025-12-31."
    )
    covered = data.coverage("alliances")
    assert (covered.start, covered.end) == ("1945", "2018")


def test_references_are_text_and_sorted():
    works = data.references()
    assert works["key"].is_monotonic_increasing
    assert works["key"].is_unique
    assert pd.api.types.is_string_dtype(works["year"])
    assert not works.isna().any().any()
