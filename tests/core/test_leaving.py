"""Pictures that leave digit space, and the bound on their likelihood."""

import csv
from io import StringIO

import pytest
import torch

from core.config import ModelConfig
from core.evaluation import measure_elbo
from core.introduction import files, leaving
from tests.core.small_models import fresh, shaken


@pytest.fixture(scope="module")
def vae():
    return shaken(fresh(ModelConfig("dense-vae", 3, (10, 8))))


@pytest.fixture
def walks(vae, few_digits):
    x, other = few_digits.pixels(torch.tensor([0, 100]))
    return {walk.name: walk for walk in leaving.walks(vae, x, other)}, x, other


def test_every_walk_starts_at_the_digit(walks):
    found, x, _ = walks
    for walk in found.values():
        assert walk.images.shape == (leaving.STEPS, 1, 28, 28)
        torch.testing.assert_close(walk.images[0], x)
        assert 0 <= walk.images.min() <= walk.images.max() <= 1
        assert walk.lost == pytest.approx((walk.bounds[0] - walk.bounds.min()).item())


def test_where_the_walks_end(walks):
    found, x, other = walks
    torch.testing.assert_close(found["into another digit"].images[-1], other)
    noise = found["into noise"].images[-1]
    assert noise.mean() == pytest.approx(0.5, abs=0.05)
    assert noise.var() == pytest.approx(1 / 12, abs=0.02)
    shuffled = found["pixels shuffled"].images
    for image in shuffled:
        assert torch.equal(image.flatten().sort().values, x.flatten().sort().values)
    assert not torch.equal(shuffled[-1], x)
    moved = found["moved down"].images
    for k in range(leaving.STEPS):
        assert torch.equal(moved[k][0, k:], x[0, : 28 - k])
        assert (moved[k][0, :k] == 0).all()


def test_the_bound_is_the_elbo(vae, few_digits):
    """With one draw of z per picture it would be `measure_elbo`'s; the mean over draws is near the mean over many seeds."""
    digits = few_digits.subset(slice(0, 6))
    many = [measure_elbo(vae, digits, seed) for seed in range(200)]
    expected = -torch.stack([found.bce + found.kl.sum(dim=1) for found in many]).mean(dim=0)
    torch.testing.assert_close(leaving.log_likelihood_bound(vae, digits.pixels()), expected, rtol=0.01, atol=1.0)


def test_the_table_has_every_bound(walks):
    found = list(walks[0].values())
    rows = list(csv.DictReader(StringIO(files.bounds_csv(found))))
    assert [row["walk"] for row in rows[:: leaving.STEPS]] == [walk.name for walk in found]
    read = [float(row["log_p_at_least_nats"]) for row in rows]
    assert read == pytest.approx(torch.cat([walk.bounds for walk in found]).tolist(), abs=1e-3)
