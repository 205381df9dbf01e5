"""What a visitor can do on a page: its widgets as the server describes them, and values that a hand could set them to.

Nothing here knows the app: kinds, ranges and choices are read off Streamlit's protocol buffers.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

# Components keep a state of their own making: by the end of the component's name, what the browser may send.
_COMPONENTS = {
    "canvas": lambda rng: {"drawing": {"strokes": [_stroke(rng) for _ in range(rng.randint(1, 3))]}},
    "player": lambda rng: {"frame": rng.choice([None, 0, 1, 2])},
    "plane": lambda rng: {
        "pinned": {"pins": [[0, rng.gauss(0, 1), rng.gauss(0, 1)]], "row": rng.randrange(5000), "seq": rng.randrange(1, 10**6)}
    },
}
_STRUCTURE = ("tab_container", "expandable", "popover")  # blocks that are widgets once they have an id


@dataclass(frozen=True)
class Control:
    """One widget: its kind, the key that the page gave it, the fragment that it lives in, and its description."""

    id: str
    key: str
    kind: str
    fragment: str
    param: str  # the name of its value in the address; empty if it has none there
    about: Message
    choices: Sequence[str] = ()

    def value(self, rng: random.Random) -> tuple[WidgetState, list[str]] | None:
        """A value at random, on the wire and as it stands in the address; None for what a benchmark leaves alone."""
        make = _VALUES.get(self.kind)
        if make is None or getattr(self.about, "disabled", False):
            return None
        state = WidgetState(id=self.id)
        words = make(self, state, rng)
        return None if words is None else (state, words)


def control_in(delta: Delta) -> Control | None:
    """The widget that a delta brings, if it brings one."""
    if delta.HasField("new_element"):
        kind = delta.new_element.WhichOneof("type")
        about = getattr(delta.new_element, kind) if kind else None
        choices = _choices(about)
    elif delta.HasField("add_block"):
        kind = delta.add_block.WhichOneof("type")
        about = getattr(delta.add_block, kind) if kind in _STRUCTURE else None
        choices = ()
    else:
        return None
    wid = getattr(about, "id", "")
    if not wid.startswith("$$ID-"):
        return None
    key = wid.split("-", 2)[-1].removesuffix("None")  # what Streamlit writes for a widget without a key
    return Control(wid, key, kind, delta.fragment_id, getattr(about, "query_param_key", ""), about, choices)


def tab_in(block: Block) -> str | None:
    """The title of a tab; tabs come after their container and are its choices."""
    return block.tab.label if block.WhichOneof("type") == "tab" else None


def _choices(about: Any) -> Sequence[str]:
    options = getattr(about, "options", ())
    return tuple(option if isinstance(option, str) else option.content for option in options)


def _slider(control: Control, state: WidgetState, rng: random.Random) -> list[str]:
    about = control.about
    if about.type == Slider.SELECT_SLIDER:
        word = rng.choice(control.choices)
        state.string_array_value.data.append(word)
        return [word]
    steps = round((about.max - about.min) / about.step)
    value = about.min + about.step * rng.randint(0, steps)
    state.double_array_value.data.append(value)
    return [f"{value:g}"]


def _number(control: Control, state: WidgetState, rng: random.Random) -> list[str]:
    about = control.about
    low = about.min if about.has_min else about.default
    high = min(about.max if about.has_max else low + 100, low + 1000)
    whole = about.data_type == NumberInput.INT or about.step == 1
    value = float(rng.randint(int(low), int(high)) if whole else round(rng.uniform(low, high), 2))
    state.double_value = value
    return [f"{value:g}"]


def _one(control: Control, state: WidgetState, rng: random.Random) -> list[str] | None:
    if not control.choices:
        return None
    state.string_value = rng.choice(control.choices)
    return [state.string_value]


def _some(control: Control, state: WidgetState, rng: random.Random) -> list[str] | None:
    if not control.choices:
        return None
    most = min(len(control.choices), getattr(control.about, "max_selections", 0) or 2)
    single = control.kind == "button_group" and control.about.click_mode == control.about.SINGLE_SELECT
    words = rng.sample(list(control.choices), 1 if single else rng.randint(1, most))
    state.string_array_value.data.extend(words)
    return words


def _switch(control: Control, state: WidgetState, rng: random.Random) -> list[str]:
    state.bool_value = rng.random() < 0.5
    return [str(state.bool_value).lower()]


def _text(control: Control, state: WidgetState, rng: random.Random) -> list[str]:
    state.string_value = getattr(control.about, "default", "")
    return [state.string_value]


def _click(control: Control, state: WidgetState, rng: random.Random) -> list[str]:
    state.trigger_value = True
    return []


def _pick(control: Control, state: WidgetState, rng: random.Random) -> list[str] | None:
    """A click on a mark of a chart: the points' parameter of the chart's own specification."""
    for param in json.loads(control.about.spec).get("params", []):
        select = param.get("select")
        if isinstance(select, dict) and select.get("type") == "point" and select.get("fields"):
            picked = {field: rng.randint(0, 99) for field in select["fields"]}
            state.string_value = json.dumps({"selection": {param["name"]: [picked]}})
            return []
    return None


def _stroke(rng: random.Random) -> list[int]:
    """A stroke of the broad brush somewhere on the canvas: its width, then places."""
    return [24, *(rng.randint(40, 216) for _ in range(2 * rng.randint(4, 12)))]


def _component(control: Control, state: WidgetState, rng: random.Random) -> list[str] | None:
    for name, make in _COMPONENTS.items():
        if control.about.component_name.endswith(name):
            state.json_value = json.dumps(make(rng))
            return []
    return None


_VALUES = {
    "slider": _slider,
    "number_input": _number,
    "selectbox": _one,
    "radio": _one,
    "multiselect": _some,
    "button_group": _some,
    "checkbox": _switch,
    "expandable": _switch,
    "popover": _switch,
    "tab_container": _one,
    "text_input": _text,
    "button": _click,
    "vega_lite_chart": _pick,
    "arrow_vega_lite_chart": _pick,
    "bidi_component": _component,
}
