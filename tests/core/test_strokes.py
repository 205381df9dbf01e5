"""Strokes, their simplification against an independent distance, their picture, and their text in an address."""

import zlib
from base64 import urlsafe_b64encode
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core import datasets, reading, weights
from core.pictures import shorthand
from core.pictures.frames import BOX
from core.pictures.shorthand import ShorthandError
from core.pictures.strokes import (
    MAX_POINTS,
    MAX_STROKES,
    SIDE,
    TOLERANCE,
    WIDTHS,
    Stroke,
    StrokesError,
    require_few,
    simplified,
    to_frame,
)

places = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
strokes = st.builds(Stroke, st.sampled_from(WIDTHS), st.lists(places, min_size=1, max_size=40).map(tuple))
drawings = st.lists(strokes, min_size=1, max_size=6).map(tuple)


def off_line(place, line) -> float:
    """How far a place lies from a polyline, by trying many points of each of its pieces."""
    share = np.linspace(0, 1, 2001)[:, None]
    ends = pairwise(line)
    return min(np.linalg.norm(np.add(start, share * np.subtract(end, start)) - place, axis=1).min() for start, end in ends)


@settings(max_examples=60, deadline=None)
@given(strokes)
def test_simplified_stays_near_keeps_the_ends_and_is_done_once(stroke):
    found = simplified(stroke)
    assert simplified(found) == found
    assert found.width == stroke.width
    assert found.places[0] == stroke.places[0]
    assert len(found.places) <= len(stroke.places)
    if len(set(stroke.places)) > 1:
        assert found.places[-1] == stroke.places[-1]
        assert max(off_line(place, found.places) for place in stroke.places) <= TOLERANCE + 0.2  # of the coarse search
    else:
        assert len(found.places) == 1


def test_a_straight_line_needs_two_places_and_a_circle_a_few():
    assert len(simplified(Stroke(24, tuple((x, 2 * x) for x in range(100)))).places) == 2
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = np.rint(np.stack((128 + 90 * np.cos(angle), 128 + 90 * np.sin(angle)), axis=1)).astype(int)
    assert 12 <= len(simplified(Stroke(24, tuple(map(tuple, circle.tolist())))).places) <= 40


# a digit's lines, drawn as by a hand, between 0 and 1
THREE = [(0.0, 0.14), (0.35, 0.0), (0.85, 0.08), (0.95, 0.3), (0.6, 0.48), (0.95, 0.65), (0.8, 0.93), (0.35, 1.0), (0.0, 0.88)]
SEVEN = [(0.0, 0.0), (0.6, 0.0), (0.3, 1.0)]


def drawn(line, width: int, height: int) -> list[Stroke]:
    """A line in the middle of the area, whose ink is so many units high on the screen."""
    long = height - width
    return [Stroke(width, tuple((round(128 + long * (x - 0.5)), round(128 + long * (y - 0.5))) for x, y in line))]


def ink(frame) -> tuple[int, int]:
    """How many rows and columns have ink that counts."""
    return tuple(int((frame.max(axis=axis) > 0.1).sum()) for axis in (1, 0))


@pytest.mark.parametrize("height", [60, 80, 120, 240])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_stroke_in_the_frame_is_as_broad_as_its_brush_however_small_it_was_drawn(width, height):
    frame = to_frame(drawn([(0, 0), (0, 1)], width, height))
    middle = frame[10:18].sum(axis=1)  # of a line straight down: its breadth in pixels, its brightest being 1
    assert middle.mean() == pytest.approx(to_frame(drawn([(0, 0), (0, 1)], width, 240))[10:18].sum(axis=1).mean(), rel=0.1)
    assert ink(frame)[0] in (19, 20)


def test_the_brushes_differ_in_the_frame_as_they_do_on_the_screen():
    masses = [to_frame(drawn([(0, 0), (0, 1)], width, 200)).sum() for width in WIDTHS]
    assert masses[1] / masses[0] == pytest.approx(WIDTHS[1] / WIDTHS[0], rel=0.25)
    assert masses[2] / masses[1] == pytest.approx(WIDTHS[2] / WIDTHS[1], rel=0.25)


@pytest.mark.parametrize("height", [60, 70, 80, 160, 240])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("line", "label"), [(THREE, 3), (SEVEN, 7)])
def test_a_digit_is_read_whatever_its_height_and_its_brush(line, label, width, height):
    x = torch.from_numpy(to_frame(drawn(line, width, height)))[None, None]
    assert reading.judged(weights.load_judge(), x).label == label


