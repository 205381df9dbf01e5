"""From what a page says to lines that are kept: those with numbers, each with the words beside its numbers; no lessons."""

import re
from functools import cache

from pages.common import lessons

BESIDE = 4  # words on each side of a number that are kept with it
PROSE = 25  # letters and digits from which a line counts as prose that a lesson may contain


def with_numbers(lines: list[str]) -> list[str]:
    """Lines that have a number, cut down to it and the words beside it. What stands in a lesson's file is left out."""
    told = [beside_numbers(line) for line in lines if re.search(r"\d|∞", line) and not _in_a_lesson(line)]
    return [re.sub(r"\d+\.\d{7,}", lambda found: f"{float(found.group()):.6g}", line) for line in told]  # of a table's cells


def beside_numbers(line: str) -> str:
    """The numbers of a line with a few words on each side; an ellipsis stands for the rest. A table's rows stay whole."""
    words = line.split()
    if "|" in words:
        return line
    numbers = [i for i, word in enumerate(words) if re.search(r"\d|∞", word)]
    kept = sorted({j for i in numbers for j in range(max(0, i - BESIDE), min(len(words), i + BESIDE + 1))})
    said, last = [], -1
    for i in kept:
        said += ["…"] if i > last + 1 else []
        said.append(words[i])
        last = i
    return " ".join(said + (["…"] if last < len(words) - 1 else []))


def _in_a_lesson(line: str) -> bool:
    """Whether a teacher may change it without touching code: then it is no number of ours."""
    plain = _letters(line)
    return len(plain) >= PROSE and plain in _all_lessons()


@cache
def _all_lessons() -> str:
    return " ".join(_letters(_without_markup(file.read_text(encoding="utf-8"))) for file in sorted(lessons.FOLDER.glob("*.md")))


def _without_markup(text: str) -> str:
    """Markdown without the addresses of its links and the names of Streamlit's colours and icons."""
    return re.sub(r"\]\([^)]*\)|:material/\w+:|:\w+\[", " ", text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
