"""The reconstruction page in a browser: opens without complaint, its controls change the picture, its address restores it."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import UNPREPARED, Server

TITLES = ["Dense AE, 30-d", "Convolutional AE, 30-d", "Multi-stage VAE β=1, 16-d"]


def pictures(page: Page, row: int) -> list[str]:
    return page.locator(".gallery .row").nth(row).locator("img").evaluate_all("all => all.map(i => i.src)")


def ready(page: Page, rows: int = 4) -> Page:
    expect(page.locator(".gallery .row")).to_have_count(rows)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.mark.parametrize(
    ("width", "height", "dark"), [(1440, 900, False), (1440, 900, True), (390, 844, False), (390, 844, True)]
)
def test_opens_without_complaint_and_shows_crisp_digits_on_the_first_screen(open_page, width, height, dark):
    page = ready(open_page("/reconstruction", width, height, dark))
    expect(page.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg").first).to_be_visible()

    images = page.locator(".gallery img")
    expect(images).to_have_count(40)
    boxes = [images.nth(i).bounding_box() for i in range(40)]
    assert {box["width"] % 28 for box in boxes} == {box["height"] % 28 for box in boxes} == {0}
    assert {box["width"] for box in boxes} == {84 if width == 1440 else 56}
    assert images.first.evaluate("i => getComputedStyle(i).imageRendering") == "pixelated"
    assert images.evaluate_all("all => all.every(i => i.complete && i.naturalWidth === 28)")
    read = page.locator(".reading img")
    expect(read).to_have_count(4)
    seen = [page.locator(".drawing canvas").bounding_box(), *(read.nth(i).bounding_box() for i in range(4))]
    if width == 1440:  # the canvas, what the network sees, all reconstructions and the first row of digits
        seen += boxes[:10]
    else:  # the canvas takes the width, but for a margin by which the page is scrolled
        assert 0.85 * width < seen[0]["width"] < 0.9 * width
        assert seen[0]["x"] + seen[0]["width"] <= width - 30
        assert len({box["y"] for box in seen[1:]}) == 1  # in one row, right under what was read
        tools = page.locator(".drawing .tools").bounding_box()
        assert tools["height"] <= 48
        assert 0 < seen[1]["y"] - tools["y"] - tools["height"] < 100
        assert page.get_by_role("combobox", name="Models").bounding_box()["y"] > seen[1]["y"] + seen[1]["height"]
    assert all(box["y"] + box["height"] <= height for box in seen)
    assert {box["width"] for box in seen[1:5]} == {112 if width == 1440 else 84}
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_background_follows_the_colour_scheme(open_page):
    colour = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    light, dark = (ready(open_page("/reconstruction", dark=dark)).evaluate(colour) for dark in (False, True))
    assert light == "rgb(255, 255, 255)"
    assert all(int(channel) < 60 for channel in re.findall(r"\d+", dark)[:3])


def test_another_draw_changes_every_row_and_its_address_restores_the_view(open_page):
    page = ready(open_page("/reconstruction"))
    before = [pictures(page, row) for row in range(4)]
    page.get_by_role("button", name="Another draw").click()
    page.wait_for_function("src => document.querySelector('.gallery img').src !== src", arg=before[0][0])
    after = [pictures(ready(page), row) for row in range(4)]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert asked(page) == {"rec-draw": ["2"]}

    again = ready(open_page("/reconstruction?" + urlparse(page.url).query))
    assert [pictures(again, row) for row in range(4)] == after


def test_switching_on_error_maps_and_choosing_models_and_pictures(open_page):
    page = ready(open_page("/reconstruction"))
    page.get_by_test_id("stCheckbox").get_by_text("Error maps").click()
    ready(page, rows=7)
    for title in (TITLES[0], TITLES[2]):
        page.get_by_role("button", name=f"Remove {title}").click()
    ready(page, rows=3)
    expect(page.locator(".gallery .label b").nth(1)).to_have_text(TITLES[1])
    page.get_by_role("combobox", name="Pictures").click()
    page.get_by_role("option", name="only 7s").click()
    expect(page.locator(".gallery .row").first.locator("figcaption")).to_have_text(["7"] * 10)
    assert asked(page) == {"rec-models": [TITLES[1]], "rec-pictures": ["only 7s"], "rec-errors": ["true"]}

    again = ready(open_page("/reconstruction?" + urlparse(page.url).query), rows=3)
    assert [pictures(again, row) for row in range(3)] == [pictures(page, row) for row in range(3)]


def test_a_wrong_address_is_named_and_corrected(open_page):
    wrong = {"rec-models": ["no such model", TITLES[0]], "rec-draw": "0", "rec-pictures": "only 12s", "rec-errors": "perhaps"}
    page = ready(open_page("/reconstruction?" + urlencode(wrong, doseq=True)), rows=2)
    said = page.get_by_test_id("stAlert")
    expect(said).to_have_count(4)
    for value in ("no such model", "rec-draw=0", "only 12s", "perhaps"):
        expect(said.filter(has_text=value)).to_have_count(1)
    page.wait_for_function("() => !location.search.includes('perhaps')")
    assert asked(page) == {"rec-models": [TITLES[0]]}


class TestAfterARestart:
    @pytest.fixture
    def server(self, browser: Browser, tmp_path) -> Iterator[Server]:
        """One of its own: the other tests go on meanwhile."""
        with Server(tmp_path / "log.txt", tmp_path, UNPREPARED) as running:
            yield running

    def test_a_deep_link_works(self, open_page, server):
        server.stop()
        server.start()
        page = ready(open_page("/reconstruction?rec-draw=3"))
        expect(page.get_by_role("heading", name="Reconstruction", exact=True)).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        assert asked(page) == {"rec-draw": ["3"]}


def test_the_start_page_leads_to_it(open_page):
    page = open_page("/")
    page.get_by_role("main").get_by_role("link", name="Reconstruction").first.click()
    ready(page)
    assert urlparse(page.url).path == "/reconstruction"
