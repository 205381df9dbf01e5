"""The prose beside the figures: lessons/<page>.md, cut at its second-level headings."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "lessons"


def section(page: str, name: str) -> str:
    """The text under the heading `## name` of lessons/<page>.md. Raises KeyError, naming the headings there are."""
    parts = re.split(r"^## +(.+?) *$", (FOLDER / f"{page}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
    if name not in sections:
        raise KeyError(f"lessons/{page}.md has no section {name!r}; it has {', '.join(sections)}")
    return sections[name]
