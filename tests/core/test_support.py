"""The support of a place among real codes, against SciPy's k-d tree."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from core.walks.support import support, typical_radius


def codes(n: int, d: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


@given(st.integers(1, 8), st.integers(0, 1000), st.floats(0, 5))
@settings(max_examples=50)
def test_support_against_a_kd_tree(d, seed, radius):
    mu, points = codes(200, d, seed), codes(30, d, seed + 1)
    expected = cKDTree(mu.numpy()).query_ball_point(points.numpy(), radius, return_length=True)
    assert support(points, mu, radius).tolist() == expected.tolist()


def test_support_counts_the_border_and_the_code_itself():
    mu = torch.tensor([[0.0], [1.0], [3.0]])
    assert support(mu, mu, 1.0).tolist() == [2, 2, 1]
    assert support(mu, mu, 0.0).tolist() == [1, 1, 1]


def test_support_in_chunks_is_the_same(monkeypatch):
    mu, points = codes(100, 3), codes(50, 3, seed=1)
    whole, radius = support(points, mu, 0.7), typical_radius(mu)
    monkeypatch.setattr("core.walks.support._CHUNK", 150)
    assert torch.equal(support(points, mu, 0.7), whole)
    assert typical_radius(mu) == radius


def test_support_of_no_points_is_empty_and_by_no_codes_is_zero():
    assert support(torch.zeros(0, 2), torch.zeros(5, 2), 1.0).shape == (0,)
    assert support(torch.zeros(3, 2), torch.zeros(0, 2), 1.0).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"radius": -1.0}, "radius"),
        ({"radius": math.nan}, "radius"),
        ({"radius": math.inf}, "radius"),
        ({"points": torch.zeros(3, 4)}, "4 dimensions and the codes 2"),
        ({"points": torch.full((3, 2), math.nan)}, "the points must be finite"),
        ({"mu": torch.full((3, 2), math.inf)}, "the codes must be finite"),
    ],
)
def test_support_refuses(changed, message):
    with pytest.raises(ValueError, match=message):
        support(**({"points": torch.zeros(3, 2), "mu": torch.zeros(5, 2), "radius": 1.0} | changed))


@pytest.mark.parametrize("neighbours", [1, 10])
def test_typical_radius_against_a_kd_tree(neighbours):
    mu = codes(501, 4)
    expected = np.median(cKDTree(mu.numpy()).query(mu.numpy(), k=neighbours + 1)[0][:, -1])
    assert typical_radius(mu, neighbours) == pytest.approx(expected, rel=1e-12)


def test_typical_radius_of_a_sample_is_close_and_gives_the_support_it_promises():
    mu = codes(4000, 2)
    radius = typical_radius(mu)
    assert radius == pytest.approx(typical_radius(mu, sample=4000), rel=0.1)
    assert support(mu, mu, radius).double().median() == pytest.approx(11, abs=1)  # ten neighbours and the code itself


def test_typical_radius_of_a_collapsed_posterior_is_zero():
    assert typical_radius(torch.ones(50, 3)) == 0


@pytest.mark.parametrize("count", [0, 1, 10])
def test_typical_radius_needs_more_codes_than_neighbours(count):
    with pytest.raises(ValueError, match="at least 11 codes"):
        typical_radius(torch.zeros(count, 2))
