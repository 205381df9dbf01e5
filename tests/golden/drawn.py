"""Drawings as lines of numbers: charts by what their axes and marks say, the app's own drawings in the units of their axes.

Where a drawing has ticks along both axes, places are told in the axes' units, so that a wider column changes nothing. Elsewhere
they are in percent of the drawing.
"""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10
from typing import Any

import numpy as np

from tests.golden.comparing import NUMBER

FEW, MANY = 8, 120  # shapes that are told one by one; texts that are
IN_LINE = 3  # pixels: browsers set the same text in boxes that differ by one or two
FINE = 400  # parts into which what an axis spans is divided, for rounding

Place = Sequence[float]


def lines(drawing: dict[str, Any]) -> list[str]:
    """A drawing as page.js has read it."""
    return list(_chart(drawing) if drawing["kind"] == "chart" else _own(drawing))


def _chart(chart: dict[str, Any]) -> Iterator[str]:
    title = next((label for label, _ in chart["axes"]), "without axes")
    yield f"chart of {len(chart['marks'])} kinds of marks, {title}"
    for label, ticks in chart["axes"]:
        yield f"{label}; ticks {' '.join(_all(ticks))}"
    for texts in [*chart["legends"], *([chart["titles"]] if chart["titles"] else [])]:
        yield f"legend or title: {'; '.join(texts)}"
    for marks in chart["marks"]:
        where = " ".join(f"({100 * x:.0f} %, {100 * y:.0f} %)" for x, y in _some(marks["places"]))
        yield f"{marks['mark']} ×{marks['count']} at {where}"
        if marks["texts"]:
            yield f"{marks['mark']} says {'; '.join(_all(marks['texts']))}"
        if marks["labels"] and marks["mark"] not in ("line", "area"):  # of which only the first point is labelled
            yield f"{marks['mark']} tells {_labels(marks['labels'])}"


def _labels(labels: Sequence[str]) -> str:
    """The fields that marks are labelled with: what the numbers span, and what the first, the middle and the last one says."""
    fields: dict[str, list[str]] = {}
    for label in labels:
        for part in label.split("; "):
            name, _, value = part.rpartition(": ")
            if not value.startswith("data:"):
                fields.setdefault(name, []).append(value)
    return "; ".join(f"{name}: {_spanned(values)}" for name, values in fields.items())


def _spanned(values: Sequence[str]) -> str:
    try:
        numbers = [float(value.replace("−", "-").replace(",", "")) for value in values]
    except ValueError:
        return ", ".join(_some(values))
    whole = all(number.is_integer() for number in numbers)
    rounded = (lambda number: f"{number:.0f}") if whole else _rounding(min(numbers), max(numbers))
    if len(set(numbers)) == 1:
        return rounded(numbers[0])
    return f"{rounded(min(numbers))} to {rounded(max(numbers))}, {', '.join(map(rounded, _some(numbers)))}"


def _own(drawing: dict[str, Any]) -> Iterator[str]:
    counts = ", ".join(f"{count} {tag}" for tag, count in drawing["counts"].items() if count)
    yield f"drawing of {counts}"
    if NUMBER.search(drawing["name"]):
        yield drawing["name"]
    width, height = drawing["size"]
    across, up = _axis(drawing["texts"], 0, width), _axis(drawing["texts"], 1, height)
    texts = [text["text"] for text in drawing["texts"]]
    if texts:
        yield f"it says {'; '.join(_all(texts))}"
    if drawing["hidden"] and across.percent:  # such as arrows between boxes, which follow the layout
        return
    at = lambda place: f"({across.told(place[0])}, {up.told(place[1])})"  # noqa: E731
    radii: dict[float, list[Place]] = {}
    for circle in drawing["circles"]:
        radii.setdefault(circle["r"], []).append(circle["at"])
    for r, places in radii.items():
        yield f"circle of {r:g} pixels ×{len(places)} at {' '.join(map(at, _some(places)))}"
    for points in drawing["polygons"][:FEW]:
        yield f"polygon {_ellipse(points, across, up) if len(points) > 24 else ' '.join(map(at, _some(points)))}"
    for points in drawing["polylines"][:FEW]:
        yield f"line {' '.join(map(at, _some(points)))}"
    if not across.percent:  # what is drawn with paths there, such as the cursor, has a size on the screen and not on the map
        yield from (f"path around {at(path['at'])}" for path in drawing["paths"][:FEW])
        return
    yield from (f"path {' '.join(map(at, path['along']))}" for path in drawing["paths"][:FEW] if path["along"])
    bars = drawing["rects"][:40]
    if bars:
        heights = (f"{100 * bar['tall'] / height:.0f} %" for bar in bars)
        yield f"bars as high as {' '.join(heights)}"
        yield f"bars at {' '.join(map(at, (bar['at'] for bar in _some(bars))))}"


