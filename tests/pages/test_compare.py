"""The page Compare without a browser: its default view, every tab, its controls, senseless addresses."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import weights
from core.comparison.sides import latent_points
from core.pictures.choosing import choose
from core.running.worker import watched_digits
from pages.common import prose
from pages.parts.compare import loaders
from tests.pages.apps import healthy
from tests.pages.compare_page import (
    AE,
    AGAIN,
    EVERY,
    MULTI,
    PAGE,
    TABS,
    TITLES,
    VAE,
    banner,
    charts,
    encoded,
    markup,
    opened,
    own_model,
    planes,
    player,
    rows,
    said,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_number_that_a_smaller_code_does_not_have_becomes_one_that_it_has():
    page = opened("Samples", models=[VAE, MULTI], points="Along one number of z", number="16")
    page.multiselect(key="cmp-models").set_value([VAE, AE])
    healthy(page.run())
    assert page.number_input(key="cmp-number").value <= 2
    assert [len(row["pictures"]) for row in rows(page)] == [9, 9]


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
