"""All of a model's metrics in one call: what `core.pretrain` writes into the manifest."""

from contextlib import suppress
from math import isfinite

from core.config import PIXELS, Objective, TrainConfig
from core.datasets import Digits, held_out
from core.evaluation.aggregated import aggregated_posterior
from core.evaluation.baselines import Baselines
from core.evaluation.batches import Model, random_subset
from core.evaluation.classification import Classifier, classify_set
from core.evaluation.clusters import centroid_report, knn_accuracy, silhouette
from core.evaluation.codes import Codes, encode_set, mse
from core.evaluation.elbo import Elbo, measure_elbo
from core.evaluation.iwae import importance_weighted_bound
from core.evaluation.purity import path_purity
from core.evaluation.samples import sample_quality
from core.losses import gaussian_negative_elbo, gaussian_scale
from core.models import AtBeta, Autoencoder

IWAE_SAMPLES = 64
IWAE_IMAGES = 1000

Metrics = dict[str, float]


def evaluate(
    model: Model,
    digits: Digits,
    *,
    train_config: TrainConfig,
    fit: Digits | None = None,
    judge: Classifier | None = None,
    baselines: Baselines | None = None,
    beta: float = 1.0,
    seed: int = 0,
) -> Metrics:
    """The metrics that apply to the model, by name, every one a finite number that JSON can hold.

    `fit` is the second set of digits, by default the 5,000 held out: the neighbours of kNN and the class centroids of the paths
    come from its codes. If it is `digits` itself, kNN takes halves (see `knn_accuracy`). `beta` is where a network for every
    beta is evaluated. The metrics:

    - all models: "mse" (z = mu, mean over pixels), "knn10_accuracy", "silhouette", "smallest_centroid_distance"
    - VAEs, z sampled: "mse_sampled", "rate", "distortion_bce", "elbo" (Bernoulli; nats), "active_dims", "active_dims_kl",
      "aggregated_mutual_information", "aggregated_marginal_kl", "aggregated_moment_kl" (nats), "sample_sharpness" and
      "sample_diversity" (real digits: 1)
    - VAEs of the ELBO scale: "objective" = distortion_bce + beta rate; "iwae_64" (Bernoulli; nats), of "iwae_images" digits
    - VAEs of the notebook's scale: "notebook_total" = gamma mse_sampled + beta KL / 784; and if beta > 0, read as a Gaussian
      likelihood of "gaussian_variance": "elbo_gaussian", and "iwae_64_gaussian" of "iwae_images" digits
    - class heads: "accuracy", "precision", "recall", "f1" (macro)
    - with a judge: "linear_third_class_share", "linear_pairs_affected" of 45, and the same two for "slerp" (left out where the
      arc is undefined); for VAEs also "sample_label_entropy" (nats) and "sample_judge_confidence"
    - with baselines: "baseline_mean_image", "baseline_class_mean" and, up to 30 dimensions, "baseline_pca" (all MSE)
    """
    objective = train_config.objective
    if isinstance(model, Autoencoder) and model.conditional:
        model = model.at(beta)
    beta = float(model.beta) if isinstance(model, AtBeta) else objective.beta
    codes = encode_set(model, digits)
    fit = held_out() if fit is None else fit
    fit_codes = codes if fit is digits else encode_set(model, fit)

    found: Metrics = {"mse": mse(model, digits, codes)}
    if model.variational:
        found |= _bounds(model, digits, codes, objective, beta, seed)
    if model.classifies:
        scores = classify_set(model, digits, codes)
        found |= {name: getattr(scores, name) for name in ("accuracy", "precision", "recall", "f1")}
    found |= _clusters(codes, None if fit is digits else fit_codes, seed)
    if judge is not None:
        found |= _paths(model, fit_codes, judge)
    if model.variational:
        found |= _generator(model, digits, codes, judge, seed)
    if baselines is not None:
        found |= {f"baseline_{name}": value for name, value in baselines.mse(digits, model.config.latent_dim).items()}
    unusable = [name for name, value in found.items() if not isfinite(value)]
    if unusable:
        raise ValueError(f"these metrics are not finite: {', '.join(unusable)}; the model's weights have probably diverged")
    return found


def _bounds(model: Model, digits: Digits, codes: Codes, objective: Objective, beta: float, seed: int) -> Metrics:
    terms = measure_elbo(model, digits, seed, codes)
    found = {
        "mse_sampled": terms.mse,
        "rate": terms.rate,
        "distortion_bce": terms.distortion,
        "elbo": terms.elbo,
        "active_dims": terms.active_dims,
        "active_dims_kl": terms.active_dims_by_kl,
    }
    if objective.scale == "elbo":
        found["objective"] = terms.objective(beta)
        return found | _iwae("", model, digits, codes, None, seed)
    found["notebook_total"] = objective.gamma * terms.mse + beta * terms.rate / PIXELS
    if beta > 0 and objective.gamma > 0:
        variance = gaussian_scale(beta, objective.gamma).variance
        found |= {"gaussian_variance": variance, "elbo_gaussian": _gaussian_elbo(terms, variance)}
        found |= _iwae("_gaussian", model, digits, codes, variance, seed)
    return found


def _gaussian_elbo(terms: Elbo, variance: float) -> float:
    return -gaussian_negative_elbo(terms.sse.double(), terms.kl.double().sum(dim=1), variance).mean().item()


def _iwae(kind: str, model: Model, digits: Digits, codes: Codes, variance: float | None, seed: int) -> Metrics:
    """On a subset: 64 decoder passes over 1,000 digits already cost as much as everything else."""
    chosen = random_subset(len(digits), IWAE_IMAGES, seed)
    bound = importance_weighted_bound(model, digits.subset(chosen), IWAE_SAMPLES, variance, seed, codes.subset(chosen))
    return {f"iwae_{IWAE_SAMPLES}{kind}": bound.mean().item(), "iwae_images": len(chosen)}


def _clusters(codes: Codes, fit_codes: Codes | None, seed: int) -> Metrics:
    return {
        "knn10_accuracy": knn_accuracy(codes, fit_codes, seed=seed),
        "silhouette": silhouette(codes, seed=seed),
        "smallest_centroid_distance": centroid_report(codes).smallest_distance,
    }


def _paths(model: Model, codes: Codes, judge: Classifier) -> Metrics:
    means = centroid_report(codes).centroids  # (10, D)
    purities = {"linear": path_purity(model, means, judge, method="linear")}
    with suppress(ValueError):  # two centroids in opposite directions, as on a line, have no arc between them
        purities["slerp"] = path_purity(model, means, judge, method="slerp")
    shares = {f"{method}_third_class_share": purity.third_class_share for method, purity in purities.items()}
    return shares | {f"{method}_pairs_affected": purity.pairs_affected for method, purity in purities.items()}


def _generator(model: Model, digits: Digits, codes: Codes, judge: Classifier | None, seed: int) -> Metrics:
    aggregated, quality = aggregated_posterior(codes, seed=seed), sample_quality(model, digits, judge, seed=seed)
    found = {
        "aggregated_mutual_information": aggregated.mutual_information,
        "aggregated_marginal_kl": aggregated.marginal_kl,
        "aggregated_moment_kl": aggregated.moment_kl,
        "sample_sharpness": quality.sharpness,
        "sample_diversity": quality.diversity,
    }
    if judge is not None:
        found |= {"sample_label_entropy": quality.label_entropy, "sample_judge_confidence": quality.judge_confidence}
    return found
