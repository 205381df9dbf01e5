"""Sharpness and diversity against SciPy, and on images where the answer is known."""

from math import log

import pytest
import torch
from scipy import ndimage
from scipy.spatial.distance import pdist

from core.config import ModelConfig
from core.evaluation import compare_with_real, draw_from_prior, sample_quality, sharpness
from core.models import build
from tests.core.handmade import one_hot_logits


def test_sharpness_is_the_mean_absolute_laplacian(few_digits):
    x = few_digits.pixels()
    expected = [abs(ndimage.laplace(image.numpy().astype("float64"), mode="constant")).mean() for image in x[:, 0]]
    torch.testing.assert_close(sharpness(x).double(), torch.tensor(expected, dtype=torch.float64), atol=1e-6, rtol=1e-5)


def test_real_digits_are_as_sharp_and_diverse_as_themselves(few_digits):
    found = compare_with_real(few_digits.pixels(), few_digits)
    assert (found.sharpness, found.diversity) == (pytest.approx(1), pytest.approx(1))
    assert found.label_entropy is None
    assert found.judge_confidence is None


def test_blur_and_lost_contrast_are_seen(few_digits):
    x = few_digits.pixels()
    blurred = torch.from_numpy(ndimage.gaussian_filter(x.numpy(), (0, 0, 1.0, 1.0)))
    assert compare_with_real(blurred, few_digits).sharpness < 0.6
    assert compare_with_real(x / 2, few_digits).sharpness == pytest.approx(0.5)


def test_diversity_is_the_mean_pairwise_distance_over_the_real_ones(few_digits):
    x = few_digits.pixels()
    ones = x[few_digits.of_class(1)].repeat(10, 1, 1, 1)
    expected = pdist(ones.flatten(1).double()).mean() / pdist(x.flatten(1).double()).mean()
    assert compare_with_real(ones, few_digits).diversity == pytest.approx(expected, rel=1e-4)
    assert compare_with_real(x[:1].repeat(200, 1, 1, 1), few_digits).diversity == 0


def test_the_judges_labels_are_summarised(few_digits):
    def judge(x):  # says 3 where the middle is dark and 4 elsewhere, with probability 0.7
        sure = one_hot_logits(torch.where(x[:, 0, 14, 14] < 0.5, 3, 4))
        return torch.where(sure > 0, log(0.7), log(0.3 / 9))

    share = (few_digits.pixels()[:, 0, 14, 14] < 0.5).double().mean().item()
    found = compare_with_real(few_digits.pixels(), few_digits, judge)
    assert found.judge_confidence == pytest.approx(0.7, abs=1e-6)
    assert found.label_entropy == pytest.approx(-share * log(share) - (1 - share) * log(1 - share))


def test_one_image_has_no_diversity(few_digits):
    with pytest.raises(ValueError, match="at least two"):
        compare_with_real(few_digits.pixels()[:1], few_digits)


def test_draws_are_the_seeds(few_digits):
    model = build(ModelConfig("dense-vae", 4, (32,))).eval()
    before = torch.random.get_rng_state()
    found = draw_from_prior(model, 1200, seed=5)
    with torch.no_grad():
        expected = model.decode(torch.randn(1200, 4, generator=torch.Generator().manual_seed(5)))
    torch.testing.assert_close(found, expected)
    assert sample_quality(model, few_digits, count=50, seed=5) == sample_quality(model, few_digits, count=50, seed=5)
    assert sample_quality(model, few_digits, count=50, seed=5) != sample_quality(model, few_digits, count=50, seed=6)
    assert torch.equal(torch.random.get_rng_state(), before)
