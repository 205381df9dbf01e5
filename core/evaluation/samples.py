"""Draws from the prior: how sharp they are, how diverse, and what a judge makes of them, all relative to real digits."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.datasets import Digits
from core.evaluation.batches import Model, decode_all, generator, random_subset, spans, standard_normal
from core.evaluation.classification import Classifier, judge_images

COUNT = 1000


@dataclass(frozen=True)
class SampleQuality:
    """Sharpness and diversity are 1 for real digits. The judge's two numbers are None where there was no judge."""

    sharpness: float  # mean |Laplacian| of the samples over that of real digits
    diversity: float  # mean distance between two samples over that between two real digits
    label_entropy: float | None  # of the shares of the judge's labels, in nats; log 10 = 2.303 if all ten are equally frequent
    judge_confidence: float | None  # mean probability of the judge's own label; real digits are near 1


def draw_from_prior(model: Model, count: int, seed: int = 0) -> Tensor:
    """Decode `count` draws of z ~ N(0, I): (count, 1, 28, 28) in [0, 1].

    Any model will decode them; only a VAE has been trained to make them look like digits.
    """
    return decode_all(model, standard_normal(count, model.config.latent_dim, generator(seed)))


def sharpness(images: Tensor) -> Tensor:
    """Mean over pixels of |x_up + x_down + x_left + x_right - 4 x| of each image: (B, 1, 28, 28) -> (B,), black outside.

    The discrete Laplacian answers to edges, so both blur and lost contrast lower it. In batches, because 5,000 images at once
    would take 270 MB for a moment.
    """
    kernel = images.new_tensor([[0, 1, 0], [1, -4, 1], [0, 1, 0]]).reshape(1, 1, 3, 3)
    parts = (images[span] for span in spans(len(images)))
    return torch.cat([F.conv2d(part, kernel, padding=1).abs().flatten(1).mean(dim=1) for part in parts])


def mean_pairwise_distance(images: Tensor) -> float:
    """Mean Euclidean distance in pixel space over all pairs of different images: (N, 1, 28, 28), N >= 2."""
    if len(images) < 2:
        raise ValueError("a distance between images needs at least two of them")
    return torch.pdist(images.flatten(1)).double().mean().item()


def label_entropy(labels: Tensor) -> float:
    """Entropy of the labels' shares, -sum p log p: (N,) -> nats."""
    shares = labels.bincount().double() / len(labels)
    return torch.special.entr(shares).sum().item()


def compare_with_real(images: Tensor, digits: Digits, judge: Classifier | None = None, seed: int = 0) -> SampleQuality:
    """Measure images, (N, 1, 28, 28), against as many real digits chosen with `seed` (all of them, if there are fewer)."""
    real = digits.pixels(random_subset(len(digits), len(images), seed))
    probabilities = None if judge is None else judge_images(judge, images)  # (N, 10)
    return SampleQuality(
        sharpness=(sharpness(images).double().mean() / sharpness(real).double().mean()).item(),
        diversity=mean_pairwise_distance(images) / mean_pairwise_distance(real),
        label_entropy=None if probabilities is None else label_entropy(probabilities.argmax(dim=1)),
        judge_confidence=None if probabilities is None else probabilities.amax(dim=1).double().mean().item(),
    )


def sample_quality(
    model: Model, digits: Digits, judge: Classifier | None = None, count: int = COUNT, seed: int = 0
) -> SampleQuality:
    """`compare_with_real` of `count` draws from the prior."""
    return compare_with_real(draw_from_prior(model, count, seed), digits, judge, seed)
