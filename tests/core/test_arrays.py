"""Digits of one's own: what is unambiguous trains as the same bytes, and the rest is refused with a sentence."""

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import ModelConfig, TrainConfig
from core.datasets import Digits, embedded
from core.losses import (
    bernoulli_cross_entropy,
    classification_cross_entropy,
    gaussian_negative_elbo,
    kl_per_dimension,
    kl_to_standard_normal,
    squared_error,
    weighted_total,
)
from core.models import build
from core.training import train

BYTES = embedded().images[::500].clone()  # (10, 28, 28)
CLASSES = list(range(10))
FLOATS = BYTES.numpy() / np.float32(255)

SAME = {
    "as it is": BYTES,
    "NumPy": BYTES.numpy(),
    "rows of 784": BYTES.reshape(10, 784).numpy(),
    "a channel first": BYTES[:, None],
    "a channel last": BYTES[..., None].numpy(),
    "floats": FLOATS,
    "floats with a channel": torch.from_numpy(FLOATS)[:, None],
    "float64 rows": FLOATS.astype(np.float64).reshape(10, 784),
    "half floats": torch.from_numpy(FLOATS).to(torch.float64).half(),
    "int64": BYTES.long(),
    "uint16": BYTES.numpy().astype(np.uint16),
    "the other order of bytes": BYTES.numpy().astype(">i4"),
    "not in one piece": np.asfortranarray(BYTES.numpy()),
    "backwards twice": BYTES.numpy()[::-1].copy()[::-1],
    "a data frame": pd.DataFrame(BYTES.reshape(10, 784).numpy()),
    "a list of arrays": list(BYTES.numpy()),
    "a list of tensors": list(BYTES),
    "with a gradient": torch.from_numpy(FLOATS).requires_grad_(),
}


@pytest.mark.parametrize("images", SAME.values(), ids=SAME.keys())
def test_pictures_that_can_be_meant_in_one_way_only_are_the_same_bytes(images):
    digits = Digits(images, CLASSES, "mine")
    assert digits.images.dtype == torch.uint8
    assert torch.equal(digits.images, BYTES)
    assert digits.pixels().shape == (10, 1, 28, 28)


def test_booleans_are_black_and_white():
    digits = Digits(BYTES.numpy() > 127, CLASSES, "mine")
    assert digits.images.unique().tolist() == [0, 255]
    assert torch.equal(digits.images == 255, BYTES > 127)


@pytest.mark.parametrize(
    "labels",
    [
        CLASSES,
        tuple(CLASSES),
        range(10),
        np.arange(10),
        np.arange(10, dtype=np.uint8),
        np.arange(10, dtype=">i2"),
        np.arange(10, dtype=np.uint32),
        torch.arange(10, dtype=torch.int32),
        torch.arange(10).reshape(10, 1),
        pd.Series(CLASSES),
    ],
)
def test_labels_of_any_whole_type(labels):
    digits = Digits(BYTES, labels, "mine")
    assert digits.labels.dtype == torch.int64
    assert digits.labels.tolist() == CLASSES
    assert digits.of_class(3).tolist() == [3]


@pytest.mark.parametrize("images", [FLOATS, BYTES[:, None], BYTES.reshape(10, 784).numpy()])
def test_own_arrays_train_as_the_same_digits_do(images):
    def losses(digits: Digits) -> list[float]:
        model = build(ModelConfig("dense-multistage-vae", 2, (8,)), seed=0)
        return [step.losses["total"] for step in train(model, digits, TrainConfig(epochs=3, batch_size=5))]

    own = losses(Digits(images, np.arange(10, dtype=np.int32), "mine"))
    assert own == losses(Digits(BYTES, torch.arange(10), "the same"))


