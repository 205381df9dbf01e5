"""The charts of the latent map: specifications for st.vega_lite_chart and alt.Chart; no Streamlit.

The map's specification is made once and kept; only its data and its window change from model to model and from pick to pick.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import pyarrow as pa
from torch import Tensor

from core.config import CLASSES
from core.maps.scene import Scene
from pages.common import arrow
from pages.common.charts import CLASS_COLOURS, DONE, QUIET
from pages.common.data_url import data_url

HEIGHT = 600  # pixels, with axes and legend
BESIDE = 400  # pixels, of the smaller map of PCA
PICK = "pick"
_SIDE = 28  # pixels, of a thumbnail
_SPACING = 36  # pixels at least between the middles of two thumbnails: their frames do not touch
_WINDOW = ("middle_x", "middle_y", "wide", "tall")  # what has to fit on the map
_TITLES = ("(across)", "(up)")  # stand for the axes' titles in the kept specification
_CLASSES = alt.Scale(domain=list(range(CLASSES)), range=list(CLASS_COLOURS))


@dataclass(frozen=True, eq=False)
class Tables:
    """A scene's data in few bytes: they go to every visitor."""

    points: pa.Table
    thumbnails: pa.Table
    middles: pa.Table


def tables(scene: Scene, pictures: Sequence[bytes] = ()) -> Tables:
    """The data of a scene; `pictures` are the PNG files of its thumbnails, in their order, none to leave them out."""
    x, y = scene.places.T
    small = {"x": "float32", "y": "float32", "class": "int8"}
    points = arrow.columns({"x": x, "y": y, "class": scene.labels, "i": scene.rows}, **small, i="int16")
    thumbnails = points.take(arrow.column(scene.thumbnails[: len(pictures)]))
    thumbnails = thumbnails.append_column("gap", arrow.column(scene.gaps[: len(pictures)]))
    files = [data_url(data) for data in pictures]
    thumbnails = thumbnails.append_column("picture", arrow.column(files, "str"))
    x, y = scene.middles.T
    middles = arrow.columns({"x": x, "y": y, "class": range(CLASSES)}, **small)
    return Tables(points, thumbnails, middles)


def latent_map(
    scene: Scene,
    data: Tables,
    chosen: int | None = None,
    neighbours: Sequence[int] = (),
    *,
    thumbnails: bool = True,
    zoom: bool = False,
    height: int = HEIGHT,
) -> dict[str, Any]:
    """Points by class, thumbnails, class labels, and rings around a chosen digit and its neighbours.

    `chosen` and `neighbours` are rows of the set; those that the map does not have are not ringed. A pick comes back as
    [{"i": row}] under PICK. Both axes have one scale, whatever the width, and the browser finds how many thumbnails fit.
    """
    text = _latent_map(scene.units, zoom, height)
    for placeholder, title in zip(_TITLES, scene.axes, strict=True):
        text = text.replace(json.dumps(placeholder), json.dumps(title))
    spec = json.loads(text)
    window = dict(zip(_WINDOW, (*scene.centre, *scene.span), strict=True))
    for parameter in spec["params"]:
        if parameter["name"] in window:
            parameter["value"] = window[parameter["name"]]
    spec["datasets"] = {
        "points": data.points,
        "thumbnails": data.thumbnails if thumbnails else data.thumbnails[:0],
        "middles": data.middles,
        "rings": _rings(scene, data, chosen, neighbours),
    }
    return spec


def distances(matrix: Tensor, nearest: Sequence[int]) -> dict[str, Any]:
    """The distances between the ten centroids, (10, 10), each row's smallest one framed and in bold."""
    rows = [
        {"of": i, "to": j, "distance": float(matrix[i, j]), "nearest": j == nearest[i]}
        for i in range(CLASSES)
        for j in range(CLASSES)
        if i != j
    ]
    shown = ".1f" if max(row["distance"] for row in rows) >= 10 else ".2f"
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, labelFontSize=13)
    base = alt.Chart(alt.NamedData("distances")).encode(
        x=alt.X("to:O", title="to the centroid of", axis=alt.Axis(**axis.to_dict(), orient="top")),
        y=alt.Y("of:O", title="from the centroid of", axis=axis),
        tooltip=[
            alt.Tooltip("of:O", title="from"),
            alt.Tooltip("to:O", title="to"),
            alt.Tooltip("distance:Q", title="distance, latent units", format=".3f"),
        ],
    )
    shortest, longest = min(row["distance"] for row in rows), max(row["distance"] for row in rows)
    near_is_dark = alt.Scale(scheme="blues", reverse=True, domain=[shortest, longest])
    legend = alt.Legend(
        title="distance, latent units", orient="bottom", gradientLength=180, gradientThickness=8, titleLimit=300
    )
    cells = base.mark_rect().encode(color=alt.Color("distance:Q", scale=near_is_dark, legend=legend))
    ink = alt.condition(f"datum.distance < {(shortest + longest) / 2}", alt.value("white"), alt.value("#22272d"))
    small = alt.ExprRef("bandwidth('x') < 36 ? 9 : 12")  # a phone's columns
    frames = base.transform_filter("datum.nearest").mark_rect(filled=False, stroke="#ffa90e", strokeWidth=3)
    names = base.encode(text=alt.Text("distance:Q", format=shown), color=ink)
    numbers = names.transform_filter("!datum.nearest").mark_text(fontSize=small)
    smallest = names.transform_filter("datum.nearest").mark_text(fontSize=small, fontWeight="bold")
    chart = alt.layer(cells, numbers, smallest, frames).properties(height=440)
    return chart.to_dict() | {"datasets": {"distances": arrow.rows(rows)}}


