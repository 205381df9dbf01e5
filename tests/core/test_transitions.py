"""Walks with a decoder that paints its code and a judge that reads it, held against NumPy and scikit-learn."""

from math import isclose

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.evaluation import Codes, encode_set, path_purity
from core.interpolation import ORDER
from core.walks.transitions import Terrain, Transition, Walk, a_digit, ends_of, mean_sharpness, read_chain, survey, take
from tests.core import walks
from tests.core.handmade import Painter


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    return survey(encode_set(walks.model(), walks.digits()))


def go(walk: Walk, terrain: Terrain) -> Transition:
    return take(walk, walks.model(), terrain, walks.judge, 1.0)


def laplacian(images: np.ndarray) -> np.ndarray:
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    around = padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1] + padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
    return np.abs(around - 4 * images).mean(axis=(1, 2))


def test_a_walk_past_other_classes_is_flagged_at_each_of_their_frames(terrain):
    found = go(Walk((0, 3), frames=31), terrain)
    labels = found.labels.tolist()
    assert labels == sorted(labels)
    assert set(labels) == {0, 1, 2, 3}
    assert found.third.tolist() == [k in (1, 2) for k in labels]
    assert found.third_classes == [1, 2]


def test_a_walk_between_neighbours_meets_nobody(terrain):
    found = go(Walk((4, 5)), terrain)
    assert not found.third.any()
    assert found.third_classes == []


def test_overshoot_goes_on_to_the_classes_beyond(terrain):
    found = go(Walk((4, 5), frames=13, overshoot=1.0), terrain)
    assert found.third_classes == [3, 6]
    assert found.path.distance[0] == pytest.approx(-found.path.length)


def test_frames_are_the_decoded_codes_of_the_path(terrain):
    found = go(Walk((2, 7), method="slerp"), terrain)
    assert torch.allclose(found.images.flatten(1)[:, :2], found.path.points)
    assert torch.equal(found.places, found.path.points)  # two dimensions are shown as they are
    assert len(found) == 11


@pytest.mark.parametrize("method", ["linear", "slerp"])
def test_the_flags_are_those_of_the_purity_of_all_pairs(terrain, method):
    purity = path_purity(walks.model(), terrain.centroids, walks.judge, frames=17, method=method)
    for (a, b), third in zip(purity.pairs, purity.third, strict=True):
        assert torch.equal(go(Walk((a, b), frames=17, method=method), terrain).third, third)


def test_support_counts_the_codes_within_the_radius(terrain):
    found = go(Walk((1, 8), frames=9), terrain)
    gaps = found.path.points.double().numpy()[:, None] - terrain.codes.mu.double().numpy()
    assert found.support.tolist() == (np.sqrt((gaps**2).sum(axis=2)) <= terrain.radius).sum(axis=1).tolist()


def test_sharpness_is_in_units_of_real_digits(terrain, few_digits):
    real = laplacian(few_digits.images.numpy() / 255).mean()
    assert mean_sharpness(few_digits) == pytest.approx(real, rel=1e-5)
    found = take(Walk((0, 9)), walks.model(), terrain, walks.judge, real)
    assert found.sharpness.numpy() == pytest.approx(laplacian(found.images[:, 0].numpy()) / real, rel=1e-4)


def test_a_walk_between_digits_begins_and_ends_at_their_codes(terrain):
    rows = (5, 5 + 3 * walks.PER_CLASS)
    walk = Walk((0, 3), digits=rows)
    found = go(walk, terrain)
    assert torch.allclose(found.path.points[[0, -1]], terrain.codes.mu[list(rows)], atol=1e-6)
    assert ends_of(walk, walks.digits()).labels.tolist() == [0, 3]


def test_a_walk_may_begin_with_a_digit_of_no_set(terrain):
    digits = walks.digits()
    row = 5 + 3 * walks.PER_CLASS
    known, new = go(Walk((3, 0), digits=(row, 5)), terrain), Walk((3, 0), digits=(digits.images[row].numpy().tobytes(), 5))
    assert torch.allclose(go(new, terrain).path.points, known.path.points, atol=1e-5)  # the same pixels, the same way
    found = ends_of(new, digits)
    assert torch.equal(found.images, digits.images[[row, 5]])
    assert found.labels.tolist() == [3, 0]
    with pytest.raises(ValueError, match="784 pixels"):
        go(Walk((3, 0), digits=(b"short", 5)), terrain)


