"""Everything the manifest says about a shipped model's quality, measured from its file as it lies on disk."""

from pathlib import Path
from typing import Any

from core import datasets, weights
from core.divergence import curve
from core.evaluation import (
    compare_to_references,
    evaluate,
    fit_baselines,
    measure_elbo,
    mse,
    rate_distortion,
)
from core.models import EveryBetaVAE
from core.shipping.judging import judge_report
from core.shipping.recipes import BETAS

BASELINES_FILE = "baselines.safetensors"
SLICE = slice(None, None, 10)  # of the embedded digits: what a test recomputes without a download

Metrics = dict[str, Any]


def measure(name: str, entry: dict[str, Any], folder: Path) -> Metrics:
    """All metrics of one manifest entry on the 10,000 test digits, with those that selection may look at under "held_out".

    Paths are judged by the judge in `folder`, so it has to be trained before. Raises WeightsError or DatasetError.
    """
    if name == weights.JUDGE or entry["model"] is None:
        return measure_judge(entry, folder)
    model, (_, train) = weights.load_entry(entry, folder), weights.configs_of(entry, folder)
    test, held_out = datasets.mnist("test"), datasets.held_out()
    if entry["file"].startswith("references/"):
        return measure_reference(model, train.objective.beta, test, held_out)
    at_one = model.at(1.0) if isinstance(model, EveryBetaVAE) else model
    found = evaluate(
        at_one,
        test,
        train_config=train,
        fit=held_out,
        judge=weights.load_judge(folder),
        baselines=weights.load_baselines(folder),
    )
    held = {"mse": mse(at_one, held_out)}
    if model.variational:
        elbo = measure_elbo(at_one, held_out)
        held |= {"rate": elbo.rate, "distortion_bce": elbo.distortion}
    if isinstance(model, EveryBetaVAE):
        found["curve"] = rate_distortion(model, held_out, curve.BETAS)
    return found | {"held_out": held, "slice_mse": mse(at_one, held_out.subset(SLICE))}


def measure_judge(entry: dict[str, Any], folder: Path) -> Metrics:
    """Accuracy, and how many of the ten class-mean images the judge labels right."""
    judge = weights.load_judge_entry(entry, folder)
    means = weights.load_baselines(folder).class_means.reshape(-1, 1, 28, 28)
    held_out = datasets.held_out()
    return judge_report(judge, datasets.mnist("test"), means) | {
        "held_out": judge_report(judge, held_out, means),
        "slice_accuracy": judge_report(judge, held_out.subset(SLICE), means)["accuracy"],
    }


def measure_reference(model: Any, beta: float, test: datasets.Digits, held_out: datasets.Digits) -> Metrics:
    """The loss, in nats, of a network trained for one beta: what the every-beta networks are set against."""
    found = {}
    for key, digits in (("test", test), ("held_out", held_out)):
        elbo = measure_elbo(model, digits)
        found[key] = {"rate": elbo.rate, "distortion_bce": elbo.distortion, "objective": elbo.objective(beta)}
    return found | {"beta": beta}


def every_beta_comparison(folder: Path) -> dict[str, list[Metrics]]:
    """Each every-beta VAE against the references of its latent size, on the test digits; empty where references lack a file."""
    found = weights.manifest(folder)
    references = found.get("references", {})
    comparison = {}
    for name, entry in found["models"].items():
        if (entry["model"] or {}).get("architecture") != "every-beta-vae":
            continue
        wanted = {beta: references.get(f"reference-vae-{entry['model']['latent_dim']}-beta{beta:g}") for beta in BETAS}
        if all(reference and weights.checksum_holds(folder, reference) for reference in wanted.values()):
            models = {beta: weights.load_entry(reference, folder) for beta, reference in wanted.items()}
            comparison[name] = compare_to_references(weights.load(name, folder), models, datasets.mnist("test"))
    return comparison


def write_baselines(folder: Path) -> dict[str, Any]:
    """Fit mean images and PCA on the training digits and save them; returns the manifest's entry with their test errors."""
    fitted = fit_baselines(datasets.training())
    tensors = {"mean": fitted.mean, "class_means": fitted.class_means, "components": fitted.components}
    test = datasets.mnist("test")
    errors = fitted.mse(test, 30)
    return {
        "title": "Mean image, class means and 30 principal components of the 55,000 training digits",
        "file": BASELINES_FILE,
        "sha256": weights.save(tensors, folder / BASELINES_FILE, half=False),
        "metrics": {
            "mean_image_mse": errors["mean_image"],
            "class_mean_mse": errors["class_mean"],
            "pca_mse": {str(k): fitted.mse(test, k)["pca"] for k in range(1, 31)},
        },
    }
