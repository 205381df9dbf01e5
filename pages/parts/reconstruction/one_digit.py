"""One digit in detail, the visitor's own or one of the row: the canvas, and what every chosen model makes of it."""

from collections.abc import Sequence

import streamlit as st

from core import reading
from core.pictures.choosing import Shown
from core.pictures.images import png_bytes, to_uint8
from pages.common import loaders, own_digit, own_pictures, reading_cards
from pages.common.loaders import Card

USUAL = 3  # which of the row stands there before anything is drawn
# in less room the readings stand below; on a phone the drawing area has the whole width
_STYLE = (
    "<style>div:has(> .st-key-{0}-readings) {{ min-width: min(320px, 100%); }} @media (max-width: 500px) "
    "{{ div:has(> .st-key-{0}-area), .st-key-{0}-area {{ width: 100%; max-width: 100%; flex: 1 0 100%; }} }}</style>"
)


def show(prefix: str, cards: Sequence[Card], row: Shown) -> None:
    """The canvas beside the readings of what is on it, or of a digit of the row if there is no own one."""
    own = own_pictures.latest()
    digit = own or Shown(row.images[USUAL : USUAL + 1], row.names[USUAL : USUAL + 1], row.labels[USUAL : USUAL + 1])
    x, judge = digit.pixels(), loaders.judge()
    seen = reading.judged(judge, x)
    if own:
        note, said = "28 × 28 pixels", f"Read as {seen} (by the judge)."
    else:
        note, said = "draw your own!", ""
    name = digit.names[0] if digit.labels[0] is None else f"a {digit.labels[0]} from below"
    with st.container(horizontal=True, gap="medium", key=f"{prefix}-one"):
        with st.container(width=328, key=f"{prefix}-area"):
            own_digit.draw_here(prefix, said)
        with st.container(key=f"{prefix}-readings"):
            own_digit.about_upload()
            found = []
            for card in cards:
                one = reading.read(loaders.model(card.name), judge, x)
                found.append((card.title, png_bytes(to_uint8(one.image)), one))
            the_digit = reading_cards.Seen(png_bytes(digit.images[0].numpy()), name, note, seen)
            st.html(reading_cards.html(the_digit, found) + _STYLE.format(prefix))
