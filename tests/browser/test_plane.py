"""Latent planes in a browser: hands and keys move and pin, pins stay, a click picks a digit."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WAIT
from tests.browser.maps import PLANES, corner, decoded_by, pins, ready, seen
from tests.browser.waiting import still, until


def test_keys_move_pin_and_remove(open_page):
    page = ready(open_page("/latent_map"))
    page.locator(f"{PLANES} .map").focus()
    before = seen(page)[0]["cursor"]
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"{PLANES} .said")).to_contain_text("Decoded point")
    after = seen(page)[0]["cursor"]
    assert after[0] < before[0]
    assert after[1] - before[1] == pytest.approx(5 * (before[0] - after[0]), rel=1e-3)
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('map-pins=')")
    expect(page.locator(f"{PLANES} .foot")).to_contain_text("Pinned: A")
    page.keyboard.press("Delete")
    page.wait_for_function("!location.search.includes('map-pins=')")


def test_two_pins_make_a_path_and_survive_another_page_and_another_theme(open_page):
    page = ready(open_page("/latent_map"))
    place = corner(page)
    for share in (0.35, 0.6):
        page.mouse.click(*place(share, 0.4))
    page.wait_for_function("(location.search.split('map-pins=')[1] ?? '').includes('~')")
    frames = page.locator(f"{PLANES} .strip figure")
    expect(frames.nth(4)).to_be_visible()
    expect(page.locator(f"{PLANES} .strip")).to_have_attribute("aria-label", re.compile("judge says"))
    kept, digit = pins(page, "map"), page.get_by_role("spinbutton", name="Digit").input_value()
    page.emulate_media(color_scheme="dark")
    expect(frames.first).to_be_visible()
    assert pins(page, "map") == kept
    page.get_by_role("link", name="KL and β").click()
    ready(page)
    assert pins(page, "kl") is None
    page.get_by_role("link", name="Latent map").click()
    ready(page)
    expect(frames.first).to_be_visible()
    page.wait_for_function("location.search.includes('map-pins=')")
    assert pins(page, "map") == kept
    assert page.get_by_role("spinbutton", name="Digit").input_value() == digit

    again = ready(open_page(f"/latent_map?map-pins={kept}"))
    expect(again.locator(f"{PLANES} .pins g")).to_have_count(2)


def test_maps_of_different_spaces_have_a_path_each(open_page):
    page = ready(open_page("/compare?cmp-tab=Maps"))
    for k in (0, 1):
        box = page.locator(f"{PLANES} .map").nth(k).bounding_box()
        for share in (0.3, 0.7):
            page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.4 * box["height"])
    expect(page.locator(f"{PLANES} .pins g")).to_have_count(4)
    expect(page.locator(f"{PLANES} .strip canvas").first).to_be_visible()
    foot = page.locator(f"{PLANES} .foot")
    expect(foot).to_contain_text("Pinned in VAE β=1, 16-d: A (")
    expect(foot).to_contain_text("Pinned in Multi-stage VAE β=1, 16-d: A (")
    page.wait_for_function("(location.search.split('cmp-pins=')[1] ?? '').split('~').length === 4")
    again = ready(open_page(f"/compare?cmp-tab=Maps&cmp-pins={pins(page, 'cmp')}"))
    expect(again.locator(f"{PLANES} .pins g")).to_have_count(4)


def test_a_finger_decodes_sideways_or_after_a_rest_scrolls_up_and_down_and_a_tap_pins(browser: Browser, server):
    expect.set_options(timeout=WAIT)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{server.url}/latent_map")
    ready(page)
    hand = context.new_cdp_session(page)
    scrolled = lambda: page.get_by_test_id("stMain").evaluate("main => main.scrollTop")  # noqa: E731

    def swipe(right: int, down: int, rest: int = 0) -> tuple[list[float], float]:
        """A finger drawn over the map; returns where the cursor is then, and how far the page has scrolled."""
        x, y = corner(page)(0.5, 0.5)
        before = scrolled()
        hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(rest)
        for k in range(1, 9):
            point = {"x": x + right * k / 8, "y": y + down * k / 8}
            hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        after = still(page, scrolled, rest=400)  # a page that has been pushed rolls on
        return seen(page)[0]["cursor"], after - before

    page.locator(f"{PLANES} .map").scroll_into_view_if_needed()
    start = seen(page)[0]["cursor"]
    cursor, moved = swipe(0, -160)
    assert moved > 100
    assert cursor == start
    page.locator(f"{PLANES} .map").scroll_into_view_if_needed()
    (left, level), moved = swipe(-100, 0)
    assert moved == 0
    assert left != start[0]
    (across, up), moved = swipe(0, -100, rest=400)
    assert moved == 0
    assert up - level == pytest.approx(across - left, rel=0.05)  # as far up as the other went to the left
    assert pins(page, "map") is None

    before = seen(page)[0]["pixels"]
    page.touchscreen.tap(*corner(page)(0.3, 0.5))
    page.wait_for_function("location.search.includes('map-pins=')")
    assert seen(page)[0]["pixels"] != before
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize(
    "message",
    [
        "'pins'",
        "{pins: 'x'.repeat(1e6), row: 1, seq: 1}",
        "{pins: [[0, NaN, 1]], row: 1, seq: 1}",
    ],
)
def test_a_malformed_message_is_refused_with_a_sentence(open_page, message):
    page = ready(open_page("/latent_map"))
    page.locator(PLANES).evaluate(f"root => root.planes.report({message})")
    expect(page.get_by_text("The browser sent pins that cannot be used")).to_be_visible()
    assert pins(page, "map") is None


POINT = """(root, row) => {
  const { map, codes } = root.planes.panels[0];
  const i = codes.rows.indexOf(row);
  const box = map.canvas.getBoundingClientRect();
  return [box.left + map.across(codes.x[i]), box.top + map.down(codes.y[i])];
}"""


def test_a_click_on_a_point_picks_its_digit_even_where_another_code_is_nearer_in_all_of_latent_space(open_page):
    page = ready(open_page("/latent_map?map-model=Multi-stage+VAE+β%3D1%2C+16-d&map-by=PCA"))
    page.mouse.click(*page.locator(PLANES).evaluate(POINT, 700))
    digit = page.get_by_role("spinbutton", name="Digit")
    page.wait_for_function("location.search.includes('map-digit=')")
    ready(page)
    clicked, found = (page.locator(PLANES).evaluate(POINT, row) for row in (700, int(digit.input_value())))
    assert max(abs(a - b) for a, b in zip(clicked, found, strict=True)) < 2  # pixels; others may lie right under it


def test_a_class_of_the_legend_is_shown_alone_without_asking_the_server(open_page):
    page = ready(open_page("/latent_map"))
    canvas = page.locator(f"{PLANES} .map canvas")
    before = still(page, lambda: canvas.evaluate("canvas => canvas.toDataURL()"), rest=400)  # the page may still find its width
    button = page.get_by_role("button", name="only class 3")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    until(page, lambda: canvas.evaluate("canvas => canvas.toDataURL()") != before, "the other classes are hidden")
    button.click()
    until(page, lambda: canvas.evaluate("canvas => canvas.toDataURL()") == before, "all classes are shown again")
    assert "?" not in page.url


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (390, 844, True)])
def test_map_and_decoded_digit_are_on_the_first_screen_and_crisp(open_page, width, height, dark):
    page = ready(open_page("/latent_map", width, height, dark))
    box = page.locator(f"{PLANES} .map").bounding_box()
    here = page.locator(f"{PLANES} .here canvas")
    picture = here.bounding_box()
    assert box["y"] + (box["height"] if width == 1440 else 250) <= height
    assert picture["y"] + picture["height"] <= height
    assert picture["width"] == picture["height"] == (196 if width == 1440 else 84)
    assert here.evaluate("canvas => getComputedStyle(canvas).imageRendering") == "pixelated"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_keep_the_cursor_on_the_map_and_another_network_begins_anew(open_page):
    page = ready(open_page("/kl_beta"))
    start = seen(page)[0]["cursor"]
    page.locator(f"{PLANES} .map").focus()
    for _ in range(60):
        page.keyboard.press("Shift+ArrowRight")
    panel = seen(page)[0]
    assert panel["cursor"][0] <= panel["spec"]["centre"][0] + 0.8 * panel["spec"]["span"][0]
    assert panel["cursor"][0] > start[0]
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="Every-β VAE, 16-d").click()
    decoded_by(page, lambda decoder: "every-beta-vae-16" in decoder)
    panel = seen(page)[0]
    assert panel["cursor"] == panel["spec"]["start"]
