"""The page Compare in a real browser: the first screen, the tabs, a copied address, the files, a trained model, a phone."""

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.waiting import at_rest

VAE, MULTI = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d"


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def add(page: Page, model: str) -> None:
    page.get_by_role("combobox", name="Models").fill(model)  # the list is long, and only a part of it is in the page
    page.get_by_role("option", name=model, exact=True).click()
    page.keyboard.press("Escape")  # an open list hides the rest of the page from those who read by roles


def downloaded(page: Page, name: str) -> tuple[str, bytes]:
    at_rest(page)  # a page that runs again has other files, and the one that its button names may be gone
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def first_row(page: Page, gallery: str) -> str:
    return page.locator(f".st-key-{gallery} img").first.get_attribute("src")


def test_the_first_screen_has_the_banner_and_the_reconstructions(open_page):
    page = open_page("/compare")
    expect(page.locator(".banner")).to_contain_text("differ in one thing only")
    expect(page.locator(".banner")).to_contain_text("class head: no · yes")
    digits = page.locator(".st-key-cmp-gallery .row").nth(2).locator("img")
    expect(digits).to_have_count(10)
    box = digits.last.bounding_box()
    assert box["y"] + box["height"] <= 900
    assert box["width"] % 28 == 0


def test_a_tab_and_its_controls_stand_in_the_address_and_come_back_from_it(open_page):
    page = open_page("/compare")
    expect(page.locator(".st-key-cmp-gallery")).to_be_visible()
    tab(page, "Samples")
    before = first_row(page, "cmp-samples")
    page.get_by_role("button", name="Another draw").click()
    expect(page.locator(".st-key-cmp-samples img").first).not_to_have_attribute("src", before)
    page.wait_for_url(re.compile("cmp-tab=Samples.*cmp-draw=2|cmp-draw=2.*cmp-tab=Samples"))
    shown = first_row(page, "cmp-samples")
    other = open_page(page.url[page.url.index("/compare") :])
    expect(other.locator(".st-key-cmp-samples img").first).to_have_attribute("src", shown)


def test_values_of_closed_tabs_stay_in_the_address_and_a_copied_one_brings_them_back(open_page):
    page = open_page("/compare?cmp-draw=5")
    draw = page.get_by_label("Draw", exact=True)
    expect(draw).to_have_value("5")
    tab(page, "Maps")
    expect(page.get_by_role("combobox", name="Axes")).to_be_visible()
    page.wait_for_function("location.search === '?cmp-draw=5&cmp-tab=Maps'")
    page.get_by_role("combobox", name="Axes").click()
    page.get_by_role("option", name="Each map its own").click()
    page.wait_for_function("location.search.includes('cmp-axes=Each')")
    tab(page, "Samples")
    expect(draw).to_have_value("5")
    assert "cmp-axes=Each" in page.url
    assert "cmp-draw=5&" in page.url

    other = open_page(page.url[page.url.index("/compare") :])
    expect(other.get_by_label("Draw", exact=True)).to_have_value("5")
    tab(other, "Maps")
    expect(other.get_by_role("combobox", name="Axes")).to_have_value("Each map its own")
    tab(other, "Reconstructions")
    expect(other.get_by_label("Draw", exact=True)).to_have_value("5")
    assert "cmp-axes=Each" in other.url


def test_another_model_changes_banner_and_pictures(open_page):
    page = open_page("/compare?cmp-tab=Numbers")
    expect(page.locator(".compare table")).to_contain_text("MSE, z = μ")
    add(page, "Convolutional AE, 30-d")
    expect(page.locator(".banner")).to_contain_text("These 3 models differ in")
    expect(page.locator(".banner")).to_contain_text("size of the code: 16 · 16 · 30")
    expect(page.locator(".compare thead th")).to_have_count(5)


def test_the_files_are_what_they_are_called(open_page):
    page = open_page("/compare")
    name, data = downloaded(page, "Pictures (PNG)")
    with Image.open(BytesIO(data)) as sheet:
        assert (name, sheet.size) == ("reconstructions.png", (4 * (10 * 28 + 9 * 2), 4 * (3 * 28 + 2 * 2)))
    tab(page, "Transitions")
    expect(page.locator(".reel")).to_have_count(2)
    name, data = downloaded(page, "Animation (GIF)")
    with Image.open(BytesIO(data)) as gif:
        assert (name, gif.n_frames, gif.width) == ("compare-transition-0-1-linear.gif", 20, 6 * (2 * 28 + 2))
    tab(page, "Numbers")
    name, data = downloaded(page, "Numbers (CSV)")
    rows = list(csv.DictReader(StringIO(data.decode())))
    assert name == "comparison.csv"
    assert rows[0]["metric"] == "MSE, z = μ"
    assert float(rows[0][VAE]) < float(rows[0][MULTI])


def test_maps_and_matrices_are_drawn(open_page):
    page = open_page("/compare?cmp-tab=Maps", dark=True)
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(2)
    tab(page, "Confusion")
    expect(page.get_by_text("read off the code by its class head")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(2)


def test_a_model_trained_in_this_session_can_be_compared(open_page):
    page = open_page("/train?train-seconds=5")
    page.get_by_role("textbox", name="Name of the model").fill("Anna's")
    page.get_by_role("textbox", name="Name of the model").press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("is now in every page's list of models")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    add(page, "Anna's")
    expect(page.locator(".banner")).to_contain_text("digits trained on: 55,000 · 55,000 · 4,000")
    expect(page.locator(".st-key-cmp-gallery .row")).to_have_count(4)
    tab(page, "Numbers")
    expect(page.get_by_text("Anna's has not been measured on the test set")).to_be_visible()


def test_nothing_is_wider_than_a_phone(open_page):
    page = open_page("/compare", width=390, height=844)
    for name in ("Reconstructions", "Maps", "Samples", "Transitions", "Confusion", "Numbers"):
        tab(page, name)
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        at_rest(page)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    first = page.locator(".compare tbody td").first.bounding_box()
    assert first["x"] + first["width"] <= 390
