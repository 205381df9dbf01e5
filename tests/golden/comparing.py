"""What a page shows against what is kept: words exactly, numbers to the last digit shown, pictures to a grey level or two.

Lines may come in another order, since a page may be laid out anew; lines that differ in their numbers alone are compared in the
order in which they stand, so that two models that change places are noticed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

FLIP = 1.5  # units of the last digit shown: on another machine a number may be rounded the other way
LEVELS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"  # greys, as in page.js
GREY, PAINTED = 1, 8  # levels of 64: for pictures that the server made, and for what the browser has painted on the screen
NUMBER = re.compile(r"(?<![\w.])[−-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|∞")
_MEASURED = re.compile(r"\s*(%|°|nats)")  # after a whole number that is measured and not counted
_MOST = 12  # differences that are told of each kind

Seen = Mapping[str, Any]  # "address" at rest, and lists of lines: "text", "drawings", "pictures"


def differences(kept: Seen | None, now: Seen) -> list[str]:
    """What a page shows and should not, or the other way round, each in a few words; none if all is as it was."""
    if kept is None:
        return ["it is new: `python -m tests.golden` has never written it"]
    found = []
    if kept["address"] != now["address"]:
        found.append(f"the address at rest is {now['address']!r}, and was {kept['address']!r}")
    for part in ("text", "drawings"):
        found += _few(_lines(kept[part], now[part]), part)
    return found + _few(_pictures(kept["pictures"], now["pictures"]), "pictures")


def same_line(kept: str, now: str) -> bool:
    """Whether two lines say the same, but for the last digits of their numbers."""
    return _skeleton(kept) == _skeleton(now) and all(
        _near(a, b, kept[a.end() :]) for a, b in zip(NUMBER.finditer(kept), NUMBER.finditer(now), strict=True)
    )


def _lines(kept: Sequence[str], now: Sequence[str]) -> list[str]:
    """Lines that differ. Where a kind of line is more or less often there, what is nearest to each other is told together."""
    before, after = _by_skeleton(kept), _by_skeleton(now)
    gone, new, found = [], [], []
    for kind in dict.fromkeys([*before, *after]):
        old, current = before[kind], after[kind]
        if len(old) == len(current):
            found += [f"{a!r} became {b!r}" for a, b in zip(old, current, strict=True) if not same_line(a, b)]
        else:
            gone += [line for line in old if line not in current] or old[len(current) :]
            new += [line for line in current if line not in old] or current[len(old) :]
    for line in gone:
        like = get_close_matches(line, new, 1, 0.7)
        if like:
            new.remove(like[0])
        found.append(f"{line!r} became {like[0]!r}" if like else f"{line!r} is gone")
    return found + [f"{line!r} is new" for line in new]


def _pictures(kept: Sequence[str], now: Sequence[str]) -> list[str]:
    """Pictures are compared in the order of those of one name and size."""
    named = [[tuple(picture.split(" | ")) for picture in pictures] for pictures in (kept, now)]
    heads = [[f"{size} | {name}" for size, name, _ in pictures] for pictures in named]
    found = _lines(*heads)
    if found:
        return found
    before, after = (_by_skeleton(pictures, _head) for pictures in (kept, now))
    for kind, old in before.items():
        for a, b in zip(old, after[kind], strict=True):
            most = PAINTED if a.startswith("painted") else GREY
            off = _off(a.rpartition(" | ")[2], b.rpartition(" | ")[2])
            if off > most:
                found.append(f"the picture {_head(a)!r} differs by up to {off} of 64 greys")
    return found


def _off(kept: str, now: str) -> int:
    """The largest difference of two pictures' cells, in levels."""
    if [len(row) for row in kept.split()] != [len(row) for row in now.split()]:
        return len(LEVELS)
    pairs = zip(kept.replace(" ", ""), now.replace(" ", ""), strict=True)
    return max((abs(LEVELS.index(a) - LEVELS.index(b)) for a, b in pairs), default=0)


def _head(picture: str) -> str:
    return picture.rpartition(" | ")[0]


def _by_skeleton(lines: Sequence[str], of=lambda line: line) -> dict[str, list[str]]:
    found = defaultdict(list)
    for line in lines:
        found[_skeleton(of(line))].append(line)
    return found


def _skeleton(line: str) -> str:
    return NUMBER.sub("#", line)


def _near(kept: re.Match[str], now: re.Match[str], after: str) -> bool:
    a, b = kept.group(), now.group()
    if a == b:
        return True
    if "∞" in (a, b):
        return False
    counted = all(re.fullmatch(r"[\d,]+", text) for text in (a, b)) and not _MEASURED.match(after)
    # 9.99 and 10.0 are one format, 0.0412 and 0.041 are two
    unit = (max if _significant(a) == _significant(b) else min)(_unit(a), _unit(b))
    return not counted and abs(_value(a) - _value(b)) <= FLIP * unit * (1 + 1e-9)


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _unit(text: str) -> float:
    """What one more in the last digit shown is worth."""
    digits, _, power = text.partition("e")
    return 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


def _significant(text: str) -> int:
    return len(re.sub(r"\D", "", text.partition("e")[0]).lstrip("0"))


def _few(found: list[str], part: str) -> list[str]:
    told = [f"{part}: {sentence}" for sentence in found[:_MOST]]
    return told + ([f"{part}: {len(found) - _MOST} more differences"] if len(found) > _MOST else [])
