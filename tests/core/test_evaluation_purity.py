"""Path purity with a decoder that paints its code and judges that read it, so that every label is known."""

from math import pi

import pytest
import torch

from core.evaluation import path_purity
from core.evaluation.batches import BATCH
from core.models import Judge
from tests.core.handmade import Painter, one_hot_logits


def on_a_line(x):
    """Reads the code from the first pixel and rounds it."""
    return one_hot_logits(x[:, 0, 0, 0].round().long().clamp(0, 9))


def test_on_a_line_every_class_in_between_is_met():
    found = path_purity(Painter(1), torch.arange(10.0).reshape(-1, 1), on_a_line, frames=100)
    assert len(found.pairs) == 45
    assert found.labels.shape == (45, 100)
    expected = {}
    for a in range(10):
        for b in range(a + 1, 10):
            labels = [round(a + (b - a) * i / 99) for i in range(100)]
            expected[a, b] = sum(k not in (a, b) for k in labels) / 100
    assert {(row.a, row.b): row.third_class_share for row in found.table} == pytest.approx(expected)
    assert found.third_class_share == pytest.approx(sum(expected.values()) / 45)
    assert found.pairs_affected == 36  # all but the nine neighbours
    for row in found.table:
        assert row.first_third_class == (row.a + 1 if row.b > row.a + 1 else None)


def test_frames_run_from_a_to_b():
    found = path_purity(Painter(1), torch.arange(10.0).reshape(-1, 1), on_a_line, frames=7)
    assert [(a, b) for a, b in zip(found.labels[:, 0].tolist(), found.labels[:, -1].tolist(), strict=True)] == list(found.pairs)


def test_the_arc_keeps_its_distance_from_the_origin_and_the_line_does_not():
    angle = torch.arange(10) * pi / 10
    centroids = torch.stack([angle.cos(), angle.sin()], dim=1)

    def judge(x):  # class by direction; whatever is clearly inside the circle is a 9
        z = x[:, 0, 0, :2]
        by_direction = (torch.atan2(z[:, 1], z[:, 0]) / (pi / 10)).round().long().clamp(0, 9)
        return one_hot_logits(torch.where(z.norm(dim=1) < 0.98, 9, by_direction))

    linear = path_purity(Painter(2), centroids, judge, method="linear")
    slerp = path_purity(Painter(2), centroids, judge, method="slerp")
    seen = {method.method: next(row for row in method.table if (row.a, row.b) == (0, 7)) for method in (linear, slerp)}
    assert seen["linear"].first_third_class == 9
    assert seen["slerp"].first_third_class == 1
    neighbours = [row for row in slerp.table if row.b == row.a + 1]
    assert all(row.third_class_share == 0 for row in neighbours)
    assert slerp.pairs_affected == 36


def test_a_judge_that_always_knows_leaves_every_path_pure():
    centroids = torch.arange(10.0).reshape(-1, 1)
    found = path_purity(Painter(1), centroids, lambda x: one_hot_logits(torch.zeros(len(x), dtype=torch.int64)), frames=5)
    assert found.pairs_affected == 36  # 0 is one end of nine pairs and a third class to the others
    assert found.third_class_share == pytest.approx(36 / 45)


def test_frames_are_decoded_in_batches():
    painter = Painter(1)
    path_purity(painter, torch.arange(10.0).reshape(-1, 1), on_a_line, frames=100)
    assert painter.largest_batch == BATCH <= 1000


def test_impossible_requests_are_refused():
    centroids = torch.arange(10.0).reshape(-1, 1)
    with pytest.raises(ValueError, match="linear, slerp"):
        path_purity(Painter(1), centroids, on_a_line, method="bezier")
    with pytest.raises(ValueError, match="10 centroids"):
        path_purity(Painter(1), centroids[:9], on_a_line)
    with pytest.raises(ValueError, match="training mode"):
        path_purity(Painter(1), centroids, Judge())
