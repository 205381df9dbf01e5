"""The pictures that leave digit space as files: a sheet, and a table of their bounds."""

from collections.abc import Sequence

import torch

from core.images import png_bytes, tile
from core.leaving import STEPS, Walk
from core.tables import csv_text


def sheet_png(walks: Sequence[Walk], scale: int = 4) -> bytes:
    """A row for each walk, its digit first, as one PNG file. Raises ValueError for no walks."""
    if not walks:
        raise ValueError("there are no walks to put on a sheet")
    return png_bytes(tile(torch.cat([walk.images for walk in walks]), STEPS), scale)


def bounds_csv(walks: Sequence[Walk]) -> str:
    """A row for each step of each walk: the lower bound on log p(x), in nats."""
    rows = [(walk.name, step, f"{bound:.3f}") for walk in walks for step, bound in enumerate(walk.bounds.tolist())]
    return csv_text(("walk", "step", "log_p_at_least_nats"), rows)
