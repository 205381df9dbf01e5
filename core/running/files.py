"""A training run's history as a file."""

from collections.abc import Iterable, Sequence

from core.running.worker import Progress
from core.tables import csv_text


def history_csv(history: Iterable[Progress], terms: Sequence[str]) -> str:
    """A row for each report: time, steps, epochs, learning rate and the last batch's mean of each term, per image."""
    rows = [
        (f"{p.seconds:.3f}", p.index, f"{p.epoch:.4f}", f"{p.learning_rate:.6g}", *(f"{p.losses[term]:.6g}" for term in terms))
        for p in history
    ]
    return csv_text(("seconds", "step", "epoch", "learning_rate", *terms), rows)
