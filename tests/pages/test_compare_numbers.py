"""What the page Compare claims in numbers: confusion, the table of test metrics, models that have none."""

import pytest
import torch

from core import weights
from core.running.worker import watched_digits
from pages.parts.compare import loaders
from tests.pages.apps import healthy
from tests.pages.compare_page import (
    AE,
    AGAIN,
    EVERY,
    TABS,
    VAE,
    banner,
    cells,
    charts,
    markup,
    opened,
    own_model,
    rows,
    said,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def test_what_the_lesson_claims():
    for seed in ("", "-seed1", "-seed2"):
        plain, head = (weights.entry(f"{name}{seed}")["metrics"] for name in loaders.DEFAULT)
        assert plain["mse"] < head["mse"]
        assert plain["silhouette"] < head["silhouette"]
        assert plain["linear_third_class_share"] > head["linear_third_class_share"]
        assert plain["sample_judge_confidence"] > head["sample_judge_confidence"]
        assert plain["sample_diversity"] > head["sample_diversity"]
        assert plain["aggregated_marginal_kl"] < head["aggregated_marginal_kl"]


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
