"""A unit Gaussian and what a decoder makes of it on the map of digit space; no Streamlit.

Vega-Lite specifications for `st.vega_lite_chart`. The tables that stay the same are made once; a click comes back under PICK.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from core.config import CLASSES
from core.introduction.digit_space import Carried, DigitSpace
from pages.common.charts import CLASS_COLOURS, QUIET

Spec = dict[str, Any]
PICK = "pick"
HALF = 3.4  # of the Gaussian's picture, in standard deviations
SIDE = 400


def gaussian_tables(carried: Carried) -> dict[str, pd.DataFrame]:
    """The draws and the net in the plane of z."""
    return {"draws": _draws(carried.z, carried.classes), "net": _net([line for line, _ in carried.lines])}


def space_tables(carried: Carried, space: DigitSpace, pictures: Sequence[bytes]) -> dict[str, pd.DataFrame]:
    """The draws and the net where the decoder puts them, the shaded region, and real digits as PNG `pictures`."""
    side = len(space.shade)
    rows, columns = (space.shade > 0).nonzero(as_tuple=True)
    step = 2 * space.edge / side
    region = pd.DataFrame(
        {
            "x": -space.edge + step * columns.numpy(),
            "y": space.edge - step * rows.numpy(),
            "shade": space.shade[rows, columns].numpy(),
        }
    ).astype({"x": "float32", "y": "float32"})
    region["right"], region["bottom"] = region["x"] + step, region["y"] - step
    examples = pd.DataFrame(
        {
            "x": space.example_places[:, 0],
            "y": space.example_places[:, 1],
            "picture": [f"data:image/png;base64,{b64encode(data).decode()}" for data in pictures],
        }
    )
    return {
        "draws": _draws(carried.places, carried.classes),
        "net": _net([place for _, place in carried.lines]),
        "region": region,
        "examples": examples,
    }


def gaussian(tables: dict[str, pd.DataFrame], picked: Sequence[float]) -> Spec:
    """The plane of z before the decoder; a click on it picks the nearest draw."""
    x, y = _axes((-HALF, HALF), (-HALF, HALF), ("z₁", "z₂"), labels=True)
    pick = {"name": PICK, "select": {"type": "point", "fields": ["i"], "nearest": True, "on": "click", "clear": False}}
    return {
        "height": SIDE,
        "datasets": tables | {"picked": _picked(picked)},
        "layer": [_lines(x, y), _dots(x, y) | {"params": [pick]}, *_target(x, y)],
    }


def digit_space(tables: dict[str, pd.DataFrame], space: DigitSpace, picked: Sequence[float]) -> Spec:
    """The map of digit space with the region of real digits and the Gaussian carried onto it."""
    region, net = tables["region"], tables["net"]
    across = _window([region["x"].min(), net["x"].min()], [region["right"].max(), net["x"].max()])
    up = _window([region["bottom"].min(), net["y"].min()], [region["y"].max(), net["y"].max()])
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
        "mark": {"type": "image", "width": 28, "height": 28, "smooth": False, "clip": True},
        "encoding": {"x": x, "y": y, "url": {"field": "picture"}},
    }
    return {
        "height": SIDE,
        "datasets": tables | {"picked": _picked(picked)},
        "layer": [cells, examples, _lines(x, y), _dots(x, y), *_target(x, y)],
    }


def _draws(places: Tensor, classes: Tensor) -> pd.DataFrame:
    rows = pd.DataFrame({"x": places[:, 0], "y": places[:, 1], "class": classes, "i": range(len(places))})
    return rows.astype({"x": "float32", "y": "float32", "class": "int8", "i": "int16"})


def _net(lines: Sequence[Tensor]) -> pd.DataFrame:
    points = torch.cat(list(lines))
    line = [k for k, points_of_one in enumerate(lines) for _ in points_of_one]
    rows = pd.DataFrame({"x": points[:, 0], "y": points[:, 1], "line": line, "order": range(len(points))})
    return rows.astype({"x": "float32", "y": "float32", "line": "int8", "order": "int16"})


def _picked(place: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"x": [float(place[0])], "y": [float(place[1])]})


def _window(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    return float(min(lows)), float(max(highs))


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
        "columns": {"expr": "width < 320 ? 5 : 10"},
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
