"""A latent map as files: the places of its digits and the distances between its classes, as tables."""

import csv
from io import StringIO

from torch import Tensor

from core.config import CLASSES
from core.map_scene import Scene


def places_csv(scene: Scene) -> bytes:
    """A row for each digit of the map: its number in the embedded digits, its class and its place, in the map's units."""
    rows = zip(scene.rows.tolist(), scene.labels.tolist(), scene.places.tolist(), strict=True)
    return _csv([("digit", "class", *scene.axes), *((i, k, f"{x:.5g}", f"{y:.5g}") for i, k, (x, y) in rows)])


def matrix_csv(distances: Tensor) -> bytes:
    """The distances between the centroids in latent units, (10, 10), with the classes as heads of rows and columns."""
    rows = [(k, *(f"{value:.5g}" for value in distances[k].tolist())) for k in range(CLASSES)]
    return _csv([("class", *range(CLASSES)), *rows])


def _csv(rows: list[tuple]) -> bytes:
    file = StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()
