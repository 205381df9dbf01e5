"""Shipped weights trained on a Ray cluster, for `core.pretrain --cluster`; measured here, like all others."""

from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import Any

import torch
from tqdm import tqdm

from core import datasets, weights
from core.running import cluster
from core.shipping import networks, recipes, records
from core.shipping.recipes import Recipe


def train_all(names: list[str], address: str, folder: Path) -> None:
    """Train every network on one processor of the cluster and record each as it comes. Raises WorkerError, DatasetError."""
    digits = cluster.put(datasets.training(), address)  # sent once; the cluster needs no data of its own
    calls = {name: (name, recipes.RECIPES[name], digits) for name in names}
    with tqdm(total=len(names), desc="training on the cluster") as bar:
        for name, (entry, data) in cluster.each(address, train_one, calls):
            weights.write_whole(folder / entry["file"], data)
            records.record(name, entry, folder)
            bar.update()
            bar.write(f"training {name}: done")


def train_one(name: str, recipe: Recipe, digits: datasets.Digits) -> tuple[dict[str, Any], bytes]:
    """One network's entry and the bytes of its file, on a machine that has neither the digits nor our folder."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with TemporaryDirectory() as folder:
        entry = networks.train_one(name, Path(folder), Queue(), recipe, digits)
        return entry, (Path(folder) / entry["file"]).read_bytes()
