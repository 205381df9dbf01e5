"""The page Transitions in a real browser: the animation, its stops, the address, the files, the table, a narrow screen."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.waiting import at_rest, until
from tests.serving import Address

WAIT = 60_000  # milliseconds; the machine may be busy


@pytest.fixture
def address(server: Address) -> str:
    """The page on the server that all browser tests share."""
    return f"{server.url}/transitions"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at 1440 x 900 that fails the test if its console reports an error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    tab.set_default_timeout(WAIT)
    errors: list[str] = []
    # a deep link makes Streamlit look for two files that are not there
    tab.on("console", lambda said: said.type == "error" and "404" not in said.text and errors.append(said.text))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".reel").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Understand: paths")).to_be_visible(timeout=WAIT)
    return page


def frame(page: Page) -> int:
    return int(page.get_by_label("Frame", exact=True).input_value())


def first_strip(page: Page) -> str:
    return page.locator(".reel .frame .picture").first.evaluate("picture => picture.style.backgroundImage")


def large(page: Page, reel: int = 0) -> Locator:
    return page.locator(".big").nth(reel)


def wait_for(page: Page, holds) -> None:
    until(page, holds, "what is waited for")


def test_it_plays_in_step_and_stops_where_it_is_told(page, address):
    opened(page, address)
    seen = set()
    wait_for(page, lambda: seen.add(frame(page)) or len(seen) > 3)
    page.get_by_role("button", name="Stop").click()
    stopped = frame(page)
    wait_for(page, lambda: f"tra-frame={stopped}" in page.url)
    page.wait_for_timeout(600)
    assert frame(page) == stopped
    now = page.locator(".reel .now")
    expect(now).to_have_count(2)
    positions = [large(page, reel).evaluate("big => big.style.backgroundPosition") for reel in (0, 1)]
    assert positions[0] == positions[1] == f"{-168 * (stopped - 1)}px 0px" or (stopped == 1 and positions[0] == positions[1])
    page.get_by_role("button", name="Play").click()
    wait_for(page, lambda: "tra-frame" not in page.url)
    wait_for(page, lambda: frame(page) != stopped)


def at(page: Page, reel: int) -> tuple[int, str, str]:
    """Where a reel stands, as its strip, its judge's bars and its map show it."""
    return page.evaluate(
        """reel => {
            const hosts = [...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean);
            const inside = [document, ...hosts].find(d => d.querySelector(".reel"));
            const row = inside.querySelectorAll(".reel")[reel], map = inside.querySelectorAll(".map")[reel];
            const cells = [...row.querySelectorAll(".frame")];
            const bars = [...row.querySelectorAll(".chance i")].map(i => i.style.width).join();
            const now = cells.findIndex(c => c.classList.contains("now"));
            return [now, bars, map.querySelector(".ring").getAttribute("transform")];
        }""",
        reel,
    )


def test_frame_probabilities_and_place_move_together_without_a_message_to_the_server(page, address):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    opened(page, f"{address}?tra-frame=1")
    page.locator(".reels").focus()
    seen = []
    for key in ("End", "Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        seen.append([at(page, reel) for reel in (0, 1)])
    assert [[reel[0] for reel in moment] for moment in seen] == [[10, 10], [0, 0], [1, 1], [2, 2]]
    for reel in (0, 1):
        assert len({moment[reel][2] for moment in seen}) == 4  # a place for every frame
        assert seen[0][reel][1] != seen[1][reel][1]  # a 1 at one end, a 0 at the other
    wait_for(page, lambda: "tra-frame=3" in page.url)

    page.get_by_label("Speed").select_option("4")
    page.keyboard.press("Space")
    wait_for(page, lambda: "tra-frame" not in page.url)
    page.wait_for_timeout(300)
    sent.clear()
    places = set()
    wait_for(page, lambda: places.add(at(page, 1)[2]) or len(places) == 11)
    assert sent == []


def test_without_loop_it_stops_at_the_end(page, address):
    opened(page, f"{address}?tra-frame=1")
    page.get_by_label("loop").uncheck()
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    wait_for(page, lambda: "tra-frame=11" in page.url)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_another_class_is_another_strip_and_a_copied_address_shows_it_again(page, browser, address):
    opened(page, f"{address}?tra-frame=4")
    before = first_strip(page)
    page.locator(".st-key-tra-to [data-baseweb=select]").or_(page.get_by_role("combobox", name="To")).first.click()
    page.get_by_role("option", name="7", exact=True).click()
    wait_for(page, lambda: first_strip(page) != before)
    wait_for(page, lambda: "tra-to=7" in page.url)
    page.locator(".reel").nth(1).locator(".frame").nth(8).click()
    wait_for(page, lambda: "tra-frame=9" in page.url)
    shown = first_strip(page)

    other = browser.new_page()
    opened(other, page.url)
    wait_for(other, lambda: frame(other) == 9)
    at_rest(other, rest=600)
    assert frame(other) == 9
    assert first_strip(other) == shown
    other.close()


def test_the_slider_moves_the_picture_by_the_keyboard(page, address):
    opened(page, f"{address}?tra-frame=5")
    slider = page.get_by_label("Frame", exact=True)
    slider.press("ArrowRight")
    assert frame(page) == 6
    wait_for(page, lambda: "tra-frame=6" in page.url)
    expect(large(page)).to_have_attribute("aria-label", re.compile(r"^VAE .* Frame 6, "))


def test_who_asked_for_less_motion_gets_a_still_picture_that_can_be_played(browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    opened(page, address)
    page.wait_for_timeout(1500)
    assert frame(page) == 1
    page.get_by_role("button", name="Play").click()
    wait_for(page, lambda: frame(page) > 2)
    context.close()


def downloaded(page: Page, name: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_the_files_are_what_they_are_called(page, address):
    opened(page, address)
    name, data = downloaded(page, "Animation (GIF)")
    assert name == "transition-0-1-linear.gif"
    with Image.open(BytesIO(data)) as gif:
        assert (gif.format, gif.n_frames) == ("GIF", 20)
    name, data = downloaded(page, "Strip (PNG)")
    with Image.open(BytesIO(data)) as strip:
        assert (strip.format, strip.width) == ("PNG", 3 * (11 * 28 + 10 * 2))
    name, data = downloaded(page, "Frames (CSV)")
    assert len(list(csv.DictReader(StringIO(data.decode())))) == 22


def test_a_row_of_the_table_of_pairs_is_walked(page, address):
    opened(page, f"{address}?tra-pairs=true")
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible(timeout=WAIT)
    before = first_strip(page)
    box = table.bounding_box()
    table.scroll_into_view_if_needed()
    table.click(position={"x": 18, "y": 35 * 4 + 17})  # the fourth row's box: 35 pixels for each row, the header's first
    wait_for(page, lambda: first_strip(page) != before)
    wait_for(page, lambda: "tra-to=4" in page.url)
    assert box["width"] > 600


def test_nothing_is_wider_than_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    opened(page, address)
    at_rest(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    for picture in page.locator(".reel .frame .picture").all()[:3]:
        assert picture.bounding_box()["width"] % 28 == 0
    context.close()


def test_the_frame_is_in_the_address_again_after_another_page(open_page):
    page = open_page("/transitions?tra-frame=4")
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    page.get_by_role("link", name="Transitions").click()
    expect(page.get_by_text("frame 4 of 11")).to_be_visible()
    expect(page).to_have_url(re.compile("tra-frame=4"))


def test_an_animation_stops_when_less_motion_is_asked_for(open_page):
    page = open_page("/transitions")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
