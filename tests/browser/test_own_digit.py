"""A digit drawn on the pages that only use it: what is shown there follows every stroke."""

import re

from playwright.sync_api import Page, expect

from core.pictures.shorthand import of_strokes
from core.pictures.strokes import Stroke, simplified
from tests.browser.test_canvas import CANVAS, THREE, draw

OWN = of_strokes((simplified(Stroke(24, tuple(THREE))),))
READ = ".drawing .said"
ON_THE_CODE = """() => {
  const deep = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
  const [panel] = deep(document).find((e) => e.planes)?.planes.panels ?? [];
  return panel?.spec?.own && String(panel.spec.own) === String(panel.cursor);
}"""


def to_draw(page: Page) -> Page:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.get_by_role("button", name="Your own digit").click()
    expect(page.locator(CANVAS)).to_be_visible()
    page.wait_for_timeout(500)  # the popover moves into its place
    return page


def test_what_is_drawn_on_compare_is_read_by_both_and_lies_on_both_maps_with_its_posterior(open_page):
    page = to_draw(open_page("/compare"))
    draw(page)
    expect(page.locator(READ)).to_have_text(re.compile("^Read as 3"))
    readings = page.locator(".reading section")
    expect(readings).to_have_count(3)
    expect(readings.first).to_contain_text("your drawing")
    before = readings.nth(1).locator("img").get_attribute("src")
    draw(page, [(40, 40), (60, 240)])
    page.wait_for_function("old => document.querySelectorAll('.reading section img')[1].src !== old", arg=before)
    page.wait_for_function("() => location.search.includes('cmp-own=true') && location.search.includes('own=s')")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Maps").click()
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(2)
    expect(page.locator(".posterior polygon")).to_have_count(4)  # 1 and 2 sigma on each map
    expect(page.locator(".rings circle:not(.halo)")).to_have_count(2)
    expect(page.locator(".st-key-cmp-looked img")).to_have_count(3)


def test_the_switch_stands_in_the_address_on_whatever_tab_it_is_moved(open_page):
    page = open_page(f"/compare?own={OWN}")
    for tab in ("Maps", "Reconstructions", "Maps", "Reconstructions"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab).locator("label", has_text="Yours")).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        for on in (True, False):
            page.locator("label", has_text="Yours").locator("visible=true").click()
            page.wait_for_function("on => location.search.includes('cmp-own=true') === on", arg=on)


def test_who_types_the_number_of_a_digit_sees_it_instead_of_one_s_own(open_page):
    for path, name in (("/latent_map?map-own=true", "Digit"), ("/anatomy?ana-own=true", "which 3")):
        page = open_page(f"{path}&own={OWN}")
        switch = page.get_by_role("switch", name="Yours").or_(page.get_by_role("checkbox", name="Yours"))
        expect(switch).to_be_checked()
        page.get_by_role("spinbutton", name=name).fill("17")
        page.keyboard.press("Enter")
        expect(switch).not_to_be_checked()
        page.wait_for_function("!location.search.includes('own=true')")


def test_every_beta_and_the_anatomy_follow_the_strokes(open_page):
    page = to_draw(open_page("/kl_beta"))
    draw(page)
    pair = page.get_by_role("img", name=re.compile("^your drawing and its reconstruction, MSE"))
    expect(pair).to_be_visible()
    first = pair.get_attribute("src")
    expect(page.locator(".beta .bar u")).to_have_count(2)
    expect(page.locator(".rings circle:not(.halo)")).to_have_count(1)
    draw(page, [(40, 40), (60, 240)])
    expect(pair).not_to_have_attribute("src", first)
    page.wait_for_function(ON_THE_CODE)  # what is decoded is the drawing's own code
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Anatomy").first.click()
    digit = page.locator(".anatomy .box[data-part='x'] img")
    expect(digit).to_be_visible()
    numbered = digit.get_attribute("src")
    to_draw(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(READ)).to_have_text(re.compile("^Read as 3"))
    expect(digit).not_to_have_attribute("src", numbered)
    page.wait_for_function("() => location.search.includes('ana-own=true') && location.search.includes('own=s')")


def test_a_pin_leaves_one_s_own_digit_where_it_is(open_page):
    page = open_page(f"/latent_map?map-own=true&own={OWN}")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    box = page.locator(".latent-planes .map").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page.get_by_text("Pinned: A")).to_be_visible()
    page.wait_for_function("() => location.search.includes('map-pins=')")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.locator(".gallery .label b").first).to_have_text("Your drawing")
    assert "map-own=true" in page.url


def test_who_opens_the_drawing_area_with_the_keyboard_can_draw_at_once(open_page):
    page = open_page("/compare")
    page.get_by_role("button", name="Your own digit").press("Enter")
    canvas = page.locator(".drawing canvas")
    expect(canvas).to_be_focused()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".drawing .said")).to_contain_text("Read as")


def test_the_switch_of_a_closed_tab_stands_in_the_address_after_back_and_forward(open_page):
    page = to_draw(open_page("/compare"))
    draw(page)
    page.wait_for_function("location.search.includes('cmp-own=true')")
    page.keyboard.press("Escape")
    page.wait_for_timeout(700)  # a hand needs some time, too: see RECENT in history.js
    page.get_by_role("tab", name="Samples").click()
    page.wait_for_function("location.search.includes('cmp-tab=Samples')")
    page.go_back()
    expect(page.get_by_role("tab", name="Reconstructions")).to_have_attribute("aria-selected", "true")
    page.go_forward()
    expect(page.get_by_role("tab", name="Samples")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("the same ten draws of noise").first).to_be_visible()
    assert "cmp-own=true" in page.url
    page.get_by_role("tab", name="Reconstructions").click()
    expect(page.locator(".reading section")).to_have_count(3)
