"""Thumbnails on a map: spread over it, never over one another or over a label."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.maps.thumbnails import spread

MIDDLE = torch.zeros(1, 2)


def cloud(count: int, seed: int) -> Tensor:
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(seed)) * torch.tensor([3.0, 1.0])


def overlap(a: Tensor, b: Tensor, side: float) -> bool:
    """Whether squares around two points share some area, by their edges."""
    return bool(((a - side / 2 < b + side / 2 - 1e-5) & (b - side / 2 < a + side / 2 - 1e-5)).all())


@given(st.integers(1, 60), st.integers(0, 1000), st.integers(1, 70))
def test_those_with_a_gap_of_at_least_the_side_never_overlap(count, seed, most):
    points = cloud(count, seed)
    order, gaps = spread(points, most, MIDDLE)
    assert len(order) == len(gaps) == min(most, count)
    assert len(set(order.tolist())) == len(order)
    assert gaps.tolist() == sorted(gaps.tolist(), reverse=True)
    for side in gaps[:: max(1, len(gaps) // 4)].tolist():
        shown = points[order[gaps >= side]]
        for i in range(len(shown)):
            assert not overlap(shown[i], MIDDLE[0], side)
            assert not any(overlap(shown[i], shown[j], side) for j in range(i))


@given(st.integers(2, 80), st.integers(0, 1000))
def test_no_point_is_farther_from_the_chosen_than_the_last_gap(count, seed):
    points = cloud(count, seed)
    order, gaps = spread(points, 10, MIDDLE)
    taken = torch.cat((points[order], MIDDLE))
    nearest = (points[:, None] - taken).abs().amax(dim=2).amin(dim=1)
    assert nearest.max() <= gaps[-1]


def test_a_smaller_thing_keeps_less_room():
    points = torch.tensor([[1.0, 0.0], [5.0, 0.0]])
    order, gaps = spread(points, 2, MIDDLE, smaller=0.5)
    assert order.tolist() == [1, 0]
    assert gaps.tolist() == [10, 2]  # the second is 1 from the label, which counts double, and 4 from the first


def test_copies_are_chosen_once():
    points = torch.tensor([[1.0, 1.0]] * 5 + [[2.0, 2.0]] * 5)
    order, gaps = spread(points, 8, MIDDLE)
    assert points[order].tolist() == [[2, 2], [1, 1]]
    assert gaps.tolist() == [2, 1]


def test_a_point_on_a_label_is_left_out():
    order, gaps = spread(torch.zeros(3, 2), 3, MIDDLE)
    assert order.tolist() == gaps.tolist() == []


@pytest.mark.parametrize(
    "arguments",
    [
        (torch.zeros(0, 2), 3, MIDDLE),
        (torch.zeros(3, 3), 3, MIDDLE),
        (torch.zeros(3, 2), 3, torch.zeros(0, 2)),
        (torch.zeros(3, 2), 0, MIDDLE),
        (torch.full((3, 2), torch.nan), 3, MIDDLE),
        (torch.zeros(3, 2), 3, MIDDLE, 0.0),
        (torch.zeros(3, 2), 3, MIDDLE, 1.5),
    ],
)
def test_senseless_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match=r"points|places|thumbnail"):
        spread(*arguments)
