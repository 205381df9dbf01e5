"""Drawing in a browser: strokes of mouse, finger and keys become frame and reconstructions, and stay across pages and links."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.waiting import at_rest

THREE = [(80, 70), (120, 45), (180, 60), (190, 100), (150, 130), (190, 160), (170, 215), (120, 225), (80, 205)]
CANVAS = ".drawing canvas"
SOURCES = "all => all.map(i => i.src)"
INK = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length"


def ready(page: Page) -> Page:
    expect(page.locator(CANVAS)).to_be_visible()
    expect(page.locator(".reading section")).to_have_count(4)
    expect(page.locator(".gallery .row")).to_have_count(4)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def pictures(page: Page) -> list[str]:
    """The frame as the network sees it, then every model's reconstruction."""
    return page.locator(".reading img").evaluate_all(SOURCES)


WILD = [(20 + 37 * k % 240, 20 + 91 * k % 240) for k in range(400)]  # more than an address has room for


def draw(page: Page, places: list[tuple[int, int]] = THREE, steps: int = 4) -> None:
    box = page.locator(CANVAS).bounding_box()
    x, y = places[0]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=steps)
    page.mouse.up()


def changed(page: Page, before: list[str]) -> list[str]:
    page.wait_for_function("old => document.querySelector('.reading img').src !== old", arg=before[0])
    expect(page.locator(".drawing .said")).to_have_text(re.compile(r"^Read as \d, (> )?\d\d %"))
    after = pictures(page)
    assert len(after) == len(before) == 4
    assert all(old != new for old, new in zip(before, after, strict=True))
    return after


def own(page: Page) -> str:
    page.wait_for_function("() => new URL(location.href).searchParams.has('own')")
    return parse_qs(urlparse(page.evaluate("location.href")).query)["own"][0]


def test_a_stroke_of_the_mouse_is_read_by_every_model_and_undone_and_cleared(open_page):
    page = ready(open_page("/reconstruction"))
    first = pictures(page)
    draw(page)
    drawn = changed(page, first)
    expect(page.locator(".drawing .said")).to_have_text(re.compile("^Read as 3"))
    expect(page.locator(".reading section").first).to_contain_text("your drawing")
    draw(page, [(40, 40), (60, 240)])
    changed(page, drawn)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("old => document.querySelector('.reading img').src === old", arg=drawn[0])
    assert pictures(page) == drawn
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a picture").click()
    assert saved.value.suggested_filename == "my-digit.png"
    page.get_by_role("button", name="Clear", exact=True).click()
    page.wait_for_function("old => document.querySelector('.reading img').src === old", arg=first[0])
    assert pictures(page) == first
    page.wait_for_function("() => !location.search.includes('own=')")
    assert page.locator(CANVAS).evaluate(INK) == 0


def test_a_drawing_stays_across_pages_and_themes_and_its_address_restores_it(open_page):
    page = ready(open_page("/reconstruction"))
    before = pictures(page)
    page.get_by_role("button", name="Broad brush").click()
    draw(page)
    drawn = changed(page, before)
    text, ink = own(page), page.locator(CANVAS).evaluate(INK)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor !== 'rgb(255, 255, 255)'")
    assert pictures(ready(page)) == drawn
    assert page.locator(CANVAS).evaluate(INK) == ink

    page.get_by_role("link", name="Train").first.click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    page.get_by_role("link", name="Reconstruction").first.click()
    assert pictures(ready(page)) == drawn
    assert own(page) == text
    assert page.locator(CANVAS).evaluate(INK) == pytest.approx(ink, rel=0.01)

    again = ready(open_page(f"/reconstruction?own={text}"))
    assert pictures(again) == drawn
    assert again.locator(CANVAS).evaluate(INK) == pytest.approx(ink, rel=0.01)


