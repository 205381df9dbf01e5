"""What the tests of the core share: one thread, no deadlines, a few real digits."""

import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from core import datasets
from core.datasets import Digits, embedded, mnist
from core.shipping import recipes
from tests.core.shelves import small_shelf
from tests.core.small_mnist import no_network, small_files
from tests.core.tiny_recipes import TINY

settings.register_profile("latent-lab", deadline=None)  # a busy machine is no failure
settings.load_profile("latent-lab")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """The networks here are so small that threads would only wait for each other; and results are the same everywhere."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def own_randomness() -> Iterator[None]:
    """Each test starts torch's global generator at the same place and leaves it as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


@pytest.fixture(scope="session")
def few_digits() -> Digits:
    """200 digits, 20 of each class."""
    digits = embedded()
    return digits.subset(torch.cat([digits.of_class(k)[:20] for k in range(10)]))


@pytest.fixture
def nothing_remembered(monkeypatch) -> Iterator[None]:
    """No test sees another's MNIST, and none uses the network."""
    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    mnist.cache_clear()
    yield
    mnist.cache_clear()


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


@pytest.fixture
def shelf(tmp_path) -> Path:
    """A folder with two small models and their manifest."""
    return small_shelf(tmp_path)


@pytest.fixture
def tiny_recipes(monkeypatch, few_digits) -> None:
    """`core.pretrain` sees small recipes and few digits."""
    monkeypatch.setattr(recipes, "RECIPES", dict(TINY))
    monkeypatch.setattr(datasets, "training", lambda: few_digits)
    monkeypatch.setattr(datasets, "mnist", lambda split: few_digits)
