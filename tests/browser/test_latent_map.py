"""The latent map in a browser: its charts answer to clicks and the wheel, controls redraw, its address restores the view.

The planes that are decoded under the pointer are tested in test_plane_decodes.py.
"""

import re
from urllib.parse import parse_qs, urlencode, urlparse

from playwright.sync_api import Page, expect

from tests.browser.waiting import still, until

DEEP = "Multi-stage VAE β=1, 16-d"
MAP = ".st-key-map-chart canvas"
PAIR = ".st-key-map-pair"
PIXELS = "canvas => canvas.toDataURL()"


def ready(page: Page) -> Page:
    expect(page.locator(MAP)).to_be_visible()
    expect(page.locator(".plane img")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    still(page, lambda: drawn(page))  # the chart comes in over some frames, and nothing says when it has
    return page


def address(**query: str) -> str:
    """A t-SNE of 16 numbers, of which no place can be decoded, so that the map is a chart."""
    return "/latent_map?" + urlencode({f"map-{name}": value for name, value in {"model": DEEP, "by": "t-SNE", **query}.items()})


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.evaluate("location.href")).query)


def drawn(page: Page) -> str:
    return page.locator(MAP).evaluate(PIXELS)


def point(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place on the map, as shares of its width and height."""
    box = page.locator(MAP).bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_a_click_picks_the_point_under_the_pointer_and_its_address_restores_the_view(open_page):
    page = ready(open_page(address()))
    before = drawn(page)
    page.mouse.move(*point(page, 0.5, 0.55))
    named = page.locator("#vg-tooltip-element").get_by_role("row").filter(has_text="digit")
    expect(named).to_be_visible()
    number = re.search(r"\d+", named.inner_text().replace(",", "")).group()
    page.mouse.click(*point(page, 0.5, 0.55))
    expect(page.get_by_role("spinbutton", name="Digit")).to_have_value(number)
    expect(page.locator(f"{PAIR} b")).to_contain_text(f"Digit {number}")
    page.mouse.move(5, 5)
    ready(page)
    assert drawn(page) != before
    assert asked(page) == {"map-model": [DEEP], "map-by": ["t-SNE"], "map-digit": [number]}

    again = ready(open_page("/latent_map?" + urlparse(page.evaluate("location.href")).query))
    images = f"{PAIR} img, .st-key-map-near img"
    sources = "all => all.map(i => i.src)"
    assert again.locator(images).evaluate_all(sources) == page.locator(images).evaluate_all(sources)
    assert again.get_by_role("spinbutton", name="Digit").input_value() == number


def test_another_model_redraws_the_map_the_matrix_and_the_decoded_plane(open_page):
    page = ready(open_page(address()))
    matrix = page.locator(".stVegaLiteChart svg.marks").first
    plane = page.locator(".plane img").get_attribute("src")
    before, distances, text = drawn(page), matrix.inner_html(), page.get_by_text("Is 3 nearest to 8?").inner_text()
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="VAE β=1, 16-d", exact=True).click()
    expect(page.locator(".plane img")).not_to_have_attribute("src", plane)
    ready(page)
    assert drawn(page) != before
    assert matrix.inner_html() != distances
    assert page.get_by_text("Is 3 nearest to 8?").inner_text() != text


def test_legend_wheel_and_thumbnails_do_what_they_say_and_no_more(open_page):
    page = ready(open_page(address()))
    before = drawn(page)
    page.mouse.click(*point(page, 0.057, 0.024))
    page.mouse.move(*point(page, 0.5, 0.5))
    until(page, lambda: drawn(page) != before, "the other classes fade")
    faded = still(page, lambda: drawn(page))
    page.mouse.wheel(0, 200)
    until(page, lambda: page.get_by_test_id("stMain").evaluate("main => main.scrollTop"), "the page moves")
    assert still(page, lambda: drawn(page)) == faded  # the page moves, not the map
    assert asked(page) == {"map-model": [DEEP], "map-by": ["t-SNE"]}

    zooms = ready(open_page(address(zoom="true", points="true")))
    zooms.mouse.move(*point(zooms, 0.5, 0.5))
    before = still(zooms, lambda: drawn(zooms))
    zooms.mouse.wheel(0, -400)
    until(zooms, lambda: drawn(zooms) != before, "the map grows")


def test_another_seed_is_made_while_one_reads_on_and_stored_maps_are_there_at_once(open_page):
    page = ready(open_page(address()))
    expect(page.get_by_text("Distances in t-SNE mean little")).to_be_visible()
    stored = drawn(page)
    page.get_by_role("spinbutton", name="Seed").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("t-SNE of 2,000 digits")).to_be_visible()
    expect(page.locator(".plane img")).to_be_visible()
    expect(page.get_by_text("2,000 digits that no shipped model was trained on")).to_be_visible(
        timeout=900_000
    )  # made at low priority: on a busy machine it waits for others
    ready(page)
    assert drawn(page) != stored
    assert asked(page)["map-seed"] == ["1"]


def test_the_digits_number_is_whole_in_the_address_after_another_page(open_page):
    page = open_page("/latent_map")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    page.get_by_role("spinbutton", name="Digit").fill("750")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('map-digit=750')")
    page.get_by_role("link", name="Train").first.click()
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    page.get_by_role("link", name="Latent map").first.click()
    page.wait_for_function("location.search.includes('map-digit')")
    assert asked(page) == {"map-digit": ["750"]}
    page.reload()
    expect(page.get_by_role("spinbutton", name="Digit")).to_have_value("750")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
