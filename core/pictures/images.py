"""Tensors to pictures: bytes on one fixed grey scale, tiled sheets, PNG, exact GIF, and the map of signed errors.

A picture is a uint8 array, grey (H, W) or colour (H, W, 3). A pixel of 0 is black and one of 1 is white, in every picture:
nothing is stretched to its own minimum and maximum, which would hide lost contrast.
"""

from io import BytesIO
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

Picture = NDArray[np.uint8]
Images = Tensor | NDArray[np.floating] | Picture

# ColorBrewer's RdBu with 11 classes (Harrower & Brewer 2003), reversed: blue for -1, near-white for 0, red for 1. It is one of
# the diverging scales they mark as safe for colour-blind readers. A page's legend is drawn from the same list.
ERROR_COLOURS = (
    *("#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7"),
    *("#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"),
)
MAX_PIXELS = 64_000_000  # of one enlarged picture
MAX_GIF_PIXELS = 256_000_000  # of all frames together
MAX_FRAMES = 2000  # of one GIF: a path of 1000 frames there and back
_GIF_HEADER = 6 + 7 + 3 * 256  # signature, screen descriptor, palette (GIF89a, sections 17 to 19)


def to_uint8(images: Images) -> Picture:
    """Floats in [0, 1] as bytes, round(255 x): (..., H, W) the same shape, (B, 1, H, W) -> (B, H, W).

    Values outside [0, 1] are clipped; bytes stay as they are. Raises ValueError for numbers that are not finite, and for
    integers other than bytes, whose scale is unknown.
    """
    values = _without_channel(_array(images))
    if values.dtype == np.uint8:
        return values
    if not np.issubdtype(values.dtype, np.floating):
        raise ValueError(f"images must be floats in [0, 1] or bytes, not {values.dtype}")
    if not np.isfinite(values).all():
        raise ValueError("images must be finite, but some pixels are infinite or not a number")
    return np.rint(values.clip(0, 1) * 255).astype(np.uint8)


def tile(images: Images, columns: int, gap: int = 2, gap_grey: int = 0) -> Picture:
    """Images side by side, in reading order, `columns` in a row: (B, H, W) or (B, 1, H, W) -> one grey picture.

    Colour images are bytes (B, H, W, 3). Between them, and in the places left over in the last row, are pixels of `gap_grey`
    (0 to 255), `gap` of them between neighbours. Raises ValueError for no images, a column count below 1 or a negative gap.
    """
    pictures = to_uint8(images)
    if pictures.ndim not in (3, 4) or (pictures.ndim == 4 and pictures.shape[3] != 3) or not pictures.size:
        raise ValueError(f"images to tile must be of shape (B, H, W), (B, 1, H, W) or (B, H, W, 3), not {pictures.shape}")
    if columns < 1 or gap < 0:
        raise ValueError(f"a sheet needs at least 1 column and a gap of at least 0 pixels, not {columns} and {gap}")
    count, height, width = pictures.shape[:3]
    columns = min(columns, count)
    rows = ceil(count / columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *pictures.shape[3:])
    sheet = np.full(shape, gap_grey, dtype=np.uint8)
    for i, picture in enumerate(pictures):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def strip(images: Images, gap: int = 2, gap_grey: int = 0) -> Picture:
    """`tile` with all images in one row."""
    return tile(images, max(1, len(images)), gap, gap_grey)


def upscale(picture: Picture, factor: int) -> Picture:
    """Each pixel as a square of factor x factor pixels: (H, W) -> (factor H, factor W), colour likewise.

    Raises ValueError for a factor that is not a whole number >= 1, and for a result of more than 64 million pixels.
    """
    if not isinstance(factor, int) or factor < 1:
        raise ValueError(f"a picture is enlarged by a whole number, at least 1, not {factor!r}")
    if picture.shape[0] * picture.shape[1] * factor * factor > MAX_PIXELS:
        raise ValueError(f"enlarging {picture.shape[1]}x{picture.shape[0]} pixels by {factor} makes too large a picture")
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def png_bytes(picture: Picture, scale: int = 1) -> bytes:
    """A grey (H, W) or colour (H, W, 3) picture as a PNG file, enlarged by `scale`. Raises ValueError as `upscale`."""
    _require_picture(picture)
    file = BytesIO()
    Image.fromarray(upscale(picture, scale)).save(file, "PNG")
    return file.getvalue()


