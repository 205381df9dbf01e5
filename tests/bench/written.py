"""What every kind of test picture begins with: a page with a digit on it, and what is said about an upload."""

from dataclasses import dataclass

import numpy as np

from tests.bench.handwriting import Digit, Grey, some_digit
from tests.bench.paper import PENS, Colour, Sheet, encoded

Rng = np.random.Generator
Place = tuple[int, int, int, int]  # top, left, height, width, in pixels

WOODS: tuple[Colour, ...] = (
    (0.36, 0.22, 0.11),
    (0.2, 0.14, 0.1),
    (0.5, 0.36, 0.22),
    (0.25, 0.27, 0.3),
    (0.1, 0.1, 0.1),
    (0.2, 0.3, 0.25),
)


@dataclass(frozen=True)
class Upload:
    """A file, the digit that should be read from it, None for none, and whether another one is to be mentioned."""

    data: bytes
    wanted: int | None
    second: bool = False


def page(rng: Rng, paper: Colour | None = None) -> Sheet:
    """White to cream, in the format of a phone's photograph, upright or across."""
    cream = rng.uniform(0, 0.07)
    sides = (750, 1000) if rng.random() < 0.8 else (1000, 750)
    return Sheet(rng, *sides, paper or (0.95 - cream / 2, 0.94 - cream / 2, 0.93 - 1.5 * cream))


def some_pen(rng: Rng) -> tuple[float, Colour]:
    """Its width in pixels and its colour."""
    return rng.uniform(6, 15), PENS[int(rng.integers(len(PENS)))]


def write(sheet: Sheet, part: tuple[float, float], pen: float, ink: Colour, strength: float = 1.0) -> tuple[Digit, Place]:
    """A digit so high, in parts of the page's shorter side, near the middle; the digit, and where it is."""
    rng, digit = sheet.rng, some_digit(sheet.rng)
    height = rng.uniform(*part) * min(sheet.width, sheet.height)
    wide = max(1.0, digit.distance.shape[1] / digit.distance.shape[0])
    inked = digit.inked(round(height / wide), pen)
    h, w = inked.shape
    top, left = round((sheet.height - h) * rng.uniform(0.32, 0.68)), round((sheet.width - w) * rng.uniform(0.32, 0.68))
    sheet.put(inked, top, left, ink, strength)
    return digit, (top, left, h, w)


def usual(rng: Rng, sheet: Sheet | None = None) -> tuple[Sheet, Digit, Place]:
    """A digit of about half the page, in one of the pens."""
    sheet = sheet or page(rng)
    return sheet, *write(sheet, (0.35, 0.6), *some_pen(rng))


def centred(ink: Grey, height: int, width: int, rng: Rng) -> Grey:
    """Ink on an empty field, at least ten pixels from its border."""
    field = np.zeros((max(height, ink.shape[0] + 20), max(width, ink.shape[1] + 20)))
    top, left = (round((room - size) * rng.uniform(0.3, 0.7)) for room, size in zip(field.shape, ink.shape, strict=True))
    field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return field


def clean(picture: Grey, rng: Rng) -> bytes:
    """A screen's picture: no noise, as PNG or as a good JPEG."""
    return encoded(picture) if rng.random() < 0.6 else encoded(picture, "JPEG", quality=int(rng.integers(85, 96)))


def scanned(picture: Grey, rng: Rng) -> bytes:
    """With the little noise that a scanner has."""
    return encoded(picture + rng.normal(0, rng.uniform(0, 0.012), picture.shape), "JPEG", quality=int(rng.integers(75, 92)))
