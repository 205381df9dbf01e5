"""The chart of all pairs of classes: a specification for st.vega_lite_chart, made once and kept; no Streamlit."""

import json
from functools import lru_cache
from typing import Any

import altair as alt

from core.evaluation import Purity
from pages.common import arrow
from pages.common.charts import QUIET


def pair_matrix(purity: Purity, top: float) -> dict[str, Any]:
    """The share of third-class frames between each two classes, in percent, as a triangle; `top` ends the colour scale."""
    spec = json.loads(_pair_matrix(round(top, 1)))
    rows = [
        {"a": row.a, "b": row.b, "share": 100 * row.third_class_share, "first": _named(row.first_third_class)}
        for row in purity.table
    ]
    spec["datasets"] = {"pairs": arrow.rows(rows)}
    return spec


@lru_cache(maxsize=20)
def _pair_matrix(top: float) -> str:
    pairs = alt.Chart(alt.NamedData("pairs"))
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, grid=False)
    x = alt.X("b:O", title="to", axis=axis)
    y = alt.Y("a:O", title="from", axis=axis)
    colour = alt.Color("share:Q", title="% of frames", scale=alt.Scale(scheme="oranges", domain=[0, top]), legend=None)
    tooltip = [
        alt.Tooltip("a:O", title="from"),
        alt.Tooltip("b:O", title="to"),
        alt.Tooltip("share:Q", title="third class, % of frames", format=".0f"),
        alt.Tooltip("first:N", title="first third class"),
    ]
    met = alt.condition("datum.share > 0", alt.value(1), alt.value(0))  # a pair that meets nobody is left blank
    cells = pairs.mark_rect(stroke=QUIET, strokeWidth=0.5).encode(x=x, y=y, color=colour, fillOpacity=met, tooltip=tooltip)
    strong = alt.Color(
        condition=[{"test": f"datum.share > {0.6 * top}", "value": "white"}, {"test": "datum.share > 0", "value": "black"}],
        value=QUIET,
    )
    text = pairs.mark_text(fontSize=12).encode(x=x, y=y, text=alt.Text("share:Q", format=".0f"), color=strong)
    return alt.layer(cells, text).properties(height=300).to_json()


def _named(k: int | None) -> str:
    return "none" if k is None else f"{k}"
