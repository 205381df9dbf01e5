"""Hand-drawn strokes: what is allowed, fewer points for the same line, and their picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIDE = 256  # units along each side of the drawing area; places are whole numbers from 0 to 255, x to the right and y down
WIDTHS = (14, 24, 36)  # units: fine, medium and broad; medium, on a digit that fills the area, is as broad as MNIST's strokes
MAX_STROKES = 60
MAX_POINTS = 4000  # of all strokes together
TOLERANCE = 1.0  # units: how far a simplified line may stray, a tenth of a pixel of a digit that fills the area
_SCALE = 2  # pixels per unit: the edges are then smooth however small the digit was drawn

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


def render(strokes: Sequence[Stroke]) -> NDArray[np.float32]:
    """White lines with round ends and corners on black: -> (512, 512) in [0, 1]. Raises StrokesError for no strokes."""
    if not strokes:
        raise StrokesError("Nothing has been drawn yet.")
    picture = Image.new("L", (_SCALE * SIDE, _SCALE * SIDE))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        radius = _SCALE * stroke.width / 2
        places = [(_SCALE * (x + 0.5), _SCALE * (y + 0.5)) for x, y in stroke.places]  # the middle of a unit
        pen.line(places, fill=255, width=_SCALE * stroke.width)
        for x, y in places:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(picture, dtype=np.float32) / 255


def _from_line(places: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances from the straight piece between two places, ends included: (n, 2), (2,), (2,) -> (n,)."""
    along = end - start
    length = float(along @ along)
    share = ((places - start) @ along / length).clip(0, 1) if length else np.zeros(len(places))
    return np.linalg.norm(places - start - share[:, None] * along, axis=1)
