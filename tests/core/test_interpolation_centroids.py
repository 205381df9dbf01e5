"""Centroids, their distances, and the support of a path among real codes, against NumPy and SciPy."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from core.interpolation import centroid_distances, centroids, support, typical_radius


def codes(n: int, d: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


# centroids


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_centroids_are_class_means(dtype):
    mu, labels = codes(300, 5, dtype=dtype), torch.arange(300) * 7 % 10
    expected = [mu.double().numpy()[labels.numpy() == k].mean(axis=0) for k in range(10)]
    c = centroids(mu, labels)
    assert c.dtype == dtype
    np.testing.assert_allclose(c, expected, rtol=0, atol=1e-6 if dtype == torch.float32 else 1e-13)


def test_centroids_of_far_off_float32_codes_lose_nothing_in_the_sum():
    mu = 1e4 + codes(20_000, 2, dtype=torch.float32)
    labels = torch.arange(20_000) % 10
    exact = mu.double()[labels == 3].mean(dim=0)
    torch.testing.assert_close(centroids(mu, labels)[3].double(), exact, rtol=6e-8, atol=0)


def test_centroids_name_the_empty_classes():
    with pytest.raises(ValueError, match="no codes of class 3, 7"):
        centroids(codes(8, 2), torch.tensor([0, 1, 2, 4, 5, 6, 8, 9]))


@pytest.mark.parametrize(
    ("mu", "labels", "message"),
    [
        (torch.full((10, 2), math.nan), torch.arange(10), "finite"),
        (torch.full((10, 2), math.inf), torch.arange(10), "finite"),
        (torch.zeros(10, 2), torch.arange(9), "one label per code"),
        (torch.zeros(10, 2), torch.arange(10)[:, None], "one label per code"),
        (torch.zeros(10), torch.arange(10), "2 axes"),
        (torch.zeros(10, 0), torch.arange(10), "2 axes"),
        (torch.zeros(10, 2, dtype=torch.int64), torch.arange(10), "floating-point"),
        (torch.zeros(10, 2), torch.arange(1, 11), "0 to 9"),
        (torch.zeros(10, 2), torch.arange(10) - 1, "0 to 9"),
        (torch.zeros(10, 2), torch.arange(10.0), "whole numbers"),
        (torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64), "no codes of class 0, 1"),
    ],
)
def test_centroids_refuse(mu, labels, message):
    with pytest.raises(ValueError, match=message):
        centroids(mu, labels)


def test_centroid_distances_against_scipy():
    c = 1e3 + codes(10, 16)
    expected = cdist(c.numpy(), c.numpy())
    np.testing.assert_allclose(centroid_distances(c), expected, rtol=1e-12, atol=0)
    assert torch.equal(centroid_distances(c), centroid_distances(c).T)
    assert not centroid_distances(c).diagonal().any()


def test_small_distances_far_from_the_origin_are_exact():
    c = torch.tensor([[1e4, 0.0], [1e4, 1e-2]])
    assert float(centroid_distances(c)[0, 1]) == pytest.approx(1e-2, rel=1e-6)


# support


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
    monkeypatch.setattr("core.interpolation._CHUNK", 150)
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
