"""A drawing area for mouse, pen, finger and keys, with undo, clear and three brushes; it reports strokes, not pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.pictures.strokes import MAX_POINTS, MAX_STROKES, SIDE, WIDTHS, Stroke, StrokesError, require_few
from pages.common import arrow, messages
from pages.common.data_url import data_url

HERE = Path(__file__).parent
ABOUT = "canvas"  # all drawing areas tell the same: a visitor has one drawing, on whatever page

_mount = st.components.v2.component(
    "latent_lab_canvas",
    html="<div class='drawing'></div>",
    css=(HERE / "canvas.css").read_text(encoding="utf-8"),
    js="\n".join(
        [messages.SCRIPT, *((HERE / f"{part}.js").read_text(encoding="utf-8") for part in ("canvas", "paint", "tools"))]
    ),
)


def canvas(
    key: str,
    strokes: Sequence[Stroke],
    version: int,
    said: str,
    picture: bytes | None,
    drawn: Callable[[tuple[Stroke, ...]], object],
    refused: Callable[[str], object],
) -> None:
    """The drawing area with these strokes on it; strokes of another `version` replace what the visitor sees.

    `said` stands below and is read aloud when it changes. `picture` is a PNG file for the button that saves it. After each
    stroke, before the page is run again, `drawn` gets all strokes, or `refused` a sentence if what came was no drawing.
    """

    def reported() -> None:
        message = st.session_state[key].get("drawing")
        messages.hear(ABOUT, message)
        try:
            found = checked(message)
        except StrokesError as error:
            refused(str(error))
        else:
            drawn(found)

    data = {
        "strokes": [[stroke.width, *(value for place in stroke.places for value in place)] for stroke in strokes],
        "version": version,
        "heard": messages.heard(ABOUT),
        "said": said,
        "picture": "" if picture is None else data_url(picture),
        "side": SIDE,
        "widths": list(WIDTHS),
        "limits": [MAX_STROKES, MAX_POINTS],
    }
    _mount(key=key, data=arrow.without_tables(data), on_drawing_change=reported)


def checked(message: Any) -> tuple[Stroke, ...]:
    """The strokes in a message from the browser. Raises StrokesError with a sentence for anything else.

    A message is {"strokes": [[width, x, y, x, y, ...], ...]}, all whole numbers. Sizes are looked at before numbers, so that
    refusing ten million of them costs nothing.
    """
    lines = message.get("strokes") if isinstance(message, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines[: MAX_STROKES + 1]):
        raise StrokesError("What came from the drawing area is no drawing; clear it and begin again.")
    require_few(len(lines), sum(len(line) // 2 for line in lines[:MAX_STROKES]))
    for line in lines:
        if not all(type(value) is int for value in line):  # no bool, no float, and so no not-a-number
            raise StrokesError("A stroke is made of whole numbers, and something else came; clear the drawing.")
        if len(line) % 2 == 0:
            raise StrokesError("A stroke is a width and pairs of numbers, and half a pair came; clear the drawing.")
    return tuple(Stroke(line[0], tuple(zip(line[1::2], line[2::2], strict=True))) for line in lines)
