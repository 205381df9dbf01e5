"""Pictures against NumPy, Pillow's own readers, a GIF read block by block, and Matplotlib's copy of the colour scale."""

import math
from io import BytesIO

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import colormaps
from PIL import Image, ImageSequence

from core.pictures.images import ERROR_COLOURS, MAX_FRAMES, error_map, gif_bytes, png_bytes, strip, tile, to_uint8, upscale

GREYS = np.arange(256, dtype=np.uint8).reshape(16, 16)


def decoded(gif: bytes) -> np.ndarray:
    with Image.open(BytesIO(gif)) as image:
        return np.stack([np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(image)])


def durations(gif: bytes) -> list[int]:
    with Image.open(BytesIO(gif)) as image:
        return [frame.info["duration"] for frame in ImageSequence.Iterator(image)]


def image_blocks(gif: bytes) -> int:
    """How many images a GIF file holds, counted by walking through its blocks as GIF89a lays them out."""
    position, images = 13 + 3 * 256, 0  # behind the header, the screen descriptor and a palette of 256
    while gif[position : position + 1] != b";":
        if gif[position : position + 1] == b",":
            assert not gif[position + 9] & 0x80, "an image has a palette of its own"
            position, images = position + 11, images + 1  # behind the descriptor and the LZW code size
        else:
            assert gif[position : position + 1] == b"!"
            position += 2
        while gif[position]:
            position += gif[position] + 1
        position += 1
    assert position == len(gif) - 1
    return images


# bytes


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_every_byte_survives_the_way_through_floats(dtype):
    floats = torch.arange(256, dtype=dtype) / 255
    assert to_uint8(floats.reshape(16, 16)).ravel().tolist() == list(range(256))


def test_one_fixed_scale():
    faint = torch.tensor([[0.2, 0.3]])
    assert to_uint8(faint).tolist() == [[51, 76]]  # not stretched to 0 and 255
    assert to_uint8(torch.tensor([[-3.0, -0.001, 1.001, 1e30]])).tolist() == [[0, 0, 255, 255]]


@given(arrays(np.float64, (3, 4), elements=st.floats(-1e300, 1e300)))
def test_to_uint8_is_the_nearest_byte(x):
    exact = np.clip(x, 0, 1) * 255
    assert (np.abs(to_uint8(x) - exact) <= 0.5).all()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((28, 28), (28, 28)), ((5, 28, 28), (5, 28, 28)), ((5, 1, 28, 28), (5, 28, 28)), ((2, 5, 28, 28), (2, 5, 28, 28))],
)
def test_the_channel_is_dropped(shape, expected):
    assert to_uint8(torch.zeros(shape)).shape == expected


def test_bytes_stay_and_gradients_do_not_matter():
    assert np.array_equal(to_uint8(torch.from_numpy(GREYS)), GREYS)
    assert to_uint8(torch.ones(2, 2, requires_grad=True)).tolist() == [[255, 255], [255, 255]]
    assert to_uint8(torch.full((2, 2), 0.5, dtype=torch.bfloat16)).tolist() == [[128, 128], [128, 128]]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_pixels_that_are_not_finite_are_refused(bad):
    x = torch.zeros(2, 28, 28)
    x[1, 3, 4] = bad
    with pytest.raises(ValueError, match="finite"):
        to_uint8(x)
    with pytest.raises(ValueError, match="finite"):
        error_map(x, torch.zeros(2, 28, 28))


def test_integers_without_a_scale_are_refused():
    with pytest.raises(ValueError, match="int64"):
        to_uint8(torch.zeros(28, 28, dtype=torch.int64))


# sheets


