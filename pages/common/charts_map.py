"""The charts of the latent map: data in, alt.Chart or a specification out; no Streamlit."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.config import CLASSES
from core.map_scene import Scene
from pages.common.charts import CLASS_COLOURS, QUIET

HEIGHT = 590  # pixels
SIDE = 28  # pixels, of a thumbnail
SPACING = 46  # pixels between the middles of thumbnails, so that the points between them can be seen
PICK = "pick"


def latent_map(
    scene: Scene, pictures: Sequence[bytes], chosen: int | None, neighbours: Sequence[int], height: int = HEIGHT
) -> dict[str, Any]:
    """A specification for st.vega_lite_chart: points by class, thumbnails, class labels, and rings around the chosen digit.

    `pictures` are the PNG files of the scene's thumbnails, none to leave them out; `chosen` and `neighbours` are rows of the set,
    and those that the map does not have are not ringed. A pick is returned as [{"i": row}] under PICK. Both axes have the same
    scale, whatever the width; how many thumbnails fit follows from it in the browser.
    """
    (x, y), (wide, high) = scene.centre, scene.span
    units_per_pixel = alt.param(name="upp", expr=f"max({wide} / width, {high} / height)")
    encoding = {
        "x": alt.X("x:Q", title=scene.axes[0], scale=_domain(x, "width"), axis=_axis(scene)),
        "y": alt.Y("y:Q", title=scene.axes[1], scale=_domain(y, "height"), axis=_axis(scene)),
    }
    colour = alt.Color(
        "class:N",
        scale=alt.Scale(domain=list(range(CLASSES)), range=list(CLASS_COLOURS)),
        legend=alt.Legend(title="class", orient="top", direction="horizontal", symbolOpacity=1, symbolSize=90),
    )
    pick = alt.selection_point(name=PICK, fields=["i"], nearest=True, on="click", clear=False, toggle=False)
    only = alt.selection_point(name="only", fields=["class"], bind="legend")
    faded = alt.condition(only, alt.value(0.7), alt.value(0.05))
    tooltip = [alt.Tooltip("i:Q", title="digit number"), alt.Tooltip("class:N", title="class")]
    if scene.units:
        tooltip += [alt.Tooltip("x:Q", title="across", format=".2f"), alt.Tooltip("y:Q", title="up", format=".2f")]

    points = alt.Chart(alt.NamedData("points")).mark_circle(size=16, clip=True)
    points = points.encode(**encoding, color=colour, opacity=faded, tooltip=tooltip).add_params(pick, only)
    fit = f"datum.gap / upp >= {SPACING}"
    thumbnails = alt.Chart(alt.NamedData("thumbnails")).transform_filter(fit)
    shown = alt.condition(only, alt.value(1), alt.value(0.05))
    frames = thumbnails.mark_square(size=(SIDE + 4) ** 2, opacity=1).encode(**encoding, color=colour, opacity=shown)
    digits = thumbnails.mark_image(width=SIDE, height=SIDE, smooth=False).encode(
        **encoding, url="picture:N", opacity=shown, tooltip=tooltip
    )
    rings = alt.Chart(alt.NamedData("rings"))
    halo = rings.mark_point(filled=False, strokeWidth=5, stroke="white").encode(**encoding, size=alt.Size("size:Q", scale=None))
    ring = rings.mark_point(filled=False, strokeWidth=2.5, stroke="black").encode(**encoding, size=alt.Size("size:Q", scale=None))
    names = alt.Chart(alt.NamedData("middles")).encode(**encoding, text="class:N")
    style = {"fontSize": 22, "fontWeight": "bold"}
    labels = [names.mark_text(**style, stroke="white", strokeWidth=5, strokeJoin="round"), names.mark_text(**style, color="black")]

    chart = alt.layer(points, frames, digits, *labels, halo, ring).add_params(units_per_pixel).properties(height=height)
    chart = chart.configure_view(stroke=None)
    spec = chart.to_dict()
    spec["datasets"] = {
        "points": _points(scene),
        "thumbnails": _thumbnails(scene, pictures),
        "middles": _middles(scene),
        "rings": _rings(scene, chosen, neighbours),
    }
    return spec


def _domain(middle: float, side: str) -> alt.Scale:
    ends = [alt.ExprRef(f"{middle} {sign} upp * {side} / 2") for sign in "-+"]
    return alt.Scale(domain=ends, nice=False, zero=False)


def _axis(scene: Scene) -> alt.Axis:
    return alt.Axis(grid=False, tickCount=6, labels=scene.units, ticks=scene.units, titleColor=QUIET, domain=False)


def _points(scene: Scene) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": scene.places[:, 0].numpy().astype(np.float32),
            "y": scene.places[:, 1].numpy().astype(np.float32),
            "class": scene.labels.numpy().astype(np.int8),
            "i": scene.rows.numpy().astype(np.int16),
        }
    )


def _thumbnails(scene: Scene, pictures: Sequence[bytes]) -> pd.DataFrame:
    table = _points(scene).iloc[scene.thumbnails[: len(pictures)].numpy()].reset_index(drop=True)
    table["gap"] = scene.gaps[: len(pictures)].numpy().clip(max=1e30).astype(np.float32)
    table["picture"] = [f"data:image/png;base64,{b64encode(data).decode()}" for data in pictures]
    return table


def _middles(scene: Scene) -> pd.DataFrame:
    return pd.DataFrame(
        {"x": scene.middles[:, 0].numpy(), "y": scene.middles[:, 1].numpy(), "class": np.arange(CLASSES, dtype=np.int8), "i": -1}
    )


def _rings(scene: Scene, chosen: int | None, neighbours: Sequence[int]) -> pd.DataFrame:
    wanted = [(row, 110) for row in neighbours] + ([(chosen, 700)] if chosen is not None else [])
    found = [(scene.position(row), size) for row, size in wanted]
    at = [position for position, _ in found if position is not None]
    table = _points(scene).iloc[at].reset_index(drop=True)
    table["size"] = np.array([size for position, size in found if position is not None], dtype=np.int16)
    return table
