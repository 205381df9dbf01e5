"""What the tests of the core share: one thread, no deadlines, a few real digits."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import settings

from core.datasets import Digits, embedded

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
