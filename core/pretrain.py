"""Rebuild shipped weights and their manifest: python -m core.pretrain [NAME ...] [--jobs N]

Each model is trained by one thread of one process, so the result depends on its seed and not on how many run side by side. A
model whose file and recipe are already in the manifest is not trained again; after a kill the same command goes on from there.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from core import datasets, weights
from core.config import to_json, train_config
from core.models import Autoencoder, Judge, build
from core.running.processes import WorkerError
from core.shipping import measuring, report, side_by_side
from core.shipping.judging import train_judge
from core.shipping.recipes import RECIPES, Recipe
from core.training import TrainingDivergedError, train

Manifest = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    unknown = [name for name in options.names if name not in RECIPES]
    if unknown:
        print(f"There is no recipe for {', '.join(unknown)}. Recipes: {', '.join(RECIPES)}", file=sys.stderr)
        return 2
    chosen = options.names or list(RECIPES)
    try:
        datasets.training(), datasets.mnist("test")
        todo = fresh = [name for name in chosen if options.force or not trained(name, options.folder)]
        if options.cluster and todo:
            from core.shipping import elsewhere  # imports Ray, which is not installed everywhere

            elsewhere.train_all(todo, options.cluster, options.folder)
        else:
            _run("training", train_one, {name: cost(RECIPES[name]) for name in todo}, options.jobs, options.folder)
        write({"baselines": measuring.write_baselines(options.folder)}, options.folder)
        found = read(options.folder)
        todo = [name for name in chosen if options.measure or name in todo or not _entry(found, name).get("metrics")]
        todo.sort(key=lambda name: name != weights.JUDGE)  # the others' paths are judged by it
        _run("measuring", _measure_one, dict.fromkeys(todo[:1], 1.0), 1, options.folder)
        _run("measuring", _measure_one, dict.fromkeys(todo[1:], 1.0), options.jobs, options.folder)
        compared = measuring.every_beta_comparison(options.folder)
        # a copy of the repository has no references' files to compare with; what was measured holds as long as the network does
        kept = {name: rows for name, rows in found.get("every_beta_comparison", {}).items() if name not in fresh}
        write({"every_beta_comparison": kept | compared}, options.folder)
        report.write(options.folder)
    except (datasets.DatasetError, weights.WeightsError, TrainingDivergedError, WorkerError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"A file could not be written: {error}. What is finished is kept.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What is finished is kept; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def read(folder: Path) -> Manifest:
    """The manifest as it stands, or an empty one where there is none yet."""
    if not (folder / "manifest.json").exists():
        return {"models": {}, "references": {}}
    return weights.manifest(folder)


def record(name: str, entry: dict[str, Any], folder: Path) -> None:
    """Put one model's entry into the manifest, in the recipes' order."""
    found = read(folder)
    section = "references" if RECIPES[name].reference else "models"
    found[section] = {key: value for key, value in (found.get(section, {}) | {name: entry}).items() if key in RECIPES}
    found[section] = {key: found[section][key] for key in RECIPES if key in found[section]}
    write({section: found[section]}, folder)


def write(sections: dict[str, Any], folder: Path) -> None:
    """Replace sections of the manifest and keep the others."""
    found = read(folder) | sections
    weights.write_whole(folder / "manifest.json", (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())


def trained(name: str, folder: Path) -> bool:
    """Whether the manifest has this model from this very recipe with its file unchanged; a measured reference needs no file."""
    entry, recipe = _entry(read(folder), name), RECIPES[name]
    if not entry or not _from_recipe(entry, recipe):
        return False
    return weights.checksum_holds(folder, entry) or (recipe.reference and bool(entry.get("metrics")))


def cost(recipe: Recipe) -> float:
    """Floating-point operations of one image on its way forward, times epochs: what the time left is estimated from."""
    model = Judge() if recipe.model is None else build(recipe.model)
    x = torch.zeros(1, 1, 28, 28)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(x) if isinstance(model, Judge) else model.decode(model.encode(x).mu)
    return counter.get_total_flops() * recipe.train.epochs


def train_one(
    name: str, folder: Path, events: Any, recipe: Recipe | None = None, digits: datasets.Digits | None = None
) -> dict[str, Any]:
    """Train one recipe's network into a file below `folder` and return its manifest entry, without metrics.

    `events` gets (name, share done) about every two seconds. Raises TrainingDivergedError, and DatasetError where no `digits`
    are given and there are none.
    """
    recipe = recipe or RECIPES[name]
    digits = digits or datasets.training()
    torch.manual_seed(recipe.train.seed)  # the initial weights; everything after is drawn from generators of its own
    model: Autoencoder | Judge = Judge() if recipe.model is None else build(recipe.model)
    if isinstance(model, Autoencoder):
        steps = train(model, digits, recipe.train)
    else:
        steps = train_judge(model, digits, recipe.train, recipe.softened)
    told, last = monotonic(), None
    for last in steps:
        if monotonic() - told > 2:
            told = monotonic()
            events.put((name, last.progress))
    file = f"{'references/' if recipe.reference else ''}{name}.safetensors"
    return {
        "title": recipe.title,
        **_recipe_json(recipe),
        "facts": {
            "data": digits.name,
            "images": len(digits),
            "steps": last.index,
            "seconds": round(last.seconds, 1),
            "device": f"1 thread, {platform.machine()}",
            "torch": torch.__version__.split("+")[0],
            "final_losses": {key: round(value, 5) for key, value in last.losses.items()},
        },
        "file": file,
        "sha256": weights.save(model.state_dict(), folder / file),
    }


def _measure_one(name: str, folder: Path, events: Any) -> dict[str, Any]:
    entry = _entry(read(folder), name)
    return entry | {"metrics": measuring.measure(name, entry, folder)}


def _run(what: str, job: side_by_side.Job, costs: Mapping[str, float], jobs: int, folder: Path) -> None:
    """Do the job for each name and put each entry into the manifest as it comes."""
    side_by_side.run(what, job, costs, jobs, folder, lambda name, entry: record(name, entry, folder))


def _recipe_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as it comes back from the manifest (JSON has lists, not tuples)."""
    model = to_json(recipe.model) if recipe.model else None
    judge = {"softened": recipe.softened} if recipe.model is None else {}
    return json.loads(json.dumps({"model": model, "train": to_json(recipe.train), **judge}))


def _from_recipe(entry: dict[str, Any], recipe: Recipe) -> bool:
    """Whether the entry was made from this recipe; a setting that is younger than the entry had its default value then."""
    try:
        if train_config(entry["train"]) != recipe.train:
            return False
    except (KeyError, ValueError):
        return False
    return all(entry.get(key) == value for key, value in _recipe_json(recipe).items() if key != "train")


def _entry(found: Manifest, name: str) -> dict[str, Any]:
    return found.get("references" if RECIPES[name].reference else "models", {}).get(name, {})


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number, at least 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.pretrain", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="recipes to carry out; all of them by default")
    parser.add_argument("--jobs", type=_jobs, default=os.cpu_count() or 1, help="models side by side (default: one per core)")
    parser.add_argument(
        "--cluster", metavar="HOST:PORT", help="train on this Ray cluster instead of here (needs requirements-ray.txt)"
    )
    parser.add_argument("--force", action="store_true", help="train again even what is finished")
    parser.add_argument("--measure", action="store_true", help="measure again even what has metrics")
    parser.add_argument("--folder", type=Path, default=weights.FOLDER, help="where the weights and the manifest go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
