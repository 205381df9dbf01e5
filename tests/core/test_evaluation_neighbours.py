"""The nearest of each code against scikit-learn, and the halves of a set."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from core.evaluation.neighbours import class_shares, halves, nearest_of_each, shares_across_halves


def points(count: int, dimensions: int, seed: int, shift: float = 0.0) -> torch.Tensor:
    return shift + torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("dimensions", [1, 2, 16, 300])
@pytest.mark.parametrize("shift", [0.0, 1e4])  # far from the origin a careless distance loses its digits
def test_the_nearest_are_those_that_scikit_learn_finds(dimensions, shift):
    some, others = points(600, dimensions, 1, shift), points(700, dimensions, 2, shift)
    search = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(others.double().numpy())
    expected = search.kneighbors(some.double().numpy())[0]
    found = nearest_of_each(some, others, 7)
    reached = (some.double()[:, None] - others.double()[found]).norm(dim=2)  # ties may come in either order
    torch.testing.assert_close(reached, torch.from_numpy(expected))


def test_among_themselves_none_is_its_own_neighbour_even_beside_its_copy():
    some = torch.cat([points(300, 3, 5)] * 2)
    found = nearest_of_each(some, None, 4)
    assert (found != torch.arange(600)[:, None]).all()
    assert found[:, 0].tolist() == [(i + 300) % 600 for i in range(600)]
    with pytest.raises(ValueError, match="5 codes to choose from, fewer than the 6"):
        nearest_of_each(some[:6], None, 6)


def test_halves_share_every_class_and_leave_nobody_out():
    labels = torch.arange(10).repeat_interleave(torch.arange(2, 12))
    first, second = halves(labels, 3)
    assert sorted([*first.tolist(), *second.tolist()]) == list(range(len(labels)))
    for own in range(10):
        sizes = [(labels[rows] == own).sum().item() for rows in (first, second)]
        assert sizes == [(own + 2) // 2, (own + 3) // 2]
    assert halves(labels, 3)[0].tolist() == first.tolist() != halves(labels, 4)[0].tolist()
    with pytest.raises(ValueError, match="a single 0"):
        halves(labels[1:], 3)


def test_each_half_is_read_by_the_other_alone():
    labels = torch.arange(10).repeat(8)
    codes = points(80, 4, 8)
    first, second = halves(labels, 0)
    shares = shares_across_halves(codes, labels, 5, 0)
    torch.testing.assert_close(shares[first], class_shares(nearest_of_each(codes[first], codes[second], 5), labels[second]))
    torch.testing.assert_close(shares[second], class_shares(nearest_of_each(codes[second], codes[first], 5), labels[first]))
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(80))
