"""What a model makes of some pictures, as rows of a gallery."""

from collections.abc import Sequence

from core.pictures import images
from core.pictures.choosing import Shown
from core.reconstruction import Reconstruction
from pages.common import gallery
from pages.common.gallery import Row


def rows(title: str, notes: Sequence[str], shown: Shown, found: Reconstruction, errors: bool) -> list[Row]:
    """A model's row, with the class that it reads off each code if it reads one, and, if wanted, the row of its errors."""
    names = [f"{name} by {title}, MSE {mse:.4f}" for name, mse in zip(shown.names, found.mse.tolist(), strict=True)]
    captions = []
    if found.predicted is not None:
        notes = [*notes, "below: class read off the code"]
        captions = [_mark(guess, label) for guess, label in zip(found.predicted.tolist(), shown.labels, strict=True)]
    made = [Row(title, notes, gallery.pngs(found.images), names, captions)]
    if errors:
        about = ["errors of the row above", "red: too bright", "blue: too dark"]
        maps = gallery.pngs(images.error_map(shown.pixels(), found.images))
        made.append(Row("", about, maps, [f"errors of {name}" for name in names]))
    return made


def _mark(guess: int, label: int | None) -> str:
    """The class read off a code, with whether it is right where there is a right one."""
    return f"{guess}" if label is None else f"{guess} ✓" if guess == label else f"{guess} ✗"
