"""The charts of the comparison: data and Vega-Lite specifications for `st.vega_lite_chart`; no Streamlit."""

from typing import Any

import numpy as np
import pyarrow as pa
from torch import Tensor

from core.config import CLASSES
from pages.common import arrow
from pages.common.charts import QUIET

Spec = dict[str, Any]


def confusion(counts: Tensor, top: float, height: int = 340) -> tuple[pa.Table, Spec]:
    """How many digits of each class, (10, 10) int64 with rows the true class, are taken for which; mistakes stand out.

    `top` is the share of a class's digits at which the colour scale of the mistakes ends.
    """
    true, seen = np.indices((CLASSES, CLASSES)).reshape(2, -1)
    share = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    cells = {"true": true, "seen": seen, "count": counts.flatten(), "share": share.flatten()}
    rows = arrow.columns(cells, true="int8", seen="int8", count="int16", share="float32")
    axis = {"labelAngle": 0, "ticks": False, "domain": False, "grid": False, "labelFontSize": 12}
    tooltip = [
        {"field": "true", "title": "true class"},
        {"field": "seen", "title": "read as"},
        {"field": "count", "title": "digits"},
        {"field": "share", "title": "of the row", "type": "quantitative", "format": ".1%"},
    ]
    wrong, right = [{"filter": f"datum.true {sign} datum.seen"} for sign in ("!=", "==")]
    text = {"field": "count", "type": "quantitative"}
    strong = {"condition": {"test": f"datum.share > {0.6 * top}", "value": "white"}, "value": "black"}
    scale = {"domain": [0, top], "scheme": "oranges"}
    colour = {"field": "share", "type": "quantitative", "legend": None, "scale": scale}
    spec = {
        "height": height,
        "encoding": {
            "x": {"field": "seen", "type": "ordinal", "title": "class read", "axis": axis | {"orient": "top"}},
            "y": {"field": "true", "type": "ordinal", "title": "true class", "axis": axis},
            "tooltip": tooltip,
        },
        "layer": [
            {"transform": [right], "mark": {"type": "rect", "color": QUIET, "opacity": 0.18}},
            {"transform": [right], "mark": {"type": "text", "color": QUIET}, "encoding": {"text": text}},
            {"transform": [wrong, {"filter": "datum.count > 0"}], "mark": {"type": "rect"}, "encoding": {"color": colour}},
            {
                "transform": [wrong, {"filter": "datum.count > 0"}],
                "mark": {"type": "text", "fontWeight": "bold"},
                "encoding": {"text": text, "color": strong},
            },
        ],
        "config": {"view": {"stroke": QUIET, "strokeOpacity": 0.3}},
    }
    return rows, spec
