"""The downloads of one beta, read back."""

import csv
from io import BytesIO, StringIO

import numpy as np
import pytest
import torch
from PIL import Image

from core.config import ModelConfig
from core.divergence import beta, files, one_digit
from tests.core.small_models import fresh, shaken


@pytest.fixture(scope="module")
def network():
    return shaken(fresh(ModelConfig("every-beta-vae", 3, (10, 8))))


def test_the_sheet_has_the_digits_first_and_the_draws_last(network, few_digits):
    originals = few_digits.subset(torch.arange(0, 200, 20))
    found = beta.pictures(network, 1.0, originals.pixels(), 10, 0, None)
    with Image.open(BytesIO(files.sheet_png(originals, found, scale=1))) as sheet:
        pixels = np.asarray(sheet)
    assert pixels.shape == (118 + 6 + 58, 148)
    assert np.array_equal(pixels[:28, :28], originals.images[0].numpy())
    last = found.samples[-1, 0].mul(255).round().to(torch.uint8).numpy()
    assert np.array_equal(pixels[-28:, -28:], last)


def test_ones_own_digit_stands_above_the_sheet_beside_its_reconstruction(network, few_digits):
    originals = few_digits.subset(torch.arange(0, 200, 20))
    found = beta.pictures(network, 1.0, originals.pixels(), 10, 0, None)
    own = one_digit.read(network, 1.0, few_digits.pixels(slice(7, 8)))
    sheets = [files.sheet_png(originals, found, scale=1, own=one) for one in (None, own)]
    without, pixels = (np.asarray(Image.open(BytesIO(sheet))) for sheet in sheets)
    assert np.array_equal(pixels[:28, :28], few_digits.images[7].numpy())
    assert np.abs(pixels[:28, 30:58] / 255 - own.reconstruction.numpy()).max() <= 0.5 / 255 + 1e-6
    assert np.array_equal(pixels[28 + 6 :], without)


def test_the_tables_say_what_was_measured(network, few_digits):
    here = beta.look(network, few_digits, 2.0)
    rows = list(csv.DictReader(StringIO(files.dimensions_csv(here))))
    assert [int(row["dimension"]) - 1 for row in rows] == here.order
    assert sum(float(row["kl_nats"]) for row in rows) == pytest.approx(here.rate, abs=1e-4)
    assert {float(row["beta"]) for row in rows} == {2.0}
    curve = [{"beta": 0.1, "rate": 3.0, "distortion": 9.0}, {"beta": 1.0, "rate": 2.0, "distortion": 10.0}]
    assert [float(row["rate"]) for row in csv.DictReader(StringIO(files.curve_csv(curve)))] == [3.0, 2.0]
