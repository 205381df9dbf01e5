"""The controls of the first page: a code of two numbers, and a digit."""

from collections.abc import Callable

import streamlit as st

from core.config import CLASSES
from pages.common.pickers_range import RangePickers
from pages.parts.start.charts import PICK

FIRST = (-0.6, 0.9)
LIMIT, STEP = 3.0, 0.05


class StartPickers(RangePickers):
    """Pickers of a place in a plane of codes, by sliders or by a click on a draw, and of a class."""

    def code(self) -> tuple[float, float]:
        """z, two numbers."""
        words = "A coordinate of the code. A click on the plane moves both."
        return tuple(
            self.slider(name, label, -LIMIT, LIMIT, first, STEP, words)
            for name, label, first in (("z1", "z₁", FIRST[0]), ("z2", "z₂", FIRST[1]))
        )

    def take(self, chart: str, draw_at: Callable[[int], tuple[float, float]]) -> None:
        """For `on_select`: move the sliders to the draw that was clicked in the chart of that key."""
        picked = st.session_state[chart]["selection"].get(PICK, [])
        if picked:
            places = draw_at(int(picked[0]["i"]))
            for name, place in zip(("z1", "z2"), places, strict=True):
                st.session_state[f"{self._prefix}-{name}"] = _on_slider(place)

    def digit(self) -> int:
        """A class."""
        classes = [str(k) for k in range(CLASSES)]
        wrong = [value for value in self._asked("digit") if value not in classes]
        self._name(wrong, "digit", "classes go from 0 to 9, so 3 is shown")
        return int(st.selectbox("Digit", classes, 3, filter_mode=None, width=90, **self._bound("digit")))


def _on_slider(value: float) -> float:
    return round(STEP * round(max(-LIMIT, min(LIMIT, value)) / STEP), 2)
