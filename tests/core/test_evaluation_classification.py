"""Scores against counts made by hand."""

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from core.config import ModelConfig
from core.evaluation import classify_set, encode_set, judge_images, score
from core.models import Judge, build


def test_scores_are_counts_of_the_confusion_matrix():
    source = np.random.default_rng(0)
    labels = source.integers(0, 10, 500)
    predicted = np.where(source.random(500) < 0.7, labels, source.integers(0, 10, 500))
    found = score(torch.eye(10)[predicted] * 0.9 + 0.01, torch.from_numpy(labels))
    counts = np.zeros((10, 10), dtype=int)
    for truth, guess in zip(labels, predicted, strict=True):
        counts[truth, guess] += 1
    precision, recall = np.diag(counts) / counts.sum(axis=0), np.diag(counts) / counts.sum(axis=1)
    np.testing.assert_array_equal(found.confusion, counts)
    assert found.accuracy == pytest.approx(np.trace(counts) / 500)
    assert found.precision == pytest.approx(precision.mean())
    assert found.recall == pytest.approx(recall.mean())
    assert found.f1 == pytest.approx((2 * precision * recall / (precision + recall)).mean())


@pytest.mark.parametrize("classes", [10, 7, 1])
def test_scores_are_scikit_learns_even_if_classes_are_missing(classes):
    source = np.random.default_rng(classes)
    labels, predicted = source.integers(0, classes, 60), source.integers(0, max(1, classes - 2), 60)
    found = score(torch.eye(10)[predicted], torch.from_numpy(labels))
    expected = precision_recall_fscore_support(labels, predicted, average="macro", zero_division=0)
    assert (found.precision, found.recall, found.f1) == pytest.approx(expected[:3])
    np.testing.assert_array_equal(found.confusion, confusion_matrix(labels, predicted, labels=range(10)))


def test_a_class_that_is_never_predicted_has_precision_0_and_an_absent_one_does_not_count():
    labels = torch.tensor([0, 0, 1, 1])
    found = score(torch.eye(10)[torch.zeros(4, dtype=torch.int64)], labels)
    assert found.precision == pytest.approx((0.5 + 0) / 2)
    assert found.recall == pytest.approx((1 + 0) / 2)
    assert found.confusion.shape == (10, 10)


def test_the_class_head_reads_mu(few_digits):
    model = build(ModelConfig("dense-multistage-vae", 4, (32,))).eval()
    found = classify_set(model, few_digits)
    with torch.no_grad():
        expected = model.classify(model.encode(few_digits.pixels()).mu).softmax(dim=1)
    torch.testing.assert_close(found.probabilities, expected)
    assert torch.equal(found.predicted, expected.argmax(dim=1))
    assert torch.equal(classify_set(model, few_digits, encode_set(model, few_digits)).predicted, found.predicted)


def test_no_class_head_no_classes(few_digits):
    with pytest.raises(TypeError, match="no class head"):
        classify_set(build(ModelConfig("dense-vae", 4, (32,))), few_digits)


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match="no digits"):
        score(torch.zeros(0, 10), torch.zeros(0, dtype=torch.int64))


def test_the_judge_must_not_drop_units_at_random(few_digits):
    judge = Judge()
    with pytest.raises(ValueError, match="training mode"):
        judge_images(judge, few_digits.pixels())
    judge.eval()
    with torch.no_grad():
        torch.testing.assert_close(judge_images(judge, few_digits.pixels()), judge(few_digits.pixels()).softmax(dim=1))
