"""The judge's training and what softens its digits, against NumPy and SciPy."""

from itertools import islice
from math import log2

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest, uniform

from core.config import TrainConfig
from core.models import Judge
from core.shipping.judging import averaged, blurred, judge_report, train_judge


@pytest.mark.parametrize("sigma", [0.3, 1.0, 1.7, 2.0])
def test_blur_is_scipys_gaussian_filter(sigma):
    x = torch.rand(3, 1, 28, 28)
    expected = [gaussian_filter(image[0].double().numpy(), sigma, mode="constant", radius=6) for image in x]
    np.testing.assert_allclose(blurred(x, sigma)[:, 0], expected, atol=1e-6)


def test_blur_keeps_the_range_and_the_light():
    x = torch.zeros(1, 1, 28, 28)
    x[0, 0, 14, 14] = 1
    soft = blurred(x, 2.0)
    assert soft.sum().item() == pytest.approx(1, abs=1e-5)
    assert 0 <= soft.min() <= soft.max() < 0.05
    assert blurred(torch.ones(1, 1, 28, 28), 2.0).max() <= 1 + 1e-6


def draw_again(digits, of_class, labels, source):
    """What `averaged` does, in NumPy, from the same generator."""
    k = round(2 ** torch.empty(()).uniform_(1, log2(64), generator=source).item())
    images = digits.images.numpy().astype(np.float64) / 255
    rows = [of_class[c][torch.randint(len(of_class[c]), (k,), generator=source)].numpy() for c in labels.tolist()]
    return k, np.stack([images[row].mean(axis=0) for row in rows])


@pytest.mark.parametrize("seed", range(5))
def test_averages_are_means_of_digits_of_the_class(few_digits, seed):
    of_class = [few_digits.of_class(k) for k in range(10)]
    labels = torch.tensor([7, 0, 7, 3])
    found = averaged(few_digits, of_class, labels, torch.Generator().manual_seed(seed))
    k, expected = draw_again(few_digits, of_class, labels, torch.Generator().manual_seed(seed))
    assert 2 <= k <= 64
    assert found.shape == (4, 1, 28, 28)
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-6)
    assert not torch.equal(found[0], found[2])  # each has draws of its own


def test_an_average_only_sees_its_own_class(few_digits):
    """With images that are constant at their class, every average is that constant."""
    images = few_digits.labels.to(torch.uint8).reshape(-1, 1, 1).expand(-1, 28, 28) * 20
    digits = type(few_digits)(images, few_digits.labels, "constant")
    found = averaged(digits, [digits.of_class(k) for k in range(10)], torch.arange(10), torch.Generator().manual_seed(0))
    torch.testing.assert_close(found, (torch.arange(10) * 20 / 255).reshape(10, 1, 1, 1).expand(10, 1, 28, 28))


def test_how_many_are_averaged_is_log_uniform(few_digits):
    """The number itself is not returned; the share of light left from one bright digit among dark ones shows it."""
    images = torch.zeros(1000, 28, 28, dtype=torch.uint8)
    digits = type(few_digits)(images, torch.zeros(1000, dtype=torch.long), "dark")
    images[::2] = 255
    source, of_class, ks = torch.Generator().manual_seed(0), [torch.arange(1000)], []
    for _ in range(300):
        shares = averaged(digits, of_class, torch.zeros(40, dtype=torch.long), source)[:, 0, 0, 0].double()
        ks.append(0.25 / shares.var().item())  # a mean of k coins has variance 1 / 4 k
    assert kstest(np.log2(ks), uniform(1, 5).cdf).statistic < 0.15


@pytest.mark.parametrize("softened", [0.0, 0.5, 1.0])
def test_training_the_judge_lowers_its_loss(few_digits, softened):
    config = TrainConfig(epochs=6, batch_size=25, learning_rate=3e-3)
    steps = list(islice(train_judge(Judge(), few_digits, config, softened), 30))
    totals = [step.losses["total"] for step in steps]
    assert np.mean(totals[-5:]) < 0.7 * np.mean(totals[:5])


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5])
def test_tiny_batches_train_too(few_digits, batch_size):
    (step,) = islice(train_judge(Judge(), few_digits, TrainConfig(batch_size=batch_size)), 1)
    assert np.isfinite(step.losses["total"])


def test_the_judges_training_repeats_itself_and_leaves_the_global_generator_alone(few_digits):
    def train_one(seed: int) -> torch.Tensor:
        torch.manual_seed(0)
        judge = Judge()
        before = torch.random.get_rng_state()
        list(islice(train_judge(judge, few_digits, TrainConfig(batch_size=8, seed=seed)), 3))
        assert torch.equal(torch.random.get_rng_state(), before)
        return judge.layers[0].weight.detach()

    assert torch.equal(train_one(1), train_one(1))
    assert not torch.equal(train_one(1), train_one(2))


def test_the_report_counts_right_answers(few_digits):
    class Stub(torch.nn.Module):
        """Says the class that the image's corner was painted with."""

        def forward(self, x):
            return torch.nn.functional.one_hot((x[:, 0, 0, 0] * 255).round().long(), 10).float()

    images = torch.zeros(200, 28, 28, dtype=torch.uint8)
    images[:, 0, 0] = few_digits.labels.to(torch.uint8)
    images[:50, 0, 0] = 9  # fifty digits of the classes 0 to 2, called nines
    means = torch.zeros(10, 1, 28, 28)
    means[:, 0, 0, 0] = torch.tensor([0, 1, 2, 3, 4, 5, 6, 7, 0, 0]) / 255
    report = judge_report(Stub(), type(few_digits)(images, few_digits.labels, "painted"), means)
    assert report == {"accuracy": 0.75, "class_means_right": 8}
