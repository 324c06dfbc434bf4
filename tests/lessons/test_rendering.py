"""What goes into a template is escaped, and nothing is left out."""

import pytest
from jinja2 import UndefinedError

from asian_security.lessons.rendering import render


def test_text_is_escaped():
    assert "<script>" not in render("list", lines=["<script>alert(1)</script>"])
    assert "&lt;b&gt;" in render("table", caption="<b>", columns=[], rows=[])


def test_a_missing_value_is_an_error():
    with pytest.raises(UndefinedError):
        render("list")
