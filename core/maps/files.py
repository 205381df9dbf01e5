"""A latent map as files: the places of its digits and the distances between its classes, as tables."""

from torch import Tensor

from core.config import CLASSES
from core.maps.scene import Scene
from core.tables import csv_text


def places_csv(scene: Scene) -> str:
    """A row for each digit of the map: its number in the embedded digits, its class and its place, in the map's units."""
    rows = zip(scene.rows.tolist(), scene.labels.tolist(), scene.places.tolist(), strict=True)
    return csv_text(("digit", "class", *scene.axes), ((i, k, f"{x:.5g}", f"{y:.5g}") for i, k, (x, y) in rows))


def matrix_csv(distances: Tensor) -> str:
    """The distances between the centroids in latent units, (10, 10), with the classes as heads of rows and columns."""
    rows = [(k, *(f"{value:.5g}" for value in distances[k].tolist())) for k in range(CLASSES)]
    return csv_text(("class", *range(CLASSES)), rows)
