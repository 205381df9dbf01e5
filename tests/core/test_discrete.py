"""Discrete divergences, against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from core.divergence import discrete

WEIGHTS = st.lists(st.floats(0.01, 100), min_size=5, max_size=5)


@given(WEIGHTS, WEIGHTS)
def test_both_directions_and_the_terms_agree_with_scipy(p, q):
    found = discrete.compare(p, q)
    assert found.forward == pytest.approx(entropy(p, q), abs=1e-9)
    assert found.reverse == pytest.approx(entropy(q, p), abs=1e-9)
    assert sum(found.terms) == pytest.approx(found.forward, abs=1e-9)
    assert sum(found.p) == pytest.approx(1)
    assert found.forward >= -1e-12


def test_what_q_rules_out_costs_without_end():
    found = discrete.compare([1, 1, 0], [1, 0, 1])
    assert found.forward == found.reverse == float("inf")
    assert found.terms[1] == float("inf")
    assert found.terms[2] == 0  # 0 log 0


def test_equal_distributions_cost_nothing_and_scale_does_not_matter():
    found = discrete.compare([1, 2, 3], [10, 20, 30])
    assert found.forward == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([1, 1], [1, 1, 1]),
        ([1], [1]),
        ([0, 0], [1, 1]),
        ([1, -1], [1, 1]),
        ([1, 1], [1, float("nan")]),
        ([float("inf"), 1], [1, 1]),
    ],
)
def test_what_is_no_distribution_is_refused(p, q):
    with pytest.raises(ValueError, match=r"P|Q"):
        discrete.compare(p, q)
