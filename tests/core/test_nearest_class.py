"""Questions about distances between classes, answered by hand."""

import pytest
import torch

from core.maps.nearest_class import is_nearest, ranking

ON_A_LINE = torch.tensor([0.0, 10, 21, 30, 45, 52, 60, 71, 33, 47])  # centroids of the classes 0 to 9
DISTANCES = (ON_A_LINE[:, None] - ON_A_LINE).abs()


def test_yes():
    answer = is_nearest(DISTANCES, 3, 8)
    assert answer.yes
    assert (answer.nearest, answer.rank, answer.distance, answer.nearest_distance) == (8, 1, 3, 3)


def test_no_and_what_is_nearer():
    answer = is_nearest(DISTANCES, 5, 4)
    assert not answer.yes
    assert (answer.nearest, answer.rank, answer.distance, answer.nearest_distance) == (9, 2, 7, 5)


def test_being_nearest_need_not_be_mutual():
    assert is_nearest(DISTANCES, 2, 3).yes
    assert not is_nearest(DISTANCES, 3, 2).yes


def test_the_ranking_has_the_nine_others_in_order():
    assert ranking(DISTANCES, 0) == [1, 2, 3, 8, 4, 9, 5, 6, 7]
    assert is_nearest(DISTANCES, 0, 7).rank == 9


def test_classes_at_the_same_place_are_their_own_neighbours_least_of_all():
    assert ranking(torch.zeros(10, 10), 4) == [0, 1, 2, 3, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("pair", [(3, 3), (-1, 3), (3, 10)])
def test_a_question_needs_two_classes(pair):
    with pytest.raises(ValueError, match="two different classes"):
        is_nearest(DISTANCES, *pair)
