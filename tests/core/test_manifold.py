"""The decoded plane: which codes its grid has, and that each is drawn where it belongs."""

from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.maps.manifold import decoded, extent_grid, grid_of, prior_grid, spacings
from core.maps.projection import pca_plane


class Spots:
    """A decoder of two numbers: a grey that grows with the first in the left half, with the second in the right half."""

    config = SimpleNamespace(latent_dim=2)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        images = torch.zeros(len(z), 1, 28, 28)
        images[..., :14] = (z[:, 0].clamp(-4, 4) / 8 + 0.5).reshape(-1, 1, 1, 1)
        images[..., 14:] = (z[:, 1].clamp(-4, 4) / 8 + 0.5).reshape(-1, 1, 1, 1)
        return images


def test_the_priors_grid_has_equal_shares_of_the_prior_between_its_lines():
    grid = prior_grid(19)
    wanted = [NormalDist().inv_cdf(share) for share in np.linspace(0.05, 0.95, 19)]
    torch.testing.assert_close(grid.across, torch.tensor(wanted), rtol=0, atol=1e-5)
    torch.testing.assert_close(grid.down, grid.across.flip(0), rtol=0, atol=1e-6)
    assert grid.z.shape == (361, 2)


def test_the_codes_run_from_the_top_left_to_the_bottom_right():
    z = prior_grid(5).z.reshape(5, 5, 2)
    assert (z[:, 1:, 0] > z[:, :-1, 0]).all()
    assert (z[1:, :, 1] < z[:-1, :, 1]).all()
    assert z[2, 2].abs().max() < 1e-6


def test_the_extents_grid_runs_between_the_percentiles_of_the_codes():
    codes = torch.rand(500, 2, generator=torch.Generator().manual_seed(1)) * torch.tensor([10.0, 2.0]) + 4
    grid = extent_grid(codes, 7)
    low, high = np.percentile(codes.numpy(), [1, 99], axis=0)
    np.testing.assert_allclose(grid.across, np.linspace(low[0], high[0], 7), rtol=1e-5)
    np.testing.assert_allclose(grid.down, np.linspace(high[1], low[1], 7), rtol=1e-5)


def test_on_a_plane_the_codes_have_the_codes_size_and_its_coordinates():
    codes = torch.randn(300, 6, generator=torch.Generator().manual_seed(2)) * torch.tensor([5.0, 0.1, 3, 0.1, 0.1, 0.1])
    plane = pca_plane(codes)
    grid = grid_of(codes, "extent", 4, plane)
    assert grid.z.shape == (16, 6)
    back = (grid.z - plane.origin) @ plane.axes.T
    torch.testing.assert_close(back[:4, 0], grid.across, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(back[::4, 1], grid.down, rtol=1e-4, atol=1e-4)


def test_each_code_is_drawn_in_its_own_cell():
    grid = prior_grid(3)
    sheet = decoded(Spots(), grid)
    assert sheet.shape == (84, 84)
    for row in range(3):
        for column in range(3):
            cell = sheet[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
            assert cell[5, 5] == round(255 * (grid.across[column].item() / 8 + 0.5))
            assert cell[5, 20] == round(255 * (grid.down[row].item() / 8 + 0.5))


def test_which_grids_make_sense():
    assert spacings(2, variational=True) == ("prior", "extent")
    assert spacings(2, variational=False) == ("extent",)
    assert spacings(16, variational=True) == ("extent",)
    assert spacings(1, variational=True) == ()


def test_what_has_no_grid_is_refused():
    with pytest.raises(ValueError, match="extent of a grid"):
        extent_grid(torch.ones(50, 2), 5)
    with pytest.raises(ValueError, match="quantiles of the prior"):
        grid_of(torch.randn(50, 3), "prior", 5, pca_plane(torch.randn(50, 3)))
    with pytest.raises(ValueError, match="side of a grid"):
        prior_grid(101)
