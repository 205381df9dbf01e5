"""Widgets that return plain values and keep them in the address, so that a copied address shows the same view.

Streamlit drops a value it does not know from the address without a word; the pickers say which one it was.
"""

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from core.choosing import CHOICES
from pages.common.loaders import Card

LAST_DRAW = 9999


def models(key: str, cards: Sequence[Card], default: Iterable[str], most: int = 4) -> list[Card]:
    """The chosen models, in the order they were chosen; at most `most`, and possibly none."""
    by_title = {card.title: card for card in cards}
    titles = {card.name: card.title for card in cards}
    chosen = [titles[name] for name in default if name in titles]
    _name_unknown(key, by_title.__contains__, "there is no such model; the list below has those there are")
    picked = st.multiselect(
        "Models",
        list(by_title),
        default=chosen or list(by_title)[:1],
        key=key,
        bind="query-params",
        max_selections=most,
        select_all=False,
        width=430,
        wrap=True,
        placeholder="Choose a model",
    )
    return [by_title[title] for title in picked]


def digits(key: str) -> str:
    """Which pictures to show: one of core.choosing.CHOICES."""
    _name_unknown(key, CHOICES.__contains__, f"choose one of: {', '.join(CHOICES)}")
    return st.selectbox("Digits", CHOICES, key=key, bind="query-params", filter_mode=None, width=190)


def draw(key: str) -> int:
    """The number of the draw, from 1 to LAST_DRAW; the button beside it moves on to the next."""
    _name_unknown(key, _is_draw, f"a draw is a whole number from 1 to {LAST_DRAW}")
    number = st.number_input("Draw", 1, LAST_DRAW, key=key, bind="query-params", width=130)
    st.button("Another draw", on_click=_next_draw, args=(key,), icon=":material/casino:", key=f"{key}-next")
    return number


def switch(label: str, key: str, help: str | None = None) -> bool:
    """An on/off switch, off by default."""
    _name_unknown(key, lambda value: value.lower() in ("true", "false"), "write true or false")
    return st.toggle(label, key=key, bind="query-params", help=help)


def _next_draw(key: str) -> None:
    st.session_state[key] = st.session_state[key] % LAST_DRAW + 1


def _is_draw(value: str) -> bool:
    return value.isdecimal() and 1 <= int(value) <= LAST_DRAW


def _name_unknown(key: str, known: Callable[[str], bool], advice: str) -> None:
    """Warn of the values in the address that the widget about to be drawn will not take."""
    wrong = [value for value in st.query_params.get_all(key) if value and not known(value)]
    if wrong:
        st.warning(f"The address asked for {key}={', '.join(wrong)}: {advice}. The usual choice is shown instead.")
