"""The page Anatomy in a browser: the diagram, what lights what by pointer, keyboard and touch, its address, its steps."""

from urllib.parse import parse_qs, urlencode, urljoin, urlparse

import pytest
from playwright.sync_api import Page, expect

DEEP = "Multi-stage VAE β=1, 2-d"


def ready(page: Page) -> Page:
    expect(page.locator(".anatomy .formula .katex").first).to_be_visible()
    expect(page.get_by_text("Understand: the draw")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def box(page: Page, name: str):
    return page.locator(f".anatomy .box[data-part='{name}']")


def lit(page: Page, what: str) -> list[str]:
    return page.locator(f".anatomy {what}.lit").evaluate_all("all => all.map(part => part.dataset.part)")


def marked(page: Page) -> set[str]:
    return set(page.locator(".anatomy .box.changed").evaluate_all("all => all.map(part => part.dataset.part)"))


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.evaluate("location.href")).query)


def test_before_its_formulas_have_been_set_the_diagram_is_readable_and_in_bounds(open_page):
    page, waiting = open_page("/train", 390, 844), []
    page.route("**/katex*.js", lambda route: waiting.append(route))
    page.goto(urljoin(page.url, "/anatomy"))
    expect(box(page, "logvar").locator(".head")).to_have_text("log σ²log variance")
    places = page.locator(".anatomy .box").evaluate_all("all => all.map(b => b.getBoundingClientRect().right)")
    assert max(places) <= 390
    for route in waiting:
        route.continue_()
    expect(box(page, "logvar").locator(".katex")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "dark"), [(1440, 900, False), (1440, 900, True), (390, 844, False), (390, 844, True)]
)
def test_opens_without_complaint_with_every_box_in_its_place(open_page, width, height, dark):
    page = ready(open_page("/anatomy?" + urlencode({"ana-model": DEEP}), width, height, dark))
    boxes = page.locator(".anatomy .box")
    expect(boxes).to_have_count(19)
    places = boxes.evaluate_all("all => all.map(b => b.getBoundingClientRect().toJSON())")
    assert all(place["left"] >= 0 and place["right"] <= width for place in places)
    overlaps = [
        (a, b)
        for i, a in enumerate(places)
        for b in places[:i]
        if a["left"] < b["right"] and b["left"] < a["right"] and a["top"] < b["bottom"] and b["top"] < a["bottom"]
    ]
    assert not overlaps
    if width == 1440:
        assert max(place["bottom"] for place in places) <= height
    else:  # from the top to the bottom
        column = [box(page, name).bounding_box()["y"] for name in ("x", "encoder 1", "mu", "z", "decoder 1", "x_hat", "total")]
        assert column == sorted(column)
    expect(page.locator(".anatomy .tex[data-tex]")).to_have_count(0)  # every formula has been set
    expect(page.locator(".anatomy .katex-error")).to_have_count(0)
    assert page.locator(".anatomy img").evaluate_all("all => all.every(i => i.complete && i.width % i.naturalWidth === 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_arrows_end_at_boxes(open_page):
    page = ready(open_page("/anatomy?" + urlencode({"ana-model": DEEP})))
    far = page.evaluate(
        """() => {
          const frame = document.querySelector('.anatomy .flow').getBoundingClientRect();
          const boxes = [...document.querySelectorAll('.anatomy .box')].map((b) => b.getBoundingClientRect());
          return [...document.querySelectorAll('.anatomy .wire')].map((wire) => {
            const end = wire.getPointAtLength(wire.getTotalLength());
            const [x, y] = [end.x + frame.left, end.y + frame.top];
            const away = (b) => Math.hypot(Math.max(b.left - x, 0, x - b.right), Math.max(b.top - y, 0, y - b.bottom));
            return Math.min(...boxes.map(away));
          });
        }"""
    )
    assert len(far) > 20
    assert max(far) < 2


def test_what_is_pointed_at_lights_the_rest_and_a_click_keeps_it(open_page):
    page = ready(open_page("/anatomy"))
    about = page.locator(".anatomy .about")
    expect(about).to_contain_text("code")
    box(page, "kl").hover()
    assert (lit(page, ".box"), lit(page, ".formula")) == (["kl"], ["kl"])
    lines = page.locator(".anatomy button.line.lit")
    assert any("mu.square() + logvar.exp() - 1 - logvar" in text for text in lines.all_inner_texts())
    expect(about).to_contain_text("divergence")
    assert lines.first.evaluate(  # the list has moved to the line
        "line => { const b = line.closest('.code').getBoundingClientRect(), l = line.getBoundingClientRect();"
        " return l.top >= b.top && l.bottom <= b.bottom; }"
    )

    page.locator(".anatomy button.line", has_text="self.logvar).exp() * noise").hover()
    assert set(lit(page, ".box")) == {"mu", "sigma", "noise", "z"}
    page.locator(".anatomy .formula[data-part='x_hat']").hover()
    assert lit(page, ".box") == ["x_hat"]
    page.mouse.move(5, 5)
    assert lit(page, ".box") == ["z"]

    box(page, "mu").click()
    page.wait_for_function("location.search.includes('ana-box=mu')")
    page.mouse.move(5, 5)
    again = ready(open_page("/anatomy?" + urlparse(page.evaluate("location.href")).query))
    assert lit(again, ".box") == ["mu"]
    expect(again.locator(".anatomy .about")).to_contain_text("mean")


def test_the_keyboard_walks_from_box_to_box_and_to_the_lines(open_page):
    page = ready(open_page("/anatomy"))
    box(page, "x").focus()
    assert lit(page, ".box") == ["x"]
    page.keyboard.press("Tab")
    assert lit(page, ".box") == ["encoder 1"]
    page.locator(".anatomy button.line", has_text="self.decode_logits(z).sigmoid()").focus()
    assert lit(page, ".box") == ["x_hat"]
    box(page, "sigma").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('ana-box=sigma')")
    assert page.evaluate("document.activeElement.dataset.part") == "sigma"


def shows(page: Page, pattern: str) -> None:
    """Wait for a text that may stand there for a moment only: looked for in every frame, where `expect` looks once a second."""
    page.wait_for_function("pattern => new RegExp(pattern).test(document.body.innerText)", arg=pattern)


def test_what_changes_is_marked_and_steps_go_on_by_themselves_until_they_are_stopped(open_page):
    page = ready(open_page("/anatomy"))
    page.get_by_role("button", name="Redraw ε").click()
    expect(page.locator(".anatomy .changes")).to_contain_text("8 of 16")
    assert marked(page) == {"noise", "z", "decoder 1", "decoder 2", "decoder 3", "x_hat", "reconstruction", "total"}
    assert asked(page) == {"ana-noise": ["2"]}

    page.get_by_role("button", name="1 step", exact=True).click()
    expect(page.get_by_text("1 step from its start")).to_be_visible()
    expect(page.locator(".anatomy .changes")).to_contain_text("14 of 16: all but digit, noise")
    assert marked(page) >= {"encoder 1", "mu", "sigma", "x_hat", "kl"}
    expect(page.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg").first).to_be_visible()

    page.get_by_role("button", name="10 steps").click()
    shows(page, "([2-9]|10) steps from its start · [1-9] to come")
    expect(page.get_by_text("11 steps from its start", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="10 steps")).to_be_visible()

    page.get_by_role("button", name="Slow motion").click()
    shows(page, "(1[3-9]|2[0-9]) steps from its start · slow motion")
    page.locator(".st-key-ana-slow button").first.click()  # the second belongs to its tooltip
    expect(page.get_by_role("button", name="Slow motion")).to_be_visible()
    ready(page)
    where = page.get_by_text("from its start").inner_text()
    page.wait_for_timeout(2500)
    assert page.get_by_text("from its start").inner_text() == where
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("At its start")).to_be_visible()


def test_a_hundred_clicks_while_steps_are_due_are_a_hundred_draws_of_noise(open_page):
    """What is asked for while a step is drawn is done as well, and shown: in the picker, in the address, in the diagram."""
    page = ready(open_page("/anatomy?" + urlencode({"ana-model": DEEP})))
    number, ten = page.get_by_role("spinbutton", name="Draw of ε"), page.get_by_role("button", name="10 steps")
    redraw = page.get_by_role("button", name="Redraw ε")
    before = int(number.input_value())
    for clicks in range(100):
        if clicks % 10 == 0 and ten.is_visible():  # it is called Stop while steps are to come
            ten.click()
        redraw.click()
        page.wait_for_timeout(30 if clicks % 3 else 130)
    expect(number).to_have_value(str(before + 100))
    expect(ten).to_be_visible()  # the last step has been taken
    page.wait_for_function(f"location.search.includes('ana-noise={before + 100}')")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    again = ready(open_page(f"/anatomy?{urlencode({'ana-model': DEEP, 'ana-noise': before + 100})}"))
    expect(box(page, "noise")).to_have_attribute("aria-label", box(again, "noise").get_attribute("aria-label"))  # its numbers


def test_a_finger_lights_a_box_and_its_explanation_stays_in_view(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{server.url}/anatomy")
    ready(page)
    box(page, "encoder 2").tap()
    page.wait_for_function("location.search.includes('ana-box=encoder')")
    assert lit(page, ".box") == ["encoder 2"]
    about = page.locator(".anatomy .about")
    expect(about).to_contain_text("encoder 2")
    expect(about).to_be_in_viewport()
    context.close()
