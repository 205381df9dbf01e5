"""Latent planes in a browser: its pictures are PyTorch's, moving costs the server nothing, hands and keys pin, pins stay."""

import re
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from core import datasets, model_file, weights
from core.config import ModelConfig, TrainConfig
from core.maps import browser_files
from core.models import build
from tests.browser.conftest import WAIT
from tests.serving import ROOT

NETWORK = ROOT / "pages" / "common" / "plane" / "network.js"
PLANES = ".latent-planes"
THREE_MAPS = ("conv-vae-2", "multistage-vae-2", "multistage-vae-2-beta30")  # of codes of two numbers
RUN = """([data, film, inputs]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const network = new Network(readFile(bytes.buffer));
  const scales = film && readFile(Uint8Array.from(atob(film), (c) => c.charCodeAt(0)).buffer).tensors.film;
  return inputs.map((z) => Array.from(network.run(Float32Array.from(z), scales)));
}"""
SEEN = """root => root.planes.panels.map(
  ({ cursor, pixels, row, spec }) => ({ cursor, pixels: Array.from(pixels), row, spec }))"""


def text(data):
    return b64encode(data).decode()


FAMILIES = {"dense-vae-2": None, "conv-ae-30": None, "multistage-vae-16": None, "every-beta-vae-2": 3.0, "overlarge-ae": None}


@pytest.mark.parametrize(("name", "beta"), FAMILIES.items())
def test_a_network_of_each_family_decodes_recorded_codes_as_pytorch_does(browser: Browser, name, beta):
    model = weights.load(name)
    seen = model if beta is None else model.at(beta)
    x = datasets.embedded().pixels(torch.arange(0, 5000, 250))
    with torch.inference_mode():
        z = seen.encode(x).mu
        wanted = seen.decode(z).flatten(1)
    film = None if beta is None else text(browser_files.modulation_file(model, beta))
    page = browser.new_page()
    page.add_script_tag(path=NETWORK)
    logits = page.evaluate(RUN, [text(browser_files.decoder_file(model)), film, z.tolist()])
    page.close()
    assert (torch.tensor(logits).sigmoid() - wanted).abs().max() < 1 / 255


def test_the_judge_sees_in_the_browser_what_it_sees_in_pytorch(browser: Browser):
    judge, x = weights.load_judge(), datasets.embedded().pixels(torch.arange(0, 5000, 500))
    page = browser.new_page()
    page.add_script_tag(path=NETWORK)
    logits = page.evaluate(RUN, [text(browser_files.judge_file(judge)), None, x.flatten(1).tolist()])
    page.close()
    with torch.inference_mode():
        assert (torch.tensor(logits) - judge(x)).abs().max() < 1e-3


