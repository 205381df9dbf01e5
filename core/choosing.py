"""Which digits to show: seeded draws, so that a seed names the same digits for everyone."""

import torch
from torch import Tensor

from core.config import CLASSES
from core.datasets import Digits


def one_of_each(digits: Digits, seed: int) -> Tensor:
    """One digit of each class, from 0 to 9: positions (10,) int64. Raises ValueError if a class has no digits."""
    return torch.cat([of_class(digits, k, seed, 1) for k in range(CLASSES)])


def of_class(digits: Digits, k: int, seed: int, count: int) -> Tensor:
    """At most `count` digits of class k without repeats: positions (n,) int64. Raises ValueError if there are none."""
    found = digits.of_class(k)
    if len(found) == 0:
        raise ValueError(f"there are no digits of class {k} in {digits.name}")
    source = torch.Generator().manual_seed(CLASSES * seed + k)  # the classes' draws are not copies of one another
    return found[torch.randperm(len(found), generator=source)[:count]]


def at_random(digits: Digits, seed: int, count: int) -> Tensor:
    """At most `count` digits of any class without repeats: positions (n,) int64."""
    return torch.randperm(len(digits), generator=torch.Generator().manual_seed(seed))[:count]
