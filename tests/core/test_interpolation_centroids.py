"""Centroids and their distances, against NumPy and SciPy."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from core.interpolation import centroid_distances, centroids


def codes(n: int, d: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


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
