"""Numbers that may come from a stranger's file or address: of the right type and in range, or a sentence that names them.

JSON gives whole numbers of any length, which no float holds, and Python's reader adds NaN and Infinity; both break
arithmetic and formatting long after they were read. So every field that is a number goes through one of these two.
"""

from typing import Any

LARGEST = 10**9  # of any count, weight, rate or time: far beyond what trains, and exact as a float


def whole(name: str, value: Any, low: int, high: int = LARGEST) -> int:
    """The value, if it is a whole number from `low` to `high`. Raises ValueError, which names it, otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low:,} to {high:,}, not {_shown(value)}")
    return value


def real(name: str, value: Any, low: float = 0.0, high: float = LARGEST, *, above: bool = False, below: bool = False) -> float:
    """The value as a float, if it is a number from `low` to `high`; `above` and `below` leave those two out themselves.

    Raises ValueError, which names it, otherwise. NaN is in no range.
    """
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (above and value == low) or (below and value == high):
        bounds = f"{'above' if above else 'at least'} {low:,.10g} and {'below' if below else 'at most'} {high:,.10g}"
        raise ValueError(f"{name} must be a number, {bounds}, not {_shown(value)}")
    return float(value)


def _shown(value: Any) -> str:
    """The value in few characters; Python does not even write whole numbers of thousands of digits."""
    if isinstance(value, int) and value.bit_length() > 64:
        return "one of more than 19 digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
