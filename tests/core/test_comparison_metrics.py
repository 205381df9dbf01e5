"""The table of metrics: which trainings belong to one recipe, what the seed alone makes, and what is measured on the page."""

import pytest
import torch

from core import weights
from core.comparison.metrics import METRICS, Cell, Line, cell_of, family, measure, measure_generator, table
from core.datasets import embedded
from core.evaluation import encode_set
from tests.core.small_models import fresh, smallest

MSE = next(metric for metric in METRICS if metric.key == "mse")
ACCURACY = next(metric for metric in METRICS if metric.key == "accuracy")
SHIPPED = weights.manifest()["models"]


def line(*cells: Cell, metric=MSE) -> Line:
    return Line(metric, cells)


@pytest.mark.parametrize("name", ["conv-vae-16", "multistage-vae-16"])
def test_three_seeds_make_a_family_and_the_model_comes_first(name):
    seeds = [name, f"{name}-seed1", f"{name}-seed2"]
    assert family(name, SHIPPED) == seeds
    assert family(seeds[2], SHIPPED) == [seeds[2], seeds[0], seeds[1]]


def test_a_recipe_trained_once_is_alone_and_an_own_model_has_no_family():
    assert family("multistage-vae-16-beta30", SHIPPED) == ["multistage-vae-16-beta30"]
    assert family("own-0123", SHIPPED) == []


def test_the_spread_is_that_of_the_seeds():
    cell = cell_of("mse", {"mse": 0.2}, [{"mse": 0.2}, {"mse": 0.1}, {"rate": 3.0}, {"mse": 0.4}])
    assert cell == Cell(0.2, 0.1, 0.4, 3)
    assert cell.spread == pytest.approx(0.3)
    assert cell_of("mse", {"mse": 0.2}, [{"mse": 0.2}]).spread is None
    assert cell_of("mse", {"mse": 0.2}).spread is None
    assert cell_of("rate", {"mse": 0.2}, [{"rate": 1.0}, {"rate": 2.0}]) == Cell(None)


def test_a_difference_within_the_spread_is_told_from_one_beyond_it():
    seeded, near, far = Cell(1.0, 0.9, 1.2, 3), Cell(1.25), Cell(2.0)
    found = line(seeded, near, far)
    assert found.spread == pytest.approx(0.3)
    assert found.difference == pytest.approx(1.0)
    assert found.alike == [(0, 1)]
    assert line(seeded, far).alike == []


def test_without_seeds_nothing_is_said_about_the_spread():
    found = line(Cell(1.0), Cell(1.0))
    assert (found.spread, found.alike, found.best, found.difference) == (None, [], None, 0)


@pytest.mark.parametrize(("metric", "best"), [(MSE, 0), (ACCURACY, 2)])
def test_the_best_is_ahead_of_every_other_by_more_than_the_spread(metric, best):
    assert line(Cell(1.0, 0.9, 1.0, 2), Cell(2.0), Cell(3.0), metric=metric).best == best
    assert line(Cell(1.0, 0.9, 1.0, 2), Cell(1.05), Cell(0.95), metric=metric).best is None


def test_what_has_no_better_end_has_no_best():
    rate = next(metric for metric in METRICS if metric.key == "rate")
    assert line(Cell(1.0, 1.0, 1.1, 3), Cell(9.0), metric=rate).best is None


def test_one_value_alone_makes_no_difference():
    found = line(Cell(1.0, 0.9, 1.0, 2), Cell(None))
    assert (found.difference, found.alike, found.best) == (None, [], None)


def test_the_table_leaves_out_what_nobody_has():
    found = table([({"mse": 0.1}, []), ({"rate": 2.0}, [])])
    assert [(row.metric.key, row.cells[0].value, row.cells[1].value) for row in found] == [
        ("mse", 0.1, None),
        ("rate", None, 2.0),
    ]


def test_numbers_are_written_with_a_minus_sign_and_percent():
    elbo = next(metric for metric in METRICS if metric.key == "elbo")
    assert (elbo.text(-105.84), ACCURACY.text(0.9923), MSE.text(0.01182)) == ("−105.8", "99.23", "0.0118")


def test_every_metric_is_measured_for_some_shipped_model():
    assert all(any(metric.key in entry.get("metrics", {}) for entry in SHIPPED.values()) for metric in METRICS)
    assert len({metric.key for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize("architecture", ["dense-ae", "dense-vae", "dense-multistage-vae"])
def test_what_is_measured_on_the_page_is_what_pytorch_says(architecture):
    digits = embedded().subset(torch.arange(0, 5000, 25))
    model = fresh(smallest(architecture)).eval().requires_grad_(False)
    codes = encode_set(model, digits)
    found = measure(model, digits, codes)
    x, x_hat = digits.pixels(), model.decode(codes.mu)
    assert found["mse"] == pytest.approx(torch.nn.functional.mse_loss(x_hat, x).item(), rel=1e-4)
    assert ("rate" in found) == model.variational
    assert ("accuracy" in found) == model.classifies
    if model.variational:
        posterior = torch.distributions.Normal(codes.mu, (codes.logvar / 2).exp())
        kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(dim=1).mean().item()
        assert found["rate"] == pytest.approx(kl, rel=1e-4)
        assert found["elbo"] == pytest.approx(-found["rate"] - found["distortion_bce"], rel=1e-5)
    if model.classifies:
        assert found["accuracy"] == (model.classify(codes.mu).argmax(dim=1) == digits.labels).double().mean().item()


def test_paths_and_draws_are_judged():
    digits = embedded().subset(torch.arange(0, 5000, 50))
    model = fresh(smallest("dense-vae")).eval().requires_grad_(False)

    def always_three(x):
        return torch.eye(10)[3].expand(len(x), 10)

    found = measure_generator(model, digits, encode_set(model, digits), always_three)
    assert found["linear_pairs_affected"] == 36  # the pairs without a 3
    assert found["linear_third_class_share"] == pytest.approx(36 / 45)
    assert 0 < found["sample_diversity"] < 1
    assert "sample_sharpness" not in measure_generator(
        fresh(smallest("dense-ae")).eval(), digits, encode_set(fresh(smallest("dense-ae")).eval(), digits), always_three
    )
