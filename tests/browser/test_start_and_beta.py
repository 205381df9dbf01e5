"""Start, and KL and beta, in a browser: clicks, sliders and drags move what they should, a copied address brings it back."""

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from tests.browser.waiting import at_rest as settled

SOURCES = "all => all.map(image => image.src)"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.evaluate("location.href")).query)


def same_address(page: Page) -> str:
    found = urlparse(page.evaluate("location.href"))
    return f"{found.path}?{found.query}"


def test_a_click_on_the_gaussian_draws_another_digit_and_the_address_restores_it(open_page):
    page = open_page("/")
    digits = page.locator(".st-key-start-digits img")
    expect(digits).to_have_count(2)
    assert digits.evaluate_all("all => all.map(i => i.width)") == [112, 112]
    before = settled(page).locator(".st-key-start-digits img").evaluate_all(SOURCES)
    plane = page.locator(".st-key-start-plane svg.marks")
    expect(plane).to_be_visible()
    plane.click(position={"x": plane.bounding_box()["width"] * 0.7, "y": 200})
    page.wait_for_function("src => document.querySelector('.st-key-start-digits img').src !== src", arg=before[0])
    page.wait_for_function("location.search.includes('start-z1')")
    settled(page)
    after = digits.evaluate_all(SOURCES)
    assert set(asked(page)) <= {"start-z1", "start-z2"}

    again = settled(open_page(same_address(page)))
    expect(again.locator(".st-key-start-digits img")).to_have_count(2)
    assert again.locator(".st-key-start-digits img").evaluate_all(SOURCES) == after


def test_the_dot_that_was_clicked_last_can_be_clicked_again_after_a_slider(open_page):
    page = settled(open_page("/"))
    plane = page.locator(".st-key-start-plane svg.marks")
    dot = {"x": plane.bounding_box()["width"] * 0.7, "y": 200}
    plane.click(position=dot)
    page.wait_for_function("location.search.includes('start-z1')")
    picked = same_address(settled(page))
    page.mouse.move(5, 5)
    page.get_by_role("slider", name="z₁").press("ArrowRight")
    page.wait_for_function("old => location.pathname + location.search !== old", arg=picked)
    settled(page)
    plane.click(position=dot)
    page.wait_for_function("old => location.pathname + location.search === old", arg=picked)


def test_what_is_below_a_page_leads_to_the_page(open_page):
    page = open_page("/anatomy/x/y?ana-box=mu")
    expect(page.get_by_role("heading", name="Anatomy", level=1)).to_be_visible()
    assert same_address(page) == "/anatomy?ana-box=mu"


def test_the_first_pages_name_leads_to_it_with_all_that_the_address_says(open_page):
    page = settled(open_page("/start?start-z1=1.5"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert same_address(page) == "/?start-z1=1.5"


def test_every_architecture_is_drawn(open_page):
    page = open_page("/")
    drawings = page.locator("img[src^='data:image/svg']")
    expect(drawings).not_to_have_count(0)
    assert drawings.evaluate_all("all => all.every(i => i.complete && i.naturalWidth > 200)")


def test_beta_moves_numbers_pictures_and_curve_and_the_address_restores_them(open_page):
    page = settled(open_page("/kl_beta"))
    numbers, sheets = page.locator(".beta .numbers b"), page.locator(".beta figure img")
    expect(numbers).to_have_count(6)
    curve = page.locator(".stVegaLiteChart svg.marks").first
    expect(curve).to_be_visible()
    settled(page)
    before = numbers.all_inner_texts(), sheets.evaluate_all(SOURCES), curve.inner_html()
    page.get_by_role("slider", name="β, the price of one nat").press("End")
    expect(page.get_by_text("Posterior collapse:")).to_be_visible()
    page.wait_for_function("location.search.includes('kl-beta')")
    settled(page)
    after = numbers.all_inner_texts(), sheets.evaluate_all(SOURCES), curve.inner_html()
    assert all(old != new for old, new in zip(before, after, strict=True))

    again = settled(open_page(same_address(page)))
    expect(again.locator(".beta .numbers b")).to_have_text(after[0])
    assert again.locator(".beta figure img").evaluate_all(SOURCES) == after[1]


def test_beta_stays_in_the_address_while_another_tab_is_open(open_page):
    page = settled(open_page("/kl_beta?kl-beta=30"))
    page.get_by_role("tab", name="KL playground").click()
    expect(page.get_by_role("slider", name="P of A")).to_be_visible()
    page.wait_for_function("location.search.includes('kl-tab=')")
    assert asked(settled(page)) == {"kl-beta": ["30"], "kl-tab": ["KL playground"]}


def test_a_bar_is_dragged_and_moved_by_keys_and_the_address_restores_it(open_page):
    page = settled(open_page("/kl_beta?kl-tab=KL+playground"))
    said = page.get_by_text("the other way round").first
    expect(said).to_contain_text("0.217 nats")
    bar = page.get_by_role("slider", name="P of A")
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.1, steps=4)
    page.mouse.up()
    expect(bar).to_have_attribute("aria-valuenow", "0.90")
    expect(said).not_to_contain_text("0.217 nats")
    bar.press("ArrowDown")
    expect(bar).to_have_attribute("aria-valuenow", "0.89")
    page.wait_for_function("location.search.includes('kl-p=89')")
    settled(page)
    divergence = re.search(r"[0-9.]+ nats", said.inner_text()).group()

    again = settled(open_page(same_address(page)))
    expect(again.get_by_role("slider", name="P of A")).to_have_attribute("aria-valuenow", "0.89")
    expect(again.get_by_text("the other way round").first).to_contain_text(divergence)
