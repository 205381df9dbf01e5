"""The controls of the page about KL and beta."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.divergence.beta import around
from pages.common.loaders import Card
from pages.common.pickers_range import RangePickers


class BetaPickers(RangePickers):
    """Pickers of a network for every beta, of beta, and of the page's tabs."""

    def tab(self, name: str, titles: Sequence[str]) -> tuple[str, DeltaGenerator]:
        """A row of tabs, the first open at first; the title of the open one, and the place below it, the only one to be filled.

        What stood in the others goes before that: a browser that still shows a picker there takes one of the same name here for
        it, and when the old one goes, it no longer writes the value of the new one into the address.
        """
        wrong = [value for value in self._asked(name) if value not in titles]
        self._name(wrong, name, f"there is no such tab, so {titles[0]} is open")
        tabs = dict(zip(titles, st.tabs(list(titles), **self._bound(name)), strict=True))
        for tab in tabs.values():
            if not tab.open:
                tab.empty()
        return next((title, tab) for title, tab in tabs.items() if tab.open)

    def network(self, cards: Sequence[Card], default: str) -> Card:
        """One network; `default` at first, or the first there is."""
        by_title = {card.title: card for card in cards}
        first = next((i for i, card in enumerate(cards) if card.name == default), 0)
        wrong = [value for value in self._asked("network") if value not in by_title]
        self._name(wrong, "network", f"there is no such network, so {cards[first].title} is shown")
        title = st.selectbox(
            "Network",
            list(by_title),
            first,
            filter_mode=None,
            width=240,
            help="Each is one network trained for every β at once. The multi-stage ones also read the class off the code.",
            **self._bound("network"),
        )
        return by_title[title]

    def stop(
        self, name: str, label: str, stops: Sequence[float], first: float, explanation: str, width: int | str = "stretch"
    ) -> float:
        """A position of a slider that is even on a log scale."""
        wrong = [value for value in self._asked(name) if value not in map(_plain_number, stops)]
        near = f"near it are {_around(wrong[0], stops)}" if wrong else ""
        self._name(wrong, name, f"that is no position of the slider ({near}), so {first:g} is shown")
        return st.select_slider(
            label, stops, first, help=explanation, format_func=_plain_number, width=width, **self._bound(name)
        )


def _plain_number(value: float) -> str:
    return f"{value:g}"


def _around(text: str, stops: Sequence[float]) -> str:
    try:
        return " and ".join(map(_plain_number, around(float(text), stops)))
    except ValueError:
        return f"numbers from {stops[0]:g} to {stops[-1]:g}"
