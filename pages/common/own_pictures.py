"""A visitor's own digit, drawn or uploaded: one picture, kept in the visitor's session and in the address.

Pages call `from_address` first, then `latest` for the picture; where there is one, they call `to_address` to keep it in their
address. Where it is drawn is pages/common/own_digit.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st
import torch

from core.pictures import frames, shorthand
from core.pictures.choosing import Shown
from core.pictures.images import to_uint8
from core.pictures.shorthand import Frame
from core.pictures.strokes import Stroke, simplified, to_frame
from pages.common import address
from pages.common.address import Warn

NAME = "own"  # in the address, the same on every page
LONG = "too-long"  # there instead of a picture that it has no room for
_KEY = "own-picture"


@dataclass(frozen=True, eq=False)
class OwnPicture:
    """A picture in MNIST's frame, and where it comes from; an upload has no strokes."""

    source: Literal["drawing", "upload"]
    frame: Frame  # (28, 28) bytes
    strokes: tuple[Stroke, ...]
    text: str  # its shorthand


@dataclass
class _Shelf:
    """What the session keeps. The version goes up when the strokes change without the canvas."""

    picture: OwnPicture | None = None
    long: OwnPicture | None = None  # the latest that no address had room for, to come back to
    version: int = 0
    refused: str | None = None  # why the latest upload was not taken
    left_out: str | None = None  # what else was in the file that was taken


def latest() -> Shown | None:
    """The picture as pages take pictures, with `images` (1, 28, 28) and no class; None if there is none."""
    found = picture()
    return None if found is None else Shown(torch.from_numpy(found.frame.copy())[None], (_called(found),), (None,))


def picture() -> OwnPicture | None:
    """The picture with its strokes; None if there is none."""
    return _shelf().picture


def version() -> int:
    """For the canvas: another number than before means that its strokes have to be replaced."""
    return _shelf().version


def draw(strokes: Sequence[Stroke]) -> None:
    """Keep a drawing in place of what there was; without strokes, keep nothing."""
    shelf = _shelf()
    shelf.picture = _drawing(tuple(map(simplified, strokes))) if strokes else None
    shelf.refused = shelf.left_out = None


def upload(data: bytes) -> None:
    """Keep an uploaded file in place of what there was. Raises core.pictures.frames.PictureError with a sentence."""
    found = frames.read_digit(data)
    try:
        frame = to_uint8(frames.to_mnist_frame(found.ink))
    except ValueError as error:
        raise frames.PictureError(
            "There is no digit in this picture: it is blank, or too faint to be told from its ground, or what is on it is "
            "cut off by the border. Choose a picture with one digit that has paper all around it."
        ) from error
    _put(OwnPicture("upload", frame, (), shorthand.of_frame(frame)))
    _shelf().left_out = found.left_out


def refuse(sentence: str | None) -> None:
    """Remember why the latest upload was not taken, until something else is; None: there is nothing to be said any more."""
    _shelf().refused = sentence


def refused() -> str | None:
    """Why the latest upload was not taken, and what is still there; None if it was taken."""
    shelf = _shelf()
    if shelf.refused is None:
        return None
    still = "the digit from before" if shelf.picture is None else _called(shelf.picture)
    return f"{shelf.refused} What is shown is still {still}."


def left_out() -> str | None:
    """What else was in the uploaded picture, if its digit was not alone."""
    return _shelf().left_out


def first_look(warn: Warn) -> None:
    """On every page, whether it shows pictures of one's own or not: what the first address names is there on the others."""
    if _KEY not in st.session_state:
        from_address(warn)


def from_address(warn: Warn) -> None:
    """Take over the picture that the address names, once in a session and whenever the visitor goes back or forward.

    `warn` gets a sentence if it names none.
    """
    if not address.due(_KEY):
        return
    shelf, text = _shelf(), st.query_params.get(NAME)
    if not text or (text == LONG and shelf.long is not None):
        _put(shelf.long if text else None)
        return
    if text == LONG:
        warn("The address speaks of a drawing that it had no room for, so it cannot be shown here.")
        return
    try:
        found = shorthand.read(text)
    except shorthand.ShorthandError as error:
        warn(f"The address asked for a picture of your own, but {NAME} makes no sense. {error}")
        return
    if isinstance(found, np.ndarray):
        _put(OwnPicture("upload", found, (), text))
    else:
        _put(_drawing(found))


def to_address() -> None:
    """Write the picture into the page's address, or that it is too long for it, or take it out if there is none."""
    shelf = _shelf()
    if too_long() is not None:
        shelf.long = shelf.picture
        address.write({NAME: LONG})
    else:
        address.write({NAME: None if shelf.picture is None else shelf.picture.text})


def too_long() -> str | None:
    """A sentence if the picture does not fit into the address, with what to do."""
    found = picture()
    if found is None or len(found.text) <= shorthand.LONGEST:
        return None
    return (
        f"This drawing takes {len(found.text):,} characters and an address has room for {shorthand.LONGEST:,}, so a copied "
        "link will not show it. Draw it with fewer or simpler strokes, or save it as a picture and upload that: it always fits."
    )


def _drawing(strokes: tuple[Stroke, ...]) -> OwnPicture:
    frame = to_uint8(to_frame(strokes))
    return OwnPicture("drawing", frame, strokes, shorthand.of_strokes(strokes))


def _put(found: OwnPicture | None) -> None:
    """In place of what there was; the canvas is told so by another version."""
    shelf = _shelf()
    shelf.picture, shelf.version = found, shelf.version + 1
    shelf.refused = shelf.left_out = None


def _called(found: OwnPicture) -> str:
    """What pages call it, in the middle of a sentence: after an upload that was refused, none is "your upload"."""
    return "your earlier upload" if found.source == "upload" and _shelf().refused else f"your {found.source}"


def _shelf() -> _Shelf:
    return st.session_state.setdefault(_KEY, _Shelf())
