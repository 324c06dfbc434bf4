"""Terms, sources, readings and code come from the tables and the package."""

import pandas as pd
import pytest

from asian_security import data
from asian_security.analysis import networks
from asian_security.lessons import page


def test_a_table_says_what_it_holds_and_aligns_numbers():
    frame = pd.DataFrame({"name": ["<b>SCO</b>", None], "seats": [10, 2]})
    table = page.table(frame, "Two bodies.")
    assert "<caption>Two bodies.</caption>" in table.html
    assert "&lt;b&gt;SCO" in table.html
    assert "<b>SCO" not in table.html
    assert table.html.count('style="text-align:right"') == 3
    assert 'scope="col"' in table.html
    assert repr(table).startswith("Two bodies.")


def test_terms_are_those_of_the_lesson():
    text = repr(page.terms("07"))
    for term in data.glossary(lesson="07")["term_zh"]:
        assert term in text
    with pytest.raises(ValueError, match="lesson"):
        page.terms("99")


def test_sources_and_readings_name_what_they_rest_on():
    assert "as of" in repr(page.sources("memberships"))
    line = repr(page.readings("freeman1978"))
    assert "Freeman" in line
    assert "1978" in line
    with pytest.raises(ValueError, match="nonsense2000"):
        page.readings("nonsense2000")


def test_code_is_the_packages_own_without_its_docstring():
    code = page.code(networks.jaccard_overlap).data
    assert "len(first & second) / len(first | second)" in code
    assert "Raises" not in code
    compile(code, "shown", "exec")
