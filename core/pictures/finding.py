"""The digit on a page: the channel, the polarity and the group of strokes in which it stands out most, and its ink alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.pictures import groups, lines, paper

_LEAST = 0.02  # prominence of a digit: of less, nothing is told
_FILLED = 0.7  # of the picture's height and width: a digit that touches the border has been cut out of its page
_THICK = 0.28  # of the picture's side: what touches the border and is thicker somewhere is a ground, such as a page on a desk
_NARROW = 0.45  # of the picture's height: a picture that is not as wide may be a 1
_FADED = 0.2  # contrast: on a photograph, a hue that differs by less is no ink, nor is what touches the border
_FAINT = 0.15  # contrast: on a photograph, what is fainter is a fold, or the rest of a line
_PALE = 0.3  # contrast: as `_FAINT`, of light ink; paper between a line and its edge is light too
_EVEN = 0.35  # of the ink's contrast: grounds that differ by more are two grounds, such as a desk and a page
_HOLES = 5  # in a digit, with room for a blot; a squared page has more
_BLUR = 4  # pixels beside ink that are not paper either
_PEN = 0.085  # of the digit's longer side: strokes that are thinner are made so broad, as those that MNIST was made from
_FINEST = 0.05  # as `_PEN`, of a drawing without noise: finer than any of MNIST's

Grey = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Found:
    """What was read: ink (H, W) from 0 to 1, all 0 without a digit, and a sentence if another digit was left out."""

    ink: NDArray[np.float32]
    left_out: str | None


def found(colours: NDArray[np.float32]) -> Found:
    """The digit in a decoded picture: (H, W, 1 or 3) in [0, 1] -> Found. See core.pictures.frames.read_digit."""
    greys = list(paper.channels(colours))
    best = _best(greys[:1], _inside)
    if best is not None:
        # what a digit encloses looks like one of the other polarity, if the digit itself touches the border
        around = _cut_out(greys[0], not best.dark)
        best = around if around is not None and around.score > best.score else best
    else:
        best = _best(greys[1:], _inside) or _best(greys[:1], _cut_out)
        if best is not None and best.group.strong < _FADED and paper.noisy(greys[0]):
            best = None
    if best is None:
        return Found(np.zeros(colours.shape[:2], dtype=np.float32), None)
    ink = _exact(best)
    if ink is None:
        ink = _softened(best)
    return Found(ink.astype(np.float32), groups.left_out(best.group))


@dataclass(frozen=True, eq=False)
class _Reading:
    """A digit found by one channel and one polarity."""

    inked: paper.Inked  # without ruled lines
    group: groups.Group
    lines: NDArray[np.bool_]  # (H, W): where ruled lines were taken out
    dark: bool  # whether it is darker than its ground
    score: float


def _best(greys: Sequence[Grey], look: Callable[[Grey, bool], _Reading | None]) -> _Reading | None:
    """The most prominent digit by all channels, in both polarities; None if there is none."""
    found = [look(grey, dark) for grey in greys for dark in (True, False)]
    return max((one for one in found if one and one.score > _LEAST), key=lambda one: one.score, default=None)


def _inside(grey: Grey, dark: bool, ruled: bool = True) -> _Reading | None:
    """The digit, if there is one on a ground that looks like the paper around it; `ruled` paper may have lines."""
    inked = paper.inked(grey, dark)
    ink = lines.without_lines(inked.ink, inked.floor) if ruled else inked.ink
    group = groups.digit(ink, inked.floor)
    if group is None or not paper.surrounded_by_paper(inked, group.mask):
        return None
    if group.strong < (_FAINT if dark else _PALE) and paper.noisy(grey):
        return None
    taken = (inked.ink > inked.floor) & (ink <= inked.floor)
    return _Reading(replace(inked, ink=ink), group, taken, dark, group.score)


def _cut_out(grey: Grey, dark: bool) -> _Reading | None:
    """A digit that touches the picture's border, since it was cut out closely: it fills the picture, less the corners."""
    room = max(3, max(grey.shape) // 4)
    ground = np.quantile(grey, 0.95 if dark else 0.05)
    found = _inside(np.pad(grey, room, constant_values=ground), dark, ruled=False)
    if found is None:
        return None

    def cut(padded: Grey) -> Grey:
        return padded[room:-room, room:-room]

    mask = cut(found.group.mask)
    if not (mask[[0, -1]].any() or mask[:, [0, -1]].any()):
        return None
    filled = [mask.any(axis=axis).mean() for axis in (1, 0)]
    narrow = grey.shape[1] < _NARROW * grey.shape[0]  # a 1
    if filled[0] < _FILLED or (filled[1] < _FILLED and not narrow) or mask[[0, 0, -1, -1], [0, -1, 0, -1]].any():
        return None
    low, high = np.quantile(cut(found.inked.ground), (0.05, 0.95))
    if high - low > _EVEN * found.group.strong or ndimage.label(~np.pad(mask, 1))[1] > 1 + _HOLES:
        return None
    if 2 * ndimage.distance_transform_edt(mask).max() > _THICK * max(mask.shape):
        return None
    inked = paper.Inked(*map(cut, (found.inked.light, found.inked.ground, found.inked.ink)), found.inked.noise)
    group = replace(found.group, mask=mask, dropped=cut(found.group.dropped))
    return _Reading(inked, group, cut(found.lines), dark, found.score * (1 - mask.mean()))


def _exact(found: _Reading) -> Grey | None:
    """Ink of a picture without noise, as it is: -> (H, W); None if the picture is a photograph.

    The ground is a surface a + b x + c y + d x^2 + e x y + f y^2, fitted by least squares to what is not near any ink.
    """
    light, mask, dropped = found.inked.light, found.group.mask, found.group.dropped
    if paper.noisy(light):
        return None
    free = ~ndimage.binary_dilation(mask | dropped | (found.inked.ink > 3 * paper.BYTE), iterations=_BLUR)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in light.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    if free.sum() < 6:
        return None
    points = np.flatnonzero(free)[:: max(1, free.sum() // 20_000)]
    weights = np.linalg.lstsq(terms.reshape(-1, 6)[points], light.ravel()[points], rcond=None)[0]
    ground = terms @ weights
    ink = (ground - light).clip(0, 1)
    if np.quantile(np.abs(ground - light)[free], 0.99) > 2 * paper.BYTE:
        return None
    rounding = 2 * paper.BYTE if np.ptp(ground) > paper.BYTE / 2 else paper.BYTE / 2  # steps of an uneven ground
    ink[ink <= rounding] = 0
    # what is connected with the digit, however faintly, stays with it; what is with another piece goes with that
    there, eight = (ink > 0) & ~found.lines, np.ones((3, 3), dtype=bool)
    connected = ndimage.binary_propagation(mask, eight, there)
    away = ndimage.binary_propagation(dropped & there & ~connected, eight, there)
    dropped = ndimage.binary_dilation(away | found.lines, iterations=_BLUR)
    ink[dropped & ~ndimage.binary_dilation(mask, iterations=_BLUR)] = 0
    return _broadened(ink, _FINEST)


def _softened(found: _Reading) -> Grey:
    """Nearly black and white, as the scans were that MNIST was made from, in strokes of at least their width: -> (H, W)."""
    near = ndimage.binary_dilation(found.group.mask, iterations=2) & ~found.group.dropped & ~found.lines
    return _broadened(np.where(near, ((found.inked.ink / found.group.strong - 0.25) / 0.35).clip(0, 1), 0))


def _broadened(soft: Grey, least: float = _PEN) -> Grey:
    """Strokes that are thinner than this part of the digit's longer side, as broad as MNIST's, with soft edges."""
    inside = soft > 0.5 * soft.max()
    if not soft.any():
        return soft
    rows, columns = (inside.any(axis=axis).nonzero()[0] for axis in (1, 0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    depth = ndimage.distance_transform_edt(inside)
    broad = 4 * depth[inside].mean() - 1  # in a strip, depths are even from 0.5 to half its width
    more = (_PEN * size - broad) / 2
    if more <= 0.5 or broad >= least * size:
        return soft
    outside = ndimage.distance_transform_edt(~inside)
    return np.maximum(soft, (more + 1 - outside).clip(0, 1))