@given(st.integers(1, 12), st.integers(1, 15), st.integers(0, 4))
def test_tile_puts_each_image_in_its_place(count, columns, gap):
    images = np.random.default_rng(count).integers(1, 200, (count, 3, 5), dtype=np.uint8)
    sheet = tile(images, columns, gap, gap_grey=255)
    seen = np.zeros_like(sheet, dtype=bool)
    for i in range(count):
        y, x = i // columns * (3 + gap), i % columns * (5 + gap)
        assert np.array_equal(sheet[y : y + 3, x : x + 5], images[i])
        seen[y : y + 3, x : x + 5] = True
    assert (sheet[~seen] == 255).all()
    rows, used = -(-count // columns), min(count, columns)
    assert sheet.shape == (rows * 3 + (rows - 1) * gap, used * 5 + (used - 1) * gap)


def test_tile_takes_floats_with_a_channel_and_colours():
    assert tile(torch.ones(4, 1, 28, 28), 2, gap=1).shape == (57, 57)
    colours = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 3), dtype=np.uint8)
    assert np.array_equal(tile(colours, 3, gap=0), np.concatenate(list(colours), axis=1))


def test_strip_is_one_row():
    images = torch.rand(7, 1, 28, 28)
    assert np.array_equal(strip(images, gap=3), tile(images, 7, gap=3))
    assert strip(images, gap=0).shape == (28, 7 * 28)


@pytest.mark.parametrize(
    ("images", "columns", "gap"),
    [
        (torch.zeros(0, 28, 28), 3, 1),
        (torch.zeros(28, 28), 3, 1),
        (torch.zeros(2, 2, 28, 28), 3, 1),
        (torch.zeros(2, 28, 28), 0, 1),
        (torch.zeros(2, 28, 28), 3, -1),
    ],
)
def test_tile_refuses(images, columns, gap):
    with pytest.raises(ValueError, match=r"sheet|shape"):
        tile(images, columns, gap)


@pytest.mark.parametrize("factor", [1, 2, 7])
def test_upscale_is_a_kronecker_product(factor):
    assert np.array_equal(upscale(GREYS, factor), np.kron(GREYS, np.ones((factor, factor), dtype=np.uint8)))
    colour = np.stack([GREYS] * 3, axis=-1)
    assert np.array_equal(upscale(colour, factor)[..., 1], upscale(GREYS, factor))


@pytest.mark.parametrize("factor", [0, -1, 1.5, math.nan, 10_000])
def test_upscale_refuses(factor):
    with pytest.raises(ValueError, match="enlarg"):
        upscale(GREYS, factor)


# files


@pytest.mark.parametrize("picture", [GREYS, np.stack([GREYS, GREYS.T, 255 - GREYS], axis=-1)], ids=["grey", "colour"])
def test_png_is_exact(picture):
    with Image.open(BytesIO(png_bytes(picture, 3))) as image:
        assert image.format == "PNG"
        assert np.array_equal(np.asarray(image), upscale(picture, 3))


@pytest.mark.parametrize("picture", [GREYS.astype(float), GREYS[None], GREYS[:0], np.zeros((2, 2, 4), dtype=np.uint8)])
def test_png_refuses_what_is_not_a_picture(picture):
    with pytest.raises(ValueError, match="a picture must be bytes"):
        png_bytes(picture)


def test_gif_is_exact_in_every_grey():
    frames = np.stack([GREYS, 255 - GREYS, GREYS.T])
    assert np.array_equal(decoded(gif_bytes(frames, 100)), frames)
    assert np.array_equal(decoded(gif_bytes(frames, 100, scale=3)), np.stack([upscale(frame, 3) for frame in frames]))


@given(arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 40), st.integers(1, 40))))
def test_gif_is_exact_for_any_frames(frames):
    gif = gif_bytes(frames, 50)
    assert image_blocks(gif) == len(frames)
    assert np.array_equal(decoded(gif), frames)


def test_equal_neighbours_stay_frames_of_their_own():
    frames = np.stack([GREYS, GREYS, GREYS, GREYS.T, GREYS.T, np.zeros_like(GREYS), np.zeros_like(GREYS)])
    gif = gif_bytes(frames, 80)
    assert image_blocks(gif) == 7
    with Image.open(BytesIO(gif)) as image:
        assert image.n_frames == 7
    assert np.array_equal(decoded(gif), frames)
    assert durations(gif) == [80] * 7


