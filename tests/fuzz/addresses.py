"""Hostile values for every parameter of every page's address, through AppTest: no exception, and nothing rendered as markup.

The parameters are found by running the pages: those that a widget is bound to, and those that a page asks the address for.
"""

import random
import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import parse_tree_from_messages

from tests.bench.controls import control_in, tab_in

PAGES = sorted(file for file in (Path(__file__).parents[2] / "pages").glob("*.py") if file.stem != "navigation")
MARK = "hostilezqx"  # in every hostile text, so that it is found wherever it turns up
_NUMBERS = ("-1", "0", "1e309", "-inf", "nan", "1.5", "9" * 20, "9" * 100_000, "٣", "0x10")
_WORDS = ("", " ", "true", "None", "[]", "{}", "../../../etc/passwd", MARK, MARK * 10_000, f"🦆{MARK}é\u0301")
_MARKUP = (
    f"<script>{MARK}()</script>",
    f"<img src=x onerror={MARK}()>",
    f"](javascript:{MARK})",
    f"![{MARK}](//elsewhere.example/x.png)",
    f"# {MARK}\n\n# {MARK}",
    f"a\r\n\r\n<b>{MARK}</b>",
    f"``` {MARK}",
    f"`{MARK}` <i>{MARK}</i>",
    f":red[{MARK}]",
    f"${MARK}$",
    f"{{{{{MARK}}}}}",
)
_OTHER = (f"'; DROP TABLE x; --{MARK}", f"%00{MARK}", f"\0{MARK}", f"\u202e{MARK}\u2066", "\u202e" * 1000, f"a,b;c|d-{MARK}")
VALUES = (*_NUMBERS, *_WORDS, *_MARKUP, *_OTHER)
_CODE = re.compile(r"`[^`\n\r]*`")
_SHOWN = ("markdown", "alert", "html", "heading", "text", "progress", "toast", "metric")


_FEW = 6  # choices of a picker that are all opened, to see which parameters they bring

View = dict[str, list[str]]


class Opened:
    """A page opened at an address: what it showed, and which parameters it has."""

    def __init__(self, page: Path, params: Mapping[str, list[str]]) -> None:
        self.params: set[str] = set()
        self.choices: dict[str, list[str]] = {}  # of pickers and tabs in the address
        self._messages: list[ForwardMsg] = []
        script = page if page.stem != "start" else page.with_name("navigation.py")  # it links to the other pages
        at = AppTest.from_file(str(script), default_timeout=120)
        for name, values in params.items():
            at.query_params[name] = values
        with (
            patch.object(QueryParamsProxy, "get", _noting("get", self.params)),
            patch.object(QueryParamsProxy, "get_all", _noting("get_all", self.params)),
            patch.object(local_script_runner, "parse_tree_from_messages", self._keep),
        ):
            at.run()
        for message in self._messages:
            self._note(message.delta)

    def trouble(self) -> list[str]:
        """Exceptions, and texts of the address that a browser would read as markup."""
        found, alerts = [], 0
        for message in self._messages:
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            about = getattr(element, kind) if kind else None
            if kind == "exception":
                found.append(f"{about.type}: {about.message}")
            if kind not in _SHOWN:
                continue
            alerts += kind == "alert"
            body = getattr(about, "body", "") or getattr(about, "text", "") or getattr(about, "html", "")
            left = "" if kind == "text" else _CODE.sub("", body)
            if MARK in left:
                found.append(f"{kind} shows as markup: {left[max(0, left.index(MARK) - 60) :][:120]!r}")
            if kind == "alert" and len(body) > 2_000:
                found.append(f"an answer of {len(body):,} characters")
        return found + ([f"{alerts} alerts"] if alerts > 40 else [])

    def _keep(self, messages: list[ForwardMsg]):
        self._messages = [message for message in messages if message.HasField("delta")]
        return parse_tree_from_messages(messages)

    def _note(self, delta: Delta) -> None:
        control, tab = control_in(delta), tab_in(delta.add_block) if delta.HasField("add_block") else None
        if control is not None and control.param:
            self.params.add(control.param)
            if control.kind in ("selectbox", "tab_container") and len(control.choices) <= _FEW:
                self.choices[control.param] = list(control.choices)
        if tab is not None and self.choices:
            name = next((n for n in reversed(self.choices) if n.endswith("tab")), None)
            if name and tab not in self.choices[name]:
                self.choices[name].append(tab)


def views(page: Path) -> dict[str, View]:
    """Every parameter of a page, with an address at which the page has it."""
    found: dict[str, View] = {}
    tried: set[str] = set()
    waiting: deque[View] = deque([{}])
    while waiting:
        view = waiting.popleft()
        opened = Opened(page, view)
        for name in sorted(opened.params - found.keys()):
            found[name] = view
        for name, choices in opened.choices.items():
            if name not in tried:
                tried.add(name)
                waiting.extend({**view, name: [choice]} for choice in choices)
    return found


def outcome(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Every value for every parameter, one at a time; `count` of them at random, if it is not 0."""
    everything = [(page, name, view, value) for page in PAGES for name, view in views(page).items() for value in VALUES]
    random.Random(seed).shuffle(everything)
    for page, name, view, value in everything[: count or None]:
        yield tried_at(page, {**view, name: [value]}, f"{page.stem}?{name}={value[:40]!r}")


def tried_at(page: Path, params: View, name: str) -> tuple[str, str]:
    """What became of opening a page at an address, and what was wrong with that, if anything."""
    try:
        trouble = Opened(page, params).trouble()
    except Exception as error:
        return type(error).__name__, f"{name}: {type(error).__name__}: {error}"
    return ("in trouble", f"{name}: {'; '.join(trouble)[:600]}") if trouble else (f"{page.stem}: shown", "")


def _noting(method: str, asked: set[str]):
    original = getattr(QueryParamsProxy, method)

    def noted(proxy: QueryParamsProxy, key: str, *others):
        asked.add(key)
        return original(proxy, key, *others)

    return noted
