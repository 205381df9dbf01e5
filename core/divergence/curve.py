"""The rate-distortion curve of an every-beta network: its tangent, and the beta of a given rate.

A curve is a list of rows as `core.evaluation.rate_distortion` makes them, one per beta (ELBO scale); rates and distortions in
nats. Alemi et al. 2018, "Fixing a Broken ELBO".
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import exp, hypot, log
from typing import Any, NamedTuple

Row = Mapping[str, float]
BETAS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0)  # of the stored curves
NEEDED = {"beta", "rate", "distortion", "active_dims"}


class Point(NamedTuple):
    """A place in the plane of rate and distortion, in nats."""

    rate: float
    distortion: float


def stored(metrics: Mapping[str, Any]) -> list[Row]:
    """The curve of a manifest entry's metrics, by ascending beta; empty if there is none that can be drawn."""
    rows = metrics.get("curve")
    if not isinstance(rows, list) or any(not isinstance(row, dict) or not row.keys() >= NEEDED for row in rows):
        return []
    return sorted(rows, key=lambda row: row["beta"])


def tangent(at: Point, beta: float, rates: float, distortions: float) -> tuple[Point, Point]:
    """Two ends of the line distortion + beta * rate = constant through `at`: every point on it costs the same.

    The segment is as long as a third of a picture that spans `rates` by `distortions` nats. Raises ValueError unless beta and
    both spans are > 0.
    """
    if not (beta > 0 and rates > 0 and distortions > 0):
        raise ValueError("beta and the picture's spans must be > 0")
    half = 1 / 6 / hypot(1 / rates, beta / distortions)  # in nats of rate
    return Point(at.rate - half, at.distortion + beta * half), Point(at.rate + half, at.distortion - beta * half)


def beta_of_rate(curve: Sequence[Row], rate: float) -> float | None:
    """The beta at which the curve has this rate, linear in log beta between its rows; None outside the curve.

    The rate falls as beta grows. Where neighbouring rows do not, through noise, the first crossing counts.
    """
    for row, following in pairwise(curve):
        high, low = row["rate"], following["rate"]
        if low <= rate <= high:
            share = 0.0 if high == low else (high - rate) / (high - low)
            return exp((1 - share) * log(row["beta"]) + share * log(following["beta"]))
    return None
