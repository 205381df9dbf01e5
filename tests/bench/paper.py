"""Sheets of paper with things written on them, the light they lie in, and the camera that takes them."""

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from tests.bench.handwriting import Grey

Colour = tuple[float, float, float]
Picture = NDArray[np.floating]  # (H, W, 3) in [0, 1]

MARKER, BALLPOINT, BLACK_PEN = (0.08, 0.08, 0.1), (0.13, 0.18, 0.5), (0.12, 0.12, 0.13)
PENS: tuple[Colour, ...] = (MARKER, BALLPOINT, BLACK_PEN, (0.6, 0.1, 0.12), (0.05, 0.35, 0.2))


@dataclass
class Sheet:
    """A page: its size in pixels, its paper, and the random numbers for what is put on it; putting something on changes it."""

    rng: np.random.Generator
    width: int = 750
    height: int = 1000
    paper: Colour = (0.93, 0.92, 0.88)
    picture: Picture = field(init=False)

    def __post_init__(self) -> None:
        self.picture = np.ones((self.height, self.width, 3)) * self.paper
        grain = sum(
            strength * ndimage.zoom(self.rng.normal(size=(self.height // step + 2, self.width // step + 2)), step, order=1)
            [: self.height, : self.width]
            for step, strength in ((40, 0.006), (7, 0.007))
        )  # fmt: skip
        self.picture += grain[..., None]

    def put(self, opacity: Grey, top: int, left: int, ink: Colour, strength: float = 1.0) -> None:
        """Ink with these opacities, (h, w); what would lie outside is left out."""
        up, down = max(0, top), min(self.height, top + opacity.shape[0])
        start, end = max(0, left), min(self.width, left + opacity.shape[1])
        if up < down and start < end:
            part = strength * opacity[up - top : down - top, start - left : end - left, None]
            there = self.picture[up:down, start:end]
            there[:] = there * (1 - part) + np.array(ink) * part

    def put_far(self, distance: Grey, pen: float, ink: Colour, strength: float = 1.0) -> None:
        """A line of this width where the distance (H, W), in pixels, is 0."""
        self.put((pen / 2 + 0.5 - np.abs(distance)).clip(0, 1), 0, 0, ink, strength)

    def ruled(self, distance: float, ink: Colour, pen: float, strength: float, *, across: bool = False) -> None:
        """Lines at this distance, turned and bent a little."""
        y, x = np.mgrid[: self.height, : self.width].astype(float)
        if across:
            y, x = x, y
        turn, bend = self.rng.uniform(-0.02, 0.02), self.rng.uniform(-6, 6)
        place = y + turn * x + bend * (x / x.max() - 0.5) ** 2 + self.rng.uniform(0, distance)
        self.put_far((place + distance / 2) % distance - distance / 2, pen, ink, strength)

    def line(
        self, at: float, ink: Colour, pen: float, *, across: bool = False, ends: tuple[float, float] = (-1e9, 1e9)
    ) -> None:
        """One straight line, turned a little, from one place along it to another."""
        y, x = np.mgrid[: self.height, : self.width].astype(float)
        if across:
            y, x = x, y
        middle = max(0.0, ends[0]) / 2 + min(float(x.max()), ends[1]) / 2
        distance = np.abs(y - at - self.rng.uniform(-0.035, 0.035) * (x - middle))
        beyond = np.maximum(ends[0] - x, x - ends[1]).clip(0)
        self.put_far(np.hypot(distance, beyond), pen, ink)

    def lit(self, uneven: float = 0.15, warm: float = 0.04) -> None:
        """Light that falls off in one direction, with a tint."""
        y, x = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        angle, tint = self.rng.uniform(0, 2 * np.pi), self.rng.uniform(-warm, warm)
        light = 1 - uneven / 2 * (1 + np.cos(angle) * x + np.sin(angle) * y)
        self.picture *= light[..., None] * np.array([1 + tint, 1, 1 - tint])

    def shaded(self, distance: Grey, darkness: float, soft: float) -> None:
        """A shadow where the distance from its edge (H, W) is positive, with a soft edge of so many pixels."""
        self.picture *= 1 - darkness * (0.5 + distance / soft).clip(0, 1)[..., None]

    def edge(self, *, away: float = 0.0) -> Grey:
        """Distances from a straight line through the page, in pixels: (H, W); its middle is moved by a part of the width."""
        y, x = np.mgrid[: self.height, : self.width].astype(float)
        angle = self.rng.uniform(0, 2 * np.pi)
        return np.cos(angle) * (x - self.width / 2) + np.sin(angle) * (y - self.height / 2) - away * self.width


def on_desk(sheet: Sheet, desk: Colour, shown: float, turn: float) -> None:
    """Lay the page on a desk: made smaller by the part that the desk shows, turned by some degrees, with the desk around it."""
    height, width = sheet.height, sheet.width
    wood = np.ones((height, width, 3)) * desk
    grain = ndimage.zoom(sheet.rng.normal(size=(height // 3 + 2, width // 60 + 2)), (3, 60), order=1)[:height, :width]
    wood *= 1 + 0.12 * grain[..., None]
    y, x = np.mgrid[:height, :width].astype(float)
    turn, scale = np.radians(turn), 1 / (1 - shown)
    dx, dy = (x - width / 2) * scale, (y - height / 2) * scale
    from_x, from_y = np.cos(turn) * dx + np.sin(turn) * dy + width / 2, -np.sin(turn) * dx + np.cos(turn) * dy + height / 2
    page = np.stack(
        [ndimage.map_coordinates(sheet.picture[..., k], (from_y, from_x), order=1, mode="nearest") for k in range(3)], -1
    )
    inside = np.minimum(np.minimum(from_x, width - from_x), np.minimum(from_y, height - from_y)) / scale
    shadow = 1 - 0.4 * (1 + inside / 12).clip(0, 1)[..., None]
    on_it = (inside + 0.5).clip(0, 1)[..., None]
    sheet.picture = wood * shadow * (1 - on_it) + page * on_it


def turned(sheet: Sheet, degrees: float) -> None:
    """The camera is held askew; paper goes on beyond what was the page."""
    sheet.picture = ndimage.rotate(sheet.picture, degrees, reshape=False, order=1, mode="nearest")


def photographed(sheet: Sheet, *, noise: float | None = None, blur: float | None = None, tilt: float = 0.03) -> bytes:
    """As a phone takes it: in perspective, out of focus, with noise, in some size, as a JPEG or WebP."""
    rng, height, width = sheet.rng, sheet.height, sheet.width
    image = Image.fromarray(np.rint(sheet.picture.clip(0, 1) * 255).astype(np.uint8))
    if tilt:
        # the inverse map of Pillow: (ax + by + c) / (gx + hy + 1)
        g, h = rng.uniform(-tilt, tilt, 2) / (width, height)
        image = image.transform(
            image.size, Image.Transform.PERSPECTIVE, (1, 0, 0, 0, 1, 0, g, h), Image.Resampling.BICUBIC, fillcolor=None
        ).crop((round(0.03 * width), round(0.03 * height), round(0.95 * width), round(0.95 * height)))
    size = rng.choice([500, 750, 1000, 1600, 3000], p=[0.2, 0.3, 0.3, 0.15, 0.05]) / max(image.size)
    image = image.resize([max(1, round(side * size)) for side in image.size], Image.Resampling.BICUBIC)
    pixels = np.asarray(image, dtype=np.float32) / 255
    blur = rng.uniform(0.3, 1.1) if blur is None else blur
    noise = rng.uniform(0.006, 0.025) if noise is None else noise
    pixels = ndimage.gaussian_filter(pixels, (blur * max(1.0, size), blur * max(1.0, size), 0))
    pixels += noise * rng.standard_normal(pixels.shape, dtype=np.float32)
    kind = "WebP" if rng.random() < 0.1 else "JPEG"
    return encoded(pixels, kind, quality=int(rng.integers(60, 95)))


def encoded(pixels: NDArray[np.floating], kind: str = "PNG", **options: object) -> bytes:
    """Pixels in [0, 1], (H, W) or (H, W, 3 or 4), as a file."""
    file = BytesIO()
    Image.fromarray(np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)).save(file, kind, **options)
    return file.getvalue()
