"""Other people's pictures, brought to the frame of MNIST: read a PNG or JPEG file, find the ink, size and centre it."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

FIELD = 28  # pixels: the side of an MNIST image
BOX = 20  # pixels: the side of the box that MNIST's digits were fitted into
MAX_BYTES = 10_000_000
MAX_PIXELS = 25_000_000
WORKING_SIDE = 560  # pixels: larger pictures are reduced on reading; 20 times MNIST's side is ample

_INK = 0.1  # of the brightest pixel: what is fainter does not count as part of the digit's extent
_BLANK = 0.05  # contrast of ink and paper: less than this is an empty page
_SOFT_THRESHOLD = (0.4, 0.7)  # of strong ink: on a photograph, less than the first is paper, more than the second is ink
_BYTE = 1 / 255  # one grey level of an ordinary picture
_SIGMA = 1.4826  # standard deviations per median absolute deviation, for normal noise

Grey = NDArray[np.floating]


class PictureError(ValueError):
    """The file cannot be used as a picture; the message is a sentence that says why and what to do."""


def to_mnist_frame(picture: Grey) -> NDArray[np.float32]:
    """A light digit on dark ground as MNIST would show it: (H, W) in [0, 1] -> (28, 28) in [0, 1].

    Following LeCun, Cortes & Burges, "The MNIST database": cropped to the ink, fitted into a 20 x 20 box with its aspect kept
    and its edges anti-aliased, then moved by whole pixels so that its centre of mass falls into pixel (14, 14). The brightest
    pixel becomes 1, as in MNIST, so that thin or faint strokes do not fade when they are reduced. Raises ValueError for a
    blank picture, one that is not (H, W), and values outside [0, 1].
    """
    picture = np.asarray(picture, dtype=np.float64)
    if picture.ndim != 2 or not picture.size:
        raise ValueError(f"a picture must be of shape (height, width), not {picture.shape}")
    if not ((picture >= 0) & (picture <= 1)).all():  # also false for not-a-number
        raise ValueError("a picture's pixels must be numbers from 0 to 1")
    if picture.max() < _BLANK:
        raise ValueError("there is no digit in this picture: it is blank, or too faint to be told from its ground")
    digit = _fit(_crop(picture))
    return centred(digit)


def centred(digit: Grey) -> NDArray[np.float32]:
    """A digit of MNIST's size in MNIST's frame, its centre of mass in pixel (14, 14): (h, w) -> (28, 28), at most 1.

    It is moved by whole pixels, and its brightest becomes 1. Neither side may be over 28, nor all of it black.
    """
    digit = digit / digit.max()
    field = np.zeros((FIELD, FIELD), dtype=np.float32)
    top, left = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def read_picture(data: bytes) -> NDArray[np.float32]:
    """A PNG or JPEG file as ink from 0 (ground) to 1, light on dark whatever it was: bytes -> (H, W).

    What is done to it: transparent parts become white paper; the orientation noted by a camera is applied; colours become grey
    (ITU-R 601 luma); a side longer than 560 pixels is reduced to that. The border decides the polarity: if the picture strays
    further from the border's median grey to the dark side than to the light side, it is dark ink on light paper and is
    inverted. The ground is then subtracted, a quadratic surface fitted to the paper, so that uneven light vanishes, and what
    the paper's noise explains becomes 0. If there is such noise, the picture is a photograph, and what is fainter than a third
    of its strongest ink (ruled lines, print showing through) becomes 0 too. A clean drawing comes back pixel for pixel.

    Raises PictureError for a file that is empty, over 10 MB or 25 million pixels, damaged or cut short, animated, or neither
    PNG nor JPEG; sizes are checked before anything is decoded.
    """
    if not data:
        raise PictureError("The file is empty; choose a PNG or JPEG picture.")
    if len(data) > MAX_BYTES:
        raise PictureError(too_many_bytes(len(data)))
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PictureError(_too_large(f"{image.width} x {image.height} pixels"))
            # a JPEG with several pictures is a phone's photograph with its depth or brightness map: the first is the photograph
            if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
                raise PictureError("The picture is animated; choose one that stands still.")
            grey = _decode(image)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large("far too many pixels")) from error
    except Exception as error:  # Pillow's decoders raise a dozen types for damaged files, from SyntaxError to struct.error
        raise PictureError(_unreadable(data)) from error
    return _ink(grey).astype(np.float32)


def _crop(picture: Grey) -> Grey:
    """The smallest rectangle with all the ink."""
    ink = picture > _INK * picture.max()
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(picture: Grey) -> Grey:
    """Resized so that its longer side is 20 pixels and the other at least 1."""
    height, width = picture.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # reducing averages areas, which brings an enlarged MNIST digit back exactly; enlarging interpolates
    resample = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    resized = Image.fromarray(picture.astype(np.float32)).resize(size, resample)
    return np.asarray(resized, dtype=np.float64).clip(0, 1)


def _offset(mass: Grey) -> int:
    """Where to put the first of these rows (or columns) so that their centre of mass lies in pixel 14: (n,) -> 0 to 28 - n.

    All of MNIST's embedded digits have their centre of mass between 13.5 and 14.5, counting pixel centres from 0.
    """
    centre = (mass * np.arange(len(mass))).sum() / mass.sum()
    return int(np.clip(np.floor(FIELD / 2 + 0.5 - centre), 0, FIELD - len(mass)))


def _decode(image: Image.Image) -> Grey:
    """The pixels as grey in [0, 1], upright, on white, with no side over WORKING_SIDE: -> (H, W) float64."""
    upright = _UPRIGHT.get(_orientation(image))
    if image.mode.startswith("I"):  # 16 bits per pixel
        image = _from_16_bits(image)
    elif image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")  # black-and-white pixels and palette entries cannot be averaged
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)  # of a JPEG, decodes no more than it needs
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if upright is not None:
        image = image.transpose(upright)
    if image.mode == "F":
        return np.asarray(image, dtype=np.float64)
    return np.asarray(image.convert("L"), dtype=np.float64) / 255


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(0x0112, 1)
    except Exception:  # a camera's damaged notes are no reason to refuse its picture
        return 1


# EXIF's orientation (CIPA DC-008, table 6) and what undoes it
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _from_16_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    grey = values.astype(np.float32) / 65535
    if "transparency" in image.info:  # one grey level that stands for "nothing here"
        grey[values == image.info["transparency"]] = 1
    return Image.fromarray(grey)


def _ink(grey: Grey) -> Grey:
    """Ink from 0 to 1, light on dark, of a page in either polarity: (H, W) -> (H, W). All 0 for a page without ink."""
    paper = np.median(grey[_border(grey.shape)])
    light = 1 - grey if paper - grey.min() > grey.max() - paper else grey
    ground, noise = _ground(light)
    ink = (light - ground).clip(0, 1)
    if noise > _BYTE / 2:  # more than rounding to bytes explains
        return _photographed(ink, noise)
    rounding = 2 * _BYTE if np.ptp(ground) > _BYTE / 2 else _BYTE / 2  # steps of an uneven ground: up to a level and a half
    ink[ink <= max(6 * noise, rounding)] = 0
    return ink if ink.max() >= _BLANK else np.zeros_like(ink)


def _photographed(ink: Grey, noise: float) -> Grey:
    """Nearly black and white, as the scans were that MNIST was made from: (H, W) -> (H, W)."""
    bytes_ = Image.fromarray(np.rint(ink * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(3))  # takes specks away
    ink = np.asarray(bytes_, dtype=np.float64) / 255
    full = np.quantile(ink, 0.999)  # what strong ink looks like, if the digit covers a thousandth of the page
    if full < max(_BLANK, 4 * noise):
        return np.zeros_like(ink)
    paper, black = _SOFT_THRESHOLD
    return ((ink / full - paper) / (black - paper)).clip(0, 1)


def _border(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The outermost 2 % of the rows and columns, at least one of each: -> (H, W) mask."""
    mask = np.ones(shape, dtype=bool)
    height, width = (max(1, round(0.02 * side)) for side in shape)
    mask[height:-height, width:-width] = False
    return mask


