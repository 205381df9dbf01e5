"""The map of digit space, against NumPy and scikit-learn, and the unit Gaussian carried onto it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.datasets import Digits, embedded
from core.introduction import digit_space
from tests.core.handmade import one_hot_logits


class Plane:
    """Decodes z into two corners of the picture: z1 into the first pixel, z2 into the last, around a half."""

    def __init__(self, latent_dim: int = 2) -> None:
        self.config = SimpleNamespace(latent_dim=latent_dim)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        images = torch.full((len(z), 784), 0.5)
        images[:, 0] += z[:, 0] / 10
        images[:, -1] += z[:, 1] / 10
        return images.reshape(-1, 1, 28, 28)


@pytest.fixture(scope="module")
def space() -> digit_space.DigitSpace:
    return digit_space.survey(embedded())


def test_the_plane_is_that_of_pca(space):
    flat = embedded().pixels().flatten(1).numpy()
    pca = PCA(2).fit(flat)
    mine = space.place(embedded().pixels()).numpy()
    np.testing.assert_allclose(np.abs(mine), np.abs(pca.transform(flat)), atol=1e-2)


@pytest.mark.parametrize(("level", "share"), list(zip((3, 2, 1), digit_space.SHARES, strict=True)))
def test_each_shade_holds_about_its_share_of_the_digits(space, level, share):
    places = space.place(embedded().pixels()).numpy()
    edges = np.linspace(-space.edge, space.edge, digit_space.CELLS + 1)
    counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=(edges, edges))
    inside = counts[::-1][space.shade.numpy() >= level].sum() / len(places)  # the top row first
    assert inside == pytest.approx(share, abs=0.01)


def test_examples_lie_where_they_are_and_inside_the_region(space):
    torch.testing.assert_close(space.place(embedded().pixels(space.examples)), space.example_places, atol=1e-3, rtol=1e-4)
    step = 2 * space.edge / digit_space.CELLS
    for x, y in space.example_places.tolist():
        assert space.shade[int((space.edge - y) / step), int((x + space.edge) / step)] > 0


def test_the_gaussian_is_a_gaussian_and_goes_where_its_pictures_lie(space):
    def judge(images):
        return one_hot_logits((images[:, 0, 0, 0] > 0.5).long())

    found = digit_space.carry(Plane(), space, judge, seed=3)
    assert found.z.mean(0).abs().max() < 0.15
    assert (found.z.std(0) - 1).abs().max() < 0.1
    assert torch.equal(found.classes, (found.z[:, 0] > 0).long())
    torch.testing.assert_close(found.places, space.place(Plane().decode(found.z)))
    assert torch.equal(found.z, digit_space.carry(Plane(), space, judge, seed=3).z)
    for (line, places), radius in zip(found.lines, digit_space.RADII, strict=False):
        torch.testing.assert_close(line.norm(dim=1), torch.full((len(line),), radius))
        torch.testing.assert_close(places, space.place(Plane().decode(line)))
    assert len(found.lines) == len(digit_space.RADII) + digit_space.SPOKES


def test_only_a_plane_can_be_carried(space):
    with pytest.raises(ValueError, match="3 numbers"):
        digit_space.carry(Plane(3), space, lambda images: one_hot_logits(torch.zeros(len(images)).long()))


def test_the_nearest_digit_is_the_nearest(space):
    z = torch.tensor([1.0, -2.0])
    image = Plane().decode(z[None])
    exact = Digits((image[0] * 255).round().to(torch.uint8), torch.tensor([7]), "one")
    others = embedded()
    digits = Digits(torch.cat((others.images[:50], exact.images)), torch.cat((others.labels[:50], exact.labels)), "all")
    found = digit_space.find(Plane(), space, digits, z)
    assert found.nearest == 50
    assert found.mse == pytest.approx((image - exact.pixels()).square().mean().item(), abs=1e-7)
    torch.testing.assert_close(found.place, space.place(image)[0])
