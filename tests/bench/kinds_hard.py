"""Kinds of upload with more in the picture than a digit on its paper, each drawn anew from random numbers."""

from typing import Any

import numpy as np

from tests.bench.handwriting import Digit, some_digit, text
from tests.bench.paper import BALLPOINT, PENS, Colour, Sheet, on_desk, photographed
from tests.bench.written import WOODS, Rng, Upload, centred, clean, page, scanned, some_pen, usual, write

_LINES: tuple[Colour, ...] = ((0.5, 0.6, 0.75), (0.6, 0.65, 0.7), (0.55, 0.7, 0.75), (0.62, 0.62, 0.62))
_MARGIN: Colour = (0.75, 0.35, 0.38)
_CAPTIONS = ("Anna, class 7b", "my number", "Tuesday 14 March", "page two", "nine? no!", "homework")


def desk(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    on_desk(sheet, _some(WOODS, rng), rng.uniform(0.1, 0.3), rng.uniform(-9, 9))
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def desk_corner(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    y, x = np.mgrid[: sheet.height, : sheet.width].astype(float)
    y, x = (sheet.height - y if rng.random() < 0.7 else y), (sheet.width - x if rng.random() < 0.5 else x)
    reach, slope = rng.uniform(0.12, 0.4), rng.uniform(0.4, 2.5)
    distance = (reach * sheet.width - x - y / slope) / np.hypot(1, 1 / slope)
    sheet.put((distance + 0.5).clip(0, 1), 0, 0, _some(WOODS, rng))
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def shadow_edge(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    sheet.lit()
    sheet.shaded(sheet.edge(away=rng.uniform(-0.25, 0.25)), rng.uniform(0.25, 0.5), rng.uniform(8, 60))
    return Upload(photographed(sheet), digit.label)


def letterbox(rng: Rng) -> Upload:
    """Bars left and right, or above and below, of a clean drawing; sometimes a light drawing on dark between light bars."""
    digit = some_digit(rng)
    drawing = centred(digit.inked(int(rng.integers(240, 420)), rng.uniform(12, 45)), 600, 600, rng)
    size = int(rng.integers(60, 220))
    room = ((0, 0), (size, size)) if rng.random() < 0.6 else ((size, size), (0, 0))
    picture = np.pad(drawing, room, constant_values=1)
    return Upload(clean(1 - picture if rng.random() < 0.8 else picture, rng), digit.label)


def dark_edge(rng: Rng) -> Upload:
    """A scan with the scanner's lid beside the paper."""
    digit = some_digit(rng)
    inked = centred(digit.inked(int(rng.integers(280, 480)), rng.uniform(10, 60)), 800, 640, rng)
    picture = rng.uniform(0.92, 1) - 0.85 * inked
    for side in rng.permutation(4)[: int(rng.integers(1, 3))]:
        strip = np.rot90(picture, side)  # a view: what is changed here is changed there
        strip[:, -int(rng.integers(4, 30)) :] = rng.uniform(0.08, 0.3)
    return Upload(scanned(picture, rng), digit.label)


def ruled(rng: Rng) -> Upload:
    """A digit in ballpoint, two to four lines high, on a ruled page with a margin line."""
    sheet = page(rng)
    distance = rng.uniform(45, 75)
    sheet.ruled(distance, _some(_LINES, rng), rng.uniform(1.5, 2.5), rng.uniform(0.5, 0.9))
    if rng.random() < 0.85:
        at = rng.uniform(0.07, 0.2) * sheet.width
        sheet.line(at if rng.random() < 0.8 else sheet.width - at, _MARGIN, rng.uniform(1.5, 3), across=True)
    tall = rng.uniform(1.8, 3.6) * distance / min(sheet.width, sheet.height)
    digit, _ = write(sheet, (tall, tall), rng.uniform(5, 9), _some((BALLPOINT, BALLPOINT, *PENS), rng))
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def squared(rng: Rng, ink: Colour = (0.38, 0.38, 0.38), pen: tuple[float, float] = (6, 11)) -> Upload:
    """Pencil, or another pen, on squared paper."""
    sheet = page(rng)
    distance, line = rng.uniform(32, 65), _some(_LINES, rng)
    width, strength = rng.uniform(1.3, 2.2), rng.uniform(0.4, 0.8)
    sheet.ruled(distance, line, width, strength)
    sheet.ruled(distance, line, width, strength, across=True)
    digit, _ = write(sheet, (0.25, 0.55), rng.uniform(*pen), ink, rng.uniform(0.8, 1))
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def underlined(rng: Rng) -> Upload:
    sheet, digit, (top, left, h, w) = usual(rng)
    pen, ink = some_pen(rng)
    for k in range(1 if rng.random() < 0.75 else 2):
        at = top + h + rng.uniform(0.1, 0.25) * h + 30 * k + pen
        more = rng.uniform(0.05, 0.3) * max(h, w)
        sheet.line(at, ink, pen * 0.8, ends=(left - more, left + w + more))
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def caption(rng: Rng) -> Upload:
    sheet, digit, (top, _, h, _) = usual(rng)
    words = text(_some(_CAPTIONS, rng), int(rng.integers(24, 55)))
    room = sheet.height - top - h if rng.random() < 0.8 else 0
    at = top + h + round(room * rng.uniform(0.4, 0.75)) if room else round(top * rng.uniform(0.2, 0.5))
    sheet.put(words, at, round(rng.uniform(0.06, 0.3) * sheet.width), some_pen(rng)[1])
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def specks(rng: Rng) -> Upload:
    sheet, digit, (top, left, h, w) = usual(rng)
    y, x = np.mgrid[: sheet.height, : sheet.width].astype(float)
    for _ in range(int(rng.integers(3, 12))):
        place, radius = (rng.uniform(0.01, 0.99) * sheet.height, rng.uniform(0.01, 0.99) * sheet.width), rng.uniform(2, 9)
        if not (top - 20 < place[0] < top + h + 20 and left - 20 < place[1] < left + w + 20):
            sheet.put_far(np.hypot(y - place[0], (x - place[1]) * rng.uniform(0.6, 1.4)), 2 * radius, (0.1, 0.1, 0.1))
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def flash(rng: Rng) -> Upload:
    """The camera's own light: the corners are half as bright as the middle, or less."""
    sheet, digit, _ = usual(rng)
    y, x = np.mgrid[: sheet.height, : sheet.width].astype(float)
    size = np.hypot(sheet.height, sheet.width) / 2
    away = np.hypot(y - sheet.height * rng.uniform(0.4, 0.6), x - sheet.width * rng.uniform(0.4, 0.6)) / size
    sheet.picture *= (1 - rng.uniform(0.5, 0.68) * (away / away.max()) ** rng.uniform(1.2, 2.5))[..., None]
    return Upload(photographed(sheet), digit.label)


def circled(rng: Rng) -> Upload:
    """A ring around the digit, by hand: not quite round, and not always closed."""
    sheet, digit, (top, left, h, w) = _with_room(rng)
    y, x = np.mgrid[: sheet.height, : sheet.width].astype(float)
    dy, dx = y - top - h / 2, x - left - w / 2
    radius = np.hypot(h, w) / 2 * rng.uniform(1.15, 1.5)
    stretch, turn = rng.uniform(0.85, 1.15), np.arctan2(dy, dx)
    wobble = 1 + sum(rng.uniform(-0.02, 0.02) * np.cos(k * turn + rng.uniform(0, 6)) for k in (2, 3, 4))
    distance = np.hypot(dy / stretch, dx * stretch) - radius * wobble
    if rng.random() < 0.3:
        gap = rng.uniform(0, 2 * np.pi)
        distance = np.where(np.abs((turn - gap + np.pi) % (2 * np.pi) - np.pi) < rng.uniform(0.05, 0.25), 99, distance)
    pen, ink = some_pen(rng)
    sheet.put_far(distance, pen * 0.8, ink)
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def _with_room(rng: Rng) -> tuple[Sheet, Digit, tuple[int, int, int, int]]:
    """A digit with room for something around it."""
    sheet = page(rng)
    return sheet, *write(sheet, (0.25, 0.42), *some_pen(rng))


def small(rng: Rng) -> Upload:
    """A digit of a twelfth of the page, or a little more or less, with a fine pen, anywhere on it."""
    sheet, digit = page(rng), some_digit(rng)
    inked = digit.inked(int(rng.integers(55, 100)), rng.uniform(4, 7))
    h, w = inked.shape
    top, left = (round((side - part) * rng.uniform(0.1, 0.9)) for side, part in ((sheet.height, h), (sheet.width, w)))
    sheet.put(inked, top, left, _some(PENS, rng))
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def _some(choices: tuple[Any, ...], rng: Rng) -> Any:
    return choices[int(rng.integers(len(choices)))]
