"""Maps of codes on which every point is decoded in the browser, by the network itself, while the pointer moves.

Chosen by measurement (Chromium, one model, milliseconds from a point to its picture, and what travels once):

| way | time | sent once | off from PyTorch by at most |
|---|---|---|---|
| the network in plain JavaScript, dense 2-128-256-512-784 | 0.2 | 1.05 MB | 0.000001 |
| the same, convolutional | 1.3 | 0.21 MB | 0.000001 |
| 32x32 decoded pictures of a dense VAE, blended | 0.01 | 0.12 MB | 0.36, in the mean 0.004 |
| ONNX Runtime's web build | 0.2 to 0.6 | 14 MB of WebAssembly | not measured |

So the network runs in JavaScript. It is the model itself, it works for planes through codes of any size and for networks
trained a minute ago, and a move of beta weighs little: an every-beta network gets a few scales and shifts.
The judge (2.7 ms) runs beside it, after the picture is on the screen.

The browser tells the server only what is pinned. What it sends is checked here and never reaches core unchecked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.maps.cuts import Cut, Spread
from core.maps.view import View
from pages.common import address, arrow, messages, shelf
from pages.common.charts import CLASS_COLOURS
from pages.common.plane import pins as pins_in
from pages.common.plane.pins import Pin
from pages.common.shelf import File

HERE = Path(__file__).parent
BESIDE = 0.17  # of a map's half-side: as much as the cursor and half of a numeral are wide

_mount = st.components.v2.component(
    "latent_lab_plane",
    html="<div class='latent-planes'></div>",
    css=(HERE / "plane.css").read_text(encoding="utf-8"),
    js=(HERE / "boot.js").read_text(encoding="utf-8"),
)
_code = shelf.file(
    "plane",
    b"\n".join(
        [
            messages.SCRIPT.encode(),
            *((HERE / f"{part}.js").read_bytes() for part in ("network", "map", "hands", "panel", "planes")),
        ]
    ),
    "js",
)
_depot = st.components.v2.component("latent_lab_depot", js=(HERE / "depot.js").read_text(encoding="utf-8"))

Place = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Plane:
    """One map: a network's decoder, where it is cut, the codes on it and what is marked."""

    title: str
    decoder: File
    codes: File
    cut: Cut
    axes: tuple[str, str]
    centre: Place
    span: Place  # what has to fit on the map, across and up
    middles: Sequence[Sequence[float]]  # (10, 2), where the classes' numerals stand
    film: File | None = None  # of an every-beta network at its beta
    note: str = ""
    spreads: Sequence[Spread] = ()  # posteriors, of the picked digit or of both ends of a walk
    prior: bool = False  # whether N(0, I) is drawn, as rings at 1 and 2 sigma
    chosen: int | None = None  # row of the picked digit
    near: Sequence[int] = ()  # rows of its neighbours
    own: Place | None = None  # where a digit lies that is not among the codes
    way: Sequence[Sequence[float]] = ()  # (F, 2), places of a walk's frames
    start: Place = (0.0, 0.0)  # where the cursor stands at first
    height: int = 560  # pixels, of the map
    thumbnails: bool = False
    zoom: bool = False


def through(view: View, extent: float, **more: Any) -> Plane:
    """A square map about the origin, of half-side `extent`, seen through a window on latent space; `more` fields of Plane."""
    names = ("z₁", "z₂") if view.flat else ("principal direction 1", "principal direction 2")
    axes = (f"{names[0]}, in latent units", f"{names[1]}, in latent units")
    return Plane(axes=axes, centre=(0.0, 0.0), span=(2 * extent, 2 * extent), **more)


def beside(place: Sequence[float], extent: float) -> Place:
    """A place to the right of a numeral, on a map of that half-side, where the cursor does not cover it."""
    x, y = place
    return x + BESIDE * extent, y


def planes(
    prefix: str,
    shown: Sequence[Plane],
    judge: File,
    digits: File,
    warn: address.Warn,
    on_pick: Callable[[int], None] | None = None,
    linked: bool = False,
) -> tuple[Pin, ...]:
    """Draw the planes side by side; returns the pins, at most two on each plane, the older first.

    On `linked` planes, where a place means the same on all, a move over one moves the cursor of all, and so do the pins, of
    which there are at most two then. Pins are kept in the session and in the address, as `prefix`-pins; `warn` gets a sentence
    if the address or the browser says nonsense. `on_pick` gets the row of the digit whose code was nearest when a place was
    pinned.
    """
    state, mounted, name = f"{prefix}-pins-kept", f"{prefix}-latent-plane", f"{prefix}-pins"
    pins, version = address.kept(state, lambda say: _asked(name, linked, say), warn)

    def pinned() -> None:
        row, message = None, st.session_state[mounted].get("pinned")
        with messages.checked(state, message):
            pins, row = pins_in.read_message(message, len(shown), linked)
            st.session_state[state] = pins, version
        if row is not None and on_pick is not None:
            on_pick(row)

    if said := messages.refused(state):
        warn(f"The browser sent pins that cannot be used ({said}); they stay where they were.")
    pins = tuple(pin for pin in pins if pin.plane < len(shown))
    pins = pins[-pins_in.MOST :] if linked else pins
    address.write({name: pins_in.to_text(pins)})
    files = [_code, judge, digits, *(found for plane in shown for found in (plane.decoder, plane.codes, plane.film) if found)]
    where = {found.name: shelf.address(found) for found in files}
    data = {
        "planes": [_told(plane, where) for plane in shown],
        "code": where[_code.name],
        "judge": where[judge.name],
        "digits": where[digits.name],
        "colours": list(CLASS_COLOURS),
        "linked": linked,
        "pins": [[pin.plane, pin.x, pin.y] for pin in pins],
        "heard": messages.heard(state),
        "version": version,
    }
    _mount(key=mounted, data=arrow.without_tables(data), on_pinned_change=pinned)
    for found in dict.fromkeys(files):
        if where[found.name].startswith("depot:"):
            _depot(key=f"{prefix}-{found.name}", data=f"{found.name}\n".encode() + found.data)
    return pins


def _asked(name: str, linked: bool, warn: address.Warn) -> tuple[Pin, ...]:
    text = st.query_params.get(name)
    if not text:
        return ()
    try:
        return pins_in.read_text(text, linked)
    except ValueError:
        warn(
            f"The address asked for pins that there are not: {name} is a place on the map such as 0.4_-1.2, or two of them "
            "joined by ~; before a place on another than the first map stand its number and a colon. None is set."
        )
        return ()


def _told(plane: Plane, where: dict[str, str]) -> dict[str, Any]:
    """What the browser is told of a plane."""
    return {
        "title": plane.title,
        "decoder": where[plane.decoder.name],
        "codes": where[plane.codes.name],
        "film": plane.film and where[plane.film.name],
        "origin": plane.cut.origin.tolist(),
        "axes": plane.cut.axes.tolist(),
        "names": list(plane.axes),
        "centre": list(plane.centre),
        "span": list(plane.span),
        "middles": [list(map(float, place)) for place in plane.middles],
        "note": plane.note,
        "posteriors": [
            {"mean": one.mean.tolist(), "root": one.root.tolist(), "draws": one.draws.tolist()} for one in plane.spreads
        ],
        "prior": plane.prior,
        "chosen": plane.chosen,
        "near": list(plane.near),
        "own": plane.own and list(plane.own),
        "way": [list(map(float, place)) for place in plane.way],
        "start": list(plane.start),
        "height": plane.height,
        "thumbnails": plane.thumbnails,
        "zoom": plane.zoom,
    }  # fmt: skip
