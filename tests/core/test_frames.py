"""Pictures brought to MNIST's frame: real digits sent on a round trip, drawings with a known answer, and photographs."""

import math
from io import BytesIO

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.datasets import Digits, embedded
from core.pictures.frames import BOX, WORKING_SIDE, read_picture, to_mnist_frame

RESAMPLE = Image.Resampling


@pytest.fixture(scope="module")
def digits(few_digits: Digits) -> np.ndarray:
    """40 digits, 4 of each class: (40, 28, 28)."""
    return few_digits.pixels(slice(None, None, 5)).squeeze(1).numpy()


def encoded(picture: np.ndarray, kind: str = "PNG", **options) -> bytes:
    """A grey picture in [0, 1] as a file."""
    file = BytesIO()
    Image.fromarray(np.rint(picture.clip(0, 1) * 255).astype(np.uint8)).save(file, kind, **options)
    return file.getvalue()


def enlarged(digit: np.ndarray, side: int, resample: Image.Resampling = RESAMPLE.NEAREST) -> np.ndarray:
    return np.asarray(Image.fromarray(digit).resize((side, side), resample)).clip(0, 1)


def on_page(picture: np.ndarray, height: int, width: int, top: int, left: int) -> np.ndarray:
    page = np.zeros((height, width))
    page[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return page


def photograph(digit: np.ndarray, *, noise: float = 0.03, contrast: float = 0.5, lines: float = 0.0) -> bytes:
    """Dark ink on paper that is lit from the lower right, with a camera's noise and perhaps ruled lines, as a JPEG."""
    height, width = 600, 450
    ink = on_page(enlarged(digit, 220, RESAMPLE.BICUBIC), height, width, 60, 190)
    ruled = lines * (np.arange(height) % 30 < 2)[:, None]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = 0.55 + 0.3 * x + 0.1 * y - 0.15 * (x - 0.5) ** 2
    grain = noise * np.random.default_rng(0).standard_normal((height, width))
    return encoded(light * (1 - contrast * np.maximum(ink, ruled)) + grain, "JPEG", quality=85)


def mse(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.square(a - b).mean())


# round trips


def test_mnist_digits_stay_as_they_are(digits):
    for digit in digits:
        np.testing.assert_allclose(to_mnist_frame(digit), digit / digit.max(), rtol=0, atol=0.1)
        assert mse(to_mnist_frame(digit), digit) < 1e-4


def test_an_enlarged_digit_off_centre_on_white_paper_comes_back(digits):
    errors = []
    for i, digit in enumerate(digits):
        page = on_page(enlarged(digit, 280), 420, 560, top=5 + 3 * i, left=270 - 6 * i)
        errors.append(mse(to_mnist_frame(read_picture(encoded(1 - page))), digit))
    assert max(errors) < 2e-4


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_either_polarity_comes_back(digits, dark_on_light):
    page = on_page(enlarged(digits[17], 140), 300, 200, 100, 20)
    file = encoded(1 - page if dark_on_light else page)
    np.testing.assert_allclose(read_picture(file), page, rtol=0, atol=0.003)


def test_a_smoothly_enlarged_digit_comes_back_close(digits):
    errors = []
    for digit in digits:
        page = on_page(enlarged(digit, 280, RESAMPLE.BICUBIC), 400, 400, 10, 100)
        errors.append(mse(to_mnist_frame(read_picture(encoded(1 - page, "JPEG"))), digit))
    assert np.median(errors) < 0.01  # against 0.1 for two different digits
    assert max(errors) < 0.08  # a centre of mass near a half may fall one pixel further


def test_a_large_picture_is_reduced_by_whole_areas(digits):
    page = on_page(enlarged(digits[8], 1120), 2240, 2240, 560, 560)
    read = read_picture(encoded(1 - page))
    assert read.shape == (WORKING_SIDE, WORKING_SIDE)
    assert mse(to_mnist_frame(read), digits[8]) < 1e-4


# the frame itself


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 50), st.integers(0, 50), st.floats(0.06, 1))
def test_a_solid_rectangle_fits_the_box_and_is_centred(height, width, top, left, grey):
    picture = on_page(np.full((height, width), grey), 150, 150, top, left)
    field = to_mnist_frame(picture)
    rows, columns = field.any(axis=1).nonzero()[0], field.any(axis=0).nonzero()[0]
    h, w = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    scale = BOX / max(height, width)
    assert max(h, w) == BOX
    assert abs(h - max(1, height * scale)) <= 0.5
    assert abs(w - max(1, width * scale)) <= 0.5
    np.testing.assert_allclose(field[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 1, atol=1e-6)
    mass = field.sum()
    for axis in (0, 1):
        centre = (field.sum(axis=1 - axis) * np.arange(28)).sum() / mass
        assert 13.5 - 1e-3 <= centre <= 14.5 + 1e-3


def test_the_frame_does_what_mnist_does():
    """The rules that `to_mnist_frame` follows, read off all embedded digits."""
    images = embedded().images.double().numpy()
    assert (images.max(axis=(1, 2)) >= 254).all()
    mass = images.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = (images.sum(axis=3 - axis) * np.arange(28)).sum(axis=1) / mass
        assert (centre >= 13.5).all()
        assert (centre < 14.5).all()
    sides = [max(np.ptp(np.nonzero(image.any(axis=1))[0]), np.ptp(np.nonzero(image.any(axis=0))[0])) + 1 for image in images]
    assert np.mean(np.array(sides) == BOX) > 0.999


def test_a_lopsided_digit_stays_inside_the_field():
    heavy = np.zeros((60, 60))
    heavy[0, :] = heavy[:, 0] = 1.0
    heavy[:6, :6] = 1.0
    field = to_mnist_frame(heavy)
    assert field.shape == (28, 28)
    assert (np.nonzero(field.any(axis=1))[0][[0, -1]] <= 27).all()
    assert field.any(axis=1).sum() == BOX  # nothing cut off


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 10**6))
def test_any_picture_becomes_a_frame(height, width, seed):
    picture = np.random.default_rng(seed).random((height, width)) ** 4
    picture[0, 0] = 1
    field = to_mnist_frame(picture)
    assert field.shape == (28, 28)
    assert field.dtype == np.float32
    assert field.min() >= 0
    assert field.max() == 1