def _rings(scene: Scene, data: Tables, chosen: int | None, neighbours: Sequence[int]) -> pa.Table:
    wanted = [(row, 120) for row in neighbours] + ([(chosen, 900)] if chosen is not None else [])
    found = [(scene.position(row), size) for row, size in wanted]
    shown = [(position, size) for position, size in found if position is not None]
    table = data.points.take(arrow.column([position for position, _ in shown], "int64"))
    return table.append_column("size", arrow.column([size for _, size in shown], "int16"))


@lru_cache(maxsize=8)
def _latent_map(units: bool, zoom: bool, height: int) -> str:
    window = [alt.param(name=name, value=1) for name in _WINDOW]
    per_pixel = alt.param(name="per_pixel", expr="max(wide / width, tall / height)")  # of the map, in one pixel
    axis = alt.Axis(grid=False, tickCount=6, labels=units, ticks=False, domain=False, titleColor=QUIET)
    ends = {
        side: alt.Scale(
            domain=[alt.ExprRef(f"{middle} {sign} per_pixel * {side} / 2") for sign in "-+"], nice=False, zero=False
        )
        for side, middle in (("width", "middle_x"), ("height", "middle_y"))
    }
    place = {
        "x": alt.X("x:Q", title=_TITLES[0], scale=ends["width"], axis=axis),
        "y": alt.Y("y:Q", title=_TITLES[1], scale=ends["height"], axis=axis),
    }
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        columns=alt.ExprRef("width < 320 ? 5 : 10"),
        symbolOpacity=1,
        symbolSize=90,
        labelFontSize=13,
        columnPadding=10,
    )
    colour = alt.Color("class:N", scale=_CLASSES, legend=legend)
    tooltip = [alt.Tooltip("class:N", title="class"), alt.Tooltip("i:Q", title="digit")]
    if units:
        tooltip += [alt.Tooltip("x:Q", title="across", format=".2f"), alt.Tooltip("y:Q", title="up", format=".2f")]

    pick = alt.selection_point(name=PICK, fields=["i"], nearest=True, on="click", clear=DONE, toggle=False)
    only = alt.selection_point(name="only", fields=["class"], bind="legend", toggle="true")
    moves = [alt.selection_interval(name="window", bind="scales")] if zoom else []
    faded = alt.condition(only, alt.value(0.75), alt.value(0.04))
    points = alt.Chart(alt.NamedData("points")).mark_circle(size=18, clip=True)
    points = points.encode(**place, color=colour, opacity=faded, tooltip=tooltip).add_params(pick, only, *moves)

    fits = f"datum.gap * width / (domain('x')[1] - domain('x')[0]) >= {_SPACING}"
    inside = " && ".join(
        f"inrange(scale('{axis}', datum.{axis}), [16, {side} - 16])" for axis, side in zip("xy", ends, strict=True)
    )
    fitting = alt.Chart(alt.NamedData("thumbnails")).transform_filter(f"{fits} && {inside}")  # anew at every zoom
    shown = alt.condition(only, alt.value(1), alt.value(0.04))
    frames = fitting.mark_square(size=(_SIDE + 4) ** 2, clip=True).encode(**place, color=colour, opacity=shown)
    pictures = fitting.mark_image(width=_SIDE, height=_SIDE, smooth=False, clip=True)
    pictures = pictures.encode(**place, url="picture:N", opacity=shown, tooltip=tooltip)

    names = alt.Chart(alt.NamedData("middles")).encode(**place, text="class:N")
    text = {"fontSize": 22, "fontWeight": "bold", "clip": True}
    halo = names.mark_text(**text, stroke="white", strokeWidth=5, strokeJoin="round")
    rings = alt.Chart(alt.NamedData("rings")).encode(**place, size=alt.Size("size:Q", scale=None))
    ring = {"shape": "circle", "filled": False, "clip": True, "opacity": 1}
    layers = [
        points,
        frames,
        pictures,
        halo,
        names.mark_text(**text, color="black"),
        rings.mark_point(**ring, stroke="white", strokeWidth=6),
        rings.mark_point(**ring, stroke="black", strokeWidth=2.5),
    ]
    chart = alt.layer(*layers).add_params(*window, per_pixel).properties(height=height)
    return json.dumps(chart.configure_view(stroke=None).to_dict())