@pytest.mark.parametrize("width", WIDTHS)
def test_a_dot_stays_a_dot_and_so_does_one_that_an_unsteady_hand_has_drawn(width):
    for places in ([(128, 128)], [(128, 128), (129, 129), (128, 130)]):
        rows, columns = ink(to_frame([Stroke(width, tuple(places))]))
        assert max(rows, columns) <= 10
        assert abs(rows - columns) <= 5


def test_two_brushes_on_one_drawing_fit_the_box_together():
    thin, broad = Stroke(14, ((20, 20), (20, 230))), Stroke(36, ((20, 230), (60, 128)))
    frame = to_frame([thin, broad])
    assert ink(frame) == (BOX, pytest.approx(5, abs=2))
    columns = (frame > 0.5).sum(axis=1)
    assert columns[14:22].max() > columns[5:10].max()


@settings(max_examples=40, deadline=None)
@given(drawings)
def test_whatever_was_drawn_becomes_a_frame(drawing):
    frame = to_frame(drawing)
    assert frame.shape == (28, 28)
    assert frame.max() == 1
    assert ((frame >= 0) & (frame <= 1)).all()
    assert max(ink(frame)) <= BOX
    centre = [(frame.sum(axis=1 - axis) * np.arange(28)).sum() / frame.sum() for axis in (0, 1)]
    assert all(13 <= value <= 15 for value in centre) or max(ink(frame)) > 12  # what is lopsided stays inside the frame


@settings(max_examples=200, deadline=None)
@given(drawings)
def test_a_drawing_comes_back_from_its_text(drawing):
    text = shorthand.of_strokes(drawing)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()
    if len(text) <= shorthand.LONGEST:
        assert shorthand.read(text) == drawing
    else:
        with pytest.raises(ShorthandError, match="1,500 characters"):
            shorthand.read(text)


def test_real_digits_come_back_from_their_text_and_all_fit():
    for image in datasets.embedded().images[::50].numpy():
        text = shorthand.of_frame(image)
        assert len(text) <= shorthand.LONGEST / 2
        assert np.array_equal(shorthand.read(text), image)


def test_even_a_picture_of_noise_fits_into_the_address():
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    assert len(shorthand.of_frame(noise)) <= shorthand.LONGEST


def packed(data: bytes, kind: str = "p") -> str:
    return kind + urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "x" + "A" * 20,
        "s!!!",
        "<script>alert(1)</script>",
        "sGA",  # a width and nothing after it
        packed(bytes([24, 0]), "s"),  # a stroke through no place
        packed(bytes([23, 1, 0, 0]), "s"),  # no such brush
        packed(bytes([24, 1, 1, 0]), "s"),  # to the left of the area
        packed(bytes([24, 1, 0x80, 0x04, 0]), "s"),  # to the right of it
        packed(bytes([24, 0xFF, 0xFF, 0, 0]), "s"),  # claims more places than are allowed
        packed(bytes([14, 1, 0, 0]) * (MAX_STROKES + 1), "s"),
        "A" * (shorthand.LONGEST + 1),
        packed(b"no deflated bytes"),
        packed(zlib.compress(bytes(784))),  # black all over
        packed(zlib.compress(b"\xff" * 783)),
        packed(zlib.compress(b"\xff" * 785)),
        packed(zlib.compress(b"\xff" * 784)[:-3]),  # cut short
        packed(zlib.compress(b"\xff" * 784) + b"more"),
        packed(zlib.compress(b"\xff" * 10_000_000, 9)[:1000]),  # a bomb
    ],
)
def test_a_text_that_stands_for_nothing_is_refused_in_a_sentence(text):
    with pytest.raises(ShorthandError, match=r"^[A-Z].*\.$"):
        shorthand.read(text)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.sampled_from("sp"))
def test_no_bytes_get_through_as_something_else_than_a_picture(data, kind):
    try:
        found = shorthand.read(packed(data, kind))
    except ShorthandError:
        return
    if isinstance(found, tuple):
        assert all(isinstance(stroke, Stroke) for stroke in found)
        assert found
    else:
        assert found.shape == (28, 28)


@pytest.mark.parametrize(
    ("width", "line", "said"),
    [(23, ((1, 1),), "14, 24 or 36"), (24, (), "one place"), (24, ((256, 0),), "0 to 255"), (24, ((0, -1),), "0 to 255")],
)
def test_what_is_no_stroke_is_refused(width, line, said):
    with pytest.raises(StrokesError, match=said):
        Stroke(width, line)


def test_too_much_is_refused():
    require_few(MAX_STROKES, MAX_POINTS)
    with pytest.raises(StrokesError, match="60 strokes"):
        require_few(MAX_STROKES + 1, 61)
    with pytest.raises(StrokesError, match="4,000 places"):
        require_few(1, MAX_POINTS + 1)
    with pytest.raises(StrokesError, match="Nothing"):
        to_frame([])
