"""Whatever text is selected on the page: a gesture of the pointer arrives whole at the component that it begins on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_canvas import CANVAS, THREE, draw, ready

JITTER = ((0, 0), (4, 2), (9, 5))  # pixels: a hand is not still while it clicks; browsers drag from four pixels on


def by_keys(page: Page, _area: Locator) -> None:
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+a")
    assert page.evaluate("String(getSelection()).length") > 100


def by_a_drag_through(page: Page, area: Locator) -> None:
    """A gesture that was begun too high, on the text above, and goes down through the component."""
    heading = page.get_by_role("heading", level=1).bounding_box()
    box = area.bounding_box()
    page.mouse.move(heading["x"] + 2, heading["y"] + heading["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] + 10, steps=5)
    page.mouse.move(box["x"] + box["width"] + 4, box["y"] + box["height"] + 4, steps=5)
    page.mouse.up()
    assert page.evaluate("String(getSelection()).length") > 5


selecting = pytest.mark.parametrize("select", [by_keys, by_a_drag_through])


def press(page: Page, area: Locator, x: float = 0.5, y: float = 0.5) -> None:
    """A click at this share of an area by a hand that moves a little."""
    box = area.bounding_box()
    for k, (right, down) in enumerate(JITTER):
        page.mouse.move(box["x"] + x * box["width"] + right, box["y"] + y * box["height"] + down)
        if k == 0:
            page.mouse.down()
    page.mouse.up()


@selecting
def test_a_drawing(open_page, select: Callable[[Page, Locator], None]):
    page = ready(open_page("/reconstruction"))
    select(page, page.locator(CANVAS))
    draw(page)
    expect(page.locator(".drawing .said")).to_have_text(re.compile("^Read as 3"))
    expect(page.locator(CANVAS)).to_be_focused()
    [stroke] = page.locator(".drawing").evaluate("root => root.drawing.strokes")
    assert len(stroke) > 2 * len(THREE)


@selecting
def test_a_map(open_page, select: Callable[[Page, Locator], None]):
    page = open_page("/latent_map?map-zoom=true")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    area = page.locator(".latent-planes .map")
    select(page, area)
    box, before = area.bounding_box(), moved(page)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 260, steps=10)
    page.mouse.up()
    across, down = (after - old for after, old in zip(moved(page), before, strict=True))
    assert across == pytest.approx(-120, abs=2)
    assert down == pytest.approx(60, abs=2)
    expect(page.get_by_text("Pinned: A")).to_have_count(0)


def moved(page: Page) -> list[float]:
    """How far the map has been moved, in pixels."""
    return page.locator(".latent-planes").evaluate("""root => {
        const { zoom, perPixel } = root.planes.panels[0].map;
        return [zoom.x / perPixel, zoom.y / perPixel];
    }""")


@selecting
def test_a_bar(open_page, select: Callable[[Page, Locator], None]):
    page = open_page("/kl_beta?kl-tab=KL+playground")
    slot = page.locator(".slot.p").first
    expect(slot).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    select(page, page.locator(".bars"))
    box = slot.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + 0.3 * box["height"], steps=10)
    page.mouse.up()
    expect(slot).to_have_attribute("aria-valuenow", re.compile(r"0\.(69|70|71)"))
    expect(slot).to_be_focused()
    page.wait_for_function("location.search.includes('kl-p=')")


@selecting
def test_an_animation(open_page, select: Callable[[Page, Locator], None]):
    page = open_page("/transitions?tra-frame=1")
    place = page.locator(".player .place")
    expect(place).to_have_text("frame 1 of 11")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    slider = page.locator(".player input[type=range]")
    slider.scroll_into_view_if_needed()
    select(page, page.locator(".player .reels"))
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 7, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2, steps=10)
    page.mouse.up()
    expect(place).to_have_text("frame 11 of 11")
    press(page, page.locator(".player .frame").nth(4), 0.3, 0.4)
    expect(place).to_have_text("frame 5 of 11")
    page.wait_for_function("location.search.includes('tra-frame=5')")


@selecting
def test_a_box_of_the_diagram(open_page, select: Callable[[Page, Locator], None]):
    page = open_page("/anatomy")
    box = page.locator(".anatomy .box[data-part='x'] img")
    expect(box).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    select(page, page.locator(".anatomy .flow"))
    press(page, box)
    page.wait_for_function("location.search.includes('ana-box=x')")


def test_a_picture_beside_a_control_can_still_be_dragged_out(open_page):
    page = ready(open_page("/reconstruction"))
    page.evaluate("addEventListener('dragstart', event => (globalThis.dragged = !event.defaultPrevented))")
    press(page, page.locator(".gallery img").first)
    page.wait_for_function("globalThis.dragged === true")
