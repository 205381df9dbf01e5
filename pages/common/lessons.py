"""The prose beside the figures: lessons/<page>.md, cut at its second-level headings."""

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lessons"


def section(page: str, name: str) -> str:
    """The text under the heading `## name` of lessons/<page>.md. Raises KeyError, naming the headings there are."""
    file = FOLDER / f"{page}.md"
    sections = _sections(file, file.stat().st_mtime_ns)
    if name not in sections:
        raise KeyError(f"lessons/{page}.md has no section {name!r}; it has {', '.join(sections)}")
    return sections[name]


@lru_cache(maxsize=32)
def _sections(file: Path, _written: int) -> dict[str, str]:
    """All sections of a file, read again when it has been written anew: a teacher sees a change at the next click."""
    parts = re.split(r"^## +(.+?) *$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
