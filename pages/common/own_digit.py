"""Where a visitor draws or uploads a digit; what comes of it is kept by pages/common/own_pictures.py."""

import streamlit as st

from core.frames import MAX_BYTES, PictureError, too_many_bytes
from core.images import png_bytes
from pages.common import own_pictures
from pages.common.canvas import canvas

TYPES = ("png", "jpg", "jpeg")


def draw_here(prefix: str, said: str) -> None:
    """The drawing area, with what was read below it and, if something went wrong, a sentence."""
    refused = f"{prefix}-drawing-refused"
    own = own_pictures.picture()

    def drawn(strokes) -> None:
        own_pictures.draw(strokes)
        own_pictures.to_address()

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
    """A button that opens the place for a file; a wrong file gets one sentence, and the picture before it stays."""
    key, refused = f"{prefix}-upload", f"{prefix}-upload-refused"

    def uploaded() -> None:
        st.session_state[refused] = None
        file = st.session_state[key]
        if file is None:
            return
        try:
            # the size is known without copying the file
            if file.size > MAX_BYTES:
                raise PictureError(too_many_bytes(file.size))
            own_pictures.upload(file.getvalue())
            own_pictures.to_address()
        except PictureError as error:
            st.session_state[refused] = str(error)

    with st.popover("Upload", icon=":material/upload:", help="A picture of a digit of your own, PNG or JPEG."):
        st.file_uploader(
            "A picture of one digit, PNG or JPEG",
            type=TYPES,
            key=key,
            on_change=uploaded,
            max_upload_size=MAX_BYTES // 1_000_000,
            help="Dark on light or light on dark, drawn or photographed. It is cropped to the digit, fitted into 20 by 20 "
            "pixels and centred by its mass, as MNIST's digits were.",
        )
        if sentence := st.session_state.get(refused):
            st.error(sentence)
