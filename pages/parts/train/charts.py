"""Charts of a training run: data and Vega-Lite specifications for `st.vega_lite_chart`; no Streamlit.

They are drawn anew twice a second for everybody who trains, so a specification is plain and only the data change.
"""

from collections.abc import Iterable, Sequence
from math import ceil, cos, log2, pi, sin
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor

from core.config import CLASSES, Scale
from core.interpolation import centroids
from core.maps import view
from core.running.worker import Progress
from pages.common import arrow
from pages.common.charts import ACCENT, CLASS_COLOURS, QUIET

Spec = dict[str, Any]

TERMS = {"kl": "KL, nats per image", "classification": "cross-entropy of the class, nats per image"}
ERRORS: dict[Scale, str] = {
    "elbo": "reconstruction, nats per image",
    "notebook": "reconstruction, squared error summed over an image",
}
RINGS = (1, 2)  # standard deviations of the prior
HEIGHT = 340  # pixels, of the terms together and of the map
_ROOM = 46  # pixels for a term's title and its share of the time axis


def losses(history: Iterable[Progress], terms: Sequence[str], scale: Scale, seconds: float) -> tuple[pa.Table, Spec]:
    """Each term on its own axis over the time spent; the time axis is the whole budget, so that nothing jumps."""
    shown = list(history)
    lines = {"seconds": [p.seconds for p in shown]} | {term: [p.losses[term] for p in shown] for term in terms}
    table = arrow.columns(lines, **dict.fromkeys(lines, "float32"))
    titles = TERMS | {"reconstruction": ERRORS[scale]}
    return table, {"vconcat": [_term(t, titles[t], t == terms[-1], len(terms), seconds) for t in terms], "spacing": 6}


def code_map(codes: np.ndarray, labels: np.ndarray, latent_dim: int, prior: bool) -> tuple[pa.Table, Spec]:
    """Two coordinates of the watched digits' codes, (N, 2), (N,), by class; with the rings of the prior if there is one."""
    points, classes = torch.from_numpy(codes), torch.from_numpy(labels)
    names = ("z₁", "z₂") if latent_dim == 2 else ("the widest coordinate", "second widest")
    axes = tuple(f"{name}, latent units" for name in names)
    reach = max(view.extent(points), 1e-3)
    side = 2 ** (ceil(2 * log2(reach)) / 2)  # in steps, so that the axes seldom change while the codes spread out
    return _codes_map(points, classes, centroids(points, classes), side, axes, prior)


def _codes_map(
    points: Tensor, labels: Tensor, centres: Tensor, extent: float, axes: tuple[str, str], rings: bool
) -> tuple[pa.Table, Spec]:
    """Codes, (N, 2), in their classes' colours, each class's number at its centroid, (10, 2), and the prior as `rings`.

    The square of half-side `extent` about the origin is always in view, and a unit is as long across as it is up.
    """
    x, y = torch.cat([points, centres]).T
    digit, what = torch.cat([labels, torch.arange(CLASSES)]), np.repeat([0, 1], [len(points), CLASSES])
    sent_as = {"x": "float32", "y": "float32", "digit": "int8", "what": "int8"}
    rows = arrow.columns({"x": x, "y": y, "digit": digit, "what": what}, **sent_as)
    x, y = (
        {
            "field": field,
            "type": "quantitative",
            "title": title,
            "scale": {"domain": [{"expr": f"{sign}{extent} * max(1, {longer})"} for sign in "-+"], "nice": False},
            "axis": {"tickCount": 7, "grid": False},
        }
        for field, title, longer in zip("xy", axes, ("width / height", "height / width"), strict=True)
    )
    colour = {
        "field": "digit",
        "type": "nominal",
        "scale": {"domain": list(range(CLASSES)), "range": list(CLASS_COLOURS)},
        "legend": None,
    }
    radii = RINGS if rings else ()
    ring = [{"x": r * cos(a * pi / 36), "y": r * sin(a * pi / 36), "r": r, "a": a} for r in radii for a in range(73)]
    name = {"type": "text", "fontSize": 17, "fontWeight": "bold", "clip": True}
    spec = {
        "height": HEIGHT,
        "layer": [
            {
                "data": {"values": ring},
                "mark": {"type": "line", "color": QUIET, "strokeWidth": 1, "strokeDash": [3, 3]},
                "encoding": {"x": x, "y": y, "detail": {"field": "r"}, "order": {"field": "a"}},
            },
            {
                "transform": [{"filter": "datum.what == 0"}],
                "mark": {"type": "circle", "size": 14, "opacity": 0.75, "clip": True},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": colour,
                    "tooltip": [
                        {"field": "digit", "title": "digit"},
                        {"field": "x", "title": axes[0], "type": "quantitative", "format": ".2f"},
                        {"field": "y", "title": axes[1], "type": "quantitative", "format": ".2f"},
                    ],
                },
            },
            {
                "transform": [{"filter": "datum.what == 1"}],
                "mark": name | {"stroke": "white", "strokeWidth": 4},
                "encoding": {"x": x, "y": y, "text": {"field": "digit"}},
            },
            {
                "transform": [{"filter": "datum.what == 1"}],
                "mark": name | {"color": "#16191c"},
                "encoding": {"x": x, "y": y, "text": {"field": "digit"}},
            },
        ],
    }  # fmt: skip
    return rows, spec


def _term(term: str, title: str, last: bool, count: int, seconds: float) -> Spec:
    """One term's line; the lowest has the time axis of all."""
    return {
        "height": (HEIGHT - _ROOM * count) // count,
        "width": "container",
        "title": {"text": title, "anchor": "start", "fontSize": 12, "offset": 6},
        "mark": {"type": "line", "color": ACCENT, "interpolate": "monotone"},
        "encoding": {
            "x": {
                "field": "seconds",
                "type": "quantitative",
                "title": "training time, s" if last else None,
                "scale": {"domain": [0, seconds]},
                "axis": {"tickCount": 5, "labels": last, "ticks": last},
            },
            "y": {
                "field": term,
                "type": "quantitative",
                "title": None,
                "scale": {"zero": False},
                "axis": {"tickCount": 3, "minExtent": 36},
            },
            "tooltip": [
                {"field": "seconds", "title": "training time, s", "format": ".1f", "type": "quantitative"},
                {"field": term, "title": title, "format": ".4g", "type": "quantitative"},
            ],
        },
    }