def _ellipse(points: Sequence[Place], across: "_Axis", up: "_Axis") -> str:
    """Middle, reach and correlation of an ellipse that is given by points at equal steps of its angle.

    Without correlation, its reach each way is its half axes.
    """
    places = np.array([[across.value(x), up.value(y)] for x, y in points])
    spread = 2 * np.cov(places.T, bias=True)
    wide, tall = np.sqrt(np.diag(spread)).tolist()
    pixel = abs(across.scale)  # corners are written to a tenth of it
    told = _rounding(0, FINE * pixel / 5)
    tilt = "" if min(wide, tall) < 5 * pixel else f", correlation {spread[0, 1] / (wide * tall) + 0.0:.2f}"
    middle = f"({across.rounded(places[:, 0].mean())}, {up.rounded(places[:, 1].mean())})"
    return f"as an ellipse around {middle}, reaching {told(wide)} across and {told(tall)} up{tilt}"


class _Axis:
    """How pixels along one side of a drawing are told: in the units of its ticks, if it has any, else in percent."""

    def __init__(self, ticks: Sequence[tuple[float, float]], size: float) -> None:
        self.percent = len(ticks) < 3
        if self.percent:
            self.scale, self.zero, span = 100 / size, 0.0, 100.0
        else:
            self.scale, self.zero = np.polyfit(*zip(*ticks, strict=True), 1).tolist()
            span = abs(self.scale) * size
        self.rounded: Callable[[float], str] = _rounding(0, span)

    def value(self, pixels: float) -> float:
        return self.scale * pixels + self.zero

    def told(self, pixels: float) -> str:
        return f"{self.value(pixels):.0f} %" if self.percent else self.rounded(self.value(pixels))


def _axis(texts: Sequence[dict[str, Any]], way: int, size: float) -> _Axis:
    """The axis along a way, 0 across and 1 up: numbers in one row at the bottom, or in one column at the left."""
    rows: list[tuple[float, list[tuple[float, float]]]] = []  # where each row or column is, and its ticks
    for text in texts:
        number = text["text"].replace("−", "-")
        if text["anchor"] == ("middle", "end")[way] and NUMBER.fullmatch(number) and number != "∞":
            line = text["at"][1 - way]
            ticks = next((ticks for at, ticks in rows if abs(at - line) < IN_LINE), None)
            if ticks is None:
                rows.append((line, ticks := []))
            ticks.append((text["at"][way], float(number)))
    straight = [ticks for _, ticks in rows if len(ticks) > 2 and _straight(ticks)]
    return _Axis(max(straight, key=len, default=[]), size)


def _straight(ticks: Sequence[tuple[float, float]]) -> bool:
    at, value = np.array(ticks).T
    return bool(np.abs(np.polyval(np.polyfit(value, at, 1), value) - at).max() < 1.5)


def _rounding(low: float, high: float) -> Callable[[float], str]:
    """To so many digits that what lies between two bounds is told apart well enough, and noise is not told."""
    span = (high - low) or abs(high) or 1.0
    places = max(0, ceil(-log10(span / FINE)))
    if span < 1e-4 or span >= 1e6:
        return lambda value: f"{value:.2e}"
    return lambda value: f"{round(value, places) + 0.0:.{places}f}" if places else f"{floor(value + 0.5)}.0"


def _some(found: Sequence[Any]) -> list[Any]:
    """The first, the last and three between them; all if they are few."""
    return list(found) if len(found) <= FEW else [found[round(i * (len(found) - 1) / 4)] for i in range(5)]


def _all(texts: Sequence[str]) -> list[str]:
    return list(texts) if len(texts) <= MANY else [*_some(texts), f"{len(texts)} in all"]
