"""What is pinned on maps of latent spaces, and how it comes from the browser and stands in the address. No Streamlit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


class PinsError(ValueError):
    """What came from the browser, or stands in the address, is no set of pins; the message says why."""


def read_message(message: Any, count: int, linked: bool, rows: int = 5000) -> tuple[tuple[Pin, ...], int | None, int]:
    """What the browser says was pinned on `count` planes, the last beside which of `rows` digits. Raises PinsError."""
    if not isinstance(message, dict):
        raise PinsError("not a message of this map")
    pins, row, seq = message.get("pins"), message.get("row"), message.get("seq")
    if not isinstance(pins, list | tuple) or len(pins) > MOST * count:
        raise PinsError("not a list of a few places")
    if row is not None and not (_whole(row) and 0 <= row < rows):
        raise PinsError("no digit of that number")
    if not (_whole(seq) and 0 <= seq < 2**31):
        raise PinsError("no number of a message")
    return _few([_pin(pin, count) for pin in pins], linked), None if row is None else int(row), int(seq)


def read_text(text: str, linked: bool) -> tuple[Pin, ...]:
    """The pins as `to_text` writes them, also those on maps that are not shown now. Raises PinsError."""
    if len(text) > _LONGEST:
        raise PinsError("too long")
    found = []
    for part in text.split("~"):
        plane, _, place = part.rpartition(":")
        try:
            x, y = map(float, place.split("_"))
            number = int(plane) - 1 if plane else 0
        except ValueError as error:
            raise PinsError("not the numbers of a place") from error
        found.append(_pin((number, x, y), MAPS))
    return _few(found, linked)


def to_text(pins: Sequence[Pin]) -> str:
    """x_y of each pin, joined by ~; before those of another than the first map its number, from 1, and a colon."""
    return "~".join(f"{f'{pin.plane + 1}:' if pin.plane else ''}{pin.x:.4g}_{pin.y:.4g}" for pin in pins)


def _pin(value: Any, count: int) -> Pin:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise PinsError("a place is the number of a map and two numbers")
    plane, x, y = value
    if not _whole(plane) or not 0 <= plane < count:
        raise PinsError("no map of that number")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= FURTHEST for v in (x, y)):
        raise PinsError("a place that is not finite, or far away")
    return Pin(int(plane), float(x), float(y))


def _few(pins: Sequence[Pin], linked: bool) -> tuple[Pin, ...]:
    """The pins, if they are no more than there can be."""
    each = Counter(0 if linked else pin.plane for pin in pins)
    if any(many > MOST for many in each.values()):
        raise PinsError(f"more than {MOST} places in one latent space")
    return tuple(pins)


def _whole(value: Any) -> bool:
    """Whether it is a whole number that a float holds exactly; JSON has one kind of numbers, and Python's are of any length."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53 and value == int(value)
