"""A program, not a test: `core.pretrain` with two small recipes, the second without an end. Its processes run this too."""

import sys
from dataclasses import replace
from pathlib import Path

from core import datasets, pretrain
from core.config import TrainConfig
from core.shipping import recipes
from tests.core.tiny_recipes import TINY

DIGITS = datasets.embedded().subset(slice(0, 5000, 25))
recipes.RECIPES = {
    "tiny-ae": TINY["tiny-ae"],
    "tiny-vae": replace(TINY["tiny-vae"], train=TrainConfig(epochs=10**7, batch_size=20)),
}
datasets.training = lambda: DIGITS
datasets.mnist = lambda split: DIGITS

if __name__ == "__main__":
    sys.exit(pretrain.main([*sys.argv[2:], "--jobs", "2", "--folder", str(Path(sys.argv[1]))]))
