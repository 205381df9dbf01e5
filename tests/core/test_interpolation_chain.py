"""Chains of paths: every joint once, and each leg the path between its two centroids."""

import math
from itertools import pairwise

import pytest
import torch

from core.interpolation import METHODS, ORDER, chain


def codes(n: int, d: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("method", METHODS)
def test_chain_visits_every_centroid_once_at_its_joint(method):
    c = codes(10, 16, dtype=torch.float32)
    path = chain(c, ORDER, 6, method)
    assert len(path) == 10 * 5 + 1
    assert torch.equal(path.points[::5], c[list(ORDER)])
    assert path.leg.tolist() == [min(i // 5, 9) for i in range(51)]
    assert (path.points.diff(dim=0).norm(dim=1) > 0).all()  # no frame twice
    assert (path.distance.diff() > 0).all()
    legs = [METHODS[method](c[a], c[b], 6) for a, b in pairwise(ORDER)]
    assert path.length == pytest.approx(sum(leg.length for leg in legs))
    assert float(path.distance[-1]) == pytest.approx(path.length, rel=1e-6)
    for i, leg in enumerate(legs):
        assert torch.equal(path.points[5 * i : 5 * i + 6], leg.points)


@pytest.mark.parametrize("method", METHODS)
def test_chain_of_two_is_the_path(method):
    c = codes(10, 3)
    one, two = chain(c, [4, 9], 8, method), METHODS[method](c[4], c[9], 8)
    assert torch.equal(one.points, two.points)
    assert torch.equal(one.distance, two.distance)
    assert one.length == two.length


def test_the_notebooks_order_starts_from_zero_and_comes_back():
    assert list(ORDER) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_chain_may_rest_on_a_class():
    c = codes(10, 3)
    path = chain(c, [2, 2, 5], 3)
    assert torch.equal(path.points[:3], c[2].expand(3, 3))
    assert path.distance[:3].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"classes": [3]}, "two classes"),
        ({"classes": []}, "two classes"),
        ({"classes": [3, 10]}, "from 0 to 9"),
        ({"classes": [-1, 3]}, "from 0 to 9"),
        ({"classes": [0.5, 3]}, "whole numbers"),
        ({"frames_per_leg": 1}, "two frames"),
        ({"frames_per_leg": 2.0}, "two frames"),
        ({"frames_per_leg": 1001}, "from 1 to 1000"),
        ({"classes": [0, 1] * 500, "frames_per_leg": 3}, "from 1 to 1000"),
        ({"method": "cubic"}, "linear, slerp"),
        ({"centroids": torch.full((10, 2), math.nan)}, "finite"),
    ],
)
def test_chain_refuses(changed, message):
    arguments = {"centroids": codes(10, 2), "classes": [0, 1], "frames_per_leg": 5} | changed
    with pytest.raises(ValueError, match=message):
        chain(**arguments)
