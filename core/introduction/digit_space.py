"""Where digits live among all pictures, and what a decoder makes of a unit Gaussian: both seen on one flat map.

A picture of 28x28 pixels is a point with 784 coordinates. The map is the plane along which real digits vary most; a picture is
drawn where it falls onto that plane at right angles.
"""

from dataclasses import dataclass
from math import cos, pi, sin

import torch
import torch.nn.functional as F
from torch import Tensor

from core.datasets import Digits
from core.evaluation.batches import Model, decode_all, generator, spans, standard_normal
from core.evaluation.classification import Classifier, judge_images
from core.maps.planes import principal_plane, project
from core.maps.thumbnails import spread

CELLS = 56  # along each side of the map's grid
BLUR = 1.4  # standard deviation of the smoothing, in cells
SHARES = (0.5, 0.8, 0.95)  # of the digits, inside each shade of the region
RADII = (1.0, 2.0, 3.0)  # standard deviations of the Gaussian
SPOKES = 12
DRAWS = 700
EXAMPLES = 26  # real digits shown on the map


@dataclass(frozen=True, eq=False)
class DigitSpace:
    """The map of digit space and, in three shades, the region that holds most of the digits."""

    origin: Tensor  # (784,), the mean digit
    axes: Tensor  # (2, 784)
    edge: float  # half the side of a cell's square grid about the origin, in the map's units
    shade: Tensor  # (CELLS, CELLS) int8, top row first: how many of SHARES' regions a cell lies in
    examples: Tensor  # (K,) int64: digits spread over the map
    example_places: Tensor  # (K, 2)

    def place(self, images: Tensor) -> Tensor:
        """Where pictures lie on the map: (B, 1, 28, 28) -> (B, 2)."""
        return project(self.origin, self.axes, images.flatten(1))


@dataclass(frozen=True, eq=False)
class Carried:
    """A unit Gaussian in the plane, before and after a decoder."""

    z: Tensor  # (N, 2) draws
    classes: Tensor  # (N,) int64: what a judge takes each decoded draw for
    places: Tensor  # (N, 2): the decoded draws on the map of digit space
    lines: tuple[tuple[Tensor, Tensor], ...]  # circles and spokes: (P, 2) in the plane and (P, 2) on the map


@dataclass(frozen=True, eq=False)
class Found:
    """A decoded code and the real digit that looks most like it."""

    image: Tensor  # (1, 28, 28)
    place: Tensor  # (2,) on the map
    nearest: int  # position of the real digit
    mse: float  # between the two, mean over pixels


def survey(digits: Digits) -> DigitSpace:
    """The plane of largest variance of the digits' pixels, and where on it they are dense."""
    flat = digits.pixels().flatten(1)  # (N, 784)
    origin, axes = principal_plane(flat, flat.mean(dim=0))
    points = project(origin, axes, flat)  # (N, 2)
    edge = 1.15 * points.abs().max().item()
    cells = ((points / edge + 1) / 2 * CELLS).long().clamp(0, CELLS - 1)  # (N, 2)
    cell = (CELLS - 1 - cells[:, 1]) * CELLS + cells[:, 0]  # (N,)
    counts = torch.bincount(cell, minlength=CELLS**2).float()
    density = _blurred(counts.reshape(CELLS, CELLS))
    shade = sum((density >= _threshold(density, counts, share)).to(torch.int8) for share in SHARES)
    inside = (shade.flatten()[cell] > 0).nonzero().flatten()  # an odd digit out there would look like digits in general
    examples = inside[spread(points[inside], EXAMPLES, points.mean(dim=0, keepdim=True))[0]]
    return DigitSpace(origin, axes, edge, shade, examples, points[examples])


def carry(model: Model, space: DigitSpace, judge: Classifier, seed: int = 0) -> Carried:
    """Draws from N(0, I) and a net of circles and spokes through a decoder of two-dimensional codes.

    Raises ValueError for a decoder of another size.
    """
    if model.config.latent_dim != 2:
        raise ValueError(f"only a plane can be drawn as a plane; this model's codes have {model.config.latent_dim} numbers")
    z = standard_normal(DRAWS, 2, generator(seed))
    images = decode_all(model, z)
    lines = tuple((line, space.place(decode_all(model, line))) for line in _net())
    return Carried(z, judge_images(judge, images).argmax(dim=1), space.place(images), lines)


def find(model: Model, space: DigitSpace, digits: Digits, z: Tensor) -> Found:
    """Decode one code, (D,), and look for its nearest neighbour, in pixels, among the digits."""
    with torch.inference_mode():
        image = model.decode(z[None])  # (1, 1, 28, 28)
    errors = torch.cat([_mse(digits.pixels(span), image) for span in spans(len(digits))])  # (N,)
    nearest = int(errors.argmin())
    return Found(image[0], space.place(image)[0], nearest, errors[nearest].item())


def _mse(images: Tensor, image: Tensor) -> Tensor:
    """Of each of (B, 1, 28, 28) to one: (B,)."""
    return (images - image).square().flatten(1).mean(dim=1)


def _net() -> list[Tensor]:
    """Circles of RADII and the spokes from the centre to the outermost one, as rows of points."""
    turn = [2 * pi * k / 96 for k in range(97)]
    circles = [torch.tensor([[r * cos(a), r * sin(a)] for a in turn]) for r in RADII]
    steps = torch.linspace(0, RADII[-1], 25)[:, None]
    angles = [2 * pi * k / SPOKES for k in range(SPOKES)]
    return circles + [steps * torch.tensor([[cos(a), sin(a)]]) for a in angles]


def _blurred(counts: Tensor) -> Tensor:
    """Counts smoothed by a Gaussian of BLUR cells: (H, W) -> (H, W); the total stays, but for what leaves the map."""
    reach = round(4 * BLUR)
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / BLUR) ** 2)
    kernel = kernel / kernel.sum()
    rows = F.conv2d(counts[None, None], kernel.reshape(1, 1, 1, -1), padding=(0, reach))
    return F.conv2d(rows, kernel.reshape(1, 1, -1, 1), padding=(reach, 0))[0, 0]


def _threshold(density: Tensor, counts: Tensor, share: float) -> float:
    """The density from which on the cells together hold this share of the digits themselves, not of their blur."""
    ordered = density.flatten().sort(descending=True)
    held = counts[ordered.indices].cumsum(0) / counts.sum()
    return ordered.values[int((held < share).sum())].item()
