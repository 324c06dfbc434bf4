import numpy as np
import pytest

from asian_security.models import _checks


def test_good_input_comes_back_as_a_new_array():
    chances = np.array([0.0, 0.5, 1.0])
    checked = _checks.probability("p", chances)
    assert (checked == chances).all()
    checked[0] = 1
    assert chances[0] == 0


@pytest.mark.parametrize(
    ("ends", "value", "sentence"),
    [
        ("[]", 1.7, r"x must lie in \[0, 1\], got 1\.7"),
        ("(]", 0, r"x must lie in \(0, 1\], got 0"),
        ("[)", 1, r"x must lie in \[0, 1\), got 1"),
        ("()", [0.5, -2], r"x must lie in \(0, 1\), got -2"),
    ],
)
def test_the_sentence_names_the_value_and_the_interval(ends, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        _checks.between("x", value, 0, 1, ends)


def test_other_sentences():
    with pytest.raises(ValueError, match="x must be finite, got nan"):
        _checks.numbers("x", [1, float("nan")])
    with pytest.raises(ValueError, match="x must be a number or an array of numbers, got 'a'"):
        _checks.numbers("x", "a")
    with pytest.raises(ValueError, match="x must be greater than 0, got 0"):
        _checks.positive("x", 0)
    with pytest.raises(ValueError, match="x must be at least 0, got -1"):
        _checks.not_negative("x", [0, -1])
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got True"):
        _checks.whole("n", True, 1)
    with pytest.raises(ValueError, match=r"m must be a square matrix, got shape \(2, 1\)"):
        _checks.square("m", [[1], [2]])


def test_a_generator_is_passed_on_and_a_seed_repeats_itself():
    rng = np.random.default_rng(1)
    assert _checks.generator(rng) is rng
    assert _checks.generator(7).random() == _checks.generator(7).random()