def ready(page: Page) -> Page:
    expect(page.locator(f"{PLANES} .panel.ready").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def seen(page: Page):
    return page.locator(PLANES).evaluate(SEEN)


def corner(page: Page):
    box = page.locator(f"{PLANES} .map").first.bounding_box()
    return lambda across, down: (box["x"] + across * box["width"], box["y"] + down * box["height"])


def pins(page: Page, prefix: str):
    return page.evaluate(f"new URLSearchParams(location.search).get('{prefix}-pins')")


def decoded(name, z, beta=None):
    model = weights.load(name)
    with torch.inference_mode():
        return ((model if beta is None else model.at(beta)).decode(torch.tensor([z])) * 255).flatten()


def test_moving_asks_the_server_nothing_and_shows_the_models_own_pictures(open_page):
    page = open_page("/latent_map")
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    place = corner(ready(page))
    page.wait_for_timeout(500)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    sent.clear()
    pictures = set()
    for k in range(25):
        page.mouse.move(*place(0.3 + k / 60, 0.3 + k / 80))
        page.evaluate("() => new Promise(requestAnimationFrame)")
        (panel,) = seen(page)
        pictures.add(tuple(panel["pixels"]))
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    (panel,) = seen(page)
    assert (decoded("dense-vae-2", panel["cursor"]) - torch.tensor(panel["pixels"])).abs().max() <= 1
    drawn = page.locator(f"{PLANES} .here canvas").evaluate("c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]")
    assert drawn[::4] == panel["pixels"]
    assert len(pictures) > 15
    assert sent == []
    assert requests == []
    expect(page.locator(f"{PLANES} .said")).to_contain_text("Decoded point (")
    expect(page.locator(f"{PLANES} .said")).to_contain_text("judge says")


def test_three_maps_side_by_side_are_decoded_together_without_asking_the_server(open_page):
    page = open_page("/kl_beta?" + urlencode({"kl-tab": "Three maps", "kl-code": "2 numbers, the plane itself"}))
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    expect(page.locator(f"{PLANES} .panel.ready")).to_have_count(3)
    place = corner(ready(page))
    page.wait_for_timeout(500)
    sent.clear()
    page.mouse.move(*place(0.6, 0.4))
    page.mouse.move(*place(0.7, 0.3), steps=5)
    page.wait_for_timeout(200)
    panels = seen(page)
    assert len({tuple(panel["cursor"]) for panel in panels}) == 1  # linked: one place on all three
    for name, panel in zip(THREE_MAPS, panels, strict=True):
        assert (decoded(name, panel["cursor"]) - torch.tensor(panel["pixels"])).abs().max() <= 1
    assert sent == []


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
    assert frames.count() >= 5
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
        page.wait_for_timeout(600)  # a page that has been pushed rolls on
        return seen(page)[0]["cursor"], scrolled() - before

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


def test_the_plane_follows_beta(open_page):
    page = ready(open_page("/kl_beta"))
    first = seen(page)[0]
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("location.search.includes('kl-beta=')")
    beta = float(page.evaluate("new URLSearchParams(location.search).get('kl-beta')"))
    for _ in range(100):
        second = seen(page)[0]
        if second["spec"]["film"] != first["spec"]["film"]:
            break
        page.wait_for_timeout(100)
    assert second["spec"]["film"] != first["spec"]["film"]
    assert second["spec"]["decoder"] == first["spec"]["decoder"]
    assert second["cursor"] == first["cursor"]
    assert (decoded("every-beta-vae-2", second["cursor"], beta) - torch.tensor(second["pixels"])).abs().max() <= 1


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
    page.wait_for_timeout(1000)  # the page may still find its width
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    button = page.get_by_role("button", name="only class 3")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    button.click()
    assert canvas.evaluate("canvas => canvas.toDataURL()") == before
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


def decoded_by(page: Page, wanted: Callable[[str], bool]) -> None:
    """Wait until the first map has such a decoder: the map that stood there before was ready too."""
    for _ in range(600):
        spec = seen(ready(page))[0]["spec"]
        if spec and wanted(spec["decoder"]):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the map has still the decoder that it had before")


def off_by(page: Page, model) -> float:
    """The largest difference, in steps of 1/255, between the picture at the cursor and what PyTorch makes of that place."""
    panel = seen(page)[0]
    (x, y), origin, axes = panel["cursor"], *(torch.tensor(panel["spec"][name]) for name in ("origin", "axes"))
    with torch.inference_mode():
        wanted = (model.decode((origin + x * axes[0] + y * axes[1]).unsqueeze(0)) * 255).flatten()
    return (wanted - torch.tensor(panel["pixels"])).abs().max().item()


def test_a_model_of_ones_own_is_decoded_as_pytorch_does(open_page, tmp_path):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model = build(ModelConfig("conv-vae", 2, (32, 64, 128))).eval()
    data = model_file.pack(model_file.OwnModel("", model, TrainConfig(), model_file.Facts("Anna's", 5000, 0, 0.0, None)))
    file = tmp_path / "anna.safetensors"
    file.write_bytes(data)
    page = open_page("/train")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Download Anna's")).to_be_visible()
    page.get_by_role("link", name="Latent map").click()
    ready(page)
    first = seen(page)[0]["spec"]["decoder"]
    page.get_by_role("combobox", name="Model").fill("Anna's")
    page.get_by_role("option", name="Anna's").click()
    decoded_by(page, lambda decoder: decoder != first)
    place = corner(page)
    loaded = model_file.read(data).model
    for across, down in ((0.3, 0.3), (0.6, 0.5), (0.5, 0.7)):
        page.mouse.move(*place(across, down))
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert off_by(page, loaded) <= 1


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
