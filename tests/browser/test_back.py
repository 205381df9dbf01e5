"""The browser's Back and Forward: what a component shows follows the address, stroke by stroke and pin by pin."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_canvas import CANVAS, WILD, draw
from tests.browser.waiting import at_rest

READ = ".drawing .said"


def settled(page: Page, count: int) -> None:
    """Wait until so many strokes are on the drawing area."""
    area = page.locator(".drawing").element_handle()
    page.wait_for_function("([root, count]) => root.drawing.strokes.length === count", arg=[area, count])


def test_back_takes_strokes_away_one_by_one_and_forward_brings_them_again(reach):
    page = reach("Reconstruction")
    expect(page.locator(CANVAS)).to_be_visible()
    seen = [page.url]
    for places in ([(60, 40), (60, 240)], [(140, 40), (140, 240)]):
        draw(page, places)
        page.wait_for_function("old => location.href !== old", arg=seen[-1])
        seen.append(page.url)
    expect(page.locator(READ)).to_have_text(re.compile("^Read as"))
    page.go_back()
    settled(page, 1)
    assert page.url == seen[1]
    page.go_back()
    settled(page, 0)
    expect(page.locator(READ)).to_have_text("")
    assert page.url == seen[0]
    page.go_forward()
    settled(page, 1)
    expect(page.locator(READ)).to_have_text(re.compile("^Read as"))
    page.go_back()
    settled(page, 0)
    page.go_back()  # and from there to where one came from
    expect(page.get_by_role("heading", name="Latent Lab", level=1)).to_be_visible()


def test_back_chooses_the_box_that_was_explained_before(reach):
    page = reach("Anatomy")
    title = page.locator(".about .title b")
    expect(title).to_have_text("code")
    for box, name in (("mu", "mean"), ("sigma", "spread")):
        page.locator(f".box.{box}").click()
        page.wait_for_function("box => location.search.includes(`ana-box=${box}`)", arg=box)
        expect(title).to_have_text(name)
    page.mouse.move(5, 5)
    page.go_back()
    expect(title).to_have_text("mean")
    page.go_back()
    expect(title).to_have_text("code")
    page.go_forward()
    expect(title).to_have_text("mean")


def test_back_takes_a_pin_away(reach):
    page = reach("KL and β")
    expect(page.locator(".latent-planes .panel.ready")).to_have_count(1)
    box = page.locator(".latent-planes .map").bounding_box()
    foot = page.locator(".latent-planes .foot")
    for share, text, sign in ((0.3, "Pinned: A", "kl-pins="), (0.7, " and B", "~")):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.4 * box["height"])
        expect(foot).to_contain_text(text)
        page.wait_for_function("sign => location.search.includes(sign)", arg=sign)
    page.go_back()
    expect(foot).to_contain_text("Another click makes a path")
    page.go_back()
    expect(foot).to_contain_text("A click pins it")


def test_back_stops_where_one_has_stopped_before(reach):
    page = reach("Transitions")
    page.locator(".reels").focus()
    place = page.locator(".player .place")
    for key, number in (("End", 11), ("ArrowLeft", 10)):
        page.keyboard.press(key)
        page.wait_for_function("number => location.search.includes(`tra-frame=${number}`)", arg=number)
    page.go_back()
    expect(place).to_have_text("frame 11 of 11")
    page.go_back()
    expect(place).to_have_text("frame 1 of 11")
    assert "tra-frame" not in page.url


def test_a_held_key_is_one_step_of_back(reach):
    page = reach("Transitions")
    page.locator(".reels").focus()
    before = page.evaluate("history.length")
    for _ in range(6):
        page.keyboard.down("ArrowRight")  # again without an "up" between: the key repeats itself
    page.keyboard.up("ArrowRight")
    page.wait_for_function("location.search.includes('tra-frame=7')")
    assert page.evaluate("history.length") == before + 1


def test_a_drag_of_a_bar_is_one_step_of_back(reach):
    page = reach("KL and β")
    page.get_by_role("tab", name="KL playground").click()
    slot = page.locator(".slot.p").first
    expect(slot).to_be_visible()
    at_rest(page)
    usual, steps = slot.get_attribute("aria-valuenow"), page.evaluate("history.length")
    box = slot.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 0.9 * box["height"])
    page.mouse.down()
    for k in range(10):
        page.mouse.move(box["x"] + 5, box["y"] + (0.8 - 0.07 * k) * box["height"])
        page.wait_for_timeout(60)  # as long as a hand takes: in the meantime the page sends what it has
    page.mouse.up()
    page.wait_for_function("location.search.includes('kl-p=')")
    at_rest(page, rest=500)
    assert page.evaluate("history.length") == steps + 1
    while "kl-p=" in (left := page.url):
        page.go_back()
        page.wait_for_function("left => location.href !== left", arg=left)
    expect(slot).to_have_attribute("aria-valuenow", usual)


def again(page: Page, at_rest: Callable[[], None], act: Callable[[], None], name: str) -> None:
    """Act, go back to where it was at rest, and act in the same way: both times the address has to say so."""
    at_rest()
    assert name not in page.url
    act()
    page.wait_for_function("name => location.search.includes(name)", arg=name)
    said = page.url
    page.go_back()
    at_rest()
    assert name not in page.url
    act()
    page.wait_for_function("url => location.href === url", arg=said)


def test_the_same_box_again_after_back_is_heard(reach):
    page = reach("Anatomy")
    title = page.locator(".about .title b")
    again(page, lambda: expect(title).to_have_text("code"), lambda: page.locator(".box.mu").click(), "ana-box=mu")


def test_the_same_stop_again_after_back_is_heard(reach):
    page = reach("Transitions")

    def to_the_end() -> None:
        page.locator(".reels").focus()
        page.keyboard.press("End")

    place = page.locator(".player .place")
    again(page, lambda: expect(place).to_have_text("frame 1 of 11"), to_the_end, "tra-frame=11")


def test_the_same_move_of_a_bar_after_back_is_heard_and_counted(reach):
    page = reach("KL and β")
    page.get_by_role("tab", name="KL playground").click()
    slot = page.locator(".slot.p").first
    expect(slot).to_be_visible()
    numbers = page.get_by_text("the other way round").first

    def raised() -> None:
        slot.focus()
        page.keyboard.press("ArrowUp")
        expect(numbers).to_contain_text("0.225 nats")

    again(page, lambda: expect(numbers).to_contain_text("0.217 nats"), raised, "kl-p=41")


def test_a_frame_that_the_address_named_goes_when_it_plays(open_page):
    page = open_page("/transitions?tra-frame=9")
    expect(page.locator(".player .place")).to_have_text("frame 9 of 11")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("!location.search.includes('tra-frame')")


def test_forward_brings_a_drawing_again_that_the_address_has_no_room_for(reach):
    page = reach("Reconstruction")
    expect(page.locator(CANVAS)).to_be_visible()
    draw(page, [(60, 40), (60, 240)])
    page.wait_for_function("location.search.includes('own=s')")
    draw(page, WILD, steps=1)
    page.wait_for_function("location.search.includes('own=too-long')")
    expect(page.get_by_text("an address has room for")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    read = page.locator(READ).inner_text()
    page.go_back()
    settled(page, 1)
    page.go_forward()
    settled(page, 2)
    expect(page.locator(READ)).to_have_text(read)
    page.reload()
    expect(page.get_by_text("speaks of a drawing that it had no room for")).to_be_visible()


def test_a_first_stroke_is_one_step_of_back_though_it_sets_three_values(reach):
    page = reach("Anatomy")
    page.get_by_role("button", name="Your own digit").click()
    expect(page.locator(CANVAS)).to_be_visible()
    page.wait_for_timeout(900)  # the popover moves into its place, and opening it is an action of its own
    steps = page.evaluate("history.length")
    draw(page, [(140, 40), (60, 240)])
    for value in ("own=s", "ana-own=true", "ana-digit="):
        page.wait_for_function("value => location.search.includes(value)", arg=value)
    assert page.evaluate("history.length") == steps + 1
    page.go_back()
    settled(page, 0)
    assert "own" not in page.url
