"""The page Start, run without a browser: its pictures, its controls, what is in use, and senseless addresses."""

import re
from base64 import b64decode
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import torch

from core import weights
from core.config import ModelConfig
from core.introduction.digit_space import SHARES
from core.introduction.leaving import STEPS
from core.introduction.outline import outline
from core.models import ARCHITECTURES
from pages.common import lessons, loaders
from pages.parts.start import in_use, pickers
from pages.parts.start import loaders as loaders_start
from pages.parts.start.pickers import FIRST, StartPickers
from tests.core.new_architecture import NAME, Ladder
from tests.pages import apps

FILE = "navigation.py"  # it links to the other pages, which have to be known


def opened(**address: str):
    return apps.opened(FILE, "start", **address)


def test_it_opens_with_the_gaussian_the_digits_and_the_way_out_of_digit_space():
    page = opened()
    assert page.title[0].value == "Latent Lab"
    assert len(page.get("vega_lite_chart")) == 2
    assert len(apps.pictures(page)) == 2 + 4 * STEPS
    drawings = [b64decode(found) for found in re.findall(r"src='data:image/svg\+xml;base64,(.*?)'", apps.html(page))]
    assert len(drawings) == len(loaders_start.outlines())
    assert all(ElementTree.fromstring(drawing).tag.endswith("svg") for drawing in drawings)
    assert "<svg" not in apps.html(page)  # Streamlit would drop it
    assert tuple(page.slider(key=f"start-{name}").value for name in ("z1", "z2")) == FIRST
    assert not page.warning


def test_the_shares_that_the_text_names_are_those_of_the_picture():
    said = ", ".join(f"{share:.0%}".rstrip("%") for share in SHARES[:-1]) + f" and {SHARES[-1]:.0%}".replace("%", " %")
    assert said in apps.prose(opened())


def test_moving_the_code_redraws_its_digit_and_both_rings():
    page = opened()
    before, drawn = apps.pictures(page), apps.charts(page)
    page.slider(key="start-z1").set_value(2.0)
    apps.healthy(page.run())
    assert apps.pictures(page)[0] != before[0]
    assert apps.pictures(page)[2:] == before[2:]
    assert all(a != b for a, b in zip(apps.charts(page), drawn, strict=True))


def test_the_decoded_digit_is_the_decoders():
    page = opened(z1="1.5", z2="-0.5")
    name = loaders_start.decoder()
    with torch.inference_mode():
        expected = loaders.model(name).decode(torch.tensor([[1.5, -0.5]]))
    found = loaders_start.found(name, 1.5, -0.5)
    torch.testing.assert_close(found.image, expected[0])
    assert f"MSE between the two {found.mse:.4f}" in apps.html(page)


def test_another_digit_leaves_digit_space_and_the_bounds_stand_below():
    page = opened()
    before = apps.pictures(page)
    page.selectbox(key="start-digit").set_value("8")
    apps.healthy(page.run())
    after = apps.pictures(page)
    assert after[:2] == before[:2]
    assert all(a != b for a, b in zip(after[2::STEPS], before[2::STEPS], strict=True))  # the ends are the same noise
    for walk in loaders_start.walks(8):
        assert f"loses {walk.lost:,.0f} nats" in apps.html(page)


def test_an_architecture_without_a_section_says_of_itself_what_it_is(monkeypatch):
    monkeypatch.setitem(ARCHITECTURES, NAME, Ladder)
    said = "Variational autoencoder. Layers: rungs. A second decoder reads the class off the code."
    assert in_use.about(NAME) == said
    monkeypatch.setattr(loaders_start, "outlines", lambda: {NAME: ("Mine", outline(ModelConfig(NAME, 2, (4,))))})
    assert f"{said} {outline(ModelConfig(NAME, 2, (4,))).parameters:,} parameters." in apps.html(opened())


def test_an_architecture_with_a_section_is_described_by_it():
    assert all(in_use.about(name) == lessons.section("start", name) for name in ("dense-ae", "every-beta-multistage-vae"))


def test_every_page_there_is_has_a_link_and_a_line():
    page = opened()
    linked = {link.proto.page for link in page.get("page_link")}
    there = {file.stem for file in apps.PAGES.glob("*.py")} - {"navigation", "start"}
    assert linked == there


def test_the_table_lists_every_shipped_network():
    page = opened()
    assert not page.dataframe  # its part of Streamlit is fetched by who looks at it
    page.session_state["start-networks"] = True
    assert len(page.run().dataframe[0].value) == len(weights.names())
    assert f"{len(weights.names())} networks and a judge" in apps.prose(page)


@pytest.mark.parametrize(("name", "value"), [("z1", "9"), ("z2", "nan"), ("z2", "up"), ("digit", "10"), ("digit", "x")])
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value):
    page = opened(**{name: value})
    assert len(page.warning) == 1
    assert f"start-{name}" in page.warning[0].value
    assert apps.pictures(page) == apps.pictures(opened())


def test_a_click_moves_the_sliders_to_places_that_they_have(monkeypatch):
    state = {"chart": {"selection": {"pick": [{"i": 4}]}}}
    monkeypatch.setattr(pickers.st, "session_state", state)
    StartPickers.take(SimpleNamespace(_prefix="start"), "chart", lambda i: (0.512 + i / 1000, -3.7))
    assert (state["start-z1"], state["start-z2"]) == (0.5, -3.0)


def test_a_click_beside_the_draws_moves_nothing(monkeypatch):
    state = {"chart": {"selection": {}}}
    monkeypatch.setattr(pickers.st, "session_state", state)
    StartPickers.take(SimpleNamespace(_prefix="start"), "chart", lambda i: (0.0, 0.0))
    assert set(state) == {"chart"}


def test_without_weights_it_says_what_is_missing_and_shows_the_rest(monkeypatch):
    def missing():
        raise weights.MissingWeightsError("the manifest is missing.")

    monkeypatch.setattr(loaders_start, "decoder", missing)
    page = apps.AppTest.from_file(apps.PAGES / FILE, default_timeout=apps.PATIENCE).run()
    assert not page.exception
    assert page.error[0].value == "the manifest is missing."
    assert len(apps.pictures(page)) == 4 * STEPS


def test_a_copy_without_a_plane_says_how_to_make_one(monkeypatch):
    monkeypatch.setattr(loaders_start, "decoder", lambda: None)
    assert "core.pretrain" in opened().info[0].value
