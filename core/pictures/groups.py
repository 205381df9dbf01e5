"""Which of the ink on a page is the digit: connected pieces of it, what each is, and the group of strokes that is meant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.floating]
Mask = NDArray[np.bool_]

_EIGHT = np.ones((3, 3), dtype=bool)  # diagonal neighbours are connected too
_SMALLEST = 0.022  # of the picture's diagonal: a digit that is smaller is not told from a speck
_GRAIN = 2  # pixels: what is no larger is a camera's noise
_SPECK = 0.13  # of the digit's size: smaller pieces are dropped
_NEAR = 0.27  # of the digit's size: pieces so near belong to it
_FAR = 0.4  # of the digit's size: the bar of a 5 may be so far from it
_ONE_SIZE = 0.6  # of the digit's height: another one that is higher is a second digit
_AS_LARGE = 0.8  # of the digit's height: another one that is higher and further to the left is taken instead
_MOST = 12  # strokes of a digit, broken ones too; of more, there is a pattern on the page
_FILLED = 0.65  # of its size: a piece that is thicker somewhere is a spot, not a stroke, though a bold 4 comes near it
_LEAN = 20  # times as long as it is thick: a thin line
_SOLID = 0.45  # of its own strong ink: less is what surrounds a stroke


@dataclass(frozen=True, eq=False)  # compared by what it is, not by what it holds
class Piece:
    """Connected ink. Sizes in pixels; `slices` cut its rectangle out of the picture."""

    number: int
    slices: tuple[slice, slice]
    area: int
    strong: float  # how dark its darkest parts are
    borders: int  # how many of its pixels lie on the picture's border

    @property
    def height(self) -> int:
        return self.slices[0].stop - self.slices[0].start

    @property
    def width(self) -> int:
        return self.slices[1].stop - self.slices[1].start

    @property
    def size(self) -> int:
        """The longer side of its rectangle."""
        return max(self.height, self.width)


@dataclass(frozen=True, eq=False)
class Group:
    """The strokes of one digit. `mask` is (H, W)."""

    mask: Mask
    dropped: Mask  # all other ink
    score: float  # how much like the digit of this page it is, to compare groups of several readings of one picture
    strong: float
    others: tuple[str, ...]  # where other digits of its size are, as "right of it"


def solid(ink: Grey, floor: float) -> tuple[NDArray[np.integer], list[Piece]]:
    """The connected pieces of ink, each cut at a part of its own strength: (H, W) -> labels (H, W), pieces.

    What is faint beside a strong stroke (a shadow, a ruled line, blur) is cut off from it; alone, faint is ink.
    """
    labels, count = ndimage.label(ink > floor, _EIGHT)
    for _ in range(2):
        if not count:
            return labels, []
        strong = _strengths(ink, labels, count)
        labels, count = ndimage.label(ink > np.maximum(floor, _SOLID * strong[labels]), _EIGHT)
    if not count:
        return labels, []
    strong, areas = _strengths(ink, labels, count), np.bincount(labels.ravel(), minlength=count + 1)
    rim = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    borders = np.bincount(rim, minlength=count + 1)
    boxes = ndimage.find_objects(labels)
    numbers = range(1, count + 1)
    return labels, [Piece(k, boxes[k - 1], int(areas[k]), strong[k], int(borders[k])) for k in numbers]


def _strengths(ink: Grey, labels: NDArray[np.integer], count: int) -> Grey:
    """The ink that all but two hundredths of a piece fall short of: -> (count + 1,), 0 for the ground."""
    inside = labels > 0
    numbers, values = labels[inside], ink[inside]
    order = np.lexsort((values, numbers))
    ends = np.cumsum(np.bincount(numbers, minlength=count + 1))[1:]
    sizes = np.diff(ends, prepend=0)
    return np.concatenate([[1.0], values[order][(ends - 1 - sizes // 50).clip(0)]])


def digit(ink: Grey, floor: float) -> Group | None:
    """The group of strokes that is the digit; None if there is none: contrast (H, W) and its least -> Group.

    The most prominent piece is taken first: large, dark and central. Pieces on the picture's border, straight lines that are
    level, rings around something, and specks are left out. What lies near is another stroke of the same digit.
    """
    labels, pieces = solid(ink, floor)
    least = _SMALLEST * np.hypot(*ink.shape)
    inner = [piece for piece in pieces if not piece.borders]
    level = [piece for piece in inner if piece.size >= least and _is_line(piece, labels, ink.shape)]
    large = [piece for piece in inner if piece.size >= least and piece not in level and not _is_blob(piece, labels)]
    usable = [piece for piece in large if not _is_ring(piece, labels, [other for other in large if other is not piece])]
    if not usable:
        return None
    prominence = {piece.number: _prominence(piece, labels) for piece in usable}
    candidates = [piece for piece in inner if piece in usable or piece in level or _GRAIN < piece.size < least]
    first = max(usable, key=lambda piece: prominence[piece.number])
    joined, mask = _grown(first, candidates, level, labels)
    others = _others(joined, mask, usable)
    if others and others[0].slices[1].stop <= joined[0].slices[1].start and others[0].height > _AS_LARGE * _height(mask):
        first = others[0]  # of two digits of one size, the left one
        joined, mask = _grown(first, candidates, level, labels)
        others = _others(joined, mask, usable)
    if len(joined) > _MOST:
        return None
    left = min(piece.slices[1].start for piece in joined)
    wheres = tuple("left" if other.slices[1].start < left else "right" for other in others)
    return Group(mask, (labels > 0) & ~mask, prominence[first.number], first.strong, wheres)


def left_out(group: Group) -> str | None:
    """That another digit was left out, and which one was taken; None if the digit is alone."""
    if not group.others:
        return None
    if len(group.others) > 1:
        return "There are more digits than one of this size in the picture. The one that stands out most was taken."
    side = "left" if group.others[0] == "right" else "right"
    return f"There are two digits of about one size in the picture. The {side} one was taken, the other left out."


def _grown(first: Piece, candidates: list[Piece], level: list[Piece], labels: NDArray[np.integer]) -> tuple[list[Piece], Mask]:
    """The first stroke with all that belong to it, and where they are: (H, W)."""
    joined, inked = [first], labels > 0
    while True:
        mask = np.isin(labels, [piece.number for piece in joined])
        free = [piece for piece in candidates if piece not in joined]
        nearest = np.full(labels.max() + 1, np.inf)  # by number: how far a piece is from the strokes so far
        np.minimum.at(nearest, labels[inked], ndimage.distance_transform_edt(~mask)[inked])
        more = [piece for piece in free if _belongs(piece, first, float(nearest[piece.number]), piece in level)]
        if not more or len(joined) > _MOST:
            return joined, mask
        joined += more


def _others(joined: list[Piece], mask: Mask, usable: list[Piece]) -> list[Piece]:
    """Pieces that are digits as much as the one that was taken, the left one first."""
    high, strong = _height(mask), joined[0].strong
    sizes = range(round(_ONE_SIZE * high), round(high / _ONE_SIZE) + 1)  # what is much larger and was not taken is a line
    found = [one for one in usable if one not in joined and one.height in sizes and one.strong > 0.5 * strong]
    return sorted(found, key=lambda piece: piece.slices[1].start)


def _height(mask: Mask) -> int:
    return int(np.ptp(mask.any(axis=1).nonzero()[0])) + 1


def _belongs(piece: Piece, first: Piece, distance: float, level: bool) -> bool:
    """Whether a piece, at this distance from the digit so far, is another stroke of the digit whose first stroke is given."""
    if piece.strong < 0.4 * first.strong or distance > (_FAR if level else _NEAR) * first.size:
        return False
    if piece.size < _SPECK * first.size:
        return distance < 0.04 * first.size
    if level:  # the bar of a 5 or a 7; below the digit it is an underline
        above = piece.slices[0].stop < (first.slices[0].start + first.slices[0].stop) / 2
        return piece.size < 1.2 * first.size and (above or distance < 0.06 * first.size)
    beside = min(piece.slices[1].stop, first.slices[1].stop) - max(piece.slices[1].start, first.slices[1].start)
    apart = beside < 0.15 * min(piece.width, first.width)
    return not (apart and piece.height > _ONE_SIZE * first.height and distance > 0.08 * first.size)


def _prominence(piece: Piece, labels: NDArray[np.integer]) -> float:
    """Larger, darker and nearer the middle is more; a thin straight line may be a 1, but beside anything else it is a line."""
    length, thick, _ = _straight(piece, labels)
    middle = [(cut.start + cut.stop) / 2 / side - 0.5 for cut, side in zip(piece.slices, labels.shape, strict=True)]
    central = 1 - 0.6 * np.hypot(*middle) / np.hypot(0.5, 0.5)
    return float(piece.size / max(labels.shape) * piece.strong * central * (0.5 if length > _LEAN * thick else 1))


def _is_line(piece: Piece, labels: NDArray[np.integer], shape: tuple[int, ...]) -> bool:
    """Whether a piece is a straight line that no digit is: level, or as long as the page."""
    length, thick, level = _straight(piece, labels)
    if length < 5 * thick:
        return False
    return bool(level or (length > 0.85 * shape[0] and length > _LEAN * thick))


def _straight(piece: Piece, labels: NDArray[np.integer]) -> tuple[float, float, bool]:
    """Length and thickness of the rectangle with a piece's variances, and whether it is level, within 30 degrees."""
    y, x = (labels[piece.slices] == piece.number).nonzero()
    if len(y) < 4:
        return 1.0, 1.0, False
    spread, axes = np.linalg.eigh(np.cov(np.stack([y, x]).astype(float)) + 1e-9 * np.eye(2))
    return float(np.sqrt(12 * spread[1])), float(np.sqrt(12 * max(spread[0], 1 / 12))), bool(abs(axes[0, 1]) < 0.5)


def _is_blob(piece: Piece, labels: NDArray[np.integer]) -> bool:
    """Whether a piece is filled, as no stroke is: a spot, or a shadow. A broad 1 is high and narrow."""
    inside = np.pad(labels[piece.slices] == piece.number, 1)
    thick = 2 * ndimage.distance_transform_edt(inside).max()
    return bool(thick > _FILLED * piece.size)


def _is_ring(piece: Piece, labels: NDArray[np.integer], others: list[Piece]) -> bool:
    """Whether a piece goes around another one that is large enough to be the digit, seen from the middle of that one."""
    for other in others:
        if other.size < 0.25 * piece.size or other.size > 0.95 * piece.size:
            continue
        y, x = (labels[piece.slices] == piece.number).nonzero()
        top, left = (cut.start for cut in piece.slices)
        middle = [(cut.start + cut.stop) / 2 for cut in other.slices]
        angles = np.arctan2(y + top - middle[0], x + left - middle[1])
        seen = np.unique(((angles + np.pi) / (2 * np.pi) * 36).astype(int) % 36)
        if len(seen) >= 24:  # two thirds of all directions: a ring need not be closed
            return True
    return False
