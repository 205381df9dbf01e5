"""How the judge is trained: on digits as they are, and on averages and blurs of digits, as frames of a path are.

A judge that has seen clean digits alone is the control: its metrics are reported beside this one's.
"""

from collections.abc import Iterator
from math import log2

import torch
import torch.nn.functional as F
from torch import Tensor

from core.config import CLASSES, TrainConfig
from core.datasets import Digits
from core.losses import classification_cross_entropy
from core.models import Judge
from core.training import Step, optimise, stream_seed

MOST_AVERAGED = 64
MOST_BLUR = 2.0  # standard deviation of the blur, in pixels


def train_judge(judge: Judge, digits: Digits, config: TrainConfig, softened: float = 0.5) -> Iterator[Step]:
    """Train in place, yielding after every step. The share `softened` of each batch is blurred, half of that also averaged."""
    source = torch.Generator()
    of_class = [digits.of_class(k) for k in range(CLASSES)]

    def batch_loss(index: Tensor, step: int) -> dict[str, Tensor]:
        source.manual_seed(stream_seed(config.seed, step))
        x, labels = digits.pixels(index), digits.labels[index]
        blur = 2 * round(softened * len(x) / 2)  # even: half of them are averaged
        if blur:
            mixed = torch.cat([averaged(digits, of_class, labels[: blur // 2], source), x[blur // 2 : blur]])
            x = torch.cat([blurred(mixed, _draw(0.3, MOST_BLUR, source)), x[blur:]])
        return {"total": classification_cross_entropy(judge(x), labels).mean()}

    yield from optimise(judge, len(digits), config, batch_loss)


def averaged(digits: Digits, of_class: list[Tensor], labels: Tensor, source: torch.Generator) -> Tensor:
    """For each label, the mean of k random digits of that class: -> (B, 1, 28, 28). One log-uniform k from 2 to 64 for all."""
    k = round(2 ** _draw(1, log2(MOST_AVERAGED), source))
    picks = torch.stack(
        [of_class[c][torch.randint(len(of_class[c]), (k,), generator=source)] for c in labels.tolist()]
    )  # (B, k)
    return digits.images[picks].float().mean(dim=1).div_(255).unsqueeze(1)


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur with standard deviation `sigma` pixels: (B, 1, 28, 28) -> the same."""
    at = torch.arange(-6.0, 7.0)
    kernel = (-at.square() / (2 * sigma**2)).exp()
    kernel = kernel / kernel.sum()  # (13,)
    x = F.conv2d(x, kernel.reshape(1, 1, 1, -1), padding=(0, 6))
    return F.conv2d(x, kernel.reshape(1, 1, -1, 1), padding=(6, 0))


def judge_report(judge: Judge, digits: Digits, class_means: Tensor) -> dict[str, float | int]:
    """Accuracy on `digits`, and how many of the ten class-mean images, (10, 1, 28, 28), get their own label."""
    with torch.inference_mode():
        labels = torch.cat([judge(digits.pixels(part)).argmax(1) for part in torch.arange(len(digits)).split(1000)])
        means = judge(class_means).argmax(1)
    return {
        "accuracy": (labels == digits.labels).double().mean().item(),
        "class_means_right": int((means == torch.arange(CLASSES)).sum()),
    }


def _draw(low: float, high: float, source: torch.Generator) -> float:
    return torch.empty(()).uniform_(low, high, generator=source).item()
