"""Photographs with more on them than a digit: each mechanism on a small drawing, and every kind of the benchmark drawn anew."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage

from core import reading, weights
from core.pictures import files, groups, lines, paper
from core.pictures.files import PictureError
from core.pictures.frames import read_digit, read_picture, to_mnist_frame
from tests.bench.uploads import KINDS, drawn


@pytest.fixture(scope="module")
def judge():
    return weights.load_judge()


def saved(pixels: np.ndarray, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def seven() -> np.ndarray:
    """A 7 as ink: (200, 160) in [0, 1]."""
    ink = np.zeros((200, 160))
    ink[40:52, 40:120] = 1
    for k in range(110):
        ink[50 + k, 110 - k // 2 : 122 - k // 2] = 1
    return ink


def page_with(more: np.ndarray, level: float = 0.9) -> np.ndarray:
    """Grey, as bytes: dark ink, a 7 and more, on paper."""
    return np.rint(255 * (level - 0.8 * np.maximum(seven(), more).clip(0, 1))).astype(np.uint8)


def nothing() -> np.ndarray:
    return np.zeros((200, 160))


def underline() -> np.ndarray:
    more = nothing()
    more[172:178, 30:130] = 1
    return more


def ring() -> np.ndarray:
    y, x = np.mgrid[:200, :160]
    return (np.abs(np.hypot((y - 100) / 1.25, x - 80) - 74) < 3).astype(float)


def caption() -> np.ndarray:
    more = nothing()
    for k in range(6):
        more[182:190, 20 + 14 * k : 28 + 14 * k] = np.eye(8)
    return more


def specks() -> np.ndarray:
    more = nothing()
    for y, x in ((12, 12), (15, 140), (185, 20), (180, 145)):
        more[y : y + 4, x : x + 4] = 1
    return more


def bars() -> np.ndarray:
    more = nothing()
    more[:, :24] = more[:, -20:] = 1
    return more


# each mechanism


@pytest.mark.parametrize("more", [underline, ring, caption, specks, bars])
def test_what_else_is_on_the_page_is_left_out(more):
    found = read_digit(saved(page_with(more())))
    assert found.left_out is None
    np.testing.assert_allclose(to_mnist_frame(found.ink), to_mnist_frame(seven()), atol=0.35)
    assert np.square(to_mnist_frame(found.ink) - to_mnist_frame(seven())).mean() < 0.005


@pytest.mark.parametrize("more", [nothing, underline, ring, bars], ids=lambda more: more.__name__)
def test_light_ink_on_dark_is_the_same(more):
    np.testing.assert_allclose(
        to_mnist_frame(read_picture(saved(255 - page_with(more())))), to_mnist_frame(seven()), rtol=0, atol=0.35
    )


def test_a_shadows_edge_is_no_ink():
    y, x = np.mgrid[:200, :160]
    light = np.where(x + 0.3 * y < 110, 1, 0.5)[..., None]
    picture = np.rint(page_with(nothing())[..., None] * light).astype(np.uint8).repeat(3, axis=2)
    np.testing.assert_allclose(to_mnist_frame(read_picture(saved(picture))), to_mnist_frame(seven()), rtol=0, atol=0.35)


@pytest.mark.parametrize("slope", [0.0, 0.03, -0.1])
def test_ruled_lines_go_and_what_is_written_across_them_stays(slope):
    y, x = np.mgrid[:200, :160]
    ruled = 0.3 * (np.abs((y + slope * x) % 25 - 12) < 1)
    found = lines.without_lines(np.maximum(seven(), ruled), 0.06)
    inside = (y > 20) & (y < 180)  # a line that leaves the page after a few pixels touches its border
    assert found[(ruled > 0) & (seven() == 0) & inside].max() == 0
    assert (found[seven() == 1] == 1).all()


def test_a_stroke_that_is_as_faint_as_the_lines_is_not_cut():
    ruled = 0.3 * (np.arange(200) % 25 == 12)[:, None] * np.ones((200, 160))
    found = lines.without_lines(np.maximum(0.5 * seven(), ruled), 0.06)
    labels, count = ndimage.label(found > 0.25)
    assert count == 1
    assert labels.any()


def test_what_strokes_enclose_is_not_the_digit():
    y, x = np.mgrid[:200, :160]
    zero = np.abs(np.hypot((y - 100) / 1.3, x - 80) - 40) < 6
    light = paper.inked(np.where(zero, 0.1, 0.9), dark=False)
    group = groups.digit(light.ink, light.floor)
    assert group is None or not paper.surrounded_by_paper(light, group.mask)
    dark = paper.inked(np.where(zero, 0.1, 0.9), dark=True)
    assert paper.surrounded_by_paper(dark, groups.digit(dark.ink, dark.floor).mask)


def test_a_fine_pens_strokes_are_broadened_and_others_are_not():
    thin = np.full((400, 300), 255, dtype=np.uint8)
    thin[50:310, 150:153] = 0
    thin[50:53, 60:153] = 0
    broad = (to_mnist_frame(read_picture(saved(thin))) > 0.5).sum(axis=1)
    assert broad[10:20].min() >= 1
    assert to_mnist_frame(read_picture(saved(thin))).sum() > 25


@pytest.mark.parametrize("side", ["left", "right"])
def test_of_two_the_left_or_the_much_larger_one_is_taken_and_the_other_is_named(side):
    small = np.asarray(Image.fromarray(seven()).resize((112, 140)))
    larger, smaller = np.pad(seven(), ((20, 20), (0, 0))), np.pad(small, ((50, 50), (0, 0)))
    pair = [larger, smaller] if side == "left" else [smaller, larger]
    found = read_digit(saved(np.rint(255 * (1 - np.hstack(pair))).astype(np.uint8)))
    assert (
        found.left_out
        == f"There are two digits of about one size in the picture. The {side} one was taken, the other left out."
    )


# files


def test_numbers_from_0_to_1_are_black_and_white():
    assert np.array_equal(read_picture(saved((seven() > 0).astype(np.uint8))) > 0.5, seven() > 0)


@pytest.mark.parametrize("most", [1, 200, 4095])
def test_sixteen_bits_count_by_their_own_range(most):
    numbers = np.rint(most * (1 - seven())).astype(np.uint16)
    np.testing.assert_allclose(read_picture(saved(numbers)), seven(), atol=0.003)


def test_opacity_alone_is_read_where_all_that_is_visible_is_white():
    picture = np.dstack([np.full((200, 160, 3), 255), 255 * seven()]).astype(np.uint8)
    np.testing.assert_allclose(read_picture(saved(picture)), seven(), atol=0.003)


def test_two_hues_of_one_luminance_are_ink_and_paper():
    paper_, ink = np.array([80.0, 150, 215]), np.array([235.0, 95, 86.0])
    ink += (paper_ - ink) @ (0.299, 0.587, 0.114)
    picture = np.rint(paper_ + (ink - paper_) * seven()[..., None]).astype(np.uint8)
    assert np.ptp(np.asarray(Image.fromarray(picture).convert("L")).astype(int)) <= 1
    np.testing.assert_allclose(to_mnist_frame(read_picture(saved(picture))), to_mnist_frame(seven()), rtol=0, atol=0.1)


def test_webp_is_read():
    np.testing.assert_allclose(read_picture(saved(page_with(nothing()), "WEBP", lossless=True)) > 0.4, seven() > 0)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_what_a_phone_may_send_gets_a_way_out(brand):
    with pytest.raises(PictureError, match="Settings > Camera > Formats > Most Compatible"):
        files.decoded(b"\0\0\0\x24ftyp" + brand + bytes(100))


# every kind, one picture each; how many of twenty are read is the benchmark's question


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "no digit"])
def test_every_kind_is_read(kind, judge):
    right = []
    for number in (0, 1, 2):
        upload = drawn(kind, number, 7)
        found = read_digit(upload.data)
        seen = reading.judged(judge, torch.from_numpy(to_mnist_frame(found.ink))[None, None])
        right.append(seen.label == upload.wanted and (found.left_out is not None) == upload.second)
        if sum(right) == 2:
            return
    pytest.fail(f"of three, only {sum(right)} were read")


def test_pages_without_a_digit_are_refused():
    for number in range(3):
        assert not read_picture(drawn("no digit", number, 7).data).any()
