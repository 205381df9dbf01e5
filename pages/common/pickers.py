"""Widgets that return plain values and keep them in the address, so that a copied address shows the same view.

Streamlit drops a value it does not know from the address without a word; here each is named in a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config import CLASSES
from core.datasets import Digits
from core.pictures.choosing import CHOICES
from core.walks.transitions import a_digit
from pages.common.loaders import Card

_REMEMBERED = 100  # numbers that clicks have led to: as many as a browser may be behind
_UNHEARD = 0.6  # seconds in which a browser that says an older number has not heard of the newer one; a hand takes longer
LAST_DRAW = 9999
_NAMED = 3  # wrong values of one parameter that are named; an address may hold thousands


class Pickers:
    """One page's pickers. Every key, in the address too, begins with the page's `prefix`; sentences go where it is made."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._notices = st.container()

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

    def models(self, cards: Sequence[Card], default: Sequence[str], most: int = 4, width: int = 430) -> list[Card]:
        """The chosen models in the order they were chosen; at most `most`, and possibly none."""
        by_title = {card.title: card for card in cards}
        titles = {card.name: card.title for card in cards}
        asked = self._asked("models")
        self._name([title for title in asked if title not in by_title], "models", "there is no such model, so it is left out")
        if len({title for title in asked if title in by_title}) > most:
            self._notices.warning(f"The address asked for more than {most} models; the first {most} are shown.")
        picked = st.multiselect(
            "Models",
            list(by_title),
            default=[titles[name] for name in default if name in titles] or list(by_title)[:1],
            max_selections=most,
            select_all=False,
            placeholder="Choose a model",
            width=width,
            wrap=True,
            **self._bound("models"),
        )
        return [by_title[title] for title in picked]

    def model(self, cards: Sequence[Card], default: str) -> Card:
        """One model; `default` at first, or the first there is."""
        by_title = {card.title: card for card in cards}
        first = next((i for i, card in enumerate(cards) if card.name == default), 0)
        wrong = [value for value in self._asked("model") if value not in by_title]
        self._name(wrong, "model", f"there is no such model, so {cards[first].title} is shown")
        title = st.selectbox("Model, small codes first", list(by_title), first, width=300, **self._bound("model"))
        return by_title[title]

    def pictures(self) -> str:
        """Which pictures to show: one of core.pictures.choosing.CHOICES."""
        wrong = [value for value in self._asked("pictures") if value not in CHOICES]
        self._name(wrong, "pictures", f"there is no such choice, so {CHOICES[0]} is shown")
        return st.selectbox("Pictures", CHOICES, filter_mode=None, width=190, **self._bound("pictures"))

    def draw(self) -> int:
        """The number of the draw, from 1 to LAST_DRAW; the button beside it moves on to the next."""
        self._catch_up("draw")
        wrong = [value for value in self._asked("draw") if not _between(value, 1, LAST_DRAW)]
        number = _number_box("Draw", 1, LAST_DRAW, 1, **self._bound("draw"))
        self._name(wrong, "draw", f"a draw is a whole number from 1 to {LAST_DRAW}, so draw {number} is shown")
        self._another("draw", "Another draw")
        return number

    def switch(self, name: str, label: str, explanation: str) -> bool:
        """An on/off switch, off at first."""
        wrong = [value for value in self._asked(name) if value.lower() not in ("true", "false")]
        self._name(wrong, name, "it is true or false, so it is left off")
        return st.toggle(label, help=explanation, **self._bound(name))

    def opened(self, name: str) -> dict[str, object]:
        """What an expander needs to stand in the address, open or not."""
        wrong = [value for value in self._asked(name) if value.lower() not in ("true", "false")]
        self._name(wrong, name, "it is true or false, so it is left closed")
        return self._bound(name)

    def option(self, name: str, label: str, options: Mapping[Any, str], explanation: str, disabled: bool = False) -> Any:
        """One of a few values, each shown under its own words; the first at first."""
        by_words = {words: value for value, words in options.items()}
        wrong = [value for value in self._asked(name) if value not in by_words]
        self._name(wrong, name, f"there is no such choice, so {next(iter(by_words))} is shown")
        words = st.selectbox(
            label, list(by_words), help=explanation, disabled=disabled, filter_mode=None, width=230, **self._bound(name)
        )
        return by_words[words]

    def number(
        self,
        name: str,
        label: str,
        low: float,
        high: float,
        first: float,
        explanation: str,
        disabled: bool = False,
        then: Callable[[], object] | None = None,
    ) -> float:
        """A number between two bounds, typed; a whole one if the bounds are whole. `then` is called when it has changed."""
        wrong = [value for value in self._asked(name) if not _between(value, low, high)]
        number = _number_box(label, low, high, first, help=explanation, disabled=disabled, on_change=then, **self._bound(name))
        self._name(wrong, name, f"it is a number from {low:g} to {high:g}, so {number:g} is shown")
        return number

    def numbered(
        self,
        digits: Digits,
        first: tuple[int, int],
        whose: str = "embedded digits",
        on_class: Callable[[], object] | None = None,
        on_number: Callable[[], object] | None = None,
    ) -> tuple[int, int]:
        """A digit of the set by its class and its number in that, `first` at first; returns its class and its row.

        `on_class` and `on_number` are called when another has been chosen.
        """
        classes = [str(k) for k in range(CLASSES)]
        wrong = [value for value in self._asked("digit") if value not in classes]
        self._name(wrong, "digit", f"classes go from 0 to 9, so {first[0]} is shown")
        options = {"filter_mode": None, "width": 80, "on_change": on_class} | self._bound("digit")
        k = int(st.selectbox("Digit", classes, first[0], **options))
        many = len(digits.of_class(k))
        about = f"One of the {many} {whose} of class {k}."
        number = self.number("which", f"which {k}", 1, many, first[1], about, then=on_number)
        return k, a_digit(digits, k, int(number))

    def _another(self, name: str, label: str) -> None:
        """The button that moves the number of a draw, a picker of that name, on to the next; after the last comes the first."""
        key = f"{self._prefix}-{name}"
        st.button(label, icon=":material/casino:", key=f"{key}-next", on_click=_next_draw, args=(key, self._given(name)))

    def _catch_up(self, name: str) -> None:
        """Before the picker of a draw: what the browser says may be older than the clicks that have moved the number on."""
        key, given = f"{self._prefix}-{name}", self._given(name)
        if given.numbers and (shown := st.session_state.get(key)) != given.numbers[-1]:
            if shown in given.numbers and given.shown is not None and monotonic() - given.shown < _UNHEARD:
                st.session_state[key] = given.numbers[-1]  # another control was used before the browser had heard of the click
            else:
                given.numbers.clear()  # the visitor has chosen a number since
        if given.shown is None:
            given.shown = monotonic()

    def _given(self, name: str) -> "_Given":
        return st.session_state.setdefault(f"{self._prefix}-{name}-given", _Given())

    def _bound(self, name: str) -> dict[str, Any]:
        return {"key": f"{self._prefix}-{name}", "bind": "query-params"}

    def _asked(self, name: str) -> list[str]:
        """What the address says before the widget has corrected it."""
        return [value for value in st.query_params.get_all(f"{self._prefix}-{name}") if value]

    def _name(self, wrong: Sequence[str], name: str, advice: str) -> None:
        for value in wrong[:_NAMED]:
            self._notices.warning(f"The address asked for {self._prefix}-{name}={_plain(value)}: {advice}.")
        if len(wrong) > _NAMED:
            self._notices.warning(
                f"The address asked for {len(wrong) - _NAMED} more values of {self._prefix}-{name} like these."
            )


