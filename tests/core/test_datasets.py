"""The embedded digits, the held-out split, and that every trouble with the files or the network is one readable sentence."""

import gzip
import hashlib
import http.client
import struct
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
import torchvision

from core import datasets
from core.datasets import DatasetError, Digits, data_folder, embedded, held_out, mnist, training

FILES = tuple(datasets._UNPACKED_MD5)
PER_CLASS = 503  # in the small training set below


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch) -> Iterator[None]:
    """No test sees another's MNIST, and none uses the network."""
    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    mnist.cache_clear()
    yield
    mnist.cache_clear()


def no_network(*_: object, **__: object) -> None:
    raise URLError("Name or service not known")


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


def idx(array: np.ndarray) -> bytes:
    """The format of http://yann.lecun.com/exdb/mnist: 0, 0, 8 for bytes, the number of axes, their lengths, the numbers."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def small_files() -> dict[str, bytes]:
    random = np.random.default_rng(0)
    labels = random.permutation(np.repeat(np.arange(10), PER_CLASS))
    return {
        "train-images-idx3-ubyte": idx(random.integers(0, 256, (len(labels), 28, 28))),
        "train-labels-idx1-ubyte": idx(labels),
        "t10k-images-idx3-ubyte": idx(random.integers(0, 256, (20, 28, 28))),
        "t10k-labels-idx1-ubyte": idx(np.arange(20) % 10),
    }


@pytest.fixture
def small_mnist(tmp_path, monkeypatch) -> Path:
    """A folder with a small MNIST that passes for the real one; returns where its four files are."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    files = small_files()
    for name, data in files.items():
        (raw / name).write_bytes(data)
    monkeypatch.setattr(datasets, "_UNPACKED_MD5", {name: hashlib.md5(data).hexdigest() for name, data in files.items()})
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("LATENT_LAB_OFFLINE", "1")
    return raw


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


# --- trouble


def complaint(split: str = "train") -> str:
    """The message of the DatasetError that reading raises; any other exception is a failure of the test."""
    with pytest.raises(DatasetError) as caught:
        mnist(split)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.mark.parametrize("split", ["train", "test"])
def test_missing_and_offline(monkeypatch, tmp_path, split):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("LATENT_LAB_OFFLINE", "1")
    message = complaint(split)
    assert f"MNIST is not in {tmp_path} and downloads are switched off." in message
    assert str(tmp_path / "MNIST" / "raw") in message
    assert "LATENT_LAB_DATA" in message
    assert "embedded digits need none of this" in message


def test_one_file_missing(small_mnist):
    (small_mnist / FILES[3]).unlink()
    assert "MNIST is not in" in complaint()


def test_an_error_is_not_remembered(small_mnist):
    data = (small_mnist / FILES[0]).read_bytes()
    (small_mnist / FILES[0]).unlink()
    complaint()
    (small_mnist / FILES[0]).write_bytes(data)
    assert len(mnist("train")) == 10 * PER_CLASS


def test_training_passes_the_sentence_on(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("LATENT_LAB_OFFLINE", "1")
    with pytest.raises(DatasetError, match="downloads are switched off"):
        training()


damages = {
    "emptied": lambda data: b"",
    "cut in the header": lambda data: data[:7],
    "cut": lambda data: data[: len(data) // 2],
    "cut by one byte": lambda data: data[:-1],
    "longer by one byte": lambda data: data + b"\0",
    "one bit": lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:] if len(data) > 100 else data[:-1] + b"\xff",
    "zeros": lambda data: bytes(len(data)),
    "still packed": gzip.compress,
    "an error page": lambda data: b"<html>404 Not Found</html>" * 40,
    "unknown type": lambda data: b"\0\0\x0a" + data[3:],
    "signed bytes": lambda data: b"\0\0\x09" + data[3:],
    "floats": lambda data: b"\0\0\x0d" + data[3:],
    "another number of axes": lambda data: data[:3] + bytes([data[3] % 3 + 1]) + data[4:],
    "huge sizes": lambda data: data[:4] + b"\xff" * 4 + data[8:],
}


@pytest.mark.parametrize("damage", damages)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file(small_mnist, name, damage):
    path = small_mnist / name
    path.write_bytes(damages[damage](path.read_bytes()))
    for split in ("train", "test"):
        message = complaint(split)
        assert message.startswith(f"{path} is damaged")
        assert "Delete it and try again" in message


def test_a_folder_that_cannot_be_one(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path / "file"))
    monkeypatch.delenv("LATENT_LAB_OFFLINE", raising=False)
    assert str(tmp_path / "file") in complaint()


@pytest.mark.parametrize(("value", "offline"), [("1", True), ("yes", True), ("0", False), ("", False), (None, False)])
def test_the_offline_variable(monkeypatch, tmp_path, value, offline):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.delenv("LATENT_LAB_OFFLINE", raising=False)
    if value is not None:
        monkeypatch.setenv("LATENT_LAB_OFFLINE", value)
    tried = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: tried.append(1) or no_network())
    message = complaint()
    assert bool(tried) is not offline
    assert ("downloads are switched off" in message) is offline
    assert ("downloading failed" in message) is not offline


def raiser(error: Exception) -> Callable:
    def download(*_: object, **__: object) -> None:
        raise error

    return download


@pytest.mark.parametrize(
    "error",
    [
        URLError("Name or service not known"),
        TimeoutError("timed out"),
        ConnectionResetError(104, "Connection reset by peer"),
        http.client.RemoteDisconnected("Remote end closed connection without response"),
        http.client.IncompleteRead(b"half"),
        http.client.BadStatusLine("nonsense"),
        RuntimeError("File not found or corrupted."),
        PermissionError(13, "Permission denied"),
        OSError(28, "No space left on device"),
        gzip.BadGzipFile("Not a gzipped file"),
        EOFError("Compressed file ended before the end-of-stream marker was reached"),
        zlib.error("Error -3 while decompressing data"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_download_that_fails(monkeypatch, tmp_path, error):
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.delenv("LATENT_LAB_OFFLINE", raising=False)
    monkeypatch.setattr(torchvision.datasets.mnist, "download_and_extract_archive", raiser(error))
    message = complaint()
    assert f"MNIST is not in {tmp_path} and downloading failed: " in message
    assert "Connect to the internet" in message
    assert "LATENT_LAB_DATA" in message


def test_a_download_of_something_else(monkeypatch, tmp_path):
    """The archives' checksums are torchvision's to check; what is unpacked is ours."""
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path))
    monkeypatch.delenv("LATENT_LAB_OFFLINE", raising=False)
    files = small_files()

    def download(url: str, download_root: str, filename: str, md5: str) -> None:
        (Path(download_root) / filename.removesuffix(".gz")).write_bytes(files[filename.removesuffix(".gz")])

    monkeypatch.setattr(torchvision.datasets.mnist, "download_and_extract_archive", download)
    assert "is damaged: its checksum is not MNIST's" in complaint()
    monkeypatch.setattr(datasets, "_UNPACKED_MD5", {name: hashlib.md5(data).hexdigest() for name, data in files.items()})
    assert len(mnist("train")) == 10 * PER_CLASS
