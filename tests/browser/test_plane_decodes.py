"""What the browser decodes under the pointer is the model's own picture, and costs the server nothing."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Browser, expect

from core import datasets, model_file, weights
from core.config import ModelConfig, TrainConfig
from core.maps import browser_files
from core.models import build
from tests.browser.maps import PLANES, corner, decoded_by, off_by, ready, seen
from tests.browser.waiting import at_rest, still, until
from tests.core.new_architecture import ACTIVATIONS, bent_by
from tests.core.small_models import shaken
from tests.serving import ROOT

NETWORK = ROOT / "pages" / "common" / "plane" / "network.js"
THREE_MAPS = ("conv-vae-2", "multistage-vae-2", "multistage-vae-2-beta30")  # of codes of two numbers
RUN = """([data, film, inputs]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const network = new Network(readFile(bytes.buffer));
  const scales = film && readFile(Uint8Array.from(atob(film), (c) => c.charCodeAt(0)).buffer).tensors.film;
  return inputs.map((z) => Array.from(network.run(Float32Array.from(z), scales)));
}"""


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


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_bent_in_the_browser_as_in_pytorch(browser: Browser, name):
    torch.manual_seed(0)
    model = shaken(bent_by(ACTIVATIONS[name])(ModelConfig("bent", 3, (64,))))
    z = 3 * torch.randn(20, 3)
    with torch.inference_mode():
        wanted = model.decode(z).flatten(1)
    page = browser.new_page()
    page.add_script_tag(path=NETWORK)
    logits = page.evaluate(RUN, [text(browser_files.decoder_file(model)), None, z.tolist()])
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
    at_rest(page)
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
    at_rest(page)
    sent.clear()
    page.mouse.move(*place(0.6, 0.4))
    page.mouse.move(*place(0.7, 0.3), steps=5)
    panels = still(page, lambda: seen(page))
    assert len({tuple(panel["cursor"]) for panel in panels}) == 1  # linked: one place on all three
    for name, panel in zip(THREE_MAPS, panels, strict=True):
        assert (decoded(name, panel["cursor"]) - torch.tensor(panel["pixels"])).abs().max() <= 1
    assert sent == []


def test_the_plane_follows_beta(open_page):
    page = ready(open_page("/kl_beta"))
    first = seen(page)[0]
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("location.search.includes('kl-beta=')")
    beta = float(page.evaluate("new URLSearchParams(location.search).get('kl-beta')"))
    until(page, lambda: seen(page)[0]["spec"]["film"] != first["spec"]["film"], "the map is one of another β")
    second = seen(page)[0]
    assert second["spec"]["film"] != first["spec"]["film"]
    assert second["spec"]["decoder"] == first["spec"]["decoder"]
    assert second["cursor"] == first["cursor"]
    assert (decoded("every-beta-vae-2", second["cursor"], beta) - torch.tensor(second["pixels"])).abs().max() <= 1


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
