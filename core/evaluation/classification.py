"""What the class head of a multi-stage model reads off the codes, and what a judge sees in images."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES
from core.datasets import Digits
from core.evaluation.batches import Model, spans
from core.evaluation.codes import Codes, encode_set

Classifier = Callable[[Tensor], Tensor]  # images (B, 1, 28, 28) -> logits (B, 10)


@dataclass(frozen=True)
class Classification:
    """Predictions for a set of digits and the scores made from them; scores are shares in [0, 1].

    Precision, recall and F1 are averaged over the classes with equal weight ("macro"); a class that occurs neither as a label
    nor as a prediction is left out, and one that is never predicted has precision 0.
    """

    labels: Tensor  # (N,) int64
    predicted: Tensor  # (N,) int64
    probabilities: Tensor  # (N, 10) float32
    confusion: Tensor  # (10, 10) int64, rows: the true class, columns: the predicted one
    accuracy: float
    precision: float
    recall: float
    f1: float


def classify_set(model: Model, digits: Digits, codes: Codes | None = None) -> Classification:
    """Classes read off mu. Raises TypeError if the model has no class head."""
    codes = encode_set(model, digits) if codes is None else codes
    return score(_probabilities(model.classify, codes.mu), codes.labels)


def score(probabilities: Tensor, labels: Tensor) -> Classification:
    """Compare probabilities, (N, 10), with the true labels, (N,). Raises ValueError for an empty set."""
    if len(labels) == 0:
        raise ValueError("there are no digits to classify")
    predicted = probabilities.argmax(dim=1)
    confusion = torch.bincount(CLASSES * labels + predicted, minlength=CLASSES**2).view(CLASSES, CLASSES)
    right, true, guessed = confusion.diag().double(), confusion.sum(dim=1), confusion.sum(dim=0)  # (10,) each
    occurs = true + guessed > 0
    return Classification(
        labels=labels,
        predicted=predicted,
        probabilities=probabilities,
        confusion=confusion,
        accuracy=(right.sum() / len(labels)).item(),
        precision=(right / guessed.clamp(min=1))[occurs].mean().item(),
        recall=(right / true.clamp(min=1))[occurs].mean().item(),
        f1=(2 * right / (true + guessed).clamp(min=1))[occurs].mean().item(),
    )


def judge_images(judge: Classifier, images: Tensor) -> Tensor:
    """The judge's class probabilities of images: (N, 1, 28, 28) -> (N, 10). Raises ValueError for a judge in training mode."""
    check_judge(judge)
    return _probabilities(judge, images)


def check_judge(judge: Classifier) -> None:
    """Raises ValueError if the judge is still in training mode, in which layers such as dropout make labels random."""
    if getattr(judge, "training", False):
        raise ValueError("the judge is in training mode, where its labels may be random; call judge.eval() first")


def _probabilities(classifier: Classifier, inputs: Tensor) -> Tensor:
    found = torch.empty(len(inputs), CLASSES)
    with torch.inference_mode():
        for span in spans(len(inputs)):
            found[span] = classifier(inputs[span]).softmax(dim=1)
    return found
