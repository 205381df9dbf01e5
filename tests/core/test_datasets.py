"""The embedded digits, and the proof that what is held out is not trained on."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from core import datasets
from core.datasets import Digits, data_folder, embedded, held_out, mnist, training
from tests.core.small_mnist import FILES, PER_CLASS, idx

pytestmark = pytest.mark.usefixtures("nothing_remembered")


def hashes(digits: Digits) -> list[bytes]:
    return [hashlib.sha256(image.numpy().tobytes()).digest() for image in digits.images]


# --- what is embedded


def test_the_embedded_digits_need_neither_network_nor_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path / "nowhere"))
    digits = embedded.__wrapped__()
    assert len(digits) == 5000
    assert digits.images.shape == (5000, 28, 28)
    assert digits.images.dtype == torch.uint8
    assert digits.labels.dtype == torch.int64
    assert digits.labels.bincount().tolist() == [500] * 10
    assert torch.equal(digits.labels, digits.labels.sort().values)
    assert len(set(hashes(digits))) == 5000
    assert digits.images.amin() == 0
    assert digits.images.amax() == 255
    assert torch.equal(embedded().images, digits.images)
    assert embedded() is embedded()
    assert held_out() is embedded()


def test_pixels_subsets_and_classes():
    images = torch.arange(256, dtype=torch.uint8).repeat_interleave(784).reshape(256, 28, 28)
    digits = Digits(images, torch.arange(256) % 10, "greys")
    x = digits.pixels()
    assert x.shape == (256, 1, 28, 28)
    assert x.dtype == torch.float32
    np.testing.assert_array_equal(x[:, 0, 3, 4], np.arange(256, dtype=np.float32) / 255)
    assert torch.equal(digits.pixels(torch.tensor([5, 2, 5])), x[[5, 2, 5]])
    assert torch.equal(digits.pixels(slice(10, 20)), x[10:20])
    assert digits.images is images  # untouched
    assert digits.images[200, 0, 0] == 200
    assert digits.of_class(7).tolist() == list(range(7, 256, 10))
    part = digits.subset(digits.of_class(7))
    assert len(part) == 25
    assert set(part.labels.tolist()) == {7}
    assert part.to("cpu").name == "greys"


# --- the full set, where it is


@pytest.fixture
def full_mnist(monkeypatch) -> None:
    folder = data_folder() / "MNIST" / "raw"
    missing = [name for name in FILES if not (folder / name).exists()]
    if missing:
        pytest.skip(f"the full MNIST is not in {folder} (no {', '.join(missing)}), so the split cannot be checked against it")
    monkeypatch.setenv("LATENT_LAB_OFFLINE", "1")


@pytest.mark.usefixtures("full_mnist")
def test_no_held_out_digit_is_trained_on():
    """By the bytes of the images: MNIST has no two equal ones, so each set of hashes is as large as the set of digits."""
    whole, test, rest, held = mnist("train"), mnist("test"), training(), held_out()
    assert [len(d) for d in (whole, test, rest, held)] == [60_000, 10_000, 55_000, 5_000]
    of_whole, of_test, of_rest, of_held = (set(hashes(d)) for d in (whole, test, rest, held))
    assert [len(s) for s in (of_whole, of_test, of_rest, of_held)] == [60_000, 10_000, 55_000, 5_000]
    assert of_rest.isdisjoint(of_held)
    assert of_rest | of_held == of_whole
    assert of_test.isdisjoint(of_whole)

    first = torch.cat([whole.of_class(k)[:500] for k in range(10)])
    assert torch.equal(whole.images[first], held.images)
    assert torch.equal(whole.labels[first], held.labels)
    assert mnist("train") is whole


# --- the same split, of a small set in the same files


@pytest.mark.usefixtures("small_mnist")
def test_training_leaves_out_the_first_500_of_each_class():
    whole, rest = mnist("train"), training()
    assert whole.images.dtype == torch.uint8
    assert whole.labels.dtype == torch.int64
    seen, expected = [0] * 10, []
    for position, label in enumerate(whole.labels.tolist()):
        seen[label] += 1
        if seen[label] > 500:
            expected.append(position)
    assert len(expected) == 10 * (PER_CLASS - 500)
    assert torch.equal(rest.images, whole.images[expected])
    assert torch.equal(rest.labels, whole.labels[expected])


def test_the_files_are_read_as_they_are(small_mnist):
    test = mnist("test")
    assert idx(test.images.numpy()) == (small_mnist / "t10k-images-idx3-ubyte").read_bytes()
    assert idx(test.labels.numpy()) == (small_mnist / "t10k-labels-idx1-ubyte").read_bytes()


def test_the_variable_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    for unset in (lambda: monkeypatch.setenv("LATENT_LAB_DATA", ""), lambda: monkeypatch.delenv("LATENT_LAB_DATA")):
        unset()
        assert data_folder() == Path(datasets.__file__).parents[1] / "data"
