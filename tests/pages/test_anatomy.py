"""The page Anatomy without a browser: every model, every control, and senseless addresses."""

import math

import numpy as np
import pytest

from core import weights
from core.anatomy.flow import dissect, draw_noise, fingerprint
from core.config import Objective
from core.datasets import embedded
from core.pictures import shorthand
from core.pictures.images import png_bytes
from pages.parts.anatomy import diagram as anatomy
from pages.parts.anatomy import words as anatomy_words
from tests.pages import apps
from tests.pages.anatomy_page import DEEP, FILE, FRESH, TITLES, boxes, changed, diagram, opened

pytestmark = pytest.mark.usefixtures("one_thread")


def test_it_opens_with_a_vae_and_a_3_and_its_numbers_are_the_networks():
    page = opened()
    shown = boxes(page)
    assert list(shown) == [
        *("x", "encoder 1", "encoder 2", "encoder 3", "mu", "logvar", "sigma", "noise", "z"),
        *("decoder 1", "decoder 2", "decoder 3", "x_hat", "reconstruction", "kl", "total"),
    ]
    row = embedded().of_class(3)[334]
    x = embedded().pixels(slice(int(row), int(row) + 1))
    found = dissect(weights.load("conv-vae-2"), x, 3, draw_noise(1, 2), Objective())
    assert {name: shown[name]["digest"] for name in found.parts} == {n: fingerprint(p) for n, p in found.parts.items()}
    np.testing.assert_allclose(shown["mu"]["bars"], found.parts["mu"].tolist())
    assert shown["total"]["number"] == f"{found.total:.3g}"
    assert diagram(page)["chosen"] == "z"
    assert not page.warning


@pytest.mark.parametrize("title", [*TITLES, *FRESH])
def test_every_network_is_the_same_diagram_with_the_boxes_that_it_has(title):
    shown = boxes(opened(model=title))
    entry = next((e for e in map(weights.entry, weights.names()) if e["title"] == title), None)
    kind = entry["model"]["architecture"] if entry else title.lower()
    assert ("mu" in shown and "noise" in shown and "kl" in shown) == ("vae" in kind)
    assert ("probabilities" in shown and "classification" in shown) == ("multi" in kind)
    assert all(box["shape"] and box["formula"] and box["sentence"] and box["values"] for box in shown.values())
    assert all("picture" in box or "bars" in box or "pieces" in box for box in shown.values())


@pytest.mark.parametrize(
    ("kind", "key", "value"), [("number_input", "noise", 7), ("number_input", "noise", 0), ("button", "noise-next", None)]
)
def test_other_noise_changes_what_comes_after_it(kind, key, value):
    page = opened(model=DEEP)
    before = boxes(page)
    found = getattr(page, kind)(key=f"ana-{key}")
    found.click() if value is None else found.set_value(value)
    after = boxes(apps.healthy(page.run()))
    upstream = {"x", "encoder 1", "encoder 2", "encoder 3", "mu", "logvar", "sigma", "kl"}
    assert changed(before, after) == set(after) - upstream
    if value == 0:
        assert after["z"]["bars"] == after["mu"]["bars"]


@pytest.mark.parametrize(("key", "value"), [("beta", 30.0), ("alpha", 50.0)])
def test_a_weight_changes_the_loss_alone(key, value):
    page = opened(model=DEEP)
    before = boxes(page)
    page.select_slider(key=f"ana-{key}").set_value(value)
    assert changed(before, boxes(apps.healthy(page.run()))) == {"total"}


def test_the_scale_changes_the_error_and_its_formula():
    page = opened()
    before = boxes(page)
    page.selectbox(key="ana-scale").set_value("ELBO, in nats")
    after = boxes(apps.healthy(page.run()))
    assert changed(before, after) == {"reconstruction", "total"}
    assert r"\log \hat x_i" in after["reconstruction"]["formula"]
    assert after["total"]["formula"] == r"L = D + \beta\,\mathrm{KL}"
    assert before["total"]["formula"] == r"L = \tfrac{1}{784}\,D + \tfrac{\beta}{784}\,\mathrm{KL}"
    titles = [part["title"] for part in diagram(page)["code"]]
    assert any("bernoulli" in title for title in titles)
    assert not any("squared_error" in title for title in titles)


def test_another_digit_changes_every_box_but_the_noise():
    page = opened(model=DEEP)
    before = boxes(page)
    page.selectbox(key="ana-digit").set_value("7")
    after = boxes(apps.healthy(page.run()))
    assert changed(before, after) == set(after) - {"noise"}
    assert after["probabilities"]["marked"] == 7


