"""Waiting for what a page does by itself to be over, instead of for so many seconds."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

WAIT = 120  # seconds: a busy machine is no failure
REST = 200  # milliseconds without a change, after which a page is taken to be at rest

# Resolves when nothing in the document has changed for so long, counted in time in which this page had the processor:
# a page that is kept waiting by a busy machine is not at rest, though it does not change.
QUIET = """async (rest) => {
  let changed = false, quiet = 0;
  const observer = new MutationObserver(() => { changed = true; });
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  while (quiet < rest) {
    await new Promise((done) => setTimeout(() => requestAnimationFrame(done), 20));
    quiet = changed ? 0 : quiet + 20;
    changed = false;
  }
  observer.disconnect();
}"""


def at_rest(page: Page, rest: int = REST) -> Page:
    """The page, once its script has ended and nothing in it has changed for so many milliseconds."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.evaluate(QUIET, rest)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def until(page: Page, holds: Callable[[], Any], what: str) -> None:
    """Ask again and again until it holds; raises AssertionError after WAIT seconds."""
    end = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < end, f"it did not happen: {what}"
        page.wait_for_timeout(20)


def still(page: Page, read: Callable[[], Any], rest: int = REST) -> Any:
    """What `read` finds, once it has found the same for so many milliseconds; raises AssertionError after WAIT seconds."""
    end = time.monotonic() + WAIT
    found, since = read(), 0
    while since < rest:
        assert time.monotonic() < end, "it does not come to rest"
        page.wait_for_timeout(40)
        now = read()
        found, since = now, since + 40 if now == found else 0
    return found
