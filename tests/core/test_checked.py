"""Numbers that are read are of their type and in range, or a sentence names them."""

from collections.abc import Callable
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checked import LARGEST, real, whole

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()) | st.just(10**5000)


def sentence(read: Callable[[], float]) -> str:
    """What is said of a value that is refused; nothing if it is read."""
    try:
        read()
    except ValueError as error:
        return str(error)
    return ""


@given(ANYTHING)
def test_a_whole_number_is_in_range_or_named(value):
    said = sentence(lambda: whole("steps", value, 0, 10))
    fits = type(value) is int and 0 <= value <= 10
    assert said == "" if fits else said.startswith("steps must be a whole number from 0 to 10, not ")
    assert len(said) < 120


@given(ANYTHING)
def test_a_number_is_a_float_in_range_or_named(value):
    said = sentence(lambda: real("beta", value))
    fits = type(value) in (int, float) and 0 <= value <= LARGEST
    assert said == "" if fits else said.startswith("beta must be a number, at least 0 and at most 1,000,000,000, not ")
    assert len(said) < 140


def test_a_number_comes_back_as_a_float():
    assert type(real("beta", 3)) is float
    assert whole("steps", 3, 0) == 3


@pytest.mark.parametrize("bad", [0, 1, 1.0, inf, nan, 10**400, "0.5", True, None])
def test_ends_may_be_left_out(bad):
    assert real("share", 0.5, 0, 1, above=True, below=True) == 0.5
    with pytest.raises(ValueError, match="share must be a number, above 0 and below 1, not "):
        real("share", bad, 0, 1, above=True, below=True)
