"""Another page, tab or model, and back again: what was shown is there, and in the address."""

from playwright.sync_api import Page, expect

from core.pictures.shorthand import of_strokes
from core.pictures.strokes import Stroke
from tests.browser.test_back import settled


def elsewhere_and_back(page: Page, title: str) -> None:
    for name in ("Train", title):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_box_and_bars_are_in_the_address_again_after_another_page(reach):
    page = reach("Anatomy")
    page.locator(".box.mu").click()
    page.wait_for_function("location.search.includes('ana-box=mu')")
    elsewhere_and_back(page, "Anatomy")
    expect(page.locator(".about .title b")).to_have_text("mean")
    page.wait_for_function("location.search.includes('ana-box=mu')")
    page.get_by_role("link", name="KL and β").first.click()
    page.get_by_role("tab", name="KL playground").click()
    page.locator(".slot.p").first.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.search.includes('kl-p=41')")
    elsewhere_and_back(page, "KL and β")
    expect(page.locator(".slot.p").first).to_have_attribute("aria-valuenow", "0.41")
    page.wait_for_function("location.search.includes('kl-p=41')")


def test_a_box_that_another_model_has_is_kept_without_a_word(reach):
    page = reach("Anatomy")
    page.locator(".box.mu").click()
    page.wait_for_function("location.search.includes('ana-box=mu')")
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="Dense AE, 2-d").click()
    expect(page.locator(".box.mu")).to_have_count(0)
    page.reload()
    expect(page.locator(".about .title b")).to_have_text("code")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_forward_brings_again_what_a_closed_tab_holds(reach):
    page = reach("KL and β")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    box = page.locator(".latent-planes .map").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("location.search.includes('kl-pins=')")
    page.get_by_role("tab", name="KL playground").click()
    slot = page.locator(".slot.p").first
    slot.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.search.includes('kl-p=41')")
    page.get_by_role("tab", name="β", exact=True).click()
    expect(page.locator(".latent-planes .foot")).to_contain_text("Pinned: A")
    page.wait_for_function("!location.search.includes('kl-tab')")
    page.go_back()
    expect(slot).to_have_attribute("aria-valuenow", "0.40")
    page.go_forward()
    expect(page.locator(".latent-planes .foot")).to_contain_text("Pinned: A")
    page.get_by_role("tab", name="KL playground").click()
    expect(slot).to_have_attribute("aria-valuenow", "0.41")
    assert "kl-p=41" in page.url


def test_a_drawing_in_the_address_of_a_page_that_shows_none_is_there_on_the_others(open_page):
    page = open_page(f"/?own={of_strokes((Stroke(24, ((60, 40), (60, 240))),))}")
    page.get_by_role("link", name="Reconstruction", exact=True).first.click()
    settled(page, 1)
    page.wait_for_function("location.search.includes('own=s')")


def test_one_back_leads_to_the_page_as_it_was_left(reach):
    page = reach("Latent map")
    page.get_by_role("spinbutton", name="Digit").fill("750")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('map-digit=750')")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    box = page.locator(".latent-planes .map").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("location.search.includes('map-pins=')")
    left = page.url
    for way in (lambda: None, lambda: elsewhere_and_back(page, "Latent map")):
        way()
        page.wait_for_function("url => location.href === url", arg=left)
        page.get_by_role("link", name="Train", exact=True).first.click()
        expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Latent map", level=1)).to_be_visible()
        expect(page.locator(".latent-planes .foot")).to_contain_text("Pinned: A")
        assert page.url == left


def test_who_presses_a_link_while_the_answer_to_a_pin_is_on_its_way_finds_the_pin_again(reach):
    page = reach("Latent map")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    box = page.locator(".latent-planes .map").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    link = page.get_by_role("link", name="Train", exact=True).first.bounding_box()
    page.mouse.move(link["x"] + 10, link["y"] + 10)
    page.mouse.down()
    page.wait_for_function("location.search.includes('map-pins=')")
    page.mouse.up()
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    assert page.url.endswith("/train")
    page.go_back()
    expect(page.locator(".latent-planes .foot")).to_contain_text("Pinned: A")
    page.get_by_role("link", name="Train", exact=True).first.evaluate("link => link.click()")  # as a program clicks
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator(".latent-planes .foot")).to_contain_text("Pinned: A")