WRONG_IMAGES = {
    "floats of 0 to 255": (FLOATS * 255, "floats must lie between 0"),
    "normalised floats": ((FLOATS - 0.13) / 0.31, "floats must lie between 0"),
    "a hair too large": (FLOATS + 0.01, "floats must lie between 0"),
    "NaN": (np.where(FLOATS > 0.5, np.nan, FLOATS), "finite"),
    "infinite": (np.where(FLOATS > 0.5, np.inf, FLOATS), "finite"),
    "bytes of 0 and 1": ((BYTES > 127).to(torch.uint8), "nearly black"),
    "too large": (BYTES.int() * 2, "between 0 and 255"),
    "negative": (-BYTES.int(), "between 0 and 255"),
    "complex": (torch.from_numpy(FLOATS).to(torch.complex64), "real numbers"),
    "complex in NumPy": (FLOATS.astype(complex), "must be numbers"),
    "words": (["a", "b"], "must be numbers"),
    "unequal rows": ([[1, 2], [3]], "array of numbers"),
    "nothing": (BYTES[:0], "no images"),
    "one number": (3, "no images"),
    "one picture": (BYTES[0], r"images\[None\]"),
    "colours": (BYTES[:, None].repeat(1, 3, 1, 1), "28x28 pixels of grey"),
    "another size": (torch.zeros(10, 32, 32), "28x28 pixels of grey"),
    "too many axes": (BYTES[None, :, None], "must have the shape"),
}


@pytest.mark.parametrize(("images", "sentence"), WRONG_IMAGES.values(), ids=WRONG_IMAGES.keys())
def test_pictures_that_cannot_be_meant_are_refused(images, sentence):
    with pytest.raises(ValueError, match=sentence):
        Digits(images, CLASSES, "mine")


WRONG_LABELS = {
    "10": ([*CLASSES[:-1], 10], "classes 0 to 9; these go from 0 to 10"),
    "negative": ([-1, *CLASSES[1:]], "classes 0 to 9"),
    "floats": (np.arange(10.0), "whole numbers"),
    "booleans": ([True] * 10, "whole numbers"),
    "words": ([str(k) for k in CLASSES], "must be numbers"),
    "one-hot": (np.eye(10, dtype=int), "argmax"),
    "too few": (CLASSES[:-1], "10 pictures and 9 labels"),
    "too many": (CLASSES * 2, "10 pictures and 20 labels"),
    "none": ([], "no labels"),
    "too large for 64 bits": (np.full(10, 2**64 - 1, dtype=np.uint64), "classes 0 to 9"),
}


@pytest.mark.parametrize(("labels", "sentence"), WRONG_LABELS.values(), ids=WRONG_LABELS.keys())
def test_labels_that_cannot_be_meant_are_refused(labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        Digits(BYTES, labels, "mine")


def test_what_has_the_right_form_is_not_copied_and_parts_are_not_looked_through_again():
    digits = Digits(BYTES, torch.arange(10), "mine")
    assert digits.images is BYTES
    assert digits.subset(slice(2, 4)).images.data_ptr() == BYTES[2:4].data_ptr()
    assert len(digits.subset(slice(0, 0))) == 0  # part of a set may be empty, as a class of it may
    assert digits.subset(slice(0, 0)).name == digits.to("cpu").name == "mine"


B, D = 3, 2
PICTURES, CODES, TERMS = torch.rand(B, 1, 28, 28), torch.rand(B, D), torch.rand(B)


@pytest.mark.parametrize(
    "loss",
    [
        lambda: squared_error(PICTURES, PICTURES[:, 0]),
        lambda: squared_error(PICTURES, PICTURES[:, None]),
        lambda: squared_error(PICTURES[:1], PICTURES),
        lambda: bernoulli_cross_entropy(PICTURES, PICTURES[:1]),
        lambda: kl_per_dimension(CODES, CODES[:, :1]),
        lambda: kl_to_standard_normal(CODES, CODES[:1]),
        lambda: classification_cross_entropy(torch.rand(B, 10), torch.zeros(1, dtype=torch.long)),
        lambda: gaussian_negative_elbo(TERMS, TERMS[:1], 1.0),
        lambda: weighted_total({"reconstruction": TERMS, "kl": TERMS[:, None]}, TrainConfig().objective),
        lambda: weighted_total({"reconstruction": TERMS, "kl": TERMS}, TrainConfig().objective, torch.ones(B, 1)),
    ],
)
def test_no_loss_sets_every_entry_against_every_other(loss):
    with pytest.raises(ValueError, match="must have one shape"):
        loss()
