"""The golden values: one JSON file a page in tests/golden/seen, written by `python -m tests.golden`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.golden import first_pages, last_pages
from tests.golden.entries import Entry

ENTRIES = first_pages.ENTRIES + last_pages.ENTRIES
PAGES = tuple(dict.fromkeys(entry.page for entry in ENTRIES))
FOLDER = Path(__file__).parent / "seen"


def of(entry: Entry) -> dict[str, Any] | None:
    """What an address must show; None if that has never been written."""
    return of_page(entry.page).get(entry.name)


def of_page(page: str) -> dict[str, dict[str, Any]]:
    file = FOLDER / f"{page}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def write(page: str, now: Mapping[str, Mapping[str, Any]]) -> None:
    """Put these in place of what was kept of them; entries that there are no more are dropped, the others stay."""
    all_of_it = of_page(page) | dict(now)
    names = [entry.name for entry in ENTRIES if entry.page == page and entry.name in all_of_it]
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({name: all_of_it[name] for name in names}, indent=1, ensure_ascii=False)
    (FOLDER / f"{page}.json").write_text(f"{text}\n", encoding="utf-8")
