"""Files from outside: kinds of PNG, JPEG and WebP that must be read alike, and hostile bytes that must end in one sentence."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.pictures.frames import MAX_BYTES, PictureError, read_picture


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(scope="module")
def drawing() -> np.ndarray:
    """Dark ink of several greys on white, without any symmetry: (60, 40) uint8."""
    page = np.full((60, 40), 255, dtype=np.uint8)
    page[10:40, 12:18] = 0
    page[10:15, 12:30] = 85
    page[33:38, 12:24] = 170
    return page


@pytest.fixture(scope="module")
def ink(drawing) -> np.ndarray:
    return 1 - drawing / 255


def as_palette(drawing: np.ndarray) -> Image.Image:
    image = Image.fromarray(drawing).convert("RGB")
    return image.quantize(8)


def as_palette_with_transparency(drawing: np.ndarray) -> bytes:
    indices = np.select([drawing == 0, drawing == 85, drawing == 170], [1, 2, 3], 0).astype(np.uint8)
    image = Image.frombytes("P", indices.shape[::-1], indices.tobytes())
    image.putpalette([0, 0, 0, 0, 0, 0, 85, 85, 85, 170, 170, 170])  # entry 0 is black, but transparent
    return saved(image, transparency=0)


def on_nothing(drawing: np.ndarray) -> np.ndarray:
    """Black ink whose greys are its opacity: (H, W, 4)."""
    return np.dstack([np.zeros((*drawing.shape, 3), dtype=np.uint8), 255 - drawing])


KINDS = {
    "grey": lambda d: saved(Image.fromarray(d)),
    "colour": lambda d: saved(Image.fromarray(d).convert("RGB")),
    "16 bits": lambda d: saved(Image.fromarray(d.astype(np.uint16) * 257)),
    "16 bits, a dark grey transparent": lambda d: saved(
        Image.fromarray(np.where(d == 255, 12345, d * np.uint16(257))), transparency=12345
    ),
    "palette": lambda d: saved(as_palette(d)),
    "palette with a transparent entry": as_palette_with_transparency,
    "opacity": lambda d: saved(Image.fromarray(on_nothing(d))),
    "grey and opacity": lambda d: saved(Image.fromarray(on_nothing(d)).convert("LA")),
    "colour, white transparent": lambda d: saved(Image.fromarray(d).convert("RGB"), transparency=(255, 255, 255)),
    "interlaced": lambda d: saved(Image.fromarray(d), interlace=1),
    "light on dark": lambda d: saved(Image.fromarray(255 - d)),
    "jpeg": lambda d: saved(Image.fromarray(d), "JPEG", quality=100),
    "jpeg, colour": lambda d: saved(Image.fromarray(d).convert("RGB"), "JPEG", quality=100, subsampling=0),
    "jpeg, cmyk": lambda d: saved(Image.fromarray(d).convert("RGB").convert("CMYK"), "JPEG", quality=100),
    "jpeg, progressive": lambda d: saved(Image.fromarray(d), "JPEG", quality=100, progressive=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_alike(drawing, ink, kind):
    read = read_picture(KINDS[kind](drawing))
    np.testing.assert_allclose(read, ink, rtol=0, atol=0.02 if kind.startswith("jpeg") else 0.003)
    assert read.dtype == np.float32


def test_black_and_white(drawing):
    image = Image.fromarray(drawing).convert("1", dither=Image.Dither.NONE)
    assert np.array_equal(read_picture(saved(image)), np.asarray(~np.asarray(image), dtype=np.float32))


@pytest.mark.parametrize("mode", ["1", "P", "L", "RGBA", "LA", "I;16"])
def test_large_pictures_of_every_kind_are_averaged(mode):
    """A fine chequered pattern of black and white, 3 by 3 pixels to one of the result, is no longer black and white."""
    page = np.full((1680, 1680), 255, dtype=np.uint8)
    y, x = np.mgrid[600:900, 600:720]
    page[600:900, 600:720] = np.where((x + y) % 2, 0, 255)
    image = Image.fromarray(page.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(page).convert(mode)
    read = read_picture(saved(image))
    assert read.shape == (560, 560)
    inside = read[201:299, 201:239]
    assert set(np.rint(inside * 9).ravel()) == {4, 5}
    assert not read[:199].any()


def test_a_phones_photograph_with_a_second_picture_inside_is_read(drawing, ink):
    first, second = Image.fromarray(drawing), Image.fromarray(255 - drawing[:30])
    data = saved(first, "MPO", quality=100, save_all=True, append_images=[second])
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)
    np.testing.assert_allclose(read_picture(data), ink, rtol=0, atol=0.02)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(drawing, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100} if kind == "JPEG" else {}
    data = saved(Image.fromarray(drawing), kind, exif=exif, **options)
    with Image.open(BytesIO(data)) as image:
        upright = 1 - np.asarray(ImageOps.exif_transpose(image).convert("L")) / 255
    np.testing.assert_allclose(read_picture(data), upright, rtol=0, atol=0.02)


def test_orientation_6_is_turned_clockwise(drawing, ink):
    exif = Image.Exif()
    exif[0x0112] = 6
    np.testing.assert_allclose(read_picture(saved(Image.fromarray(drawing), exif=exif)), np.rot90(ink, -1), rtol=0, atol=0.003)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
def test_a_damaged_note_about_the_orientation_is_passed_over(drawing, ink):
    data = saved(Image.fromarray(drawing), "JPEG", quality=100, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage")
    np.testing.assert_allclose(read_picture(data), ink, rtol=0, atol=0.02)


# refusals


def other(drawing: np.ndarray, kind: str) -> bytes:
    return saved(Image.fromarray(drawing), kind)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_named(drawing, kind):
    with pytest.raises(PictureError, match=rf"The file is a {kind} picture, and only PNG, JPEG and WebP are read"):
        read_picture(other(drawing, kind))


def test_a_phones_heic_is_named():
    with pytest.raises(PictureError, match="HEIC"):
        read_picture(b"\0\0\0\x24ftypheic" + bytes(100))


@pytest.mark.parametrize(
    "data", [b"hello", b"\0", bytes(5000), b"%!PS-Adobe", b"P5 2 2 255 \0\0\0\0", "привет".encode(), b"<html></html>"]
)
def test_what_is_no_picture(data):
    with pytest.raises(PictureError, match="not a picture"):
        read_picture(data)


def test_empty():
    with pytest.raises(PictureError, match="empty"):
        read_picture(b"")


def test_too_many_bytes(drawing):
    whole = saved(Image.fromarray(drawing))
    with pytest.raises(PictureError, match=r"10\.0 MB"):
        read_picture(whole + bytes(MAX_BYTES + 1 - len(whole)))
    assert read_picture(whole + bytes(MAX_BYTES - len(whole))).shape == drawing.shape


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8])
def test_cut_short(kind, share):
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    with pytest.raises(PictureError, match="damaged or cut short"):
        read_picture(data[: max(8, int(share * len(data)))])


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_claims(width: int, height: int, pixels: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"), [(5001, 5000), (9000, 9000), (20_000, 20_000), (2**31 - 1, 2**31 - 1), (1, 2**30)]
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_refused_before_they_are_decoded(width, height, monkeypatch):
    monkeypatch.setattr("core.pictures.files._colours", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(PictureError, match="only pictures up to 25 million pixels"):
        read_picture(png_that_claims(width, height))


def test_too_many_pixels_in_a_jpeg():
    data = saved(Image.new("L", (6000, 5000)), "JPEG")
    with pytest.raises(PictureError, match="6000 x 5000 pixels"):
        read_picture(data)


def test_the_largest_picture_allowed_is_read():
    assert read_picture(saved(Image.new("L", (5000, 5000), 200))).shape == (560, 560)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels(size):
    with pytest.raises(PictureError, match="damaged"):
        read_picture(png_that_claims(*size))


def test_a_header_without_pixels_behind_it():
    with pytest.raises(PictureError, match="damaged"):
        read_picture(png_that_claims(300, 300, b"\0" * 100))


def test_text_that_unpacks_to_gigabytes_is_refused():
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9))
    start = png_that_claims(2, 2, b"\0\0\0\0\0\0")
    with pytest.raises(PictureError, match="damaged"):
        read_picture(start[:33] + bomb + start[33:])


def test_animated(drawing):
    frames = [Image.fromarray(drawing), Image.fromarray(255 - drawing)]
    data = saved(frames[0], save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(PictureError, match="animated"):
        read_picture(data)


def reads_or_refuses(data: bytes) -> None:
    """Anything else than a picture in [0, 1] or a PictureError, which is the only exception let through, fails the test."""
    try:
        read = read_picture(data)
    except PictureError:
        return
    assert read.ndim == 2
    assert np.isfinite(read).all()
    assert 0 <= read.min() <= read.max() <= 1


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1", b"GIF89a"]))
def test_random_bytes(tail, head):
    reads_or_refuses(head + tail)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    kept=st.floats(0, 1),
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore:Corrupt EXIF:UserWarning")
def test_damaged_files(kind, changes, kept):
    page = np.full((30, 20), 255, dtype=np.uint8)
    page[5:20, 8:12] = 0
    data = bytearray(KINDS[kind](page))
    for place, byte in changes:
        data[int(place * len(data))] = byte
    reads_or_refuses(bytes(data[: int(kept * len(data)) + 1]))
