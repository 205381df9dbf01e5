"""A server of its own and a real browser, for the tests of what only a browser can show."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import shared_server
from tests.serving import Address

REQUIRED = "LATENT_LAB_REQUIRE_BROWSER"
WAIT = 120_000  # milliseconds: a busy machine is no failure
BROWSERS = ("chromium-headless-shell", "chromium")  # the first has no windows to draw: a page takes half the processor's time
# No page is looked at for so long that it would be worth compiling its scripts more than once.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--js-flags=--no-opt --no-maglev"]

# Streamlit looks for its own files below the path of a deep link first, and finds them on the second try.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")


def chromium() -> str | None:
    """Where the browser is; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests are skipped, or fail where LATENT_LAB_REQUIRE_BROWSER says so."""
    executable = chromium()
    if executable is None:
        reason = "no chromium on the PATH; on Debian `apt-get install chromium-headless-shell` brings one"
        if os.environ.get(REQUIRED, "") not in ("", "0"):
            pytest.fail(f"{REQUIRED} is set but there is {reason}")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(browser: Browser) -> Address:
    """One server for all tests of all processes. It is asked for after the browser, so that a skip starts none."""
    return shared_server.address()


@pytest.fixture
def open_page(browser: Browser, server: Address) -> Iterator[Callable[..., Page]]:
    """Opens an address of the app in a fresh session; at the end no console may have complained and no page be broken."""
    pages, complaints = [], []

    def note(message: ConsoleMessage) -> None:
        lookup = "404" in message.text and message.location.get("url", "").endswith(HARMLESS)
        if message.type == "error" and not lookup:
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(path: str, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.url + path)
        pages.append(page)
        return page

    expect.set_options(timeout=WAIT)
    yield opened
    broken = [page.url for page in pages if page.get_by_test_id("stException").count()]
    for page in pages:
        page.context.close()
    assert complaints == []
    assert broken == []


@pytest.fixture
def reach(open_page: Callable[..., Page]) -> Callable[[str], Page]:
    """A page that has come to rest, reached from the first page by a click as a visitor reaches it."""

    def reached(title: str) -> Page:
        page = open_page("/")
        page.get_by_role("link", name=title).first.click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        return page

    return reached
