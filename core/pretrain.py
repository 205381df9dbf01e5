"""Rebuild shipped weights and their manifest: python -m core.pretrain [NAME ...] [--jobs N]

Each model is trained by one thread of one process, so the result depends on its seed and not on how many run side by side. A
model whose file and recipe are already in the manifest is not trained again; after a kill the same command goes on from there.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core import datasets, weights
from core.running.processes import WorkerError
from core.shipping import measuring, networks, recipes, records, report, side_by_side
from core.training import TrainingDivergedError


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    unknown = [name for name in options.names if name not in recipes.RECIPES]
    if unknown:
        print(f"There is no recipe for {', '.join(unknown)}. Recipes: {', '.join(recipes.RECIPES)}", file=sys.stderr)
        return 2
    chosen = options.names or list(recipes.RECIPES)
    try:
        datasets.training(), datasets.mnist("test")
        todo = fresh = [name for name in chosen if options.force or not records.trained(name, options.folder)]
        if options.cluster and todo:
            from core.shipping import elsewhere  # imports Ray, which is not installed everywhere

            elsewhere.train_all(todo, options.cluster, options.folder)
        else:
            costs = {name: networks.cost(recipes.RECIPES[name]) for name in todo}
            _run("training", networks.train_one, costs, options.jobs, options.folder)
        records.write({"baselines": measuring.write_baselines(options.folder)}, options.folder)
        found = records.read(options.folder)
        todo = [name for name in chosen if options.measure or name in todo or not records.entry_of(found, name).get("metrics")]
        todo.sort(key=lambda name: name != weights.JUDGE)  # the others' paths are judged by it
        _run("measuring", _measure_one, dict.fromkeys(todo[:1], 1.0), 1, options.folder)
        _run("measuring", _measure_one, dict.fromkeys(todo[1:], 1.0), options.jobs, options.folder)
        compared = measuring.every_beta_comparison(options.folder)
        # a copy of the repository has no references' files to compare with; what was measured holds as long as the network does
        kept = {name: rows for name, rows in found.get("every_beta_comparison", {}).items() if name not in fresh}
        records.write({"every_beta_comparison": kept | compared}, options.folder)
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


def _measure_one(name: str, folder: Path, events: Any) -> dict[str, Any]:
    entry = records.entry_of(records.read(folder), name)
    return entry | {"metrics": measuring.measure(name, entry, folder)}


def _run(what: str, job: side_by_side.Job, costs: Mapping[str, float], jobs: int, folder: Path) -> None:
    """Do the job for each name and put each entry into the manifest as it comes."""
    side_by_side.run(what, job, costs, jobs, folder, lambda name, entry: records.record(name, entry, folder))


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
