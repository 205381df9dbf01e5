"""The playground's charts: data and Vega-Lite specifications for `st.vega_lite_chart`; no Streamlit.

The specifications stay the same while a slider moves, so that the browser redraws the data alone.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import pyarrow as pa

from core.divergence.discrete import Discrete
from core.divergence.gaussians import SPAN, Comparison
from pages.common import arrow
from pages.common.charts import ACCENT, QUIET

Spec = dict[str, Any]
ABOVE, BELOW = "#2f86d0", "#e76300"  # what adds to a divergence, and what takes from it
LOWEST = -0.2  # q log(q / p) >= -p / e, which is never below -0.147
TICKS = [round(-SPAN + 2 * k) for k in range(round(SPAN) + 1)]


def terms(found: Discrete, outcomes: Sequence[str]) -> tuple[pa.Table, Spec]:
    """P_k log(P_k / Q_k) of every outcome as a signed bar; an infinite one is a bar to the top with the sign for it."""
    finite = [t for t in found.terms if isfinite(t)]
    top = max(0.25, 1.25 * max(finite, default=0))
    rows = arrow.columns(
        {
            "outcome": list(outcomes),
            "p": found.p,
            "q": found.q,
            "term": [t if isfinite(t) else top for t in found.terms],
            "text": [f"{t:+.2f}".replace("-", "−") if isfinite(t) else "∞" for t in found.terms],
            "sign": ["adds" if t >= 0 else "takes away" for t in found.terms],
        }
    )
    place = {
        "x": {
            "field": "outcome",
            "type": "nominal",
            "sort": None,
            "title": None,
            "axis": {"labelAngle": 0, "ticks": False},
        },
        "y": {
            "field": "term",
            "type": "quantitative",
            "title": "nats",
            "scale": {"domain": [min(-0.2, 1.25 * min(finite, default=0)), top]},
            "axis": {"tickCount": 5},
        },
        "tooltip": [
            {"field": "outcome", "title": "outcome"},
            {"field": "p", "title": "P", "format": ".2f", "type": "quantitative"},
            {"field": "q", "title": "Q", "format": ".2f", "type": "quantitative"},
            {"field": "text", "title": "P log(P/Q), nats"},
        ],
    }
    spec = {
        "height": 210,
        "layer": [
            {"mark": {"type": "bar"}, "encoding": place | {"color": _signs("sign", ["adds", "takes away"])}},
            _zero(),
            *(
                {
                    "transform": [{"filter": f"datum.term {sign} 0"}],
                    "mark": {"type": "text", "dy": dy, "color": QUIET, "fontSize": 12},
                    "encoding": place | {"text": {"field": "text"}},
                }
                for sign, dy in ((">=", -8), ("<", 9))
            ),
        ],
    }
    return rows, spec


def densities(found: Comparison) -> tuple[pa.Table, Spec]:
    """q, filled, and p, dashed, over the same axis."""
    rows = arrow.columns({"x": found.x, "q": found.q, "p": found.p}, x="float32", q="float32", p="float32")
    line, title, top = {"type": "line", "strokeWidth": 2}, "density", _top(found.q.max().item(), 0.5)
    spec = {
        "height": 200,
        "encoding": {"x": _axis(), "tooltip": _numbers({"x": "z", "q": "q(z)", "p": "p(z)"})},
        "layer": [
            {
                "mark": {"type": "area", "color": ACCENT, "opacity": 0.18},
                "encoding": {"y": _height("q", title, 0, top)},
            },
            {"mark": line | {"color": ACCENT}, "encoding": {"y": _height("q", title, 0, top)}},
            {"mark": line | {"color": QUIET, "strokeDash": [5, 3]}, "encoding": {"y": _height("p", title, 0, top)}},
        ],
    }
    return rows, spec


def integrand(found: Comparison) -> tuple[pa.Table, Spec]:
    """q log(q / p), shaded above and below zero: the area above less the area below is the divergence."""
    parts = {"x": found.x, "above": found.integrand.clamp(min=0), "below": found.integrand.clamp(max=0)}
    title, top = "nats per unit of z", _top(found.integrand.max().item(), 1.0)
    across = {"x": _axis(), "tooltip": _numbers({"x": "z", "above": "above zero", "below": "below zero"})}
    spec = {
        "height": 200,
        "layer": [
            {"mark": _shade(ABOVE), "encoding": across | {"y": _height("above", title, LOWEST, top)}},
            {"mark": _shade(BELOW), "encoding": across | {"y": _height("below", title, LOWEST, top)}},
            _zero(),
        ],
    }
    return arrow.columns(parts, **dict.fromkeys(parts, "float32")), spec


def _zero() -> Spec:
    return {"mark": {"type": "rule", "color": QUIET}, "encoding": {"y": {"datum": 0}}}


def _shade(colour: str) -> Spec:
    return {"type": "area", "color": colour, "opacity": 0.55, "line": {"color": colour}}


def _axis() -> Spec:
    return {"field": "x", "type": "quantitative", "title": "z", "scale": {"domain": [-SPAN, SPAN]}, "axis": {"values": TICKS}}


def _height(field: str, title: str, low: float, high: float) -> Spec:
    scale = {"domain": [low, high], "nice": False}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 4}}


def _top(value: float, first: float) -> float:
    """The end of an axis: `first`, or as often doubled as it takes, so that the axis changes seldom."""
    return first if value <= first else _top(value, 2 * first)


def _numbers(fields: dict[str, str]) -> list[Spec]:
    return [{"field": name, "title": title, "type": "quantitative", "format": ".3f"} for name, title in fields.items()]


def _signs(field: str, kinds: list[str]) -> Spec:
    legend = {"title": None, "orient": "top"}
    return {"field": field, "type": "nominal", "scale": {"domain": kinds, "range": [ABOVE, BELOW]}, "legend": legend}
