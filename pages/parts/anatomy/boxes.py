"""The tensors of one digit's way through a network as pictures and bars, for the diagram of the page Anatomy."""

from math import ceil, isqrt
from typing import Any

import numpy as np
from torch import Tensor

from core.anatomy.flow import Anatomy, fingerprint
from core.config import Scale
from core.pictures import images
from pages.common.data_url import data_url
from pages.parts.anatomy import words

SIDE = 90  # pixels that a box has for its picture
MOST_TILES = 36
PICTURES = {"x": 4, "x_hat": 4, "reconstruction": 2}  # how many pixels of the screen show one of the picture's, each way
_SIGNED = 2.0  # the bars of mu, epsilon and z share one scale, at least this far each way


def boxes(found: Anatomy, scale: Scale) -> list[dict[str, Any]]:
    """One entry for each box, in the order of the computation; the total comes last."""
    limit = max(_reach(found.parts[name]) for name in ("mu", "noise", "z") if name in found.parts)
    shown = [_box(name, part, found, scale, limit) for name, part in found.parts.items()]
    pieces = {
        "pieces": [
            {"term": term, "name": words.LETTERS[term], "value": v, "words": words.number(v)}
            for term, v in found.weighted.items()
        ]
    }
    digest = fingerprint(found.total)
    return [*shown, {"id": "total", "shape": "one number", "digest": digest} | pieces | _said("total", found, scale)]


def _box(name: str, part: Tensor, found: Anatomy, scale: Scale, limit: float) -> dict[str, Any]:
    shape = " × ".join(map(str, part.shape[1:] if name in ("x", "x_hat") else part.shape))
    box = {"id": name, "shape": shape, "digest": fingerprint(part)} | _said(name, found, scale)
    if name in PICTURES:
        grey = part.squeeze(0) if name != "reconstruction" else _to_one(part)
        return box | _picture(images.to_uint8(grey), PICTURES[name])
    if name == "probabilities" or name == "classification":
        top = 1.0 if name == "probabilities" else max(1.0, part.max().item())
        return box | {"bars": part.tolist(), "low": 0.0, "high": top, "marked": found.label}
    if name in ("mu", "logvar", "noise", "z"):
        reach = _reach(part) if name == "logvar" else limit
        return box | {"bars": part.tolist(), "low": -reach, "high": reach}
    if name in ("sigma", "kl"):
        return box | {"bars": part.tolist(), "low": 0.0, "high": max(1.0, part.max().item())}
    return box | _tiles(part, wide=name == "head")


def _reach(part: Tensor) -> float:
    return max(_SIGNED, float(ceil(part.abs().max().item())))


def _said(name: str, found: Anatomy, scale: Scale) -> dict[str, str]:
    formula, sentence = words.explained(name, found, scale)
    said = words.name(name)._asdict() | {"formula": formula, "sentence": sentence, "values": words.values(name, found, scale)}
    if name in found.terms:
        said["weight"] = words.weight(name, scale)
    return said | {"number": words.short(name, found)}


def _tiles(part: Tensor, wide: bool) -> dict[str, Any]:
    """A hidden layer: the first 36 channels of (C, H, W) side by side, or the numbers of (n,) as squares; black is 0."""
    grey = images.to_uint8(_to_one(part))
    if grey.ndim == 1:
        return _picture(*_squares(grey, wide))
    tiles = grey[:MOST_TILES]
    columns = isqrt(len(tiles) - 1) + 1
    side = grey.shape[1]
    times = max(1, (SIDE - columns + 1) // (columns * side))
    enlarged = tiles.repeat(times, axis=1).repeat(times, axis=2)
    note = {"note": f"{len(tiles)} of {len(grey)} channels"} if len(tiles) < len(grey) else {}
    return _picture(images.tile(enlarged, columns, gap=1, gap_grey=48), 1) | note


def _squares(grey: np.ndarray, wide: bool) -> tuple[np.ndarray, int]:
    columns = 16 if wide else isqrt(len(grey) - 1) + 1
    rows = ceil(len(grey) / columns)
    padded = np.zeros(rows * columns, dtype=np.uint8)
    padded[: len(grey)] = grey
    return padded.reshape(rows, columns), max(1, SIDE // max(columns, rows))


def _to_one(part: Tensor) -> Tensor:
    """Divided by its largest number, so that this one is white; all zeros stay black."""
    top = part.max()
    return part / top if top > 0 else part


def _picture(grey: np.ndarray, times: int) -> dict[str, Any]:
    height, width = grey.shape
    return {"picture": data_url(images.png_bytes(grey)), "width": width * times, "height": height * times}