def _ground(light: Grey) -> tuple[Grey, float]:
    """What the page would be without ink, and the standard deviation of its noise: (H, W) -> (H, W), float.

    A surface a + b x + c y + d x^2 + e x y + f y^2, fitted by least squares, twice to the border and then twice to the whole
    page, each time without what lies more than three standard deviations from the surface before (sigma clipping, as
    astronomers subtract the sky).
    """
    y, x = (np.linspace(-1, 1, side) for side in light.shape)
    step = max(1, max(light.shape) // 140)  # a surface this smooth needs no more points
    sample = light[::step, ::step]
    terms = _terms(x[::step], y[::step])  # (h, w, 6)
    border, page = _border(sample.shape), np.ones(sample.shape, dtype=bool)
    surface = np.full(sample.shape, np.median(sample[border]))
    for where in (border, border, page, page):
        residual = np.abs(sample - surface)
        near = where & (residual <= max(3 * _SIGMA * np.median(residual[border]), _BYTE))
        weights = np.linalg.lstsq(terms[near], sample[near], rcond=None)[0]  # (6,)
        surface = terms @ weights
    noise = _SIGMA * np.median(np.abs(sample - surface)[near])
    return _terms(x, y) @ weights, float(noise)


def _terms(x: Grey, y: Grey) -> Grey:
    """(W,), (H,) -> (H, W, 6)."""
    y, x = np.meshgrid(y, x, indexing="ij")
    return np.stack((np.ones_like(x), x, y, x * x, x * y, y * y), axis=-1)


def too_many_bytes(size: int) -> str:
    """Why a file of more than MAX_BYTES is not read."""
    return f"The file has {size / 1e6:.1f} MB, and only pictures up to {MAX_BYTES / 1e6:.0f} MB are read."


def _too_large(what: str) -> str:
    return f"The picture has {what}, and only pictures up to {MAX_PIXELS / 1e6:.0f} million pixels are read; make it smaller."


def _unreadable(data: bytes) -> str:
    """Why a file that could not be decoded could not, as far as its first bytes tell."""
    if data.startswith((b"\x89PNG", b"\xff\xd8")):
        return "The picture is damaged or cut short; save or download it again."
    for signature, offset, name in _OTHER_FORMATS:
        if data[offset:].startswith(signature):
            return f"The file is a {name} picture, and only PNG and JPEG are read; save it as one of them."
    return "The file is not a picture; choose a PNG or JPEG picture."


_OTHER_FORMATS = (
    (b"GIF8", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\0", 0, "TIFF"),
    (b"MM\0*", 0, "TIFF"),
    (b"WEBP", 8, "WebP"),
    (b"ftypavif", 4, "AVIF"),
    (b"ftyp", 4, "HEIC"),
    (b"%PDF", 0, "PDF"),
    (b"<svg", 0, "SVG"),
)
