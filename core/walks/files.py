"""A walk as files to keep: the frames as a strip, as an animation and as a table; and the table of all pairs of classes."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.config import CLASSES
from core.evaluation import Purity
from core.pictures.images import gif_bytes, png_bytes, tile
from core.tables import csv_text
from core.walks.transitions import Transition, Walk

GAP = 2  # pixels between pictures, before they are enlarged
_WIDEST = 41  # frames in a row of the strip; longer walks go on in the next row


def strip_png(transitions: Sequence[Transition], scale: int = 3) -> bytes:
    """All frames, the walks under one another in their order. Raises ValueError for none or if their lengths differ."""
    frames = _frames(transitions)  # (M, F, 28, 28)
    count = frames.shape[1]
    if count <= _WIDEST:
        return png_bytes(tile(frames.flatten(0, 1), count, GAP), scale)
    rows = -(-count // _WIDEST)
    padded = torch.zeros(len(frames), rows * _WIDEST, 28, 28)
    padded[:, :count] = frames
    return png_bytes(tile(padded.flatten(0, 1), _WIDEST, GAP), scale)


def animation_gif(transitions: Sequence[Transition], frames_per_second: float, scale: int = 6) -> bytes:
    """The walks side by side in their order: there and back, or round and round if they are closed. Raises ValueError."""
    frames = _frames(transitions).transpose(0, 1)  # (F, M, 28, 28)
    sheets = torch.stack([torch.from_numpy(tile(moment, len(transitions), GAP)) for moment in frames])  # (F, 28, W)
    closed = transitions[0].walk.closed
    # a closed walk's last frame is its first, and would be seen twice as long
    return gif_bytes(sheets[:-1] if closed else sheets, 1000 / frames_per_second, scale, pingpong=not closed)


def frames_csv(transitions: Mapping[str, Transition]) -> str:
    """One line per model and frame: distance, place on the map, the judge's verdict and chances, support, sharpness."""
    header = ["model", "frame", "from", "to", "distance", "map_x", "map_y", "judge", "third_class", "support", "sharpness"]
    rows = []
    for title, walk in transitions.items():
        columns = zip(
            walk.ends.tolist(),
            walk.path.distance.tolist(),
            walk.places.tolist(),
            walk.labels.tolist(),
            walk.third.tolist(),
            walk.support.tolist(),
            walk.sharpness.tolist(),
            walk.probabilities.tolist(),
            strict=True,
        )
        for frame, ((a, b), distance, (x, y), label, third, near, sharp, chances) in enumerate(columns, 1):
            cells = [title, frame, a, b, f"{distance:.4f}", f"{x:.4f}", f"{y:.4f}", label, int(third), near, f"{sharp:.4f}"]
            rows.append(cells + [f"{p:.5f}" for p in chances])
    return csv_text(header + [f"p{k}" for k in range(CLASSES)], rows)


def pairs_table(purities: Mapping[str, Purity]) -> list[dict[str, str | float | int | None]]:
    """One row per pair of classes: for each model the share of third-class frames, in percent, and the first third class."""
    tables = {title: purity.table for title, purity in purities.items()}
    rows = []
    for pair in zip(*tables.values(), strict=True):
        row: dict[str, str | float | int | None] = {"pair": f"{pair[0].a}–{pair[0].b}"}
        for title, found in zip(tables, pair, strict=True):
            row[f"{title}: third class, %"] = 100 * found.third_class_share
            row[f"{title}: first seen"] = found.first_third_class
        rows.append(row)
    return rows


def pairs_csv(purities: Mapping[str, Purity]) -> str:
    """`pairs_table` as a file."""
    rows = pairs_table(purities)
    return csv_text(list(rows[0]), [row.values() for row in rows])


def file_name(walk: Walk) -> str:
    """What to call a file of this walk, without its ending."""
    way = "-".join(map(str, walk.stops)) if len(walk.stops) < 8 else f"chain-of-{len(walk.stops)}"
    return f"transition-{way}-{walk.method}"


def _frames(transitions: Sequence[Transition]) -> Tensor:
    if not transitions or len({len(walk) for walk in transitions}) > 1:
        raise ValueError("the walks to put together must have equally many frames, and there must be one at least")
    return torch.stack([walk.images.squeeze(1) for walk in transitions])  # (M, F, 28, 28)
