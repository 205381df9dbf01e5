"""What holds for a whole run of the tests: which files begin first, and what the processes of a run share."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import shared_server

# Browsers wait and take long, so they come first, and many short files at the end keep all processes busy until they are done.
FIRST = ("browser", "deploy", "faults", "fuzz", "pages")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process was started by pytest-xdist to run a part of the tests."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker(config):
        os.environ[shared_server.FOLDER] = tempfile.mkdtemp(prefix="latent-lab-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        folder = Path(os.environ.pop(shared_server.FOLDER))
        shared_server.end(folder)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.parent.name) if item.path.parent.name in FIRST else len(FIRST))
