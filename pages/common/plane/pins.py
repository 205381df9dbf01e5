"""What is pinned on maps of latent spaces, and how it comes from the browser and stands in the address. No Streamlit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.checked import real, whole
from core.trial import FURTHEST

MOST = 2  # in each latent space
MAPS = 4  # side by side, at most
_LONGEST = 400  # characters in the address


@dataclass(frozen=True)
class Pin:
    """A place that somebody has pinned: on which of the planes, and where on it, in latent units."""

    plane: int
    x: float
    y: float


def read_message(message: Any, count: int, linked: bool, rows: int = 5000) -> tuple[tuple[Pin, ...], int | None]:
    """What the browser says was pinned on `count` planes, the last beside which of `rows` digits. Raises ValueError."""
    if not isinstance(message, dict):
        raise ValueError("not a message of this map")
    pins, row = message.get("pins"), message.get("row")
    if not isinstance(pins, list | tuple) or len(pins) > MOST * count:
        raise ValueError("not a list of a few places")
    found = _few([_pin(pin, count) for pin in pins], linked)
    return found, None if row is None else whole("a digit", row, 0, rows - 1)


def read_text(text: str, linked: bool) -> tuple[Pin, ...]:
    """The pins as `to_text` writes them, also those on maps that are not shown now. Raises ValueError."""
    if len(text) > _LONGEST:
        raise ValueError("too long")
    found = []
    for part in text.split("~"):
        plane, _, place = part.rpartition(":")
        x, y = map(float, place.split("_"))
        found.append(_pin((int(plane) - 1 if plane else 0, x, y), MAPS))
    return _few(found, linked)


def to_text(pins: Sequence[Pin]) -> str:
    """x_y of each pin, joined by ~; before those of another than the first map its number, from 1, and a colon."""
    return "~".join(f"{f'{pin.plane + 1}:' if pin.plane else ''}{pin.x:.4g}_{pin.y:.4g}" for pin in pins)


def _pin(value: Any, count: int) -> Pin:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise ValueError("a place is the number of a map and two numbers")
    plane, x, y = value
    return Pin(whole("a map", plane, 0, count - 1), *(real("a place", v, -FURTHEST, FURTHEST) for v in (x, y)))


def _few(pins: Sequence[Pin], linked: bool) -> tuple[Pin, ...]:
    """The pins, if they are no more than there can be."""
    each = Counter(0 if linked else pin.plane for pin in pins)
    if any(many > MOST for many in each.values()):
        raise ValueError(f"more than {MOST} places in one latent space")
    return tuple(pins)