def test_faint_and_thin_strokes_do_not_fade():
    picture = np.zeros((1000, 800))
    picture[100:900, 400:404] = 0.3
    assert to_mnist_frame(picture).max() == 1
    picture[100:104, 100:700] = 0.3
    assert to_mnist_frame(picture).max() == 1


@pytest.mark.parametrize("grey", [0.0, 0.04])
def test_a_blank_picture_is_refused(grey):
    with pytest.raises(ValueError, match="no digit in this picture"):
        to_mnist_frame(np.full((50, 50), grey))


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((0, 5)), "shape"),
        (np.zeros(28), "shape"),
        (np.zeros((1, 28, 28)), "shape"),
        (np.full((28, 28), math.nan), "from 0 to 1"),
        (np.full((28, 28), 1.01), "from 0 to 1"),
        (np.full((28, 28), -0.01), "from 0 to 1"),
    ],
)
def test_what_is_no_picture_is_refused(picture, message):
    with pytest.raises(ValueError, match=message):
        to_mnist_frame(picture)


# paper


@pytest.mark.parametrize(
    "how",
    [{}, {"noise": 0.005}, {"noise": 0.06, "contrast": 0.35}, {"lines": 0.25}],
    ids=["lit unevenly", "little noise", "noisy and faint", "ruled"],
)
def test_a_photograph_comes_back_close(digits, how):
    errors = [mse(to_mnist_frame(read_picture(photograph(digit, **how))), digit) for digit in digits[::3]]
    assert np.median(errors) < 0.015  # against 0.1 for two different digits
    assert max(errors) < 0.08


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.05, 0.1])
def test_an_empty_page_in_uneven_light_is_blank(noise):
    empty = read_picture(photograph(np.zeros((28, 28), dtype=np.float32), noise=noise))
    assert not empty.any()
    with pytest.raises(ValueError, match="blank"):
        to_mnist_frame(empty)


@pytest.mark.parametrize("grey", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 2), (200, 300)])
def test_one_flat_grey_is_blank(grey, shape):
    read = read_picture(encoded(np.full(shape, grey)))
    assert read.shape == shape
    assert not read.any()


@given(a=st.floats(0.6, 0.8), b=st.floats(-0.1, 0.1), c=st.floats(-0.1, 0.1), d=st.floats(-0.1, 0.0), dark=st.booleans())
def test_a_quadratic_ground_vanishes(a, b, c, d, dark):
    y, x = np.mgrid[-1:1:120j, -1:1:90j]
    ink = np.zeros((120, 90))
    ink[30:90, 40:50] = 0.3
    paper = a + b * x + c * y + d * (x * x + y * y)
    read = read_picture(encoded(paper - ink if dark else 1 - paper + ink))
    np.testing.assert_allclose(read, ink, rtol=0, atol=0.012)  # three grey levels
    assert read[ink == 0].max() <= 1 / 255  # nothing is left of the paper but the rounding of its last grey level


def test_ink_that_runs_over_the_border_does_not_change_the_polarity():
    page = np.zeros((100, 100))
    page[:, 45:60] = 1
    page[40:55, :] = 1
    for file in (encoded(page), encoded(1 - page)):
        np.testing.assert_allclose(read_picture(file), page, rtol=0, atol=0.003)


def test_reading_is_the_same_each_time(digits):
    file = photograph(digits[5])
    assert np.array_equal(read_picture(file), read_picture(file))
    assert torch.from_numpy(read_picture(file)).dtype == torch.float32
