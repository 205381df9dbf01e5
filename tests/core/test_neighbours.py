"""Nearest codes, against scikit-learn and by hand, and the share of them that a map keeps."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from core.maps.neighbours import kept_on_map, nearest, still_near


def codes(count: int = 200, dimensions: int = 5) -> torch.Tensor:
    return torch.randn(count, dimensions, generator=torch.Generator().manual_seed(4))


def test_the_nearest_are_those_that_scikit_learn_finds():
    points = codes()
    distances, positions = NearestNeighbors(n_neighbors=8).fit(points.numpy()).kneighbors()
    for i in range(0, 200, 17):
        found = nearest(points, i, 8)
        assert found.positions.tolist() == positions[i].tolist()
        torch.testing.assert_close(found.distances.double(), torch.from_numpy(distances[i]).double(), rtol=1e-4, atol=1e-4)


def test_a_copy_is_a_neighbour_and_the_point_itself_is_not():
    points = torch.tensor([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]])
    found = nearest(points, 1, 10)
    assert found.positions.tolist() == [0, 2]
    assert found.distances.tolist() == [0, 5]


@pytest.mark.parametrize("chosen", [-1, 200])
def test_a_point_outside_the_set_is_refused(chosen):
    with pytest.raises(ValueError, match="none has the number"):
        nearest(codes(), chosen, 3)


def test_a_map_that_only_turns_keeps_all_neighbours():
    points = codes(dimensions=2)
    turned = points @ torch.tensor([[0.6, -0.8], [0.8, 0.6]]) * 7 + 3
    assert kept_on_map(points, turned) == 1
    assert still_near(points, turned, 5) == 10


def test_a_shuffled_map_keeps_what_chance_leaves():
    points = codes(2000)
    shuffled = torch.rand(2000, 2, generator=torch.Generator().manual_seed(5))
    assert kept_on_map(points, shuffled) == pytest.approx(10 / 1999, abs=0.003)


def test_the_share_is_the_mean_over_single_points():
    points = codes()
    flat = points[:, :2]
    mean = sum(still_near(points, flat, i) for i in range(200)) / (200 * 10)
    assert kept_on_map(points, flat) == pytest.approx(mean)


def test_a_map_needs_a_place_for_each_code_and_enough_of_them():
    for places in (torch.zeros(199, 2), torch.zeros(200, 2)[:10]):
        with pytest.raises(ValueError, match="as many places"):
            kept_on_map(codes(), places)
    with pytest.raises(ValueError, match="more than 10"):
        kept_on_map(codes(10), torch.zeros(10, 2))
