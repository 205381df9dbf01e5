"""Hand-drawn strokes: what is allowed, fewer points for the same line, and their picture in MNIST's frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.pictures.frames import BOX, centred

SIDE = 256  # units along each side of the drawing area; places are whole numbers from 0 to 255, x to the right and y down
WIDTHS = (14, 24, 36)  # units: fine, medium and broad; medium is as broad as MNIST's strokes, whatever the size of the digit
MAX_STROKES = 60
MAX_POINTS = 4000  # of all strokes together
TOLERANCE = 1.0  # units: how far a simplified line may stray, a tenth of a pixel of a digit that fills the area
_PEN = 20 / 204  # pixels of MNIST's frame per unit of a brush: what a digit is reduced by that is 180 units high along its line
_MARK = 0.5  # of a brush's width: a shorter mark looks like a dot, and its length is that of an unsteady hand
_FINE = 16  # each way: parts of a pixel of the frame that a line is drawn in

Place = tuple[int, int]


class StrokesError(ValueError):
    """These are no strokes that can be drawn; the message is a sentence that says why."""


@dataclass(frozen=True)
class Stroke:
    """One line, drawn without lifting the pen: its width in units and the places it goes through; one place is a dot."""

    width: int
    places: tuple[Place, ...]

    def __post_init__(self) -> None:
        if self.width not in WIDTHS:
            raise StrokesError(f"A stroke is {', '.join(map(str, WIDTHS[:-1]))} or {WIDTHS[-1]} units wide.")
        if not self.places:
            raise StrokesError("A stroke goes through one place at least.")
        if not all(0 <= value < SIDE for place in self.places for value in place):
            raise StrokesError(f"A stroke's places are whole numbers from 0 to {SIDE - 1}.")


def require_few(strokes: int, places: int) -> None:
    """Raises StrokesError for more strokes, or more places in all of them, than a drawing may have."""
    if strokes > MAX_STROKES:
        raise StrokesError(f"A drawing has {MAX_STROKES} strokes at most; undo some, or clear it.")
    if places > MAX_POINTS:
        raise StrokesError(f"A drawing goes through {MAX_POINTS:,} places at most; undo some strokes, or clear it.")


def simplified(stroke: Stroke, tolerance: float = TOLERANCE) -> Stroke:
    """The same line through fewer of its places: none that is left out lies further than `tolerance` units from it.

    Ramer 1972, Douglas & Peucker 1973: keep the place furthest from the straight line between the ends if it is too far from
    it, and do the same on either side of it. Simplifying twice changes nothing more.
    """
    places = np.array(stroke.places, dtype=np.float64)  # (n, 2)
    kept = np.zeros(len(places), dtype=bool)
    kept[[0, -1]] = True
    pieces = [(0, len(places) - 1)]
    while pieces:
        first, last = pieces.pop()
        if last - first < 2:
            continue
        distances = _from_line(places[first + 1 : last], places[first], places[last])
        furthest = int(distances.argmax())
        if distances[furthest] > tolerance:
            middle = first + 1 + furthest
            kept[middle] = True
            pieces += [(first, middle), (middle, last)]
    found = [stroke.places[i] for i in kept.nonzero()[0]]
    return Stroke(stroke.width, tuple(found[:1] if len(set(found)) == 1 else found))


def to_frame(strokes: Sequence[Stroke]) -> NDArray[np.float32]:
    """Strokes as MNIST would show them, white on black: -> (28, 28) in [0, 1]. Raises StrokesError for no strokes.

    What is brought to MNIST's frame are the lines that the pen went along; they are drawn there, with a pen that is as broad in
    the frame as the brush stands for, however small the digit was drawn. A broad brush on a small digit is no blob then. As in
    `core.pictures.frames.to_mnist_frame` the ink fits into 20 x 20 pixels with its aspect kept, and its centre of mass falls
    into pixel (14, 14). A dot stays a dot, and a mark shorter than half of its brush is broad is not enlarged to a line.
    """
    if not strokes:
        raise StrokesError("Nothing has been drawn yet.")
    radii = np.array([stroke.width for stroke in strokes]) * (_PEN / 2)  # (S,) pixels of the frame
    scale = _scale(strokes, radii)
    lines = [scale * np.array(stroke.places, dtype=np.float64) for stroke in strokes]  # (n, 2) each
    corner = np.min([line.min(axis=0) - radius for line, radius in zip(lines, radii, strict=True)], axis=0)
    picture = Image.new("L", (_FINE * BOX, _FINE * BOX))
    pen = ImageDraw.Draw(picture)
    for line, radius in zip(lines, _FINE * radii, strict=True):
        places = _FINE * (line - corner)
        pen.line(places.ravel().tolist(), fill=255, width=round(2 * radius))
        for x, y in places:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    ink = np.asarray(picture, dtype=np.float64).reshape(BOX, _FINE, BOX, _FINE).mean(axis=(1, 3))  # areas, averaged
    rows, columns = (ink.any(axis=1 - axis).nonzero()[0][-1] + 1 for axis in (0, 1))
    return centred(ink[:rows, :columns])


def _scale(strokes: Sequence[Stroke], radii: NDArray[np.float64]) -> float:
    """How many pixels of the frame a unit is, so that lines drawn with pens of these radii, (S,) pixels, just fit the box."""
    low, high = (np.array([getattr(np.array(stroke.places), end)(axis=0) for stroke in strokes]) for end in ("min", "max"))
    apart = high[:, None] - low[None, :]  # (S, S, 2): from the near end of every stroke to the far end of every other
    room = BOX - radii[:, None, None] - radii[None, :, None]
    least = min(stroke.width for stroke in strokes) * _MARK
    return float((room / np.maximum(apart, least)).min())


def _from_line(places: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances from the straight piece between two places, ends included: (n, 2), (2,), (2,) -> (n,)."""
    along = end - start
    length = float(along @ along)
    share = ((places - start) @ along / length).clip(0, 1) if length else np.zeros(len(places))
    return np.linalg.norm(places - start - share[:, None] * along, axis=1)
