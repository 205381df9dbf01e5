"""A unit Gaussian and what a decoder makes of it on the map of digit space; no Streamlit.

Vega-Lite specifications for `st.vega_lite_chart`. The tables that stay the same are made once; a click comes back under PICK.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import torch
from pyarrow import compute
from torch import Tensor

from core.config import CLASSES
from core.introduction.digit_space import Carried, DigitSpace
from pages.common import arrow
from pages.common.charts import CLASS_COLOURS, DONE, QUIET
from pages.common.data_url import data_url

Spec = dict[str, Any]
PICK = "pick"
HALF = 3.6  # of the Gaussian's picture, in standard deviations
SIDE, PHONE = 400, 300  # pixels: the height of both pictures, and the width of the map of digit space on a phone
THUMBNAIL = 28  # pixels


def gaussian_tables(carried: Carried) -> dict[str, pa.Table]:
    """The draws and the net in the plane of z."""
    return {"draws": _draws(carried.z, carried.classes), "net": _net([line for line, _ in carried.lines])}


def space_tables(carried: Carried, space: DigitSpace, pictures: Sequence[bytes]) -> dict[str, pa.Table]:
    """The draws and the net where the decoder puts them, the shaded region, and real digits as PNG `pictures`."""
    side = len(space.shade)
    rows, columns = (space.shade > 0).nonzero(as_tuple=True)
    step = 2 * space.edge / side
    x, y = -space.edge + step * columns, space.edge - step * rows
    cells = {"x": x, "y": y, "shade": space.shade[rows, columns], "right": x + step, "bottom": y - step}
    region = arrow.columns(cells, x="float32", y="float32", right="float32", bottom="float32")
    x, y = space.example_places.T
    files = [data_url(data) for data in pictures]
    examples = arrow.columns({"x": x, "y": y, "picture": files})
    return {
        "draws": _draws(carried.places, carried.classes),
        "net": _net([place for _, place in carried.lines]),
        "region": region,
        "examples": examples,
    }


def gaussian(tables: dict[str, pa.Table], picked: Sequence[float]) -> Spec:
    """The plane of z before the decoder; a click on it picks the nearest draw."""
    x, y = _axes((-HALF, HALF), (-HALF, HALF), ("z₁", "z₂"), labels=True)
    pick = {"name": PICK, "select": {"type": "point", "fields": ["i"], "nearest": True, "on": "click", "clear": DONE}}
    return {
        "height": SIDE,
        "datasets": tables | {"picked": _picked(picked)},
        "layer": [_lines(x, y), _dots(x, y) | {"params": [pick]}, *_target(x, y)],
    }


def digit_space(tables: dict[str, pa.Table], space: DigitSpace, picked: Sequence[float]) -> Spec:
    """The map of digit space with the region of real digits and the Gaussian carried onto it."""
    region, net = tables["region"], tables["net"]
    across = _window(PHONE, region["x"], region["right"], net["x"])
    up = _window(SIDE, region["y"], region["bottom"], net["y"])
    x, y = _axes(across, up, ("pixels’ first principal direction", "second"), labels=False)
    cells = {
        "data": {"name": "region"},
        "mark": {"type": "rect", "color": QUIET, "strokeWidth": 0, "clip": True},
        "encoding": {
            "x": x,
            "x2": {"field": "right"},
            "y": y,
            "y2": {"field": "bottom"},
            "opacity": {
                "field": "shade",
                "type": "ordinal",
                "scale": {"domain": [1, 2, 3], "range": [0.16, 0.3, 0.46]},
                "legend": None,
            },
        },
    }
    examples = {
        "data": {"name": "examples"},
        "mark": {"type": "image", "width": THUMBNAIL, "height": THUMBNAIL, "smooth": False, "clip": True},
        "encoding": {"x": x, "y": y, "url": {"field": "picture"}},
    }
    return {
        "height": SIDE,
        "datasets": tables | {"picked": _picked(picked)},
        "layer": [cells, examples, _lines(x, y), _dots(x, y), *_target(x, y)],
    }


def _draws(places: Tensor, classes: Tensor) -> pa.Table:
    x, y = places.T
    sent_as = {"x": "float32", "y": "float32", "class": "int8", "i": "int16"}
    return arrow.columns({"x": x, "y": y, "class": classes, "i": range(len(places))}, **sent_as)


def _net(lines: Sequence[Tensor]) -> pa.Table:
    points = torch.cat(list(lines))
    line = [k for k, points_of_one in enumerate(lines) for _ in points_of_one]
    sent_as = {"x": "float32", "y": "float32", "line": "int8", "order": "int16"}
    return arrow.columns({"x": points[:, 0], "y": points[:, 1], "line": line, "order": range(len(points))}, **sent_as)


def _picked(place: Sequence[float]) -> pa.Table:
    return arrow.columns({"x": [float(place[0])], "y": [float(place[1])]})


def _window(pixels: int, *columns: pa.ChunkedArray) -> tuple[float, float]:
    """From the smallest number to the largest, with room for half a thumbnail on either side of a map so many pixels long."""
    ends = [compute.min_max(column).as_py() for column in columns]
    low, high = min(end["min"] for end in ends), max(end["max"] for end in ends)
    room = (high - low) * THUMBNAIL / 2 / (pixels - THUMBNAIL)
    return low - room, high + room


def _axes(across: tuple[float, float], up: tuple[float, float], titles: tuple[str, str], labels: bool) -> tuple[Spec, Spec]:
    """Two axes on which a unit is as long across as it is up, whatever the width."""
    unit = f"max({across[1] - across[0]:.4f} / width, {up[1] - up[0]:.4f} / height)"
    axis = {"grid": False, "labels": labels, "ticks": labels, "domain": False, "tickCount": 6, "titleColor": QUIET}
    found = []
    for field, (low, high), side, title in zip("xy", (across, up), ("width", "height"), titles, strict=True):
        ends = [{"expr": f"{(low + high) / 2:.4f} {sign} {unit} * {side} / 2"} for sign in "-+"]
        scale = {"domain": ends, "nice": False, "zero": False}
        found.append({"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": axis})
    return found[0], found[1]


def _lines(x: Spec, y: Spec) -> Spec:
    return {
        "data": {"name": "net"},
        "mark": {"type": "line", "color": QUIET, "strokeWidth": 1, "opacity": 0.8, "clip": True},
        "encoding": {"x": x, "y": y, "detail": {"field": "line"}, "order": {"field": "order"}},
    }


def _dots(x: Spec, y: Spec) -> Spec:
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columns": {"expr": "width < 340 ? 5 : 10"},
        "symbolSize": 90,
        "symbolOpacity": 1,
    }
    return {
        "data": {"name": "draws"},
        "mark": {"type": "circle", "size": 16, "opacity": 0.85, "clip": True},
        "encoding": {
            "x": x,
            "y": y,
            "color": {
                "field": "class",
                "type": "nominal",
                "scale": {"domain": list(range(CLASSES)), "range": list(CLASS_COLOURS)},
                "legend": legend,
            },
            "tooltip": [{"field": "class", "title": "decoded, a judge takes it for a"}],
        },
    }


def _target(x: Spec, y: Spec) -> list[Spec]:
    """A ring around the picked place, black on white, so that it shows on everything."""
    ring = {"type": "point", "size": 320, "filled": False, "opacity": 1, "clip": True}
    encoding = {"x": x, "y": y}
    return [
        {"data": {"name": "picked"}, "mark": ring | {"stroke": colour, "strokeWidth": width}, "encoding": encoding}
        for colour, width in (("white", 6), ("black", 2.5))
    ]
