"""Charts of what beta does: the rate-distortion curve, distances between centroids; no Streamlit.

Data and Vega-Lite specifications for `st.vega_lite_chart`. A specification depends on the network and not on beta, so that the
browser redraws the data alone while the slider moves, on axes that stay where they are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from torch import Tensor

from core.config import CLASSES
from core.divergence.beta import Look
from core.divergence.curve import Point, Row, tangent
from pages.common import arrow
from pages.common.charts import ACCENT, QUIET

Spec = dict[str, Any]


def rate_distortion(curve: Sequence[Row], here: Look, side: int) -> tuple[pa.Table, Spec]:
    """The network's curve, the place of the beta in use on it, and the line of equal cost through that place."""
    rows = [
        {
            "what": "curve",
            "rate": row["rate"],
            "distortion": row["distortion"],
            "beta": row["beta"],
            "active": row["active_dims"],
        }
        for row in curve
    ]
    rates, distortions = [row["rate"] for row in curve], [row["distortion"] for row in curve]
    ends = tangent(Point(here.rate, here.distortion), here.beta, max(rates) - min(rates), max(distortions) - min(distortions))
    rows += [{"what": "price", "rate": p.rate, "distortion": p.distortion, "beta": here.beta, "active": -1} for p in ends]
    rows.append(
        {
            "what": "here",
            "rate": here.rate,
            "distortion": here.distortion,
            "beta": here.beta,
            "active": sum(here.active),
        }
    )
    x = _span("rate", "rate: KL to the prior, in nats", rates)
    y = _span("distortion", "distortion: −log p(x|z), in nats", distortions)
    tooltip = [
        {"field": "beta", "title": "β"},
        {"field": "rate", "title": "rate, nats", "type": "quantitative", "format": ".2f"},
        {"field": "distortion", "title": "distortion, nats", "type": "quantitative", "format": ".1f"},
        {"field": "active", "title": "active dimensions"},
    ]
    on_curve = [{"filter": "datum.what == 'curve'"}]
    spec = {
        "height": side,
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "transform": on_curve,
                "mark": {"type": "line", "color": QUIET, "strokeWidth": 2, "interpolate": "monotone"},
                "encoding": {"order": {"field": "beta"}},
            },
            {
                "transform": on_curve,
                "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1, "color": QUIET},
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [{"filter": "datum.what == 'curve' && indexof([0.1, 0.3, 1, 3, 10], datum.beta) >= 0"}],
                "mark": {"type": "text", "align": "left", "dx": 8, "dy": -8, "color": QUIET},
                "encoding": {"text": {"field": "beta"}},
            },
            {
                "transform": [{"filter": "datum.what == 'price'"}],
                "mark": {"type": "line", "color": ACCENT, "strokeWidth": 1.5, "strokeDash": [6, 4], "clip": True},
            },
            {
                "transform": [{"filter": "datum.what == 'here'"}],
                "mark": {"type": "point", "filled": True, "size": 190, "opacity": 1, "color": ACCENT, "clip": True},
                "encoding": {"tooltip": tooltip},
            },
        ],
    }
    return arrow.rows(rows), spec


def distances(found: Tensor, largest: float, side: int) -> tuple[pa.Table, Spec]:
    """The distance between every two centroids, (10, 10), on a colour scale that ends at `largest`."""
    a, b = np.indices((CLASSES, CLASSES)).reshape(2, -1)
    rows = arrow.columns({"a": a, "b": b, "distance": found.flatten()}, a="int8", b="int8")
    axis = {"labelAngle": 0, "ticks": False, "domain": False, "grid": False}
    spec = {
        "height": side,
        "encoding": {
            "x": {"field": "a", "type": "ordinal", "title": None, "axis": axis | {"orient": "top"}},
            "y": {"field": "b", "type": "ordinal", "title": None, "axis": axis},
            "tooltip": [
                {"field": "a", "title": "class"},
                {"field": "b", "title": "other class"},
                {"field": "distance", "type": "quantitative", "format": ".2f", "title": "distance, latent units"},
            ],
        },
        "layer": [
            {
                "mark": {"type": "rect"},
                "encoding": {
                    "color": {
                        "field": "distance",
                        "type": "quantitative",
                        "scale": {"domain": [0, largest], "scheme": "blues"},
                        "legend": None,
                    }
                },
            },
            {
                "transform": [{"filter": "datum.a != datum.b"}],
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "text": {"field": "distance", "type": "quantitative", "format": ".1f"},
                    "color": {
                        "condition": {"test": f"datum.distance > {0.55 * largest}", "value": "white"},
                        "value": "#16191c",
                    },
                },
            },
        ],
    }
    return rows, spec


def _span(field: str, title: str, values: Sequence[float]) -> Spec:
    """An axis a little wider than the values, so that the dot at either end is whole."""
    low, high = min(values), max(values)
    margin = 0.06 * max(high - low, 1e-6)
    scale = {"domain": [low - margin, high + margin], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 6}}