def test_an_own_picture_that_there_is_not_is_named():
    page = opened(own="true")
    assert any("no digit of your own yet" in info.value for info in page.info)
    assert boxes(page).keys() == boxes(opened()).keys()


def test_an_own_picture_can_be_sent_through():
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[5:23, 12:16] = 255
    page = apps.AppTest.from_file(apps.PAGES / FILE, default_timeout=apps.PATIENCE)
    page.query_params["own"] = shorthand.of_frame(picture)
    apps.healthy(page.run())
    before = boxes(page)
    page.toggle(key="ana-own").set_value(True)
    after = boxes(apps.healthy(page.run()))
    assert "x" in changed(before, after)
    assert not page.warning


def test_what_is_uploaded_here_goes_through_as_what_the_judge_reads_and_stays_what_it_is_said_to_be():
    page, seven = opened(), embedded().images[embedded().of_class(7)[0]].numpy()
    before = boxes(page)
    page.file_uploader(key="ana-upload").set_value(("seven.png", png_bytes(seven, 4), "image/png"))
    assert "x" in changed(before, boxes(apps.healthy(page.run())))
    assert page.toggle(key="ana-own").value
    assert page.selectbox(key="ana-digit").value == "7"
    page.selectbox(key="ana-digit").set_value("2")
    assert apps.healthy(page.run()).selectbox(key="ana-digit").value == "2"
    assert page.toggle(key="ana-own").value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "No such model"),
        ("digit", "12"),
        ("which", "0"),
        ("which", "1e9"),
        ("noise", "-1"),
        ("noise", "nan"),
        ("beta", "2.5"),
        ("beta", "<b>"),
        ("scale", "pounds"),
        ("step", "7"),
        ("box", "kidney"),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value):
    page = opened(**{name: value})
    assert len(page.warning) == 1
    assert f"ana-{name}" in page.warning[0].value
    assert boxes(page).keys() == boxes(opened()).keys()


def test_the_address_brings_back_the_view():
    page = opened(model=DEEP, digit="7", which="12", noise="5", beta="30", alpha="50", box="kl", step="0.01")
    assert diagram(page)["chosen"] == "kl"
    assert boxes(page)["probabilities"]["marked"] == 7
    assert page.select_slider(key="ana-beta").value == 30.0
    assert page.select_slider(key="ana-step").value == 0.01
    assert not page.warning


@pytest.mark.parametrize(
    "sent",
    [None, 7, "z", {}, {"box": "kidney"}, {"box": "x" * 10_000_000}, {"box": {"box": "z"}}, {"box": [1]}, {"box": math.nan}],
)
def test_what_the_browser_sends_in_vain_is_refused(sent, monkeypatch):
    state, mounted, said = {"ana-box-chosen": ("mu", 1), "ana-diagram": {"chosen": sent}}, {}, []
    monkeypatch.setattr(anatomy.st, "session_state", state)
    monkeypatch.setattr(anatomy, "_mount", lambda **options: mounted.update(options))
    assert anatomy.anatomy("ana", [{"id": "z"}, {"id": "mu"}], [], "n", said.append) == "mu"
    mounted["on_chosen_change"]()
    assert state["ana-box-chosen"] == ("mu", 1)
    anatomy.anatomy("ana", [{"id": "z"}, {"id": "mu"}], [], "n", said.append)
    assert "not one of this diagram" in said[0]
    assert len(said[0]) < 200


def test_katex_is_where_the_diagram_looks_for_it():
    assert anatomy.katex().startswith("static/js/katex.")


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (-0.0, "0"), (31.42, "31.4"), (-2.5, "−2.5"), (1234.4, "1,234"), (3.62e-5, "3.6·10⁻⁵"), (0.0461, "0.0461")],
)
def test_numbers_have_three_digits(value, words):
    assert anatomy_words.number(value) == words


def test_a_star_stands_where_the_network_convolves():
    shown = boxes(opened(model="VAE β=1, 2-d"))
    assert "*" in shown["encoder 1"]["formula"]
    assert "*" not in shown["decoder 1"]["formula"]  # a matrix
    assert "*" in shown["decoder 2"]["formula"]
    assert "*" in shown["x_hat"]["formula"]
    assert not any("*" in box["formula"] for box in boxes(opened(model="Dense AE, 2-d")).values())
