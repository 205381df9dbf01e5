"""Every page of the navigation in a real browser, wide and light, narrow and dark: complete, in bounds, no complaint."""

import pytest
from playwright.sync_api import expect

from tests.pages import apps

BEYOND = """width => [...document.querySelectorAll("[data-testid=stMain] *")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
    .filter(e => { for (let a = e.parentElement; a && a.dataset.testid !== "stMain"; a = a.parentElement)
        if (getComputedStyle(a).overflowX !== "visible") return false; return true; })
    .map(e => `${e.tagName}.${e.className}`).slice(0, 5)"""


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (390, 844, True)], ids=["wide-light", "narrow-dark"])
@pytest.mark.parametrize("page", list(apps.listed()))
def test_it_opens_without_complaint_and_nothing_is_wider_than_the_screen(open_page, page, width, height, dark):
    shown = open_page("/" if apps.listed()[page] == apps.NAVIGATION else f"/{page}", width, height, dark)
    expect(shown.locator("h1")).to_be_visible()
    expect(shown.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(shown.locator("img, canvas, svg.marks, .player").first).to_be_visible()
    for _ in range(80):  # charts take some frames to find their width, on a busy machine some seconds
        if not shown.evaluate(BEYOND, width):
            break
        shown.wait_for_timeout(250)
    assert shown.evaluate(BEYOND, width) == []
    light = shown.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == "rgb(255, 255, 255)"
    assert light != dark
