"""Ink on paper in any light: how dark, or light, each pixel is against the paper around it, without ruled lines."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.floating]

BYTE = 1 / 255  # one grey level of an ordinary picture
_SIGMA = 1.4826  # standard deviations per median absolute deviation, for normal noise
_BROADEST = 0.25  # of the picture's side: a stroke that is broader counts as another ground
_BLURRED = 0.04  # of the digit's size: an edge out of focus, or of an enlarged picture, may be so broad
_OPEN = 0.12  # of a stroke's outline may be without an edge
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R 601
_DIM = 0.3  # of the brightest ground: in what is darker, such as a desk, contrast counts for less
_LEAST = 0.05  # contrast of ink and paper: less than this is an empty page


@dataclass(frozen=True, eq=False)
class Inked:
    """A picture by one channel and one polarity: all arrays (H, W)."""

    light: Grey  # the channel, ink darker than paper
    ground: Grey  # what it would be without ink
    ink: Grey  # contrast of the two, 0 (paper) to 1
    noise: float  # the standard deviation of `ink` on paper

    @property
    def floor(self) -> float:
        """The least contrast of ink."""
        return max(0.06, 5 * self.noise)


def channels(colours: NDArray[np.float32]) -> Iterator[Grey]:
    """Ways to see a picture as grey, (H, W) in [0, 1]: luma, and the directions in which its colours differ most.

    Ink and paper of one luminance differ in hue alone, so the colours' principal components (Pearson 1901) are tried too.
    """
    if colours.shape[-1] == 1:
        yield colours[..., 0].astype(np.float64)
        return
    yield colours @ _LUMA
    flat = colours.reshape(-1, 3).astype(np.float64)
    hue = flat - (flat @ _LUMA)[:, None]  # without luminance: a plane of colour differences
    _, _, axes = np.linalg.svd(np.cov(hue.T))
    for axis in axes[:2]:
        along = hue @ axis
        low, high = along.min(), along.max()
        if high - low > 2 * _LEAST:
            # as contrasts, not stretched: a hue that differs by 0.2 is ink of contrast 0.2 on bright paper
            yield (1 - (along - low)).clip(0, 1).reshape(colours.shape[:2])


def inked(grey: Grey, dark: bool) -> Inked:
    """Contrast against the local ground: (H, W) in [0, 1] -> Inked.

    The ground is the morphological closing by a square (Serra 1982; the difference is known as the black top hat): the
    brightest that covers a pixel from every side. It follows shadows, their edges, and the border of the sheet exactly, since
    a dark area as large as the square is ground too, whether it is a desk, a bar or a scanner's lid. Light multiplies what
    paper and chalk reflect, so contrast is measured in parts of the brighter of ink and ground.
    """
    light = grey if dark else 1 - grey
    side = 2 * max(1, round(_BROADEST * np.sqrt(light.size) / 2)) + 1
    grainy = noisy(light)
    smooth = ndimage.gaussian_filter(light, 0.6) if grainy else light
    ground = ndimage.grey_closing(smooth, size=(side, side), mode="nearest")
    bright = ground if dark else ndimage.maximum_filter(1 - smooth, side, mode="nearest")
    ink = (ground - smooth) / np.maximum(bright, _DIM * float(bright.max()) + BYTE)
    middle = np.median(ink)  # a closing lies above noisy paper
    noise = _SIGMA * float(np.median(np.abs(ink - middle))) if grainy else 0.0
    return Inked(light, ground, (ink - middle).clip(0, 1) if middle < 0.25 else ink.clip(0, 1), noise)


def surrounded_by_paper(inked: Inked, mask: NDArray[np.bool_]) -> bool:
    """Whether what is masked, (H, W), differs from the usual brightness around it, and its ground does not.

    What strokes enclose is darker, or brighter, than they are too, and so is a spot of light; but it is as bright as paper.
    """
    rows, columns = (mask.any(axis=axis).nonzero()[0] for axis in (1, 0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    step, room = max(1, size // 24), size // 2 + 1
    near = tuple(slice(max(0, at[0] - room), at[-1] + room + 1) for at in (rows, columns))
    few = inked.light[near][::step, ::step]
    usual = ndimage.median_filter(few, size=2 * (round(0.35 * size / step) + 1) + 1, mode="nearest")
    here = mask[near]
    usual = usual.repeat(step, axis=0).repeat(step, axis=1)[: here.shape[0], : here.shape[1]][here]
    if np.median(np.abs(inked.light[mask] - usual)) <= np.median(np.abs(inked.ground[mask] - usual)):
        return False
    return _edged(inked, mask, 2 * round(_BLURRED * size) + 1)


def _edged(inked: Inked, mask: NDArray[np.bool_], reach: int) -> bool:
    """Whether it gets brighter almost everywhere at the edge of what is masked, as it does at the edge of a stroke.

    It does not where a closing alone drew the edge: between strokes, and along the border of a sheet. An edge that is blurred
    may take up to half of `reach`, in pixels.
    """
    away, (row, column) = ndimage.distance_transform_edt(~mask, return_indices=True)
    around = (away > 2) & (away <= 4)
    row, column = row[around], column[around]
    brightest = ndimage.maximum_filter(inked.light, reach, mode="nearest")
    step = brightest[around] - inked.light[row, column]
    return bool(np.mean(step < 0.4 * (inked.ground[row, column] - inked.light[row, column])) < _OPEN)


def noisy(grey: Grey) -> bool:
    """Whether the picture has a camera's noise: neighbours differ almost everywhere, by more than rounding explains."""
    if min(grey.shape) < 3:
        return False
    bend = grey[1:-1, 1:-1] - (grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]) / 4
    return bool(np.median(np.abs(bend)) > 0.55 * BYTE)  # a slope that is rounded to bytes has up to half a level
