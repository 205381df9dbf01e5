"""One call, every architecture: the right metrics, all of them finite, and equal to what training minimised."""

import json

import pytest
import torch

from core.config import ModelConfig, Objective, TrainConfig
from core.evaluation import Baselines, evaluate, summary
from core.losses import loss_terms, weighted_total
from core.models import ARCHITECTURES, build
from tests.core.handmade import one_hot_logits

ALWAYS = {"mse", "knn10_accuracy", "silhouette", "smallest_centroid_distance"}
VARIATIONAL = {"mse_sampled", "rate", "distortion_bce", "elbo", "active_dims", "active_dims_kl", "iwae_images"}
VARIATIONAL |= {"aggregated_mutual_information", "aggregated_marginal_kl", "aggregated_moment_kl"}
VARIATIONAL |= {"sample_sharpness", "sample_diversity"}
NOTEBOOK = {"notebook_total", "gaussian_variance", "elbo_gaussian", "iwae_64_gaussian"}
ELBO = {"objective", "iwae_64"}
CLASSES = {"accuracy", "precision", "recall", "f1"}
PATHS = {"linear_third_class_share", "linear_pairs_affected", "slerp_third_class_share", "slerp_pairs_affected"}
JUDGED = {"sample_label_entropy", "sample_judge_confidence"}
BASELINES = {"baseline_mean_image", "baseline_class_mean"}


def judge(x):
    """Tells images apart by their ink alone; enough to have labels."""
    return one_hot_logits((x.flatten(1).mean(dim=1) * 50).long() % 10)


def small(architecture: str) -> torch.nn.Module:
    config = ModelConfig(architecture, 784, (4,)) if architecture == "overlarge-ae" else ModelConfig(architecture, 4, (8,))
    return build(config).eval()


@pytest.fixture
def halves(few_digits):
    return few_digits.subset(slice(0, None, 2)), few_digits.subset(slice(1, None, 2))


@pytest.mark.parametrize("scale", ["notebook", "elbo"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_has_the_metrics_that_apply_to_it(architecture, scale, halves):
    model = small(architecture)
    found = evaluate(model, halves[0], train_config=TrainConfig(Objective(scale)), fit=halves[1])
    expected = set(ALWAYS)
    if model.variational:
        expected |= VARIATIONAL | (NOTEBOOK if scale == "notebook" else ELBO)
    if model.classifies:
        expected |= CLASSES
    assert set(found) == expected
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("architecture", ["dense-ae", "dense-vae"])
def test_a_judge_and_baselines_add_theirs(architecture, halves):
    model = small(architecture)
    baselines = Baselines(torch.full((784,), 0.1), torch.full((10, 784), 0.2), torch.eye(784)[:4])
    found = evaluate(model, halves[0], train_config=TrainConfig(), fit=halves[1], judge=judge, baselines=baselines)
    assert set(found) >= PATHS | BASELINES | {"baseline_pca"}
    assert JUDGED & set(found) == (JUDGED if model.variational else set())
    assert found["baseline_pca"] == baselines.mse(halves[0], 4)["pca"]


@pytest.mark.parametrize("scale", ["notebook", "elbo"])
def test_the_total_is_the_training_objective(scale, halves):
    model, objective = small("conv-vae"), Objective(scale, beta=3.0)
    noise = torch.randn(100, 4, generator=torch.Generator().manual_seed(7))
    with torch.no_grad():
        terms, _ = loss_terms(model, halves[0].pixels(), None, noise, objective)
    expected = weighted_total(terms, objective).mean().item()
    found = evaluate(model, halves[0], train_config=TrainConfig(objective), fit=halves[1], seed=7)
    assert found["notebook_total" if scale == "notebook" else "objective"] == pytest.approx(expected, rel=1e-5)


def test_more_samples_bound_the_evidence_more_tightly(halves):
    """A posterior that is far too wide costs the ELBO more than the importance-weighted bound."""
    model = small("dense-vae")
    torch.nn.init.constant_(model.to_logvar.bias, 1.0)
    bernoulli = evaluate(model, halves[0], train_config=TrainConfig(Objective("elbo")), fit=halves[1])
    assert bernoulli["iwae_64"] > bernoulli["elbo"]
    gaussian = evaluate(model, halves[0], train_config=TrainConfig(Objective("notebook", beta=2.0)), fit=halves[1])
    assert gaussian["gaussian_variance"] == 1.0
    assert gaussian["iwae_64_gaussian"] > gaussian["elbo_gaussian"]


def test_the_bound_is_taken_of_a_subset_and_says_of_how_many(halves, monkeypatch):
    monkeypatch.setattr(summary, "IWAE_IMAGES", 30)
    found = evaluate(small("dense-vae"), halves[0], train_config=TrainConfig(Objective("elbo")), fit=halves[1])
    assert found["iwae_images"] == 30


def test_an_every_beta_network_is_measured_at_beta(halves):
    network = small("every-beta-vae")
    torch.nn.init.normal_(network.trunk.films[0].to_scale_shift.weight, generator=torch.Generator().manual_seed(0))
    config = TrainConfig(Objective("elbo", beta_range=(0.1, 10.0)))
    by_number = evaluate(network, halves[0], train_config=config, fit=halves[1], beta=5.0)
    by_view = evaluate(network.at(5.0), halves[0], train_config=config, fit=halves[1])
    assert by_number == by_view
    assert by_view["objective"] == pytest.approx(by_view["distortion_bce"] + 5 * by_view["rate"])
    assert by_number != evaluate(network, halves[0], train_config=config, fit=halves[1])


def test_a_collapsed_model_has_finite_metrics(halves):
    model = small("dense-vae")
    for layer in (model.to_mu, model.to_logvar):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    found = evaluate(model, halves[0], train_config=TrainConfig(), fit=halves[1], judge=judge)
    assert found["rate"] == found["active_dims"] == found["active_dims_kl"] == found["smallest_centroid_distance"] == 0
    assert found["aggregated_mutual_information"] == pytest.approx(0, abs=1e-6)
    assert set(found) >= PATHS


def test_on_a_line_there_are_no_arcs_between_opposite_centroids(halves):
    model = build(ModelConfig("dense-ae", 1, (8,))).eval()
    with torch.no_grad():
        model.to_mu.bias -= model.encode(halves[1].pixels()).mu.mean()
    found = evaluate(model, halves[0], train_config=TrainConfig(), fit=halves[1], judge=judge)
    assert "linear_pairs_affected" in found
    assert "slerp_pairs_affected" not in found


def test_without_a_second_set_the_digits_judge_themselves(halves):
    found = evaluate(small("dense-ae"), halves[0], train_config=TrainConfig(), fit=halves[0])
    other = evaluate(small("dense-ae"), halves[0], train_config=TrainConfig(), fit=halves[1])
    assert 0 <= found["knn10_accuracy"] <= 1
    assert found["knn10_accuracy"] != other["knn10_accuracy"]


def test_a_diverged_model_is_named_as_such(halves):
    model = small("dense-vae")
    torch.nn.init.constant_(model.decoder[-2].bias, float("nan"))
    with pytest.raises(ValueError, match=r"not finite: mse.*diverged"):
        evaluate(model, halves[0], train_config=TrainConfig(), fit=halves[1])
