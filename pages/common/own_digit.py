"""Where a visitor draws or uploads a digit; what comes of it is kept by pages/common/own_pictures.py."""

from collections.abc import Callable

import streamlit as st

from core import reading
from core.pictures.choosing import Shown
from core.pictures.frames import MAX_BYTES, PictureError, too_many_bytes
from core.pictures.images import png_bytes
from pages.common import loaders, own_pictures
from pages.common.canvas import canvas
from pages.common.pickers import Pickers

TYPES = ("png", "jpg", "jpeg", "webp")


def instead(
    prefix: str,
    pick: Pickers,
    explanation: str = "Look at your own digit instead of the numbered one.",
    then: Callable[[], object] = lambda: None,
) -> Shown | None:
    """Where a digit can be chosen: a button behind which one is drawn or uploaded, and a switch; the picture if that is on.

    The switch is "own" in the address, after the page's prefix; drawing and uploading turn it on. `then` is called when a
    picture has come or gone, before the page is run again. Raises WeightsError.
    """
    key = f"{prefix}-own"

    def use() -> None:
        st.session_state[key] = own_pictures.picture() is not None
        then()

    own, _ = popover(prefix, use)
    on = pick.switch("own", "Yours", explanation)
    if on and own is None:
        st.info("There is no digit of your own yet: draw one, or upload a picture.")
    return own if on else None


def put_aside(prefix: str) -> None:
    """Turn the switch off, because another digit has been chosen instead."""
    key = f"{prefix}-own"
    if st.session_state.get(key):
        st.session_state[key] = False


def popover(prefix: str, then: Callable[[], object], switches: Callable[[], object] = lambda: None) -> tuple[Shown | None, int]:
    """A button behind which a digit is drawn or uploaded; returns the picture, if there is one, and its class by the judge.

    `then` is called when a picture has come or gone, before the page is run again; `switches` draws what stands below the
    drawing area. Raises WeightsError.
    """
    own_pictures.from_address(st.warning)
    own_pictures.to_address()
    own = own_pictures.latest()
    seen = reading.judged(loaders.judge(), own.pixels()) if own else None
    with st.popover("Your own digit", icon=":material/draw:", help="Draw a digit or upload one, to use it here."):
        draw_here(prefix, f"Read as {seen} (by the judge)." if seen else "", then)
        switches()
        _uploader(prefix, then)
    about_upload()
    return own, seen.label if seen else 0


def draw_here(prefix: str, said: str, then: Callable[[], object] = lambda: None) -> None:
    """The drawing area, with what was read below it and, if something went wrong, a sentence.

    `then` is called after every stroke, before the page is run again.
    """
    refused = f"{prefix}-drawing-refused"
    own = own_pictures.picture()

    def drawn(strokes) -> None:
        own_pictures.draw(strokes)
        own_pictures.to_address()
        then()

    canvas(
        f"{prefix}-canvas",
        own.strokes if own else (),
        own_pictures.version(),
        said,
        png_bytes(own.frame) if own else None,
        drawn,
        lambda sentence: st.session_state.update({refused: sentence}),
    )
    if sentence := st.session_state.pop(refused, None):
        st.warning(sentence)
    if sentence := own_pictures.too_long():
        st.warning(sentence)


def upload_here(prefix: str) -> None:
    """A button that opens the place for a file."""
    with st.popover("Upload", icon=":material/upload:", help="A picture of a digit of your own, PNG, JPEG or WebP."):
        _uploader(prefix)


def about_upload() -> None:
    """A sentence if the latest upload was refused, or if not all that was in it was taken: where the digit would stand.

    It stands below the place for the file too, since that may cover the other one.
    """
    if sentence := own_pictures.refused():
        st.error(sentence)
    elif sentence := own_pictures.left_out():
        st.warning(sentence)


def _uploader(prefix: str, then: Callable[[], object] = lambda: None) -> None:
    """The place for a file; a wrong file gets one sentence, and the picture before it stays. See `about_upload`."""
    key = f"{prefix}-upload"

    def uploaded() -> None:
        own_pictures.refuse(None)
        file = st.session_state[key]
        if file is None:
            return
        try:
            # the size is known without copying the file
            if file.size > MAX_BYTES:
                raise PictureError(too_many_bytes(file.size))
            own_pictures.upload(file.getvalue())
            own_pictures.to_address()
            then()
        except PictureError as error:
            own_pictures.refuse(str(error))

    st.file_uploader(
        "A picture of one digit, PNG, JPEG or WebP",
        type=TYPES,
        key=key,
        on_change=uploaded,
        max_upload_size=MAX_BYTES // 1_000_000,
        help="Dark on light or light on dark, drawn or photographed. The digit is told from what else is on the page, fitted "
        "into 20 by 20 pixels and centred by its mass, as MNIST's digits were.",
    )
    about_upload()
