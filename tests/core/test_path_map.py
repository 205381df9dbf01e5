"""The map under a walk: what is packed comes back, and the window shows the walk."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.datasets import embedded
from core.evaluation import encode_set
from core.maps.path import SHOWN, backdrop, window
from core.walks.transitions import Terrain, survey
from tests.core.handmade import Painter


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    generator = torch.Generator().manual_seed(0)
    found = survey(encode_set(Painter(3), embedded()))
    return replace(found, places=torch.randn(len(found.places), 2, generator=generator) * torch.tensor([3.0, 0.5]))


def test_codes_come_back_to_a_pixel_and_in_their_classes(terrain):
    found = backdrop(terrain)
    count = 10 * SHOWN
    coordinates = np.frombuffer(found.packed[: 4 * count], dtype="<u2").reshape(-1, 2) / 65_535
    places = np.array(found.low) + coordinates * (np.array(found.high) - np.array(found.low))
    classes = np.frombuffer(found.packed[4 * count :], dtype=np.uint8)
    for k in range(10):
        expected = terrain.places[terrain.codes.labels == k][:SHOWN].numpy()
        np.testing.assert_allclose(places[classes == k], expected, atol=1e-3)


def test_centroids_lie_where_the_map_puts_them(terrain):
    expected = ((terrain.centroids - terrain.origin) @ terrain.axes.T).numpy()
    np.testing.assert_allclose(np.array(backdrop(terrain).middles), expected, atol=1e-4)


def test_the_window_leaves_stragglers_out_but_no_frame(terrain):
    ground = backdrop(terrain)
    near = window(ground, SimpleNamespace(places=torch.zeros(2, 2)))
    assert near.span[0] < ground.high[0] - ground.low[0]
    far = window(ground, SimpleNamespace(places=torch.tensor([[0.0, 0.0], [40.0, -9.0]])))
    assert far.centre[0] + far.span[0] / 2 > 40
    assert far.centre[1] - far.span[1] / 2 < -9


def test_codes_that_are_all_alike_have_a_map(terrain):
    flat = replace(terrain, places=torch.zeros_like(terrain.places))
    assert window(backdrop(flat), SimpleNamespace(places=torch.zeros(3, 2))).span[0] > 0