def gif_bytes(frames: Images, duration_ms: float, scale: int = 1, loop: bool = True, pingpong: bool = False) -> bytes:
    """An animation in 256 greys, exact to the byte: (F, H, W) or (F, 1, H, W) -> a GIF file.

    Each frame is shown for `duration_ms`, rounded to GIF's unit of 10 ms. With `loop` it runs for ever, otherwise once. With
    `pingpong` the frames also run back, without repeating either end: F > 1 frames become 2 F - 2. Raises ValueError for no
    frames, for more than 2000 frames or 256 million pixels in all, for a duration outside 20 to 10,000 ms (browsers slow
    shorter ones down to 100 ms), and as `to_uint8` and `upscale`.
    """
    pictures = to_uint8(frames)
    if pictures.ndim != 3 or not pictures.size:
        raise ValueError(f"an animation needs frames of shape (F, H, W) or (F, 1, H, W), not {pictures.shape}")
    if pingpong:
        pictures = np.concatenate((pictures, pictures[-2:0:-1]))
    if len(pictures) > MAX_FRAMES:
        raise ValueError(f"an animation may have {MAX_FRAMES} frames, not {len(pictures)}")
    if pictures.size * scale * scale > MAX_GIF_PIXELS:
        raise ValueError(f"{len(pictures)} frames enlarged by {scale} make too large an animation; use a smaller scale")
    if not 20 <= duration_ms <= 10_000:
        raise ValueError(f"a frame must be shown for 20 to 10,000 ms, not {duration_ms!r}")
    duration = round(duration_ms / 10) * 10
    # Pillow merges equal neighbours when it writes an animation, so each frame is written as a GIF of its own and the files
    # are joined: all have the same header, the 256 greys, and end with one trailing byte (GIF89a, section 27).
    file = BytesIO()
    file.write(_single_gif(upscale(pictures[0], scale), duration, loop=loop)[:-1])
    for picture in pictures[1:]:
        file.write(_single_gif(upscale(picture, scale), duration, loop=False)[_GIF_HEADER:-1])
    file.write(b";")
    return file.getvalue()


def error_map(x: Images, x_hat: Images) -> Picture:
    """The signed error x_hat - x of each pixel as a colour: (B, H, W) or (B, 1, H, W), twice -> (B, H, W, 3).

    Blue where the reconstruction is too dark, red where it is too bright, near-white where it is right, on the fixed scale
    from -1 to 1 of `ERROR_COLOURS`. Raises ValueError for shapes that differ and numbers that are not finite.
    """
    x, x_hat = _unit(x), _unit(x_hat)
    if x.shape != x_hat.shape:
        raise ValueError(f"images and reconstructions must have one shape, not {x.shape} and {x_hat.shape}")
    anchors = np.linspace(-1, 1, len(ERROR_COLOURS))
    colours = np.array([_rgb(colour) for colour in ERROR_COLOURS])  # (11, 3)
    error = x_hat - x
    return np.stack([np.rint(np.interp(error, anchors, channel)) for channel in colours.T], axis=-1).astype(np.uint8)


def _single_gif(picture: Picture, duration: int, loop: bool) -> bytes:
    file = BytesIO()
    options = {"loop": 0} if loop else {}  # 0 means without end
    # optimize would drop unused greys from the palette; every frame must keep the same one
    Image.fromarray(picture).save(file, "GIF", optimize=False, interlace=0, duration=duration, **options)
    return file.getvalue()


def _unit(images: Images) -> NDArray[np.float64]:
    """Images as float64, bytes divided by 255, otherwise not clipped; (B, 1, H, W) -> (B, H, W)."""
    values = _without_channel(_array(images))
    scale = 255 if values.dtype == np.uint8 else 1
    if not np.isfinite(values).all():
        raise ValueError("images must be finite, but some pixels are infinite or not a number")
    return values.astype(np.float64) / scale


def _array(images: Images) -> NDArray:
    if isinstance(images, Tensor):
        images = images.detach().cpu()
        return (images.float() if images.dtype == torch.bfloat16 else images).numpy()  # NumPy has no bfloat16
    return np.asarray(images)


def _without_channel(values: NDArray) -> NDArray:
    return values[:, 0] if values.ndim == 4 and values.shape[1] == 1 else values


def _require_picture(picture: Picture) -> None:
    grey, colour = picture.ndim == 2, picture.ndim == 3 and picture.shape[-1] == 3
    if picture.dtype != np.uint8 or not (grey or colour) or not picture.size:
        raise ValueError(f"a picture must be bytes of shape (H, W) or (H, W, 3), not {picture.dtype} of {picture.shape}")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