def test_a_chain_judges_each_leg_by_its_own_ends(terrain):
    found = go(Walk((0, 2, 3, 1), frames=21), terrain)
    assert len(found) == 61
    assert found.ends[0].tolist() == [0, 2]
    assert found.ends[20].tolist() == [2, 3]  # a joint begins the next leg
    assert found.ends[-1].tolist() == [3, 1]
    third = [k not in ends for k, ends in zip(found.labels.tolist(), found.ends.tolist(), strict=True)]
    assert found.third.tolist() == third
    assert set(found.labels[:20][found.third[:20]].tolist()) == {1}
    assert set(found.labels[40:][found.third[40:]].tolist()) == {2}


def test_only_a_round_trip_is_closed():
    assert Walk(ORDER).closed
    assert not Walk((0, 1, 2)).closed
    assert not Walk((4, 4)).closed


def test_the_map_is_the_principal_plane_of_the_centroids():
    digits = walks.digits()
    source = torch.Generator().manual_seed(1)
    digits.images[:, 0, :6] = torch.randint(0, 256, (len(digits), 6), generator=source).to(torch.uint8)
    found = survey(encode_set(Painter(6), digits))
    means = np.stack([found.codes.mu[digits.labels == k].double().numpy().mean(axis=0) for k in range(10)])
    pca = PCA(2).fit(means)
    assert found.centroids.numpy() == pytest.approx(means, abs=1e-6)
    assert found.share == pytest.approx(pca.explained_variance_ratio_.sum(), abs=1e-5)
    expected = pca.transform(found.codes.mu.numpy())
    signs = np.sign((expected * found.places.numpy()).sum(axis=0))
    assert found.places.numpy() == pytest.approx(expected * signs, abs=1e-5)


def test_a_plane_is_its_own_map(terrain):
    assert terrain.share is None
    assert torch.equal(terrain.places, terrain.codes.mu)
    assert isinstance(terrain.codes, Codes)


def test_a_straight_path_is_straight_on_the_map():
    digits = walks.digits()
    digits.images[:, 0, 2] = digits.images[:, 0, 0] // 2
    model = Painter(3)
    found = take(Walk((1, 6)), model, survey(encode_set(model, digits)), walks.judge, 1.0)
    steps = found.places.diff(dim=0)
    assert torch.allclose(steps, steps[:1].expand_as(steps), atol=1e-5)
    assert isclose(steps.norm(dim=1).sum().item(), found.path.length, rel_tol=0.05)  # this plane holds most of it


@pytest.mark.parametrize(
    ("text", "stops"), [("0-1-2", (0, 1, 2)), ("0 → 9 → 0", (0, 9, 0)), ("3, 1, 4, 1", (3, 1, 4, 1)), ("012", (0, 1, 2))]
)
def test_chains_are_read_as_people_write_them(text, stops):
    assert read_chain(text) == stops


@pytest.mark.parametrize("text", ["", "0-1", "zero to one", "0-1-a", "1" * 22, "0-1-٣"])
def test_what_is_no_chain_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"^A chain .*\.$"):
        read_chain(text)


def test_digits_are_numbered_from_one_within_their_class():
    digits = walks.digits()
    assert a_digit(digits, 4, 1) == 4 * walks.PER_CLASS
    assert a_digit(digits, 4, walks.PER_CLASS) == 5 * walks.PER_CLASS - 1
    for number in (0, walks.PER_CLASS + 1):
        with pytest.raises(ValueError, match="numbered from 1 to 12"):
            a_digit(digits, 4, number)


def test_a_walk_between_centroids_joins_no_digits():
    with pytest.raises(ValueError, match="centroids"):
        ends_of(Walk((0, 1)), walks.digits())
