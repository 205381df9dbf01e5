"""MNIST from a mirror that is not there, or that hangs up in the middle: real sockets of this machine, no internet."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torchvision

from core import datasets
from core.datasets import DatasetError, mnist
from tests.core.small_mnist import PER_CLASS, small_files
from tests.serving import free_port


@pytest.fixture
def files(monkeypatch, tmp_path) -> dict[str, bytes]:
    """A small MNIST that passes for the real one, packed; an empty folder for it, and downloads allowed."""
    unpacked = small_files()
    packed = {f"{name}.gz": gzip.compress(data) for name, data in unpacked.items()}
    checks = [(name, hashlib.md5(data).hexdigest()) for name, data in packed.items()]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", checks)
    monkeypatch.setattr(datasets, "_UNPACKED_MD5", {name: hashlib.md5(data).hexdigest() for name, data in unpacked.items()})
    monkeypatch.setenv("LATENT_LAB_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("LATENT_LAB_OFFLINE", raising=False)
    mnist.cache_clear()
    return packed


@pytest.fixture
def mirror(files, monkeypatch) -> Iterator[dict]:
    """A web server with the files; "share" says how much of each it sends before it hangs up."""
    state = {"share": 1.0}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = files[self.path.removeprefix("/")]
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: int(state["share"] * len(data))])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        yield state
        server.shutdown()


def test_a_mirror_that_is_not_there_is_a_sentence(files, monkeypatch):
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [f"http://127.0.0.1:{free_port()}/"])
    with pytest.raises(DatasetError, match=r"downloading failed: .+ The 5,000 embedded digits need none of this\."):
        mnist("train")


def test_half_a_file_is_a_sentence_and_the_next_try_fetches_it_anew(mirror):
    mirror["share"] = 0.5
    with pytest.raises(DatasetError) as caught:
        mnist("train")
    assert "\n" not in str(caught.value)
    mirror["share"] = 1.0
    assert len(mnist("train")) == 10 * PER_CLASS
    mnist.cache_clear()


@pytest.mark.parametrize(("options", "why"), [("size=64k", "No space left"), ("ro", "Read-only file system")])
def test_a_disk_that_is_full_or_read_only_is_a_sentence(mirror, disk, monkeypatch, options, why):
    monkeypatch.setenv("LATENT_LAB_DATA", str(disk(options)))
    with pytest.raises(DatasetError, match=f"downloading failed: .*{why}") as caught:
        mnist("train")
    assert "LATENT_LAB_DATA" in str(caught.value)
