"""Every trouble with MNIST's files or with the network is one readable sentence, never another exception."""

import gzip
import hashlib
import http.client
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import pytest
import torchvision

from core import datasets
from core.datasets import DatasetError, mnist, training
from tests.core.small_mnist import FILES, PER_CLASS, no_network, small_files

pytestmark = pytest.mark.usefixtures("nothing_remembered")


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
