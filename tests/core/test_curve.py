"""The rate-distortion curve, on curves whose slope is known."""

from math import log

import pytest

from core import weights
from core.divergence import curve
from core.divergence.beta import HIGHEST, LOWEST
from core.divergence.curve import Point
from core.models import ARCHITECTURES


def family(*betas: float) -> list[dict]:
    """D = exp(-R): its slope is -beta where R = -log beta."""
    return [{"beta": b, "rate": -log(b), "distortion": b, "active_dims": 2} for b in betas]


def test_stored_rows_come_sorted_and_senseless_ones_not_at_all():
    rows = family(0.5, 0.1)
    assert [row["beta"] for row in curve.stored({"curve": rows})] == [0.1, 0.5]
    for metrics in ({}, {"curve": None}, {"curve": [1, 2]}, {"curve": [{"beta": 1}]}, {"curve": "rows"}):
        assert curve.stored(metrics) == []


def test_the_shipped_curves_span_the_slider():
    assert (curve.BETAS[0], curve.BETAS[-1]) == (LOWEST, HIGHEST)
    for name in weights.names():
        if ARCHITECTURES[weights.entry(name)["model"]["architecture"]].conditional:
            assert tuple(row["beta"] for row in curve.stored(weights.entry(name)["metrics"])) == curve.BETAS


@pytest.mark.parametrize("beta", [0.1, 1.0, 7.0, 30.0])
def test_the_tangent_costs_the_same_everywhere_and_is_as_long_at_every_beta(beta):
    at, rates, distortions = Point(5.0, 140.0), 9.0, 80.0
    a, b = curve.tangent(at, beta, rates, distortions)
    for point in (a, b):
        assert point.distortion + beta * point.rate == pytest.approx(at.distortion + beta * at.rate)
    assert (a.rate + b.rate) / 2 == pytest.approx(at.rate)
    length = (((b.rate - a.rate) / rates) ** 2 + ((b.distortion - a.distortion) / distortions) ** 2) ** 0.5
    assert length == pytest.approx(1 / 3)


@pytest.mark.parametrize("bad", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_a_tangent_needs_a_price_and_a_picture(bad):
    with pytest.raises(ValueError, match="must be > 0"):
        curve.tangent(Point(1, 1), *bad)


def test_the_beta_of_a_rate_is_found_between_rows():
    rows = family(0.1, 0.2, 0.5)
    for beta in (0.1, 0.13, 0.2, 0.4, 0.5):  # the rate is linear in log beta, so the answer is exact
        assert curve.beta_of_rate(rows, -log(beta)) == pytest.approx(beta)
    assert curve.beta_of_rate(rows, -log(0.05)) is None
    assert curve.beta_of_rate(rows, -log(0.9)) is None
    assert curve.beta_of_rate([], 1.0) is None
    flat = [row | {"rate": 1.0} for row in rows]
    assert curve.beta_of_rate(flat, 1.0) == pytest.approx(0.1)
