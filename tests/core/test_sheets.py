"""Sheets of pictures, read back."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.pictures.images import png_bytes
from core.pictures.sheets import sheet_png


def picture(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def read(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def test_every_picture_stands_in_its_row_and_column():
    greys = [[picture((28, 28), 10 * i + j) for j in range(count)] for i, count in enumerate((3, 1))]
    found = read(sheet_png([[png_bytes(one) for one in row] for row in greys], scale=1))
    assert found.shape == (58, 88)
    for i, row in enumerate(greys):
        for j, one in enumerate(row):
            assert np.array_equal(found[30 * i : 30 * i + 28, 30 * j : 30 * j + 28], one)
    assert not found[30:, 30:].any()


def test_one_picture_in_colour_makes_the_sheet_coloured():
    grey, red = picture((28, 28), 0), picture((28, 28, 3), 1)
    found = read(sheet_png([[png_bytes(grey)], [png_bytes(red)]], scale=2))
    assert found.shape == (116, 56, 3)
    assert np.array_equal(found[:56:2, ::2], np.stack([grey] * 3, axis=-1))
    assert np.array_equal(found[60::2, ::2], red)


@pytest.mark.parametrize(("rows", "said"), [([], "no pictures"), ([[], []], "no pictures"), ([[b"14"]], "28 by 28")])
def test_what_makes_no_sheet_is_refused(rows, said):
    small = [[png_bytes(picture((14, 14), 0)) if data == b"14" else data for data in row] for row in rows]
    with pytest.raises(ValueError, match=said):
        sheet_png(small)
