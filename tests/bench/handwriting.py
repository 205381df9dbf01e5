"""Digits to be put on pictures: centre lines of real handwriting and of drawn strokes, for any pen, and printed ones."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from core import reading, weights
from core.datasets import embedded
from core.pictures.frames import to_mnist_frame

Grey = NDArray[np.floating]

_FINE = 5  # pixels of a centre line's grid per pixel of MNIST
_GRID = 200  # pixels: the side of the grid on which strokes are drawn
_MNIST_PEN = 0.1  # of the digit's height: about as broad as MNIST's strokes are

# centre lines as one might write them, some in two ways: strokes of places in a square of side 100
_WRITTEN: dict[int, tuple[tuple[tuple[tuple[int, int], ...], ...], ...]] = {
    0: (
        (((55, 5), (25, 15), (12, 50), (25, 88), (52, 95), (78, 80), (86, 45), (75, 14), (55, 5)),),
        (((60, 8), (35, 4), (14, 30), (14, 70), (40, 96), (70, 88), (84, 55), (76, 20), (58, 6), (48, 14)),),
    ),
    1: ((((60, 3), (52, 40), (46, 97)),), (((35, 25), (58, 4), (52, 50), (48, 97)),)),
    2: (
        (((18, 24), (36, 6), (64, 6), (76, 26), (66, 50), (40, 76), (18, 94), (50, 92), (84, 92)),),
        (((20, 20), (45, 4), (70, 14), (72, 38), (50, 66), (20, 92), (30, 84), (55, 92), (82, 94)),),
    ),
    3: (
        (((20, 12), (48, 4), (74, 16), (68, 38), (44, 48), (72, 56), (80, 76), (60, 94), (32, 96), (16, 86)),),
        (((22, 8), (70, 6), (46, 40), (70, 46), (80, 70), (62, 92), (34, 96), (18, 88)),),
    ),
    4: (
        (((42, 4), (28, 30), (14, 60), (46, 60), (86, 58)), ((66, 30), (62, 60), (58, 97))),
        (((60, 4), (36, 34), (10, 66), (50, 66), (88, 66)), ((62, 4), (62, 50), (62, 97))),
    ),
    5: (
        (((34, 6), (30, 26), (26, 46), (50, 40), (74, 52), (76, 76), (54, 94), (22, 92)), ((34, 6), (56, 5), (80, 4))),
        (((76, 6), (52, 8), (32, 8), (28, 44), (54, 40), (76, 58), (70, 84), (44, 96), (18, 88)),),
        (((32, 14), (29, 28), (26, 46), (50, 40), (74, 52), (76, 76), (54, 94), (22, 92)), ((46, 6), (62, 4), (88, 2))),
    ),
    6: ((((66, 4), (40, 24), (22, 56), (24, 84), (48, 96), (72, 84), (72, 62), (50, 52), (28, 66)),),),
    7: (
        (((16, 10), (48, 9), (82, 8), (64, 40), (50, 66), (42, 97)),),
        (((16, 10), (48, 9), (80, 8), (62, 44), (46, 97)), ((36, 52), (56, 50), (76, 49))),
    ),
    8: ((((68, 18), (48, 4), (26, 18), (34, 38), (62, 56), (74, 78), (50, 97), (26, 80), (36, 56), (66, 36), (68, 18)),),),
    9: (
        (((72, 26), (52, 6), (28, 16), (26, 40), (46, 52), (70, 38), (73, 22), (70, 60), (60, 97)),),
        (((70, 24), (48, 6), (26, 22), (32, 46), (54, 48), (70, 26), (74, 60), (64, 90), (36, 94)),),
    ),
}


@dataclass(frozen=True, eq=False)
class Digit:
    """A digit by the distances from its centre line, in parts of its height: (h, w), with room for half a pen around it."""

    label: int
    distance: Grey

    def inked(self, height: int, pen: float) -> Grey:
        """Opacity in [0, 1] with edges of one pixel, as (height, W); `pen` is the stroke's width in pixels."""
        size = (max(1, round(height * self.distance.shape[1] / self.distance.shape[0])), height)
        distance = Image.fromarray(self.distance.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
        ink = (pen / 2 + 0.5 - np.asarray(distance, dtype=np.float64) * height).clip(0, 1)
        rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
        return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def some_digit(rng: np.random.Generator, label: int | None = None) -> Digit:
    """One of MNIST's or a written one, that the judge reads rightly when it is clean."""
    while True:
        wanted = int(rng.integers(10)) if label is None else label
        lines = _from_mnist(rng, wanted) if rng.random() < 0.6 else _written(rng, wanted)
        digit = Digit(wanted, _distances(lines))
        if legible(digit.inked(140, 140 * _MNIST_PEN), wanted):
            return digit


def printed(rng: np.random.Generator, height: int) -> tuple[int, Grey]:
    """A digit of Pillow's own typeface, in some weight, that the judge reads rightly: the digit, opacity (H, W)."""
    font = ImageFont.load_default(size=height * 1.4)
    while True:
        label, weight = int(rng.integers(10)), round(height * rng.uniform(0, 0.03))
        image = Image.new("L", (2 * height, 3 * height))
        ImageDraw.Draw(image).text((height // 4, height // 3), str(label), fill=255, font=font, stroke_width=weight)
        ink = np.asarray(image.crop(image.getbbox()), dtype=np.float64) / 255
        if legible(ink, label):
            return label, ink


def text(words: str, height: int) -> Grey:
    """A line of small print: opacity, (H, W)."""
    font = ImageFont.load_default(size=height)
    image = Image.new("L", (height * len(words) + 8, 2 * height))
    ImageDraw.Draw(image).text((4, 4), words, fill=255, font=font)
    return np.asarray(image.crop(image.getbbox()), dtype=np.float64) / 255


def legible(ink: Grey, label: int) -> bool:
    """Whether the judge reads the clean ink as this digit, with some certainty."""
    seen = reading.judged(_judge(), torch.from_numpy(to_mnist_frame(ink))[None, None])
    return seen.label == label and seen.probability > 0.7


@cache
def _judge():
    return weights.load_judge()


def _from_mnist(rng: np.random.Generator, label: int) -> NDArray[np.bool_]:
    """The centre line of one of MNIST's digits."""
    rows = embedded().of_class(label)
    digit = embedded().images[rows[int(rng.integers(len(rows)))]].numpy()
    smooth = Image.fromarray(digit).resize((28 * _FINE, 28 * _FINE), Image.Resampling.BICUBIC)
    return _thinned(np.asarray(smooth) > 110)


def _written(rng: np.random.Generator, label: int) -> NDArray[np.bool_]:
    """The centre line of a written digit, slanted, stretched and never twice the same."""
    forms = _WRITTEN[label]
    slant, wide, turn = rng.uniform(-0.25, 0.15), rng.uniform(0.75, 1.1), rng.uniform(-0.08, 0.08)
    image = Image.new("1", (_GRID, _GRID))
    for stroke in forms[int(rng.integers(len(forms)))]:
        places = np.array(stroke, dtype=np.float64) - 50 + rng.normal(0, 1.6, (len(stroke), 2))
        knots, t = np.arange(len(places)), np.linspace(0, len(places) - 1, 80)
        x, y = (np.interp(t, knots, places[:, k]) for k in (0, 1))
        x, y = (ndimage.gaussian_filter1d(values, 2.5, mode="nearest") for values in (x, y))
        x, y = wide * (x + slant * y) + turn * y, y - turn * x
        ImageDraw.Draw(image).line(list(zip(1.3 * x + _GRID / 2, 1.3 * y + _GRID / 2, strict=True)), fill=1, width=2)
    return np.asarray(image)


def _distances(lines: NDArray[np.bool_]) -> Grey:
    """From the centre line, as a `Digit` has them: (H, W) mask -> (h, w)."""
    rows, columns = lines.any(axis=1).nonzero()[0], lines.any(axis=0).nonzero()[0]
    height = rows[-1] - rows[0] + 1
    room = round(0.1 * height)
    line = np.pad(lines[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], room)
    distances = ndimage.distance_transform_edt(~line)
    smooth = 0.01 * height
    # smoothing lifts the distance on the line itself, to the mean distance from the middle of a normal distribution
    lifted = np.sqrt(2 / np.pi) * smooth
    return (ndimage.gaussian_filter(distances, smooth) - lifted).clip(0) / line.shape[0]


def _thinned(shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Zhang & Suen 1984, "A fast parallel algorithm for thinning digital patterns": (H, W) mask -> its centre line."""
    shape = np.pad(shape, 1).astype(np.int8)
    while True:
        before = shape.sum()
        for turn in (0, 1):
            around = [
                np.roll(shape, move, (0, 1)) for move in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            ]
            n, e, s, w = around[0], around[2], around[4], around[6]
            neighbours = sum(around)
            steps = sum((a == 0) & (b == 1) for a, b in zip(around, around[1:] + around[:1], strict=True))
            ends = (n * e * s == 0) & (e * s * w == 0) if turn == 0 else (n * e * w == 0) & (n * s * w == 0)
            shape = np.where((shape == 1) & (neighbours >= 2) & (neighbours <= 6) & (steps == 1) & ends, 0, shape)
        if shape.sum() == before:
            return shape[1:-1, 1:-1].astype(bool)
