"""What check cells use: plain values, verdicts and digests, without trust in a learner's objects."""

from __future__ import annotations

import math
import subprocess
import sys
import types
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_page import Page

from nbval_grader.checking import call, check, digest, matches, plain, show


class Liar:
    """Equal to everything, with any text as its representation."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "True"


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__

    def __add__(self, other: object) -> Any:
        return 99

    def __repr__(self) -> str:
        return "42"


class LyingText(str):
    def __str__(self) -> str:
        return "right"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


def named_like_numpys(name: str = "bool", meta: type = type) -> Any:
    """Return a true object of a class that claims to be numpy's."""
    return meta(name, (), {"__module__": "numpy", "__bool__": lambda self: True})()


class LyingMeta(type):
    """Gives its classes the flags and the name of another class."""

    __flags__ = property(lambda cls: type(np.True_).__flags__)  # type: ignore[assignment]
    __module__ = property(lambda cls: "numpy")  # type: ignore[assignment]
    __name__ = property(lambda cls: "bool")  # type: ignore[assignment]

    def __eq__(cls, other: object) -> bool:
        return True

    __hash__ = type.__hash__


class LyingList(list[int]):
    def __iter__(self) -> Any:
        return iter([1, 2, 3])


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, None),
            (True, True),
            (3, 3),
            (2.5, 2.5),
            (1 + 2j, 1 + 2j),
            ("a", "a"),
            (b"a", b"a"),
            (bytearray(b"a"), b"a"),
            ([1, (2, {3})], [1, (2, {3})]),
            (frozenset({1}), frozenset({1})),
            (range(3), [0, 1, 2]),
            (OrderedDict(a=1), {"a": 1}),
            (Counter("aab"), {"a": 2, "b": 1}),
            (np.int64(3), 3),
            (np.float64(0.5), 0.5),
            (np.bool_(True), True),
            (np.str_("x"), "x"),
            (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
            (pd.Series([1, 2], index=["a", "b"]), {"a": 1, "b": 2}),
            (pd.Index(["a", "b"]), ["a", "b"]),
            (pd.DataFrame({"x": [1], "y": ["z"]}), {"x": {0: 1}, "y": {0: "z"}}),
            (pd.NA, None),
            (pd.NaT, None),
            (pd.Timestamp("2025-01-02"), "2025-01-02 00:00:00"),
        ],
    )
    def test_converts_to_built_in_types(self, value: object, expected: object) -> None:
        result = plain(value)

        assert result == expected
        assert type(result) is type(expected)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(LyingInt(7), 7), (LyingText("wrong"), "wrong"), (LyingList([9]), [9])],
    )
    def test_ignores_what_an_object_claims_to_be(self, value: object, expected: object) -> None:
        result = plain(value)

        assert type(result) is type(expected)
        assert result == expected

    @pytest.mark.parametrize("value", [Liar(), object(), len, ..., [Liar()], {"a": Liar()}])
    def test_rejects_values_without_a_plain_form(self, value: object) -> None:
        with pytest.raises(TypeError, match="has no plain form to compare"):
            plain(value)

    def test_a_patched_class_of_pandas_gives_plain_values(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        day = pd.Timestamp("2025-12-31")
        monkeypatch.setattr(pd.Timestamp, "__str__", lambda self: LyingText("another day"))
        monkeypatch.setattr(pd.Series, "tolist", lambda self: LyingList([9]))

        assert (type(plain(day)), plain(day)) == (str, "another day")
        assert plain(pd.Series([1])) == {0: 9}

    @pytest.mark.parametrize("module", ["numpy", "pandas"])
    def test_a_forged_module_gives_plain_values(
        self, module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        methods = {"tolist": lambda self: LyingText("x"), "item": lambda self: LyingText("x")}
        kind = type("Forged", (), {**methods, "__str__": lambda self: LyingText("x")})
        names = ("ndarray", "generic", "Timestamp", "Timedelta", "Period", "Index")
        forged = types.SimpleNamespace(**dict.fromkeys(names, kind), NA=0, NaT=0)
        forged.DataFrame = forged.Series = int
        monkeypatch.setitem(sys.modules, module, forged)

        assert type(plain(kind())) is str
        assert plain(kind()) != "y"

    def test_rejects_endless_nesting(self) -> None:
        loop: list[object] = []
        loop.append(loop)

        with pytest.raises(TypeError, match="nested too deeply"):
            plain(loop)


class TestCheck:
    @pytest.mark.parametrize("condition", [True, np.bool_(True), np.True_])
    def test_only_true_is_right(
        self, condition: object, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert check(condition, right="yes", wrong="no")
        assert capsys.readouterr().out == "yes\n"

    @pytest.mark.parametrize(
        "condition", [False, None, 1, "True", [1], Liar(), np.False_, np.int64(1)]
    )
    def test_anything_else_is_wrong(
        self, condition: object, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert not check(condition, right="yes", wrong="no")
        assert capsys.readouterr().out == "no\n"

    @pytest.mark.parametrize(
        "condition",
        [
            named_like_numpys(),
            named_like_numpys("bool_"),
            named_like_numpys(meta=LyingMeta),
            type("bool", (LyingInt,), {"__module__": "numpy"})(1),
            type("bool", (np.ndarray,), {"__module__": "numpy"})((), dtype=bool),
        ],
    )
    def test_a_class_that_claims_to_be_numpys_is_not_trusted(
        self, condition: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert not check(condition, right="yes", wrong="no")
        for name in ("bool", "bool_"):
            monkeypatch.setattr(np, name, type(condition))
        assert not check(condition, right="yes", wrong="no")
        forged = types.SimpleNamespace(bool=type(condition), bool_=type(condition))
        monkeypatch.setitem(sys.modules, "numpy", forged)
        assert not check(condition, right="yes", wrong="no")
        assert capsys.readouterr().out == "no\n" * 3

    def test_numpys_true_is_right_even_if_numpy_is_replaced(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        true, false = np.True_, np.False_
        monkeypatch.setitem(sys.modules, "numpy", None)

        assert check(true, right="yes", wrong="no")
        assert not check(false, right="yes", wrong="no")

    def test_a_verdict_displays_nothing_as_the_last_value_of_a_cell(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        verdict = check(True, right="yes", wrong="no")
        capsys.readouterr()

        verdict._ipython_display_()
        assert capsys.readouterr().out == ""


class TestShow:
    @pytest.mark.parametrize(
        ("values", "printed"),
        [
            (("in 1995", 12), "in 1995 12"),
            ((1 / 3,), "0.333333"),
            ((-0.0, 1e-30, 1e300), "0.0 1e-30 1e+300"),
            ((math.nan, math.inf), "nan inf"),
            (({"b", "a"}, frozenset({2, 10})), "{'a', 'b'} {10, 2}"),
            (((1,), (1, "b"), [None, True]), "(1,) (1, 'b') [None, True]"),
            (({"a": {"b": 1.23456789}},), "{'a': {'b': 1.23457}}"),
            ((1.23456789 + 1j,), "(1.23457+1j)"),
            ((np.array([0.1 + 0.2]),), "[0.3]"),
        ],
    )
    def test_prints_the_same_everywhere(
        self, values: tuple[object, ...], printed: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        show(*values)

        assert capsys.readouterr().out == printed + "\n"

    def test_digits(self, capsys: pytest.CaptureFixture[str]) -> None:
        show(2 / 3, digits=2)

        assert capsys.readouterr().out == "0.67\n"

    @pytest.mark.parametrize("middle", [10.6495, -0.0875, 0.5125])
    def test_rounding_hides_the_last_bit_of_a_value_halfway_between_short_ones(
        self, middle: float, capsys: pytest.CaptureFixture[str]
    ) -> None:
        digits = len(f"{abs(middle)}".replace(".", "").lstrip("0")) - 1
        near = [math.nextafter(middle, -99), middle, math.nextafter(middle, 99)]
        for value in near:
            show(value, digits=digits)
        assert len({f"{value:.{digits}g}" for value in near}) == 2  # a plain format would differ
        assert len(set(capsys.readouterr().out.split())) == 1


# Every way in which a function writes to stdout or stderr.
WRITES = (
    "print('debugging')",
    "print('debugging', file=sys.stderr)",
    "print('debugging', file=early_stdout)",
    "print('debugging', file=early_stderr)",
    "print('debugging', file=sys.__stdout__)",
    "print('debugging', file=sys.__stderr__)",
    "logging.warning('debugging')",
    "warnings.warn('debugging')",
    "os.write(1, b'debugging')",
    "os.write(2, b'debugging')",
    "subprocess.run(['sh', '-c', 'echo debugging; echo debugging >&2'])",
    "call(print, 'debugging'); print('debugging', file=early_stderr)",
)
BEFORE = """import logging, os, subprocess, sys, time, warnings
from sys import stderr as early_stderr, stdout as early_stdout
from nbval_grader.checking import call
logging.basicConfig()
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return a page with the names that `WRITES` uses."""
    page = Page()
    page.run(BEFORE)
    yield page
    page.close()


class TestCall:
    def test_returns_the_plain_value(self) -> None:
        assert call(lambda x, y=1: np.array([x, y]), 2, y=3) == [2, 3]

    @pytest.mark.parametrize("statement", WRITES)
    def test_nothing_that_a_function_writes_reaches_a_page(
        self, page: Page, statement: str
    ) -> None:
        reply = page.run(
            f"def noisy():\n    {statement}\n\n\n"
            "print('before')\ncall(noisy)\ntime.sleep(0.1)\nprint('after', flush=True)\n"
            "print('after', file=sys.stderr, flush=True)"
        )

        written = [(o.get("name"), o.get("text")) for o in reply.outputs]
        assert "".join(text for name, text in written if name == "stdout") == "before\nafter\n"
        assert "".join(text for name, text in written if name == "stderr") == "after\n"

    @pytest.mark.parametrize("statement", WRITES)
    def test_nothing_that_a_function_writes_reaches_a_terminal(self, statement: str) -> None:
        code = f"{BEFORE}print('before')\ncall(lambda: exec({statement!r}))\nprint('after')"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

        assert (done.stdout, done.stderr) == ("before\nafter\n", "")

    def test_output_reappears_after_an_error(self, page: Page) -> None:
        reply = page.run("try:\n    call(lambda: 1 / 0)\nexcept ZeroDivisionError:\n    print(1)")

        assert reply.stdout == "1\n"
        assert page.run("os.write(1, b'2\\n'); time.sleep(0.3)").stdout == "2\n"

    def test_works_where_standard_streams_are_closed(self) -> None:
        code = (
            "import os, sys\nfrom nbval_grader.checking import call\n"
            "for number in (1, 2):\n    os.close(number)\n"
            "sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None\n"
            "raise SystemExit(call(lambda: 7))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7

    def test_raises_the_errors_of_the_function(self) -> None:
        with pytest.raises(ZeroDivisionError):
            call(lambda: 1 / 0)

    def test_rejects_a_value_that_is_not_a_function(self) -> None:
        with pytest.raises(TypeError, match="a function is expected here, not a value of type int"):
            call(3)  # type: ignore[arg-type]


class TestDigest:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (2, 2.0),
            ([1, 2], (1, 2)),
            ({"a", "b"}, {"b", "a"}),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            ("two words", "  two\nwords "),
            (1 / 3, 0.3333333),
            (np.int64(2), 2),
            (np.array([1.0]), [1]),
        ],
    )
    def test_equal_answers_match(self, one: object, other: object) -> None:
        assert matches(other, digest(one))
        assert matches(one, digest(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (1, True),
            (1, "1"),
            ([1, 2], [2, 1]),
            ([1], {1}),
            ({"a": 1}, {"a": 2}),
            ("a", "A"),
            (0.333, 0.334),
            (None, False),
            (b"a", "a"),
            ([], {}),
        ],
    )
    def test_other_answers_do_not_match(self, one: object, other: object) -> None:
        assert not matches(other, digest(one))

    def test_a_value_without_a_plain_form_matches_nothing(self) -> None:
        assert not matches(Liar(), digest(3))
        assert not matches(..., digest(3))

    def test_is_salted(self) -> None:
        assert digest(3) != digest(3)
        assert digest(3, salt="00000000") == digest(3, salt="00000000")
        assert digest(3, salt="00000000") != digest(3, salt="00000001")

    def test_does_not_reveal_the_answer(self) -> None:
        assert "China" not in digest("China")
        assert len(digest("China")) == len(digest(list(range(1000))))

    def test_digits(self) -> None:
        assert matches(3.14159, digest(3.14, digits=3), digits=3)
        assert not matches(3.14159, digest(3.14))

    def test_a_malformed_digest_matches_nothing(self) -> None:
        assert not matches(3, "")
        assert not matches(3, "no digest")

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
            ),
            max_leaves=8,
        )
    )
    def test_every_plain_value_matches_itself(self, value: object) -> None:
        assert matches(value, digest(value, salt="aaaaaaaa"))
