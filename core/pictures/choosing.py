"""Which pictures to show: seeded draws, so that a seed names the same ones for everyone."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES
from core.datasets import Digits

ONE_OF_EACH = "one of each class"
ANY_CLASS = "any class"
NO_DIGITS = "no digits at all"
CHOICES = (ONE_OF_EACH, ANY_CLASS, *(f"only {k}s" for k in range(CLASSES)), NO_DIGITS)
SHOWN = 10


@dataclass(frozen=True)
class Shown:
    """Some pictures, what each is called, and its class if it is a digit."""

    images: Tensor  # (B, 28, 28) uint8
    names: tuple[str, ...]
    labels: tuple[int | None, ...]

    def pixels(self) -> Tensor:
        """(B, 1, 28, 28) float32 in [0, 1]."""
        return self.images.unsqueeze(1).float().div_(255)


def choose(digits: Digits, choice: str, seed: int) -> Shown:
    """Ten pictures, one of CHOICES. Raises ValueError for an unknown choice."""
    if choice == NO_DIGITS:
        pictures = not_digits(digits, seed)
        return Shown(torch.stack(list(pictures.values())), tuple(pictures), (None,) * len(pictures))
    if choice == ONE_OF_EACH:
        index = one_of_each(digits, seed)
    elif choice == ANY_CLASS:
        index = torch.randperm(len(digits), generator=torch.Generator().manual_seed(seed))[:SHOWN]
    elif choice in CHOICES:
        index = of_class(digits, int(choice.removeprefix("only ").removesuffix("s")), seed, SHOWN)
    else:
        raise ValueError(f"there is no choice {choice!r}; choose one of: {', '.join(CHOICES)}")
    labels = digits.labels[index].tolist()
    return Shown(digits.images[index], tuple(map(str, labels)), tuple(labels))


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


def not_digits(digits: Digits, seed: int) -> dict[str, Tensor]:
    """Ten pictures that are no digits, each (28, 28) uint8, by what they are; some are made out of `digits`.

    What a model does to them shows whether it has learnt digits or merely to copy.
    """
    source = torch.Generator().manual_seed(seed)
    first, second, third, fourth = digits.images[one_of_each(digits, seed)[torch.randperm(CLASSES, generator=source)[:4]]]
    noise = torch.randint(0, 256, (28, 28), generator=source)
    y, x = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")  # (28, 28) each
    from_edge = torch.minimum(torch.minimum(x, 27 - x), torch.minimum(y, 27 - y))
    pictures = {
        "grey noise": noise,
        "b/w noise": 255 * (noise >= 128),
        "shuffled": first.flatten()[torch.randperm(784, generator=source)].reshape(28, 28),  # a digit's own pixels
        "negative": 255 - second,
        "two digits": torch.maximum(second, third),
        "on its side": fourth.rot90(),
        "stripes": 255 * (y // 4 % 2),
        "checks": 255 * ((x // 4 + y // 4) % 2),
        "shading": 255 * x // 27,
        "frame": 255 * ((from_edge - 4).abs() <= 1),
    }
    return {name: picture.to(torch.uint8) for name, picture in pictures.items()}
