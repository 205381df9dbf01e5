"""A comparison as files: rows of pictures as a sheet, and the metrics as a table."""

from collections.abc import Iterable, Sequence

import torch

from core.comparison.metrics import Line
from core.pictures.images import Images, png_bytes, tile, to_uint8
from core.tables import csv_text

GAP = 2  # pixels between pictures, before they are enlarged


def sheet_png(rows: Sequence[Images], scale: int = 4) -> bytes:
    """Rows of equally many pictures under one another, in their order, as one PNG file: (B, H, W) each.

    Raises ValueError for no rows or rows of different lengths.
    """
    pictures = [torch.from_numpy(to_uint8(row)) for row in rows]
    if not pictures or len({len(row) for row in pictures}) > 1:
        raise ValueError("the rows of a sheet must have equally many pictures, and there must be one row at least")
    return png_bytes(tile(torch.cat(pictures), len(pictures[0]), GAP), scale)


def metrics_csv(
    titles: Sequence[str], measured_on: str, lines: Iterable[Line], facts: Iterable[tuple[str, Sequence[str]]]
) -> str:
    """A line for each metric: every model's value with the least and largest over seeds, the largest difference, the spread.

    Below them the `facts`, a line for each, of what the models are.
    """
    header = ["metric", "unit", "better", "measured on"]
    for title in map(_text, titles):
        header += [title, f"{title}: lowest seed", f"{title}: highest seed"]
    rows = []
    for line in lines:
        factor, row = line.metric.factor, [line.metric.name, line.metric.unit, line.metric.better, measured_on]
        for cell in line.cells:
            ends = (cell.low, cell.high) if cell.seeds > 1 else (None, None)
            row += [_number(value, factor) for value in (cell.value, *ends)]
        rows.append([*row, _number(line.difference, factor), _number(line.spread, factor)])
    for name, values in facts:
        cells = [cell for value in values for cell in (_text(value), "", "")]
        rows.append([name, "", "", "", *cells, "", ""])
    return csv_text([*header, "largest difference", "spread over seeds"], rows)


def _number(value: float | None, factor: float) -> str:
    return "" if value is None else f"{factor * value:.6g}"


def _text(value: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for one; a title may be anybody's."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
