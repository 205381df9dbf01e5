"""Opens an address in a real browser, waits until the page has come to rest, and reads what it shows."""

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.golden import drawn
from tests.golden.entries import Entry
from tests.golden.words import with_numbers

PATIENCE = 240  # seconds until a page has come to rest: a busy machine is no failure
BETWEEN = 120  # milliseconds between two looks at a page that has nothing on its way
SCREEN = {"width": 1440, "height": 900}
_SCRIPT = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("page.js", "drawings.js"))


class Reader:
    """One tab in one context, so that Streamlit's scripts are fetched once; every address is a session of its own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        # animations stand still, so that what is read does not depend on when
        self._context = browser.new_context(viewport=SCREEN, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        self._page = self._context.new_page()
        self._page.set_default_timeout(PATIENCE * 1e3)
        self._pending: set[str] = set()
        self._page.on("request", lambda request: self._pending.add(request.url))
        for over in ("requestfinished", "requestfailed"):
            self._page.on(over, lambda request: self._pending.discard(request.url))

    def close(self) -> None:
        self._context.close()

    def read(self, entry: Entry) -> dict[str, Any]:
        """What an address shows, as it is kept. Raises TimeoutError if the page does not come to rest."""
        self._pending.clear()
        self._page.goto(self.url + entry.address)
        self._page.evaluate(f"globalThis.golden = (() => {{ {_SCRIPT}; return {{ onItsWay, seen }}; }})()")
        found = self._at_rest(self._page, entry)
        text = with_numbers(found["lines"]) + [f"said: {alert}" for alert in found["alerts"]]
        return {
            "guards": entry.guards,
            "asked": entry.address,
            "address": found["search"],
            "text": text,
            "drawings": [line for drawing in found["drawings"] for line in drawn.lines(drawing)],
            "pictures": [_picture(picture) for picture in found["pictures"]],
        }

    def _at_rest(self, page: Page, entry: Entry) -> dict[str, Any]:
        """What is seen when nothing is on its way and two looks, a moment apart, see the same."""
        deadline, before, why = time.monotonic() + PATIENCE, None, ""
        while time.monotonic() < deadline:
            why = next(iter(self._pending), "") or page.evaluate("golden.onItsWay()")
            now = None if why else page.evaluate("golden.seen()")
            if now is not None and now == before:
                return now
            before = now
            page.wait_for_timeout(BETWEEN)
        raise TimeoutError(f"{entry.key} did not come to rest in {PATIENCE} s: {why or 'it goes on changing'}")


def _picture(picture: dict[str, Any]) -> str:
    size = f"painted {picture['size']}" if picture.get("painted") else picture["size"]
    name = picture["name"].replace(" | ", ", ")
    return f"{size} | {name} | {picture['grey']}"
