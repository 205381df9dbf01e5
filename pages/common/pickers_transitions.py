"""The controls of a walk: where from, where to, how, and in how many frames."""

from collections.abc import Mapping

import streamlit as st

from core.config import CLASSES
from core.datasets import Digits
from core.interpolation import ORDER
from core.walks.transitions import End, Walk, a_digit, read_chain
from pages.common import own_digit, own_pictures
from pages.common.pickers import Pickers

PAIR, CHAIN, DIGITS = "two classes", "chain", "two digits"
KINDS = {
    PAIR: "Two classes",
    CHAIN: "A chain of classes",
    DIGITS: "Two digits",
}
METHODS = {"linear": "Straight line", "slerp": "Arc (slerp)"}


class WalkPickers(Pickers):
    """Pickers that make a `core.walks.transitions.Walk`."""

    def walk(self, digits: Digits, with_own: bool = False) -> tuple[Walk | None, float]:
        """The walk and the animation's frames per second; no walk where what was typed makes none, which is then said.

        `with_own` offers the visitor's own digit as an end. Raises WeightsError.
        """
        kind = self.option("walk", "Walk", KINDS, "Ends are centroids, the mean codes of a class, or the codes of two digits.")
        own = self._own() if with_own and kind == DIGITS else {}
        stops, rows = self._chain() if kind == CHAIN else self._ends(digits, own, chosen=kind == DIGITS)
        with st.popover("More", icon=":material/tune:"):
            method = self.option(
                "path", "Path", METHODS, "An arc turns around the origin and keeps its distance from it; a line cuts across."
            )
            if kind == CHAIN:
                frames = self.slider("leg", "Frames per leg", 2, 8, 6, 1, "From one class of the chain to the next.")
                overshoot = 0
            else:
                frames = self.slider("frames", "Frames", 3, 31, 11, 1, "Evenly spaced, with both ends.")
                overshoot = self.slider("beyond", "Overshoot, %", 0, 100, 0, 10, "How far to go on beyond both ends.")
            rate = self.slider("speed", "Frames per second", 2, 20, 6, 1, "Of the animation, on the page and in the GIF.")
        return (Walk(stops, frames, method, overshoot / 100, rows) if stops else None), rate

    def slider(self, name: str, label: str, low: int, high: int, first: int, step: int, explanation: str) -> int:
        """A whole number between two bounds."""
        fits = {str(value) for value in range(low, high + 1, step)}
        wrong = [value for value in self._asked(name) if value not in fits]
        steps = f" in steps of {step}" if step > 1 else ""
        self._name(wrong, name, f"it is a number from {low} to {high}{steps}, so {first} is shown")
        return st.slider(label, low, high, first, step, help=explanation, width=260, **self._bound(name))

    def _own(self) -> dict[str, tuple[int, bytes]]:
        """The ends, "from" or "to", that are the visitor's own digit: the class it is read as, and its pixels."""
        keys = {name: f"{self._prefix}-own-{name}" for name in ("from", "to")}
        on = {}

        def use() -> None:
            if own_pictures.picture() is None:
                st.session_state.update(dict.fromkeys(keys.values(), False))
            elif not any(st.session_state.get(key) for key in keys.values()):
                st.session_state[keys["from"]] = True

        def switches() -> None:
            on["from"] = self.switch("own-from", "Begin with it", "The walk begins at the code of your own digit.")
            on["to"] = self.switch("own-to", "End with it", "The walk ends at the code of your own digit.")

        own, label = own_digit.popover(self._prefix, use, switches)
        if own is None and any(on.values()):
            self._notices.info("There is no digit of your own yet: draw one, or upload a picture. Real digits are shown.")
        if own is None:
            return {}
        return {name: (label, own.images.numpy().tobytes()) for name in keys if on[name]}

    def _ends(
        self, digits: Digits, own: Mapping[str, tuple[int, bytes]], chosen: bool
    ) -> tuple[tuple[int, int], tuple[End, End] | None]:
        stops, rows = [], []
        for name, label, first in (("from", "From", 0), ("to", "To", 1)):
            if name in own:
                stops.append(own[name][0])
                rows.append(own[name][1])
                continue
            with st.container(horizontal=True, vertical_alignment="bottom", width="content"):  # a line is not broken in between
                k = self._class(name, label, first)
                stops.append(k)
                if chosen:
                    many = len(digits.of_class(k))
                    number = self.number(
                        f"{name}-digit", f"which {k}", 1, many, 1, f"One of the {many} embedded digits of class {k}."
                    )
                    rows.append(a_digit(digits, k, number))
        if len(set(rows or stops)) == 1:
            advice = "Draw or choose another end." if own else "Choose another class to go to."
            self._notices.info(f"Both ends are the same, so the walk stands still. {advice}")
        return (stops[0], stops[1]), ((rows[0], rows[1]) if chosen else None)

    def _class(self, name: str, label: str, first: int) -> int:
        classes = [str(k) for k in range(CLASSES)]
        self._name([v for v in self._asked(name) if v not in classes], name, f"classes go from 0 to 9, so {first} is shown")
        return int(st.selectbox(label, classes, first, filter_mode=None, width=80, **self._bound(name)))

    def _chain(self) -> tuple[tuple[int, ...], None]:
        text = st.text_input(
            "Classes, in order",
            "-".join(map(str, ORDER)),
            max_chars=60,
            width=230,
            help="Such as 0-1-2-0.",
            **self._bound("chain"),
        )
        try:
            return read_chain(text), None
        except ValueError as error:
            self._notices.warning(str(error))
            return (), None
