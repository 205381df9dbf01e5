"""Planes and grids against scikit-learn and NumPy."""

import math

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.maps.planes import grid, on_plane, principal_plane, project


def codes(n: int, d: int, seed: int = 0) -> torch.Tensor:
    scales = torch.arange(d, 0, -1).double()  # different variances, so that the directions are unique
    return 7 + scales * torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("d", [2, 3, 16])
def test_axes_are_the_principal_components(d):
    mu = codes(400, d)
    origin, axes = principal_plane(mu, mu[3])
    components = torch.from_numpy(PCA(2).fit(mu.numpy()).components_)
    torch.testing.assert_close((axes * components).sum(dim=1).abs(), torch.ones(2).double(), rtol=0, atol=1e-9)
    torch.testing.assert_close(axes @ axes.T, torch.eye(2).double(), rtol=0, atol=1e-12)
    assert torch.equal(origin, mu[3])
    assert (axes.gather(1, axes.abs().argmax(dim=1, keepdim=True)) > 0).all()


def test_the_plane_does_not_depend_on_the_point_and_keeps_the_dtype():
    mu = codes(100, 5).float()
    _, axes = principal_plane(mu, mu[0])
    _, same = principal_plane(mu, torch.zeros(5))
    assert torch.equal(axes, same)
    assert axes.dtype == torch.float32


def test_a_collapsed_posterior_still_has_a_plane():
    _, axes = principal_plane(torch.ones(20, 6), torch.ones(6))
    torch.testing.assert_close(axes @ axes.T, torch.eye(2))


def test_points_on_the_plane_and_back():
    mu = codes(100, 16)
    origin, axes = principal_plane(mu, mu[0])
    coordinates = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-3.5, 2.0]]).double()
    points = on_plane(origin, axes, coordinates)
    expected = origin.numpy() + coordinates.numpy() @ axes.numpy()
    np.testing.assert_allclose(points, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(project(origin, axes, points), coordinates, rtol=0, atol=1e-12)


def test_projection_is_the_nearest_point_of_the_plane():
    mu = codes(50, 5)
    origin, axes = principal_plane(mu, mu[0])
    residual = mu - on_plane(origin, axes, project(origin, axes, mu))
    torch.testing.assert_close(residual @ axes.T, torch.zeros(50, 2).double(), rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("mu", "through", "message"),
    [
        (torch.zeros(5, 1), torch.zeros(1), "two dimensions"),
        (torch.zeros(1, 3), torch.zeros(3), "two codes"),
        (torch.zeros(5, 3), torch.zeros(2), "2 dimensions and the codes 3"),
        (torch.full((5, 3), math.nan), torch.zeros(3), "finite"),
        (torch.zeros(5, 3), torch.full((3,), math.inf), "finite"),
    ],
)
def test_planes_refuse(mu, through, message):
    with pytest.raises(ValueError, match=message):
        principal_plane(mu, through)


def test_shapes_that_do_not_fit_are_refused():
    origin, axes = torch.zeros(3), torch.eye(3)[:2]
    with pytest.raises(ValueError, match="pairs"):
        on_plane(origin, axes, torch.zeros(4, 3))
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        on_plane(origin, axes.T, torch.zeros(4, 2))
    with pytest.raises(ValueError, match="4 dimensions"):
        project(origin, axes, torch.zeros(5, 4))


def test_grid_reads_from_the_top_left():
    expected = [[-1, 1], [0, 1], [1, 1], [-1, 0], [0, 0], [1, 0], [-1, -1], [0, -1], [1, -1]]
    assert grid(1.0, 3).tolist() == expected


def test_grid_over_a_rectangle():
    xy = grid((0.0, 4.0, 10.0, 12.0), 2)
    assert xy.tolist() == [[0, 12], [4, 12], [0, 10], [4, 10]]
    assert grid((0.0, 4.0, 10.0, 12.0), 1).tolist() == [[2, 11]]
    assert grid(3.0, 100).shape == (10_000, 2)


@pytest.mark.parametrize("extent", [0.0, -1.0, math.nan, math.inf, (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 1.0, 1.0)])
def test_grid_refuses_an_empty_or_endless_extent(extent):
    with pytest.raises(ValueError, match="extent"):
        grid(extent, 3)


@pytest.mark.parametrize("side", [0, -1, 101, 2.5])
def test_grid_refuses_a_side(side):
    with pytest.raises(ValueError, match="side"):
        grid(1.0, side)
