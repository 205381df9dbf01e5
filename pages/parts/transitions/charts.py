"""The charts of a walk: specifications for st.vega_lite_chart; no Streamlit.

A specification is made once and kept; only its data change from frame to frame and from walk to walk.
"""

import json
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.config import CLASSES
from core.evaluation import Purity
from core.walks.transitions import Transition
from pages.common.charts import CLASS_COLOURS, QUIET

FLAG = "#d1491f"
JUDGED_HEIGHT = 250  # pixels, with axis and legend

_HALO = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
_ABOUT = [
    alt.Tooltip("frame:Q"),
    alt.Tooltip("distance:Q", title="distance, latent units", format=".2f"),
    alt.Tooltip("judge:N", title="the judge sees"),
    alt.Tooltip("third:N", title="a third class"),
    alt.Tooltip("support:Q", title="real codes near"),
    alt.Tooltip("sharpness:Q", title="sharpness, of a real digit's", format=".2f"),
]


def judged(walk: Transition, now: int | None) -> dict[str, Any]:
    """The judge's probabilities, stacked, a bar for each frame; third classes flagged above, and a box around frame `now`."""
    spec = json.loads(_judged())
    table = _frames(walk, now)
    for k in range(CLASSES):
        table[f"{k}"] = walk.probabilities[:, k].numpy()
    spec["datasets"] = {"frames": table}
    return spec


def pair_matrix(purity: Purity, top: float) -> dict[str, Any]:
    """The share of third-class frames between each two classes, in percent, as a triangle; `top` ends the colour scale."""
    spec = json.loads(_pair_matrix(round(top, 1)))
    rows = [
        {"a": row.a, "b": row.b, "share": 100 * row.third_class_share, "first": _named(row.first_third_class)}
        for row in purity.table
    ]
    spec["datasets"] = {"pairs": pd.DataFrame(rows)}
    return spec


def _frames(walk: Transition, now: int | None) -> pd.DataFrame:
    count = len(walk)
    return pd.DataFrame(
        {
            "frame": np.arange(1, count + 1, dtype=np.int16),
            "distance": walk.path.distance.numpy(),
            "judge": walk.labels.numpy().astype(np.int8),
            "third": ["yes" if third else "no" for third in walk.third.tolist()],
            "support": walk.support.numpy().astype(np.int16),
            "sharpness": walk.sharpness.numpy(),
            "now": np.arange(count) == (-1 if now is None else now),
        }
    )


@lru_cache(maxsize=1)
def _judged() -> str:
    top = alt.Scale(domain=[0, 1.25], nice=False)  # with room above for the flags
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False, domain=False)
    x = alt.X("frame:O", title="frame", axis=axis, scale=alt.Scale(paddingInner=0.06, paddingOuter=0.1))
    y = alt.Y("p:Q", title="judge's probability", stack="zero", scale=top, axis=alt.Axis(format="%", values=[0, 0.5, 1]))
    frames = alt.Chart(alt.NamedData("frames"))
    long = frames.transform_fold([f"{k}" for k in range(CLASSES)], as_=["class", "p"])
    colour = alt.Color(
        "class:N",
        scale=alt.Scale(domain=[f"{k}" for k in range(CLASSES)], range=list(CLASS_COLOURS)),
        legend=alt.Legend(
            title=None,
            orient="bottom",
            direction="horizontal",
            columns=alt.ExprRef("width < 320 ? 5 : 10"),
            symbolSize=80,
            columnPadding=8,
            offset=2,
        ),
    )
    chance = [alt.Tooltip("class:N"), alt.Tooltip("p:Q", title="probability", format=".1%")]
    bars = long.mark_bar().encode(x=x, y=y, color=colour, order="class:Q", tooltip=[*chance, *_ABOUT])

    wide = alt.ExprRef("bandwidth('x') >= 11 ? 1 : 0")
    stacked = long.transform_stack(stack="p", as_=["from", "to"], groupby=["frame"], sort=[alt.SortField("class")])
    named = stacked.transform_filter("datum.p >= 0.3").transform_calculate(at="(datum.from + datum.to) / 2")
    text = {"fontSize": 13, "fontWeight": "bold", "opacity": wide}
    y_at = alt.Y("at:Q", scale=top)
    names = [
        named.mark_text(**text, **_HALO).encode(x=x, y=y_at, text="class:N"),
        named.mark_text(**text, color="black").encode(x=x, y=y_at, text="class:N"),
    ]
    third = frames.transform_filter("datum.third == 'yes'").encode(x=x, y=alt.datum(1.06, scale=top), tooltip=_ABOUT)
    flags = [
        third.mark_point(shape="triangle-down", filled=True, size=60, color=FLAG, opacity=1),
        third.mark_text(dy=-12, fontWeight="bold", color=FLAG, opacity=wide).encode(text="judge:N"),
    ]
    now = frames.transform_filter("datum.now").encode(x=x, y=alt.datum(0, scale=top), y2=alt.datum(1))
    boxes = [
        now.mark_bar(fillOpacity=0, stroke=tone, strokeWidth=width, tooltip=None)
        for tone, width in (("black", 4), ("white", 1.5))
    ]
    chart = alt.layer(bars, *names, *flags, *boxes).properties(height=JUDGED_HEIGHT).configure_view(stroke=None)
    return chart.to_json()


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
