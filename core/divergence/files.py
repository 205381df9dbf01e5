"""One beta of an every-beta network as files: a sheet of pictures, and tables."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from core.datasets import Digits
from core.divergence.beta import Look, Pictures, paired_sheet
from core.divergence.curve import Row
from core.divergence.one_digit import OneDigit
from core.pictures.images import png_bytes, tile, to_uint8
from core.tables import csv_text

COLUMNS = 5


def sheet_png(originals: Digits, found: Pictures, scale: int = 4, own: OneDigit | None = None) -> bytes:
    """Digits over their reconstructions, then draws from the prior, `COLUMNS` in a row, as one PNG file.

    With `own`, that digit stands above them beside its reconstruction.

    Raises ValueError if the digits do not fill their rows.
    """
    above, below = paired_sheet(originals.images, found.reconstructions, COLUMNS), tile(found.samples, COLUMNS)
    gap = np.full((6, above.shape[1]), 255, dtype=np.uint8)
    parts = [above, gap, below]
    if own is not None:
        row = np.zeros((28, above.shape[1]), dtype=np.uint8)
        pair = tile(to_uint8(torch.stack((own.image, own.reconstruction))), 2)
        row[:, : pair.shape[1]] = pair
        parts = [row, gap, *parts]
    return png_bytes(np.concatenate(parts), scale)


def dimensions_csv(here: Look, own: Tensor | None = None) -> str:
    """Every dimension's mean KL in nats and whether it is active, the one with the largest KL first.

    `own`, (D,), is the KL of one digit, for a column of its own.
    """
    rows = [(here.beta, d + 1, f"{here.kl[d].item():.6f}", int(here.active[d])) for d in here.order]
    if own is None:
        return csv_text(("beta", "dimension", "kl_nats", "active"), rows)
    rows = [(*row, f"{own[d].item():.6f}") for row, d in zip(rows, here.order, strict=True)]
    return csv_text(("beta", "dimension", "kl_nats", "active", "own_digit_kl_nats"), rows)


def curve_csv(curve: Sequence[Row]) -> str:
    """The rate-distortion curve, a row for each beta."""
    columns = list(curve[0])
    return csv_text(columns, [[row.get(column, "") for column in columns] for row in curve])
