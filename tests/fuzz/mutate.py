"""Changes that break files in ways that parsers trip over: bits, lengths, cuts, repeats, pieces of other files."""

import random
from collections.abc import Sequence

_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(rng: random.Random, files: Sequence[bytes]) -> bytes:
    """One of the files with one to five changes."""
    data = bytearray(rng.choice(files))
    for _ in range(rng.randint(1, 5)):
        rng.choice(_CHANGES)(rng, data, files)
    return bytes(data)


def _at(rng: random.Random, data: bytearray) -> int:
    """A place, more often near the start, where the headers are."""
    end = len(data) if rng.random() < 0.5 else min(len(data), 200)
    return rng.randrange(max(1, end))


def _bit(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_at(rng, data)] ^= 1 << rng.randrange(8)


def _edge(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    size, place = rng.choice((1, 2, 4, 8)), _at(rng, data)
    value = rng.choice(_EDGES) & ((1 << 8 * size) - 1)
    data[place : place + size] = value.to_bytes(size, rng.choice(("big", "little")))


def _cut(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[_at(rng, data) :]


def _remove(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    place = _at(rng, data)
    del data[place : place + rng.randint(1, 64)]


def _repeat(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    place = _at(rng, data)
    piece = data[place : place + rng.randint(1, 64)]
    data[place:place] = piece * rng.randint(1, 20)


def _noise(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    place = _at(rng, data)
    data[place:place] = rng.randbytes(rng.randint(1, 64))


def _splice(rng: random.Random, data: bytearray, files: Sequence[bytes]) -> None:
    other = rng.choice(files)
    data[_at(rng, data) :] = other[rng.randrange(len(other)) :]


_CHANGES = (_bit, _bit, _edge, _edge, _cut, _remove, _repeat, _noise, _splice)
