"""weights/README.md: every model's numbers beside the notebook's and published ones, written from the manifest alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from core import weights
from core.config import PIXELS
from core.weights import write_whole

Manifest = dict[str, Any]
Models = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Goal:
    """One number to reach: how it is read from the manifest, its bound, and what others got."""

    what: str
    value: Callable[[Manifest], float]
    bound: float
    at_most: bool
    digits: int
    others: str

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


def _of(name: str, metric: str) -> Callable[[Manifest], float]:
    return lambda found: found["models"][name]["metrics"][metric]


def _against_references(name: str, summary: Callable[[Iterable[float]], float]) -> Callable[[Manifest], float]:
    return lambda found: summary([row["percent"] for row in found["every_beta_comparison"][name]])


def _purity_ratio(found: Manifest) -> float:
    """How many times more third-class frames the VAE's straight paths have than the multi-stage model's, means over seeds."""
    shares = [
        mean(found["models"][f"{family}{seed}"]["metrics"]["linear_third_class_share"] for seed in ("", "-seed1", "-seed2"))
        for family in ("conv-vae-16", "multistage-vae-16")
    ]
    return shares[0] / max(shares[1], 1e-9)


GOALS = (
    Goal("conv AE, 30-d: MSE", _of("conv-ae-30", "mse"), 0.0034, True, 5,
         "notebook 0.0045; Hinton & Salakhutdinov 2006, fig. 2B: 3.00 per image (0.0038), PCA-30 13.87 (0.0177)"),
    Goal("dense AE, 30-d: MSE", _of("dense-ae-30", "mse"), 0.0075, True, 5, "notebook (100-30-100) 0.0157"),
    Goal("VAE 16-d, notebook's β=1: MSE(sampled) + KL/784", _of("conv-vae-16", "notebook_total"), 0.0355, True, 4,
         "notebook 0.0360 (training), 0.0362 (validation)"),
    Goal("multi-stage 16-d, notebook's β=1: MSE", _of("multistage-vae-16", "mse"), 0.0210, True, 4, "notebook 0.0354"),
    Goal("multi-stage 16-d, notebook's β=1: accuracy", _of("multistage-vae-16", "accuracy"), 0.992, False, 4, "–"),
    Goal("multi-stage 16-d, ELBO weights: MSE", _of("multistage-vae-16-elbo", "mse"), 0.0092, True, 4, "–"),
    Goal("multi-stage 16-d, ELBO weights: accuracy", _of("multistage-vae-16-elbo", "accuracy"), 0.991, False, 4, "–"),
    Goal("multi-stage 16-d, notebook's β=30: accuracy", _of("multistage-vae-16-beta30", "accuracy"), 0.991, False, 4,
         "notebook 0.9815 (and MSE 0.0521)"),
    Goal("2-d VAE: MSE", _of("dense-vae-2", "mse"), 0.0355, True, 4, "PCA-2 0.0557"),
    Goal("2-d VAE: kNN-10 accuracy of the codes", _of("dense-vae-2", "knn10_accuracy"), 0.78, False, 3, "PCA-2 0.443"),
    Goal("2-d multi-stage: kNN-10 accuracy", _of("multistage-vae-2", "knn10_accuracy"), 0.978, False, 4, "–"),
    Goal("2-d multi-stage: silhouette", _of("multistage-vae-2", "silhouette"), 0.50, False, 2, "–"),
    Goal("multi-stage 16-d: frames of a third class on straight paths", _of("multistage-vae-16", "linear_third_class_share"),
         0.005, True, 4, "claimed by the notebook, not measured"),
    Goal("VAE's third-class frames over multi-stage's, 3 seeds each", _purity_ratio, 5, False, 1, "–"),
    Goal("every-β 2-d: most over one network per β, %", _against_references("every-beta-vae-2", max), 1, True, 1, "–"),
    Goal("every-β 2-d: mean excess, %", _against_references("every-beta-vae-2", mean), 0, True, 1, "–"),
    Goal("every-β 16-d: most over one network per β, %", _against_references("every-beta-vae-16", max), 2, True, 1, "–"),
    Goal("every-β 16-d: mean excess, %", _against_references("every-beta-vae-16", mean), 0, True, 1, "–"),
    Goal("judge: accuracy", _of("judge", "accuracy"), 0.99, False, 4, "–"),
    Goal("judge: class-mean images labelled right, of 10", _of("judge", "class_means_right"), 10, False, 0, "–"),
)  # fmt: skip

COLUMNS = (
    ("MSE", "mse", 4),
    ("MSE sampled", "mse_sampled", 4),
    ("rate, nats", "rate", 2),
    ("distortion, nats", "distortion_bce", 1),
    ("active dims", "active_dims", 0),
    ("kNN-10", "knn10_accuracy", 3),
    ("silhouette", "silhouette", 2),
    ("accuracy", "accuracy", 4),
    ("third-class frames", "linear_third_class_share", 4),
    ("samples' sharpness", "sample_sharpness", 2),
    ("samples' diversity", "sample_diversity", 2),
)
SEEDED = ("conv-vae-16", "multistage-vae-16")


def write(folder: Path = weights.FOLDER) -> Path:
    """Write README.md beside the manifest from what the manifest says; returns its path. Raises WeightsError."""
    found = weights.manifest(folder)
    text = "\n\n".join(
        [
            _introduction(found),
            _goals(found),
            _models(found["models"]),
            _seeds(found["models"]),
            _control(found),
            _every_beta(found),
        ]
    )
    path = folder / "README.md"
    write_whole(path, (text.rstrip() + "\n").encode())
    return path


def _introduction(found: Manifest) -> str:
    base = found["baselines"]["metrics"]
    pca = ", ".join(f"with {k} components {base['pca_mse'][str(k)]:.4f}" for k in (2, 16, 30))
    return f"""# Shipped weights

