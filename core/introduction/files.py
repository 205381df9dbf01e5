"""The bounds of the pictures that leave digit space, as a file."""

from collections.abc import Sequence

from core.introduction.leaving import Walk
from core.tables import csv_text


def bounds_csv(walks: Sequence[Walk]) -> str:
    """A row for each step of each walk: the lower bound on log p(x), in nats."""
    rows = [(walk.name, step, f"{bound:.3f}") for walk in walks for step, bound in enumerate(walk.bounds.tolist())]
    return csv_text(("walk", "step", "log_p_at_least_nats"), rows)
