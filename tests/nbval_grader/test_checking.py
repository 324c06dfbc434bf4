"""What check cells use: plain values, verdicts, digests, and no trust in a learner's objects."""

from __future__ import annotations

import math
import sys
import types
from collections import Counter, OrderedDict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.checking import call, check, digest, matches, plain, show


class Liar:
    """Equal to everything, prints what it likes."""

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


def named_as_numpys(name: str = "bool", meta: type = type) -> Any:
    """Return an object that is true, of a class that calls itself numpy's."""
    return meta(name, (), {"__module__": "numpy", "__bool__": lambda self: True})()


class LyingMeta(type):
    """Whose classes tell the flags and the name of another."""

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
    def test_brings_values_down(self, value: object, expected: object) -> None:
        made = plain(value)

        assert made == expected
        assert type(made) is type(expected)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(LyingInt(7), 7), (LyingText("wrong"), "wrong"), (LyingList([9]), [9])],
    )
    def test_asks_no_object_what_it_is(self, value: object, expected: object) -> None:
        made = plain(value)

        assert type(made) is type(expected)
        assert made == expected

    @pytest.mark.parametrize("value", [Liar(), object(), len, ..., [Liar()], {"a": Liar()}])
    def test_refuses_what_has_no_plain_form(self, value: object) -> None:
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
        made = {"tolist": lambda self: LyingText("x"), "item": lambda self: LyingText("x")}
        kind = type("Forged", (), {**made, "__str__": lambda self: LyingText("x")})
        names = ("ndarray", "generic", "Timestamp", "Timedelta", "Period", "Index")
        forged = types.SimpleNamespace(**dict.fromkeys(names, kind), NA=0, NaT=0)
        forged.DataFrame = forged.Series = int
        monkeypatch.setitem(sys.modules, module, forged)

        assert type(plain(kind())) is str
        assert plain(kind()) != "y"

    def test_refuses_what_is_nested_without_end(self) -> None:
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
    def test_all_else_is_wrong(self, condition: object, capsys: pytest.CaptureFixture[str]) -> None:
        assert not check(condition, right="yes", wrong="no")
        assert capsys.readouterr().out == "no\n"

    @pytest.mark.parametrize(
        "condition",
        [
            named_as_numpys(),
            named_as_numpys("bool_"),
            named_as_numpys(meta=LyingMeta),
            type("bool", (LyingInt,), {"__module__": "numpy"})(1),
            type("bool", (np.ndarray,), {"__module__": "numpy"})((), dtype=bool),
        ],
    )
    def test_a_class_that_calls_itself_numpys_is_not_believed(
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

    def test_numpys_own_is_believed_whatever_stands_in_its_place(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        true, false = np.True_, np.False_
        monkeypatch.setitem(sys.modules, "numpy", None)

        assert check(true, right="yes", wrong="no")
        assert not check(false, right="yes", wrong="no")

    def test_shows_nothing_as_the_last_value_of_a_cell(
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
    def test_prints_alike_everywhere(
        self, values: tuple[object, ...], printed: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        show(*values)

        assert capsys.readouterr().out == printed + "\n"

    def test_digits(self, capsys: pytest.CaptureFixture[str]) -> None:
        show(2 / 3, digits=2)

        assert capsys.readouterr().out == "0.67\n"

    @pytest.mark.parametrize("middle", [10.6495, -0.0875, 0.5125])
    def test_two_ways_to_a_value_halfway_between_short_ones_print_alike(
        self, middle: float, capsys: pytest.CaptureFixture[str]
    ) -> None:
        digits = len(f"{abs(middle)}".replace(".", "").lstrip("0")) - 1
        near = [math.nextafter(middle, -99), middle, math.nextafter(middle, 99)]
        for value in near:
            show(value, digits=digits)
        assert len({f"{value:.{digits}g}" for value in near}) == 2  # a plain format would differ
        assert len(set(capsys.readouterr().out.split())) == 1


class TestCall:
    def test_swallows_what_a_function_prints(self, capsys: pytest.CaptureFixture[str]) -> None:
        def noisy(x: int, y: int = 1) -> Any:
            print("debugging")
            return np.array([x, y])

        assert call(noisy, 2, y=3) == [2, 3]
        assert capsys.readouterr().out == ""

    def test_passes_errors_on(self) -> None:
        with pytest.raises(ZeroDivisionError):
            call(lambda: 1 / 0)

    def test_says_that_a_function_is_expected(self) -> None:
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
    def test_other_answers_do_not(self, one: object, other: object) -> None:
        assert not matches(other, digest(one))

    def test_nothing_matches_what_has_no_plain_form(self) -> None:
        assert not matches(Liar(), digest(3))
        assert not matches(..., digest(3))

    def test_is_salted(self) -> None:
        assert digest(3) != digest(3)
        assert digest(3, salt="00000000") == digest(3, salt="00000000")
        assert digest(3, salt="00000000") != digest(3, salt="00000001")

    def test_says_nothing_of_the_answer(self) -> None:
        assert "China" not in digest("China")
        assert len(digest("China")) == len(digest(list(range(1000))))

    def test_digits(self) -> None:
        assert matches(3.14159, digest(3.14, digits=3), digits=3)
        assert not matches(3.14159, digest(3.14))

    def test_nonsense_does_not_match(self) -> None:
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
