"""A visitor's own picture as a short text that fits into an address: its strokes, or the 28x28 pixels of an upload.

base64url (RFC 4648, section 5) without padding, after one letter for the kind: "s" strokes, "p" pixels.
"""

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from re import fullmatch

import numpy as np
from numpy.typing import NDArray

from core.pictures.frames import FIELD
from core.pictures.strokes import Stroke, StrokesError, require_few

LONGEST = 1500  # characters: with the rest of a page's settings, within the 2,000 that every mail program and chat carries
Frame = NDArray[np.uint8]


class ShorthandError(ValueError):
    """The text stands for no picture; the message is a sentence."""


def of_strokes(strokes: Sequence[Stroke]) -> str:
    """Strokes as text: widths, and places as steps from the one before, in one or two bytes a coordinate."""
    data = bytearray()
    for stroke in strokes:
        data.append(stroke.width)
        data += _varint(len(stroke.places))
        x, y = 0, 0
        for next_x, next_y in stroke.places:
            data += _varint(_zigzag(next_x - x)) + _varint(_zigzag(next_y - y))
            x, y = next_x, next_y
    return "s" + _text(bytes(data))


def of_frame(frame: Frame) -> str:
    """A picture of (28, 28) bytes as text, deflated."""
    return "p" + _text(zlib.compress(frame.tobytes(), 9))


def read(text: str) -> tuple[Stroke, ...] | Frame:
    """What a text stands for, strokes or a (28, 28) picture of bytes. Raises ShorthandError for anything that is neither."""
    if len(text) > LONGEST:
        raise ShorthandError(f"A picture in the address has {LONGEST:,} characters at most.")
    if not fullmatch(r"[sp][A-Za-z0-9_-]+", text):
        raise ShorthandError("This stands for no picture.")
    try:
        data = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        return _strokes(data) if text[0] == "s" else _frame(data)
    except (binascii.Error, zlib.error, StrokesError, StopIteration) as error:
        raise ShorthandError("This stands for no picture; perhaps a part of it was lost.") from error


def _strokes(data: bytes) -> tuple[Stroke, ...]:
    found, places, source = [], 0, iter(data)
    for width in source:
        count = _number(source)
        places += count
        require_few(len(found) + 1, places)
        x, y, line = 0, 0, []
        for _ in range(count):
            x, y = x + _step(source), y + _step(source)
            line.append((x, y))
        found.append(Stroke(width, tuple(line)))
    return tuple(found)


def _frame(data: bytes) -> Frame:
    unpacker = zlib.decompressobj()
    pixels = unpacker.decompress(data, FIELD * FIELD + 1)  # no more, whatever the text claims
    if len(pixels) != FIELD * FIELD or not unpacker.eof or unpacker.unused_data or not any(pixels):
        raise ShorthandError("This stands for no picture of 28 by 28 pixels.")
    return np.frombuffer(pixels, dtype=np.uint8).reshape(FIELD, FIELD)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _varint(value: int) -> bytes:
    """A whole number >= 0 in groups of seven bits, the lowest first; all bytes but the last have their top bit set."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _number(source: Iterator[int]) -> int:
    """The inverse of `_varint`, of two bytes at most. Raises StopIteration where the bytes end too soon."""
    low = next(source)
    return low if low < 0x80 else (low & 0x7F) | next(source) << 7


def _zigzag(step: int) -> int:
    """Small steps either way as small numbers: 0, -1, 1, -2, ... as 0, 1, 2, 3, ..."""
    return 2 * step if step >= 0 else -2 * step - 1


def _step(source: Iterator[int]) -> int:
    number = _number(source)
    return number // 2 if number % 2 == 0 else -(number + 1) // 2
