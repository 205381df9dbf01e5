"""Pictures and labels from whoever brings them: as the bytes and the classes that `core.datasets.Digits` holds, or a sentence.

What can be meant in one way only is taken. What could be meant in two, such as floats of which some are above 1, is refused
with a sentence that says what to do: training would not complain, it would learn from black pictures.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.config import CLASSES, PIXELS

SIDE = 28
_SHAPES = "(N, 28, 28), (N, 1, 28, 28), (N, 28, 28, 1) or (N, 784)"


def pictures(values: Any) -> Tensor:
    """Pictures, white on black, as bytes: (N, 28, 28) uint8. A tensor of that shape and type is taken as it is.

    Takes tensors, NumPy arrays and whatever NumPy makes an array of, in the shapes (N, 28, 28), (N, 1, 28, 28), (N, 28, 28, 1)
    and (N, 784): bytes and other whole numbers from 0 to 255, floats from 0 to 1, booleans. Raises ValueError for all others.
    """
    return _bytes(_shaped(_tensor("images", values)))


def classes(values: Any) -> Tensor:
    """Labels as classes 0 to 9: (N,) int64. Takes whole numbers of any type, in the shapes (N,) and (N, 1).

    Raises ValueError for all others.
    """
    found = _tensor("labels", values)
    if found.dim() == 2 and found.shape[1] == 1:
        found = found.flatten()
    if found.dim() != 1:
        one_hot = f"; of one-hot rows take argmax(1), the class of each ({found.shape[1]} columns)" if found.dim() == 2 else ""
        raise ValueError(f"labels must be one class per picture, (N,), not an array of shape {tuple(found.shape)}{one_hot}")
    if found.is_floating_point() or found.is_complex() or found.dtype == torch.bool:
        raise ValueError(f"labels must be whole numbers 0 to {CLASSES - 1}, not {_kind(found)}; convert them with astype(int)")
    found = found.to(torch.int64)
    low, high = _ends(found)
    if low < 0 or high >= CLASSES:
        raise ValueError(f"labels must be classes 0 to {CLASSES - 1}; these go from {low} to {high}")
    return found


def _tensor(name: str, values: Any) -> Tensor:
    """The values as a tensor that shares their memory where it can. Raises ValueError for what is no array of numbers."""
    if isinstance(values, Tensor):
        found = values.detach() if values.requires_grad else values
    else:
        try:
            array = np.asarray(values)
        except (ValueError, TypeError, RuntimeError) as error:  # rows of unequal length, tensors on another device
            raise ValueError(f"{name} must be an array of numbers: {error}") from error
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name} must be numbers, not values of NumPy's type {array.dtype}")
        wide = {"f": np.float64, "u": np.int64}.get(array.dtype.kind) if array.dtype.itemsize > 1 else None
        native = wide or array.dtype.newbyteorder("=")  # PyTorch knows one order of bytes and few of the unsigned numbers
        found = torch.from_numpy(np.require(array, native, ["C", "W"]))
    if found.dim() == 0 or len(found) == 0:
        raise ValueError(f"there are no {name}: at least one is needed, and the array has the shape {tuple(found.shape)}")
    return found


def _shaped(images: Tensor) -> Tensor:
    match tuple(images.shape):
        case (28, 28):
            raise ValueError("images must be several pictures, (N, 28, 28); a single one is written as images[None]")
        case (_, 28, 28):
            return images
        case (_, 1, 28, 28):
            return images[:, 0]
        case (_, 28, 28, 1):
            return images[..., 0]
        case (_, columns) if columns == PIXELS:
            return images.reshape(-1, SIDE, SIDE)
        case shape:
            advice = "bring pictures of another size, or in colour, to 28x28 pixels of grey first"
            raise ValueError(f"images must have the shape {_SHAPES}, not {shape}; {advice}")


def _bytes(images: Tensor) -> Tensor:
    if images.dtype == torch.bool:
        return images.to(torch.uint8) * 255
    if images.is_complex():
        raise ValueError(f"images must be real numbers, not {_kind(images)}")
    low, high = _ends(images)
    if images.is_floating_point():
        if not (np.isfinite(low) and np.isfinite(high)):
            raise ValueError("images must be finite numbers; some of these are NaN or infinite")
        if low < 0 or high > 1:
            raise ValueError(
                f"images of floats must lie between 0 (black) and 1 (white); these go from {low:g} to {high:g}. Bring them to "
                "that range, or give 0 to 255 as bytes (uint8)"
            )
        return (images * 255).round().to(torch.uint8)
    if low < 0 or high > 255:
        raise ValueError(f"images of whole numbers must lie between 0 and 255; these go from {low} to {high}")
    if high == 1:
        raise ValueError(
            "images of whole numbers go from 0 (black) to 255 (white); these are only 0 and 1, nearly black. For 1 to be white "
            "give booleans or floats"
        )
    return images.to(torch.uint8)


def _ends(values: Tensor) -> tuple[float, float]:
    low, high = values.aminmax()
    return low.item(), high.item()


def _kind(values: Tensor) -> str:
    return str(values.dtype).removeprefix("torch.")