Written by `python -m core.pretrain` from `manifest.json`; do not edit.

All numbers are measured on the 10,000 digits of MNIST's test set from the files as they lie here, with z = μ unless "sampled".
MSE is the mean over {PIXELS} pixels in [0, 1]; rate and distortion (Bernoulli cross-entropy, z sampled) are in nats. Training
used the 55,000 digits that are not held out; recipes were chosen on the held-out 5,000. kNN-10 finds a code's neighbours among
the held-out digits' codes.

What any of them has to beat: the mean image of the training digits has MSE {base["mean_image_mse"]:.4f}, the mean image of the
right class {base["class_mean_mse"]:.4f}; PCA {pca}."""


def _goals(found: Manifest) -> str:
    rows = []
    for goal in GOALS:
        try:
            value = goal.value(found)
        except KeyError:
            rows.append((goal.what, "not measured", _bound(goal), "–", goal.others))
            continue
        rows.append(
            (goal.what, f"**{value:.{goal.digits}f}**", _bound(goal), "yes" if goal.holds(value) else "no", goal.others)
        )
    return "## Against the goals, the notebook and published numbers\n\n" + table(
        ("what", "here", "goal", "held", "others"), rows
    )


def _bound(goal: Goal) -> str:
    return f"{'≤' if goal.at_most else '≥'} {goal.bound:g}"


def _models(models: Models) -> str:
    rows = []
    for name, entry in models.items():
        metrics, train = entry.get("metrics", {}), entry["train"]
        cells = [f"{metrics[key]:.{digits}f}" if key in metrics else "–" for _, key, digits in COLUMNS]
        rows.append((f"`{name}`", entry["title"], f"{train['epochs']:g}", f"{entry['facts']['seconds']:.0f}", *cells))
    header = ("name", "what", "epochs", "s on one core", *(title for title, _, _ in COLUMNS))
    return "## All models\n\nEvery-β networks are measured at β = 1.\n\n" + table(header, rows)


def _seeds(models: Models) -> str:
    rows = []
    for name in SEEDED:
        family = [
            models[key]["metrics"] for key in (name, f"{name}-seed1", f"{name}-seed2") if models.get(key, {}).get("metrics")
        ]
        if len(family) == 3:
            rows.append(
                (models[name]["title"], *(_spread([m[key] for m in family], digits) for key, digits in _shared(family)))
            )
    if not rows:
        return ""
    titles = ("model", *(title for title, key, _ in COLUMNS if key != "accuracy"))
    return "## Spread over three seeds (mean ± standard deviation)\n\n" + table(titles, rows)


def _shared(family: list[dict[str, float]]) -> Iterable[tuple[str, int]]:
    return [(key, digits) for _, key, digits in COLUMNS if key != "accuracy" and all(key in metrics for metrics in family)]


def _spread(values: list[float], digits: int) -> str:
    return f"{mean(values):.{digits}f} ± {stdev(values):.{digits}f}"


def _control(found: Manifest) -> str:
    clean = found.get("references", {}).get("reference-judge-clean", {}).get("metrics")
    if not clean:
        return ""
    judge = found["models"]["judge"]["metrics"]
    rows = [
        (title, f"{metrics['accuracy']:.4f}", metrics["class_means_right"])
        for title, metrics in (("half of its digits averaged or blurred (shipped)", judge), ("clean digits alone", clean))
    ]
    return "## The judge and its control\n\n" + table(("trained on", "test accuracy", "class-mean images right, of 10"), rows)


def _every_beta(found: Manifest) -> str:
    parts = []
    for name, rows in found.get("every_beta_comparison", {}).items():
        cells = [
            (f"{row['beta']:g}", f"{row['objective']:.2f}", f"{row['reference_objective']:.2f}", f"{row['percent']:+.1f} %")
            for row in rows
        ]
        title = found["models"][name]["title"]
        average = mean(row["percent"] for row in rows)
        header = ("β", "one network for all", "one network for this β", "difference")
        parts.append(f"### {title}: {average:+.1f} % on average\n\n" + table(header, cells))
    if not parts:
        return ""
    return (
        "## One network for every β against one for each\n\n"
        "Distortion + β · rate in nats, a sampled z; below 0 % the one network for all is better. "
        "It was trained for twice as many epochs as each of the others.\n\n" + "\n\n".join(parts)
    )


def table(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    header = [str(cell) for cell in header]
    lines = [header, ["---"] * len(header), *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
