"""The page Compare without a browser: its default view, every tab, its controls, a visitor's own model, senseless addresses."""

import json
import re
from base64 import b64encode
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import weights
from core.comparison.sides import latent_points
from core.config import ModelConfig, TrainConfig
from core.model_file import Facts, OwnModel
from core.models import build
from core.pictures.choosing import choose
from core.running.worker import watched_digits
from pages.common import prose
from pages.common.gallery import pngs
from pages.parts.compare import loaders

PAGE = Path(__file__).parents[2] / "pages" / "compare.py"
TABS = ("Reconstructions", "Maps", "Samples", "Transitions", "Confusion", "Numbers")
VAE, MULTI, AE = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d", "Dense AE, 2-d"
EVERY, AGAIN = "Every-β VAE, 2-d", "Every-β VAE, 2-d, second β"
TITLES = [weights.entry(name)["title"] for name in weights.names()]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def opened(tab: str = "", own: OwnModel | None = None, **address: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    if own is not None:
        page.session_state["own-models"] = {own.key: own}
    if tab:
        page.query_params["cmp-tab"] = tab
    for name, value in address.items():
        page.query_params[f"cmp-{name.replace('_', '-')}"] = value
    return healthy(page.run())


def healthy(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    assert not page.error
    return page


def own_model(title: str = "Mine", images: int = 4000, architecture: str = "dense-vae", latent_dim: int = 2) -> OwnModel:
    torch.manual_seed(0)
    model = build(ModelConfig(architecture, latent_dim, (16, 8))).eval().requires_grad_(False)
    return OwnModel(f"own-{title}-{images}-{latent_dim}", model, TrainConfig(seconds=5), Facts(title, images, 10, 5.0, 0.06))


def markup(page: AppTest) -> str:
    return "".join(found.proto.body for found in page.get("html"))


def banner(page: AppTest) -> str:
    return re.sub(r"<.*?>", "", re.search(r"<div class='banner.*?</div>", markup(page))[0])


def rows(page: AppTest) -> list[dict]:
    """What the gallery shows: each row's title, notes, pictures and captions."""
    return [
        {
            "title": re.search(r"<b>(.*?)</b>", row)[1],
            "notes": re.findall(r"<span>(.*?)</span>", row),
            "pictures": re.findall(r"src='data:image/png;base64,(.*?)'", row),
            "captions": re.findall(r"<figcaption>(.*?)</figcaption>", row),
        }
        for row in markup(page).split("<div class='row'>")[1:]
    ]


def encoded(pictures) -> list[str]:
    return [b64encode(data).decode() for data in pngs(pictures)]


def said(page: AppTest) -> str:
    return " ".join(text.value for kind in (page.markdown, page.caption, page.info) for text in kind)


def test_a_number_that_a_smaller_code_does_not_have_becomes_one_that_it_has():
    page = opened("Samples", models=[VAE, MULTI], points="Along one number of z", number="16")
    page.multiselect(key="cmp-models").set_value([VAE, AE])
    healthy(page.run())
    assert page.number_input(key="cmp-number").value <= 2
    assert [len(row["pictures"]) for row in rows(page)] == [9, 9]


def test_what_the_lesson_claims():
    for seed in ("", "-seed1", "-seed2"):
        plain, head = (weights.entry(f"{name}{seed}")["metrics"] for name in loaders.DEFAULT)
        assert plain["mse"] < head["mse"]
        assert plain["silhouette"] < head["silhouette"]
        assert plain["linear_third_class_share"] > head["linear_third_class_share"]
        assert plain["sample_judge_confidence"] > head["sample_judge_confidence"]
        assert plain["sample_diversity"] > head["sample_diversity"]
        assert plain["aggregated_marginal_kl"] < head["aggregated_marginal_kl"]


def player(page: AppTest) -> dict:
    return json.loads(page.get("bidi_component")[0].proto.json)[0]


def charts(page: AppTest) -> list:
    return page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")


def test_it_opens_with_a_banner_over_reconstructions_of_digits_that_nobody_trained_on():
    page = opened()
    assert "differ in one thing only" in banner(page)
    assert "class head: no · yes" in banner(page)
    shown = rows(page)
    assert [row["title"] for row in shown] == ["Originals", VAE, MULTI]
    digits = choose(watched_digits(), "one of each class", 1)
    assert shown[0]["pictures"] == encoded(digits.images)
    for row, name in zip(shown[1:], loaders.DEFAULT, strict=True):
        model = weights.load(name)
        with torch.inference_mode():
            x_hat = model.decode(model.encode(digits.pixels()).mu)
        assert row["pictures"] == encoded(x_hat)
        assert f"test MSE {weights.entry(name)['metrics']['mse']:.4f}" in row["notes"]
        assert any(note.startswith("3 seeds: ") for note in row["notes"])
    assert not page.warning
    assert not charts(page)  # the other tabs are closed and cost nothing


def planes(page):
    """The maps, as the browser is told of them."""
    (proto,) = (found.proto for found in page.get("bidi_component") if "cmp-latent-plane" in found.proto.id)
    return json.loads(proto.json)[0]["planes"]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("group", range(0, len(TITLES), 4))
def test_every_shipped_model_can_be_compared_in_every_tab(group, tab):
    titles = TITLES[group : group + 4]
    if tab in ("Transitions", "Confusion"):  # distances in 784 dimensions take seconds
        titles = [title for title in titles if not title.startswith("Over-large")]
    page = opened(tab, models=titles)
    named = {"Transitions": lambda: player(page)["reels"], "Maps": lambda: planes(page)}.get(tab, list)()
    shown = markup(page) + said(page).replace("\\", "") + " ".join(thing["title"] for thing in named)
    assert [title for title in titles if title not in shown] == []
    assert not page.warning


def test_more_than_one_difference_is_said_plainly():
    page = opened(models=[VAE, MULTI, "Multi-stage VAE β=30, 16-d", "Convolutional AE, 30-d"])
    assert "no difference you see is due to one of them alone" in banner(page)
    assert "β: 1 · 1 · 30 · –" in banner(page)
    assert "size of the code: 16 · 16 · 16 · 30" in banner(page)


def test_a_network_for_every_beta_can_be_compared_with_itself():
    page = opened(models=[EVERY, AGAIN])
    assert "differ in one thing only" in banner(page)
    assert "β: 1 · 8" in banner(page)
    before = rows(page)
    assert [row["title"] for row in before] == ["Originals", f"{EVERY}, β = 1", f"{EVERY}, β = 8"]
    page.select_slider(key="cmp-beta-every-beta-vae-2-again").set_value(1.0)
    after = rows(healthy(page.run()))
    assert "built and trained alike" in banner(page)
    assert [row["title"] for row in after[1:]] == [f"{EVERY}, β = 1", f"{EVERY}, β = 1 again"]
    assert after[1]["pictures"] == after[2]["pictures"] == before[1]["pictures"]
    assert before[1]["pictures"] != before[2]["pictures"]


def test_error_maps_and_other_digits():
    page = opened()
    before = rows(page)
    page.toggle(key="cmp-errors").set_value(True)
    page.selectbox(key="cmp-pictures").set_value("only 4s")
    shown = rows(healthy(page.run()))
    assert [row["title"] for row in shown] == ["Originals", VAE, "", MULTI, ""]
    assert shown[0]["captions"] == ["4"] * 10
    assert shown[1]["pictures"] != before[1]["pictures"]


def test_maps_have_the_same_axes_unless_that_makes_dots_of_them_or_another_choice_is_made():
    def spans(page):
        return {tuple(plane["span"]) for plane in planes(page)}

    page = opened("Maps", models=["Multi-stage VAE β=30, 16-d", VAE, "Dense VAE, 2-d"])
    assert len(spans(page)) == 1
    assert "the same axes" in said(page)
    notes = [plane["note"] for plane in planes(page)]
    assert "in its 16 dimensions" in notes[0]
    assert "Its two numbers as they are" in notes[2]
    page.selectbox(key="cmp-axes").set_value("Each map its own")
    assert len(spans(healthy(page.run()))) > 1

    page = opened("Maps", models=[AE, VAE])
    assert "its own axes" in said(page)
    assert len(spans(page)) == 2
    assert [plane["prior"] for plane in planes(page)] == [False, True]
    page.selectbox(key="cmp-axes").set_value("The same for all maps")
    assert len(spans(healthy(page.run()))) == 1


def test_draws_are_the_same_for_models_of_one_size_and_are_the_models_own():
    page = opened("Samples", draw="7")
    z = latent_points("prior", 16, 7)
    for row, name in zip(rows(page), loaders.DEFAULT, strict=True):
        with torch.inference_mode():
            assert row["pictures"] == encoded(weights.load(name).decode(z))
        assert all(caption in "0123456789" for caption in row["captions"])
    assert "same ten draws" in said(page)


def test_a_plain_autoencoder_has_no_prior_and_it_is_said_what_is_drawn_instead():
    shown = rows(opened("Samples", models=[AE, VAE]))
    assert any("no prior" in note for note in shown[0]["notes"])
    assert not any("no prior" in note for note in shown[1]["notes"])
    fitted = opened("Samples", models=[AE, VAE], points="A Gaussian fitted to the codes")
    assert rows(fitted)[0]["pictures"] == shown[0]["pictures"]
    assert rows(fitted)[1]["pictures"] != shown[1]["pictures"]


def test_one_number_of_the_code_moves_up_to_the_smallest_code():
    page = opened("Samples", models=[AE, VAE], points="Along one number of z", number="2")
    assert [len(row["pictures"]) for row in rows(page)] == [9, 9]
    assert rows(page)[0]["captions"][0] == "−3"
    assert page.number_input(key="cmp-number").max == 2


def test_paths_are_walked_in_step():
    page = opened("Transitions", models=[VAE, EVERY], **{"from": "4", "to": "9"})
    reels = player(page)["reels"]
    assert [reel["title"] for reel in reels] == [VAE, f"{EVERY}, β = 1"]
    assert [len(reel["frames"]) for reel in reels] == [11, 11]
    assert "1,000 real codes" in player(page)["legend"]
    before = [reel["strip"] for reel in reels]
    page.select_slider(key="cmp-beta-every-beta-vae-2").set_value(4.0)
    after = [reel["strip"] for reel in player(healthy(page.run()))["reels"]]
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_a_model_read_by_neighbours_is_not_compared_with_a_head_in_silence():
    page = opened("Confusion")
    assert "read by the 10 nearest codes" in said(page)
    assert "by its class head" in said(page)
    assert "not read in the same way" in said(page)
    page.selectbox(key="cmp-reader").set_value("10 nearest codes, all models")
    assert "not read in the same way" not in said(healthy(page.run()))
    page.selectbox(key="cmp-reader").set_value("Judge, on reconstructions")
    assert "seen by the judge" in said(healthy(page.run()))
    assert len(charts(page)) == 2


def test_digits_that_are_not_read_alike_are_shown():
    row = rows(opened("Confusion"))[0]
    assert row["title"] == "Not read alike"
    assert len(set(row["pictures"])) == 10
    for caption in row["captions"]:
        true, seen = caption.split(": ")
        assert true in "0123456789"
        assert len(set(seen.split(" · "))) == 2
    same = opened("Confusion", models=[EVERY, AGAIN], beta_every_beta_vae_2_again="1")
    assert "All models read every digit alike" in said(same)


def cells(page: AppTest, name: str) -> list[str]:
    row = next(row for row in markup(page).split("<tr") if f"<th scope='row'>{name}<" in row)
    return [re.sub(r"<.*?>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]


def test_the_numbers_are_the_manifest_s_with_the_spread_over_seeds():
    page = opened("Numbers")
    assert "10,000 test digits" in said(page)
    for i, name in enumerate(loaders.DEFAULT):
        errors = [weights.entry(f"{name}{seed}")["metrics"]["mse"] for seed in ("", "-seed1", "-seed2")]
        assert cells(page, "MSE, z = μ")[i] == f"{errors[0]:.4f} seeds {min(errors):.4f} to {max(errors):.4f}"
        assert cells(page, "parameters")[i].replace(",", "").isdecimal()
        assert cells(page, "training time, one thread")[i] == f"{weights.entry(name)['facts']['seconds']:.0f} s"
    assert cells(page, "accuracy of the class head")[0] == "–"
    assert "× the spread" in cells(page, "MSE, z = μ")[2]


def test_a_difference_that_the_seed_makes_is_called_that():
    page = opened("Numbers", models=[VAE, "VAE β=1, 16-d, seed 1", "VAE β=1, 16-d, seed 2"])
    assert "seed: 0 · 1 · 2" in banner(page)
    assert "no more than the seed makes" in cells(page, "MSE, z = μ")[3]
    assert " class=best" not in markup(page)


def test_what_has_no_test_metrics_is_measured_with_all_others_on_the_unseen_digits():
    page = opened("Numbers", models=[VAE, EVERY], beta_every_beta_vae_2="3")
    assert "1,000 embedded digits" in said(page)
    assert "β \\= 3 has not been" in said(page) or "β = 3 has not been" in said(page)
    model, digits = weights.load("conv-vae-16"), watched_digits()
    with torch.inference_mode():
        mse = torch.nn.functional.mse_loss(model.decode(model.encode(digits.pixels()).mu), digits.pixels()).item()
    assert cells(page, "MSE, z = μ")[0].startswith(f"{mse:.4f}")
    assert "third class on straight paths" not in markup(page)


def test_a_model_of_ones_own_is_compared_on_digits_it_has_not_seen():
    mine = own_model("*My* <b>model</b>")
    page = opened("Numbers", own=mine, models=[mine.facts.title, AE])
    assert "digits trained on: 4,000 · 55,000" in banner(page)
    assert "&lt;b&gt;model" in markup(page)
    assert "<b>model" not in markup(page)
    assert "1,000 embedded digits" in said(page)
    page.toggle(key="cmp-paths").set_value(True)
    assert cells(healthy(page.run()), "third class on straight paths")[0]
    for tab in TABS[:-1]:
        opened(tab, own=mine, models=[mine.facts.title, AE])


def test_an_own_model_that_has_seen_no_embedded_digit_is_measured_on_all_of_them():
    mine = own_model(images=55_000)
    assert "the 5,000 held-out digits" in said(opened("Maps", own=mine, models=["Mine", VAE]))
    assert "1,000 embedded digits" in said(opened("Maps", own=own_model(), models=["Mine", VAE]))


def test_a_code_of_one_number_has_no_map_and_no_walk_and_it_is_said():
    mine = own_model(latent_dim=1)
    for tab in ("Maps", "Transitions"):
        page = opened(tab, own=mine, models=["Mine", VAE])
        assert "Mine" in "".join(text.value for kind in (page.info, page.warning) for text in kind)
    for tab in ("Samples", "Confusion", "Numbers"):
        opened(tab, own=mine, models=["Mine", VAE])


def test_one_model_waits_for_a_second_and_none_for_two():
    page = opened(models=[VAE])
    assert "second model" in page.info[0].value
    assert len(rows(page)) == 2
    page.multiselect(key="cmp-models").set_value([])
    healthy(page.run())
    assert "two to four models" in page.info[0].value
    for tab in TABS:
        opened(tab, models=[VAE])


@pytest.mark.parametrize(
    ("tab", "name", "value"),
    [
        ("", "tab", "Everything"),
        ("", "models", "No such model"),
        ("", "draw", "0"),
        ("", "pictures", "cats"),
        ("", "errors", "perhaps"),
        ("Maps", "axes", "2"),
        ("Samples", "points", "<script>"),
        ("Samples", "draw", "1e9"),
        ("Transitions", "from", "12"),
        ("Transitions", "frame", "99"),
        ("Confusion", "reader", "Tarot"),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(tab, name, value):
    page = opened(value) if name == "tab" else opened(tab, **{name: value})
    assert len(page.warning) == 1
    assert f"cmp-{name}" in page.warning[0].value


@pytest.mark.parametrize("value", ["0", "1e9", "nan", "much", "2.01"])
def test_a_beta_off_the_slider_is_named(value):
    page = opened(models=[EVERY, VAE], beta_every_beta_vae_2=value)
    assert "cmp-beta-every-beta-vae-2" in page.warning[0].value
    assert "β = 1" in markup(page)


def test_more_than_four_models_are_cut_and_it_is_said():
    page = opened(models=TITLES[:6])
    assert "more than 4" in page.warning[0].value
    assert len(rows(page)) == 5


def test_missing_weights_are_a_sentence(monkeypatch):
    def missing(*_):
        raise weights.MissingWeightsError("the weights file is missing")

    monkeypatch.setattr(loaders.loaders, "model", missing)
    page = AppTest.from_file(PAGE, default_timeout=120).run()
    assert not page.exception
    assert page.error[0].value == "the weights file is missing"


def test_titles_are_no_markup():
    assert prose.plain("a*b [c](d) $e$") == r"a\*b \[c\]\(d\) \$e\$"