def _number_box(label: str, low: float, high: float, first: float, **options: Any) -> float:
    """Whole bounds give whole numbers, but the widget holds floats: one of whole numbers breaks on `inf` in the address."""
    if not isinstance(low, int):
        return st.number_input(label, low, high, first, width=130, **options)
    held = st.session_state.get(options["key"])
    if isinstance(held, float) and held.is_integer() and options["key"] not in st.query_params:
        st.session_state[options["key"]] = int(held)  # on a tab that is opened again 5.0 would be written into the address
    return int(st.number_input(label, float(low), float(high), float(first), step=1.0, format="%.0f", width=130, **options))


@dataclass
class _Given:
    """The numbers that clicks have led to, and the one before them; when the latest was first shown, None if it was not yet."""

    numbers: list[int] = field(default_factory=list)
    shown: float | None = None  # as time.monotonic


def _next_draw(key: str, given: _Given) -> None:
    """Move the number of a draw on to the next.

    With each click the browser also says what number it shows. If it has not heard yet of the click before, that is an old one,
    and the next number would be the same once more.
    """
    shown = int(st.session_state[key])  # a float would stand in the address as 2.0
    if shown not in given.numbers:
        given.numbers[:] = [shown]
    given.numbers.append(given.numbers[-1] % LAST_DRAW + 1)
    del given.numbers[:-_REMEMBERED]
    given.shown = None
    st.session_state[key] = given.numbers[-1]


def _between(value: str, low: float, high: float) -> bool:
    try:
        number = float(value)  # as Streamlit reads it
    except ValueError:
        return False
    return low <= number <= high and (number.is_integer() or not isinstance(low, int))


def _plain(value: str) -> str:
    """A stranger's text, cut short, as code: nothing in it is read as markup."""
    cut = value if len(value) <= 40 else value[:40] + "…"
    line = "".join(c if c.isprintable() and c != "`" else " " for c in cut).strip()  # an empty line would end the code
    return f"`{line}`" if line else "nothing that can be read"
