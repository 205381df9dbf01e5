"""The server goes away under an open page and comes back: the page reconnects by itself, keeps its view, obeys its controls."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WAIT
from tests.browser.test_canvas import CANVAS, WILD, draw, ready
from tests.serving import UNPREPARED, Server

# What the page says of itself, from now on: whether it is connected, whether its script runs.
WATCH = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const note = () => globalThis.seen.push(`${app.dataset.testConnectionState} ${app.dataset.testScriptState}`);
  globalThis.seen = [];
  new MutationObserver(note).observe(app, { attributes: true });
}"""
CAME_BACK = "globalThis.seen.includes('CONNECTED running') && globalThis.seen.at(-1) === 'CONNECTED notRunning'"
AWAY = "[data-testid=stApp]:not([data-test-connection-state=CONNECTED])"
READ = ".drawing .said"
DOWN, SLANTED = [(140, 40), (140, 240)], [(40, 60), (230, 220)]


@pytest.fixture
def mortal(browser: Browser, tmp_path) -> Iterator[Server]:
    """A server that may be killed; at the end it must not have complained."""
    expect.set_options(timeout=WAIT)
    with Server(tmp_path / "log.txt", tmp_path, UNPREPARED) as running:
        yield running
        assert running.complaints() == []


@pytest.fixture
def visit(browser: Browser, mortal: Server) -> Iterator[Callable[[str], Page]]:
    """Opens a page of that server."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:

        def opened(path: str) -> Page:
            page = context.new_page()
            page.set_default_timeout(WAIT)
            page.goto(mortal.url + path)
            return page

        yield opened


def drawn(page: Page) -> int:
    return page.locator(".drawing").evaluate("root => root.drawing.strokes.length")


def told(page: Page) -> None:
    """The drawing is read, in the address, and nothing is told for ever."""
    expect(page.locator(READ)).to_have_text(re.compile(r"^Read as \d"))
    page.wait_for_function("location.search.includes('own=s')")
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    assert not page.locator(".drawing").evaluate("root => root.drawing.messages.behind")


def test_a_stroke_drawn_while_the_server_is_away_is_read_when_it_is_back(visit, mortal):
    page = ready(visit("/reconstruction"))
    mortal.kill()
    page.wait_for_selector(AWAY)
    draw(page)
    mortal.start()
    expect(page.locator(READ)).to_have_text(re.compile("^Read as 3"))
    told(page)
    assert drawn(page) == 1

    draw(page, SLANTED)  # with this on its way it goes away again
    mortal.kill()
    page.wait_for_selector(AWAY)
    mortal.start()
    page.wait_for_function("old => location.href !== old", arg=page.url)
    told(page)
    assert drawn(page) == 2

    again = ready(visit(page.url.removeprefix(mortal.url)))
    assert drawn(again) == 2
    assert again.locator(READ).inner_text() == page.locator(READ).inner_text()


def test_strokes_and_clearing_while_the_server_is_away_end_as_the_visitor_left_them(visit, mortal):
    page = ready(visit("/reconstruction"))
    mortal.kill()
    page.wait_for_selector(AWAY)
    for places in (DOWN, SLANTED):
        draw(page, places)
    page.get_by_role("button", name="Clear", exact=True).click()
    draw(page, DOWN)
    mortal.start()
    expect(page.locator(READ)).to_have_text(re.compile("^Read as 1"))
    told(page)
    assert drawn(page) == 1

    mortal.kill()
    page.wait_for_selector(AWAY)
    page.get_by_role("button", name="Clear", exact=True).click()
    mortal.start()
    page.wait_for_function("!location.search.includes('own=')")
    expect(page.locator(READ)).to_have_text("")
    assert drawn(page) == 0


def test_who_goes_back_while_the_server_is_away_finds_what_the_address_says(visit, mortal):
    page = ready(visit("/reconstruction"))
    draw(page, DOWN)
    told(page)
    mortal.kill()
    page.wait_for_selector(AWAY)
    draw(page, SLANTED)
    page.go_back()
    page.evaluate(WATCH)
    mortal.start()
    page.wait_for_function(CAME_BACK)
    expect(page.locator(READ)).to_have_text("")
    assert drawn(page) == 0
    assert "own=" not in page.url


def test_a_drawing_that_no_address_has_room_for_outlives_the_server(visit, mortal):
    page = ready(visit("/reconstruction"))
    draw(page, WILD, steps=1)
    page.wait_for_function("location.search.includes('own=too-long')")
    expect(page.locator(READ)).to_have_text(re.compile(r"^Read as \d"))
    read = page.locator(READ).inner_text()
    mortal.kill()
    page.wait_for_selector(AWAY)
    page.evaluate(WATCH)
    mortal.start()
    page.wait_for_function(CAME_BACK)
    page.wait_for_function("location.search.includes('own=too-long')")
    expect(page.locator(READ)).to_have_text(read)
    assert drawn(page) == 1


def test_a_drawing_behind_a_button_is_kept_though_it_is_closed_meanwhile(visit, mortal):
    page = visit("/compare")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    button = page.get_by_role("button", name="Your own digit")
    button.click()
    expect(page.locator(CANVAS)).to_be_visible()
    page.wait_for_timeout(500)  # the popover moves into its place
    mortal.kill()
    page.wait_for_selector(AWAY)
    draw(page)
    page.keyboard.press("Escape")
    expect(page.locator(CANVAS)).to_have_count(0)
    page.evaluate(WATCH)
    mortal.start()
    page.wait_for_function(CAME_BACK)
    button.click()
    expect(page.locator(READ)).to_have_text(re.compile("^Read as 3"))
    page.wait_for_function("location.search.includes('own=s')")


def test_what_other_components_tell_while_the_server_is_away_is_heard_when_it_is_back(visit, mortal):
    planes, walk, diagram, bars = map(
        visit, ("/latent_map", "/transitions?tra-frame=2", "/anatomy", "/kl_beta?kl-tab=KL+playground")
    )
    expect(planes.locator(".latent-planes .panel.ready")).to_have_count(1)
    expect(walk.locator(".player .place")).to_have_text("frame 2 of 11")
    expect(diagram.locator(".anatomy .box.mu")).to_be_visible()
    slot = bars.locator(".slot.p").first
    expect(slot).to_be_visible()
    pages = (planes, walk, diagram, bars)
    for page in pages:
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    mortal.kill()
    for page in pages:
        page.wait_for_selector(AWAY)
    planes.locator(".latent-planes .map").click(position={"x": 200, "y": 150})
    walk.locator(".reels").press("End")
    diagram.locator(".anatomy .box.mu").dispatch_event("click")
    slot.press("ArrowUp")
    raised = slot.get_attribute("aria-valuenow")
    mortal.start()
    for page, said in zip(pages, ("map-pins=", "tra-frame=11", "ana-box=mu", "kl-p=41"), strict=True):
        page.wait_for_function("said => location.search.includes(said)", arg=said)
    expect(planes.get_by_text("Pinned: A")).to_be_visible()
    expect(walk.locator(".player .place")).to_have_text("frame 11 of 11")
    expect(slot).to_have_attribute("aria-valuenow", raised)


def test_an_open_page_outlives_its_server(browser: Browser, tmp_path):
    expect.set_options(timeout=WAIT)
    with Server(tmp_path / "log.txt", tmp_path, UNPREPARED) as server, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{server.url}/reconstruction?rec-draw=7")
        draw = page.get_by_label("Draw", exact=True)
        expect(draw).to_have_value("7")
        server.kill()
        page.wait_for_selector("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])")
        page.evaluate(WATCH)
        server.start()
        page.wait_for_function(CAME_BACK)
        page.get_by_role("button", name="Another draw").click()
        expect(draw).to_have_value("8")
        page.wait_for_function("location.search.includes('rec-draw=8')")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert server.complaints() == []
