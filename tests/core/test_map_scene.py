"""What a map shows: every digit at its place, the classes' middles, a window that stragglers do not stretch; and its files."""

import csv
from io import StringIO

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.maps.files import matrix_csv, places_csv
from core.maps.projection import live_subset, pca_plane
from core.maps.scene import as_it_is, by_pca, by_tsne

LABELS = torch.arange(10).repeat_interleave(30)


def codes(dimensions: int, seed: int = 0) -> torch.Tensor:
    source = torch.Generator().manual_seed(seed)
    scales = torch.linspace(3, 0.5, dimensions)
    return torch.randn(300, dimensions, generator=source) * scales + LABELS[:, None] * 0.3


def test_a_code_of_two_numbers_is_shown_as_it_is():
    mu = codes(2)
    scene = as_it_is(mu, LABELS)
    assert torch.equal(scene.places, mu)
    assert scene.rows.tolist() == list(range(300))
    assert scene.units
    for k in range(10):
        torch.testing.assert_close(scene.middles[k], mu[30 * k : 30 * k + 30].mean(dim=0))


def test_a_code_of_one_number_lies_on_a_line():
    scene = as_it_is(codes(1), LABELS)
    assert torch.equal(scene.places[:, 0], codes(1)[:, 0])
    assert scene.places[:, 1].abs().max() == 0
    assert min(scene.span) > 0


def test_pca_agrees_with_scikit_learn():
    mu = codes(6)
    reference = PCA(2).fit(mu.double().numpy())
    wanted = reference.transform(mu.double().numpy())
    plane = pca_plane(mu)
    for axis in (0, 1):
        sign = np.sign(wanted[0, axis] * plane.points[0, axis].item())
        np.testing.assert_allclose(plane.points[:, axis], sign * wanted[:, axis], atol=1e-3)
    assert plane.shares == pytest.approx(tuple(reference.explained_variance_ratio_), abs=1e-5)
    assert f"{plane.shares[0]:.0%} of the variance" in by_pca(mu, LABELS).axes[0]


def test_a_tsne_map_may_have_a_part_of_the_digits():
    rows = live_subset(LABELS, 100)
    assert torch.bincount(LABELS[rows]).tolist() == [10] * 10
    assert rows.tolist() == sorted(rows.tolist())
    scene = by_tsne(codes(2)[rows], rows, LABELS)
    assert scene.labels.tolist() == LABELS[rows].tolist()
    assert not scene.units
    assert scene.position(35) == 15
    assert scene.position(45) is None
    assert scene.position(299) is None


def test_a_few_stragglers_do_not_stretch_the_window_and_are_counted():
    mu = codes(2).repeat(4, 1)
    mu[7] = torch.tensor([500.0, -500.0])
    scene = as_it_is(mu, LABELS.repeat(4))
    assert max(scene.span) < 40
    assert scene.beyond >= 1
    outside = ((scene.places - torch.tensor(scene.centre)).abs() > torch.tensor(scene.span) / 2).any(dim=1)
    assert scene.beyond == int(outside.sum())


def test_thumbnails_keep_off_one_another_and_off_the_labels():
    scene = as_it_is(codes(2), LABELS)
    side = float(scene.gaps[40])
    shown = scene.places[scene.thumbnails[:41]]
    apart = (shown[:, None] - shown).abs().amax(dim=2) + torch.eye(41) * 1e9
    assert apart.min() >= side
    assert (shown[:, None] - scene.middles).abs().amax(dim=2).min() >= 0.85 * side - 1e-6


def test_a_collapsed_code_still_makes_a_map():
    scene = as_it_is(torch.zeros(300, 2), LABELS)
    assert len(scene.thumbnails) == 0
    assert min(scene.span) > 0
    assert by_pca(torch.ones(300, 4), LABELS).places.abs().max() < 1e-6


def test_the_map_as_a_table():
    scene = by_tsne(codes(2)[::3], torch.arange(0, 300, 3), LABELS)
    rows = list(csv.reader(StringIO(places_csv(scene))))
    assert rows[0] == ["digit", "class", "t-SNE 1, no unit", "t-SNE 2, no unit"]
    assert [int(row[0]) for row in rows[1:]] == scene.rows.tolist()
    assert [int(row[1]) for row in rows[1:]] == scene.labels.tolist()
    np.testing.assert_allclose([[float(v) for v in row[2:]] for row in rows[1:]], scene.places, rtol=1e-4)


def test_the_distances_as_a_table():
    distances = torch.rand(10, 10)
    rows = list(csv.reader(StringIO(matrix_csv(distances))))
    assert rows[0] == ["class", *map(str, range(10))]
    np.testing.assert_allclose([[float(v) for v in row[1:]] for row in rows[1:]], distances, rtol=1e-4)