def test_a_finger_draws_on_a_phone_and_the_page_does_not_scroll_under_it(browser: Browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.url + "/reconstruction")
    before = pictures(ready(page))
    page.locator(CANVAS).scroll_into_view_if_needed()
    box = page.locator(CANVAS).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    fingers = context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[int, int]) -> None:
        smaller = box["width"] / 280  # than the area that THREE is drawn on
        points = [{"x": box["x"] + smaller * x, "y": box["y"] + smaller * y} for x, y in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", THREE[0])
    for place in THREE[1:]:
        touch("touchMove", place)
    touch("touchEnd")
    changed(page, before)
    expect(page.locator(".drawing .said")).to_have_text(re.compile("^Read as 3"))
    assert page.locator(CANVAS).bounding_box() == box  # the finger drew and did not scroll
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
    assert complaints == []


def test_a_seven_drawn_with_the_keyboard_alone(open_page):
    page = ready(open_page("/reconstruction"))
    before = pictures(page)
    page.locator(CANVAS).focus()
    keys = ["ArrowUp"] * 10 + ["ArrowLeft"] * 7 + [" "] + ["ArrowRight"] * 14
    keys += ["ArrowDown", "ArrowDown", "ArrowLeft"] * 10 + ["Shift+ArrowDown"] * 4 + [" "]
    for key in keys:
        page.keyboard.press(key)
    drawn = changed(page, before)
    expect(page.locator(".drawing .said")).to_have_text(re.compile("^Read as 7"))
    page.keyboard.press("Backspace")
    page.wait_for_function("old => document.querySelector('.reading img').src === old", arg=before[0])
    assert drawn != pictures(page) == before
    page.keyboard.press("Tab")
    assert (
        page.evaluate("""() => {
        let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.getAttribute('aria-label');
    }""")
        == "Undo"
    )


REFUSED = [
    ("root => root.report([[24, 1.5, 2]])", "whole numbers"),
    ("root => root.report([[24, 'x', 2]])", "whole numbers"),
    ("root => root.report('rubbish')", "no drawing"),
    ("root => root.report([[24, ...Array(10000).fill(7)]])", "4,000 places"),
    ("root => root.report(Array.from({ length: 1000 }, () => [24, ...Array(5000).fill(7)]))", "60 strokes"),  # 10 MB
]


def test_messages_that_are_no_drawing_are_refused_and_the_next_stroke_works(open_page):
    page = ready(open_page("/reconstruction"))
    first = pictures(page)
    draw(page)
    drawn = changed(page, first)
    for message, said in REFUSED:
        page.locator(".drawing").evaluate(message)
        expect(page.get_by_test_id("stAlert").filter(has_text=said)).to_have_count(1)
        assert pictures(at_rest(page)) == drawn
    draw(page, [(40, 40), (60, 240)])
    changed(page, drawn)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_an_upload_takes_the_place_of_the_drawing_and_a_wrong_one_is_a_sentence(open_page, tmp_path):
    page = ready(open_page("/reconstruction"))
    before = pictures(page)
    draw(page)
    drawn = changed(page, before)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a picture").click()
    saved.value.save_as(tmp_path / "my-digit.png")
    (tmp_path / "letter.png").write_text("Dear teacher")
    page.get_by_role("button", name="Upload").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(tmp_path / "letter.png")
    expect(page.get_by_text("The file is not a picture; choose a PNG, JPEG or WebP picture.").first).to_be_visible()
    assert pictures(at_rest(page)) == drawn
    chooser.set_input_files(tmp_path / "my-digit.png")
    expect(page.locator(".reading section").first).to_contain_text("your upload")
    assert page.locator(CANVAS).evaluate(INK) == 0
    assert own(page).startswith("p")


def test_a_digit_drawn_on_the_latent_map_is_looked_at_there_and_a_walk_can_begin_with_it(open_page):
    page = open_page("/latent_map")
    expect(page.locator(".gallery .row")).to_have_count(2)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.get_by_role("button", name="Your own digit").click()
    expect(page.locator(CANVAS)).to_be_visible()
    page.wait_for_timeout(500)  # the popover moves into its place
    draw(page)
    expect(page.locator(".drawing .said")).to_have_text(re.compile("^Read as 3"))
    expect(page.locator(".gallery .label b").first).to_have_text("Your drawing")
    page.wait_for_function("() => location.search.includes('map-own=true') && location.search.includes('own=s')")

    page.keyboard.press("Escape")
    page.get_by_role("link", name="Transitions").first.click()
    page.get_by_role("combobox", name="Walk").click()
    page.get_by_role("option", name="Two digits").click()
    page.get_by_role("button", name="Your own digit").click()
    page.get_by_text("Begin with it").click()
    expect(page.get_by_role("img", name="yours, read as 3")).to_be_visible()
    page.wait_for_function("() => location.search.includes('tra-own-from=true') && /[?&]own=s/.test(location.search)")
