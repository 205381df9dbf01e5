"""Animations that play in the page: frames, the judge's probabilities and the place on the map move in step, in the browser."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from core.checked import whole
from pages.common import address, arrow, messages
from pages.common.charts import CLASS_COLOURS
from pages.common.data_url import data_url

HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "latent_lab_player",
    html="<div class='player'></div>",
    css=(HERE / "player.css").read_text(encoding="utf-8"),
    js="\n".join(
        [messages.SCRIPT, *((HERE / f"{part}.js").read_text(encoding="utf-8") for part in ("chart", "reel", "player"))]
    ),
)


@dataclass(frozen=True)
class Frame:
    """What is said about a frame: two short captions, a sentence, a judge's probabilities, its place on the map."""

    label: str
    colour: str
    flagged: bool
    note: str
    sentence: str
    chances: Sequence[float]  # ten, one for each class
    place: Sequence[float]  # x and y


@dataclass(frozen=True)
class Chart:
    """A map for a walk: real codes in their classes' colours, centroids, and what has to be in view. See core.maps.path."""

    name: str
    axes: tuple[str, str]
    cloud: str  # Backdrop.packed in base64
    low: tuple[float, float]
    high: tuple[float, float]
    middles: Sequence[tuple[float, float]]
    centre: tuple[float, float]
    span: tuple[float, float]
    ends: str  # what the walk joins: "centroids", which are labelled, or "digits"


@dataclass(frozen=True)
class Reel:
    """One animation: its frames as a strip of 28x28 pixels each, a PNG file, and what is said about them."""

    title: str
    notes: Sequence[str]
    strip: bytes
    frames: Sequence[Frame]
    chart: Chart | None = None


def player(prefix: str, reels: Sequence[Reel], legend: str, rate: float, circular: bool, warn: address.Warn) -> int | None:
    """Draw the reels, which have equally many frames; returns the frame that is stopped at, from 0, or None while they play.

    `rate` is in frames per second; a circular animation goes round, another there and back. They start by themselves unless the
    visitor's system asks for less motion or the address names a frame, `prefix`-frame, counted from 1; it is written there
    whenever the visitor stops. `warn` gets a sentence if there is no such frame.
    """
    state, mounted, name, count = f"{prefix}-frame-shown", f"{prefix}-player", f"{prefix}-frame", len(reels[0].frames)
    frame, version = address.kept(state, lambda say: _asked(name, count, say), warn)

    def stopped() -> None:
        message = st.session_state[mounted].get("stopped")
        with messages.checked(state, message):
            st.session_state[state] = read_message(message, count), version

    if said := messages.refused(state):
        warn(f"The browser sent a frame that cannot be used ({said}); the animation stays where it was.")
    if frame is not None and frame >= count:  # the walk has become shorter
        frame = count - 1
    # whenever it is drawn, because another page's address does not have it
    address.write({name: None if frame is None else str(frame + 1)})
    films = [asdict(reel) | {"strip": data_url(reel.strip)} for reel in reels]
    data = {
        "reels": films,
        "legend": legend,
        "rate": rate,
        "circular": circular,
        "frame": frame,
        "version": version,  # another one: the visitor has gone to this frame by Back or Forward
        "heard": messages.heard(state),
        "colours": CLASS_COLOURS,
    }
    _mount(key=mounted, data=arrow.without_tables(data), on_stopped_change=stopped)
    return frame


def read_message(message: object, count: int) -> int | None:
    """The frame, of `count`, that the browser says it stopped at; None while it plays. Raises ValueError."""
    if not isinstance(message, dict) or "frame" not in message:
        raise ValueError("not a message of this animation")
    frame = message["frame"]
    return None if frame is None else whole("a frame", frame, 0, count - 1)


def _asked(name: str, count: int, warn: address.Warn) -> int | None:
    text = st.query_params.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= count:
        return int(text) - 1
    warn(f"The address asked for a frame that there is not: {name} goes from 1 to {count}, so it begins at the first.")
    return None