def test_gif_of_floats_is_on_the_fixed_scale():
    frames = torch.rand(5, 1, 28, 28) * 0.3
    assert np.array_equal(decoded(gif_bytes(frames, 100)), to_uint8(frames))


def test_pingpong_runs_back_without_repeating_the_ends():
    frames = np.arange(4, dtype=np.uint8)[:, None, None].repeat(16, axis=1).repeat(16, axis=2)
    assert decoded(gif_bytes(frames, 100, pingpong=True))[:, 0, 0].tolist() == [0, 1, 2, 3, 2, 1]
    for few in (1, 2):
        assert decoded(gif_bytes(frames[:few], 100, pingpong=True))[:, 0, 0].tolist() == list(range(few))


@pytest.mark.parametrize("count", [1, 3])
def test_loop(count):
    frames = np.stack([GREYS] * count)
    with Image.open(BytesIO(gif_bytes(frames, 100))) as image:
        assert image.info["loop"] == 0  # for ever
    with Image.open(BytesIO(gif_bytes(frames, 100, loop=False))) as image:
        assert "loop" not in image.info


@pytest.mark.parametrize(("asked", "shown"), [(20, 20), (33, 30), (66.7, 70), (1000, 1000), (10_000, 10_000)])
def test_duration_is_rounded_to_hundredths_of_a_second(asked, shown):
    assert durations(gif_bytes(np.stack([GREYS, GREYS]), asked)) == [shown, shown]


@pytest.mark.parametrize("duration", [0, 19, 10_001, -5, math.nan])
def test_gif_refuses_a_duration(duration):
    with pytest.raises(ValueError, match="20 to 10,000 ms"):
        gif_bytes(GREYS[None], duration)


@pytest.mark.parametrize(
    ("frames", "options", "message"),
    [
        (np.zeros((0, 8, 8), dtype=np.uint8), {}, "needs frames"),
        (GREYS, {}, "needs frames"),
        (np.zeros((2, 8, 8, 3), dtype=np.uint8), {}, "needs frames"),
        (np.zeros((MAX_FRAMES + 1, 1, 1), dtype=np.uint8), {}, "2000 frames"),
        (np.zeros((MAX_FRAMES // 2 + 2, 1, 1), dtype=np.uint8), {"pingpong": True}, "2000 frames"),
        (np.zeros((1000, 28, 28), dtype=np.uint8), {"scale": 20}, "too large an animation"),
        (GREYS[None], {"scale": 0}, "enlarged by a whole number"),
    ],
)
def test_gif_refuses(frames, options, message):
    with pytest.raises(ValueError, match=message):
        gif_bytes(frames, 100, **options)


# errors


def test_error_map_is_colorbrewers_reversed_red_to_blue():
    error = torch.linspace(-1, 1, 201).reshape(1, 1, 201)
    ours = error_map(torch.zeros(1, 1, 201), error)[0, 0]
    theirs = colormaps["RdBu_r"].resampled(2001)(np.linspace(0, 1, 201))[:, :3] * 255
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1.5)
    assert len(ERROR_COLOURS) == 11


def test_error_map_has_a_sign_and_a_fixed_scale():
    x = torch.tensor([[[0.0, 1.0, 0.5, 0.5]]])
    x_hat = torch.tensor([[[1.0, 0.0, 0.5, 0.52]]])
    bright, dark, right, nearly = error_map(x, x_hat)[0, 0].astype(int)
    assert bright.tolist() == [0x67, 0x00, 0x1F]
    assert dark.tolist() == [0x05, 0x30, 0x61]
    assert right.tolist() == [0xF7, 0xF7, 0xF7]
    assert np.abs(nearly - right).max() <= 5  # an error of 0.02 is nearly white whatever else is in the picture


def test_error_map_shapes():
    x = torch.rand(3, 1, 28, 28)
    assert error_map(x, x).shape == (3, 28, 28, 3)
    assert error_map(x, x).dtype == np.uint8
    assert (error_map(to_uint8(x), to_uint8(x)) == 0xF7).all()
    with pytest.raises(ValueError, match="one shape"):
        error_map(x, x[:2])
