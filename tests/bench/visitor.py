"""One visitor of the app, without a browser: a session of Streamlit's own websocket protocol.

Behaves as the browser does: keeps every widget's state and the address, says which large messages it still holds, honours
fragments that redraw themselves. Reads off the messages which pages and which controls there are.
"""

import asyncio
import json
import random
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

import websockets
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.bench.controls import Control, control_in, tab_in

_REMEMBERED = 60  # cacheable messages that are kept, about what a browser keeps of the last two runs


Path = tuple[int, ...]


class VisitError(RuntimeError):
    """The server closed the connection or did not answer in time."""


class Visitor:
    """Open it, go to pages, change controls; each returns the seconds from sending until the answer was complete."""

    def __init__(self, url: str, seed: int = 0, timeout: float = 60.0, headers: Mapping[str, str] | None = None) -> None:
        self.url, self.timeout, self.rng, self._headers = url.rstrip("/"), timeout, random.Random(seed), headers
        self.page, self.params = "", {}
        self.pages: dict[str, str] = {}  # address: title
        self.controls: dict[str, Control] = {}
        self.states: dict[str, WidgetState] = {}
        self.exceptions: list[str] = []  # what the page said went wrong, in Streamlit's red box
        self.texts: list[str] = []  # of the last run: headings, Markdown, alerts
        self.received = 0  # bytes
        self.messages = 0
        self.early = 0  # runs that the page itself began anew
        self._held: OrderedDict[str, tuple[Control | None, str | None]] = OrderedDict()
        self._seen: set[str] = set()
        self._paths: dict[str, Path] = {}  # where each control stands on the page
        self._roots: dict[str, Path] = {}  # where each fragment stands
        self._roots_of_run: set[str] = set()
        self._hash = ""  # of the page, once the server has told it
        self._ticking: dict[str, asyncio.Task] = {}  # by fragment, or by the component that is a clock
        self._wound: dict[str, int] = {}  # by component: the step that its clock is wound for
        self._waiting: asyncio.Future | None = None
        self._wanted = ""  # the fragment whose run is waited for, "" for the whole page
        self._begun = False  # whether a run has begun since it was asked for
        self._running: tuple[str, ...] = ()  # the fragments of the run that is going on; none for the whole page

    async def __aenter__(self) -> "Visitor":
        self._socket = await websockets.connect(
            re.sub(r"^http", "ws", self.url) + "/_stcore/stream",
            subprotocols=["streamlit"],
            origin=self.url,
            additional_headers=self._headers,
            max_size=None,
            open_timeout=self.timeout,
            ping_timeout=120,
            compression=None,
        )
        self.answered = self._socket.response.headers
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in [*self._ticking.values(), self._reader]:
            task.cancel()
        await self._socket.close()

    async def go(self, page: str, params: dict[str, list[str]] | None = None) -> float:
        """Open a page by its address, as a click on its link does or, with `params`, as a link from outside."""
        self._stop_clocks(list(self._ticking))
        self.controls.clear(), self.states.clear()
        self.page, self.params, self._hash = page, dict(params or {}), ""
        return await self._run("")

    async def set(self, control: Control, state: WidgetState, words: list[str]) -> float:
        """Give a control a value and wait for what becomes of it."""
        trigger = state if state.WhichOneof("value") == "trigger_value" else None
        if trigger is None:
            self.states[control.id] = state
        if control.param:
            self.params[control.param] = words
        return await self._run(control.fragment, trigger)

    async def rerun(self) -> float:
        """The whole page once more, as it is."""
        return await self._run("")

    def find(self, key: str) -> Control:
        """The control with the key that the page gave it."""
        for control in self.controls.values():
            if control.key == key:
                return control
        raise VisitError(f"there is no control {key!r} on the page; there are {sorted(c.key for c in self.controls.values())}")

    async def _run(self, fragment: str, trigger: WidgetState | None = None) -> float:
        self._waiting, self._wanted, self._begun = asyncio.get_running_loop().create_future(), fragment, False
        begun = time.perf_counter()
        await self._send(fragment, trigger)
        try:
            return await asyncio.wait_for(self._waiting, self.timeout) - begun
        except TimeoutError:
            raise VisitError(f"no answer within {self.timeout:g} s") from None
        finally:
            self._waiting = None

    async def _send(self, fragment: str, trigger: WidgetState | None = None, automatic: bool = False) -> None:
        message = BackMsg()
        wanted = message.rerun_script
        wanted.page_name, wanted.page_script_hash = "" if self._hash else self.page, self._hash
        wanted.fragment_id, wanted.is_auto_rerun = fragment, automatic
        wanted.query_string = urlencode(self.params, doseq=True)
        wanted.context_info.url = f"{self.url}/{self.page}"
        wanted.context_info.timezone = "Europe/Berlin"
        wanted.widget_states.widgets.extend(self.states.values())
        if trigger is not None:
            wanted.widget_states.widgets.append(trigger)
        wanted.cached_message_hashes.extend(self._held)
        try:
            await self._socket.send(message.SerializeToString())
        except websockets.ConnectionClosed as error:
            raise VisitError(f"the connection was closed: {error}") from error

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                self.received += len(raw)
                self.messages += 1
                message = ForwardMsg()
                message.ParseFromString(raw)
                self._take(message)
            self._fail("the server closed the connection")
        except websockets.ConnectionClosed as error:
            self._fail(f"the connection was closed: {error}")
        except Exception as error:  # a message that this client does not understand must not look like a slow server
            self._fail(f"{type(error).__name__}: {error}")

    def _take(self, message: ForwardMsg) -> None:
        if message.ref_hash:
            self._note(*self._held.get(message.ref_hash, (None, None)), tuple(message.metadata.delta_path))
            return
        kind = message.WhichOneof("type")
        if kind == "delta":
            found = control_in(message.delta), tab_in(message.delta.add_block) if message.delta.HasField("add_block") else None
            if message.metadata.cacheable:
                self._held[message.hash] = found
                while len(self._held) > _REMEMBERED:
                    self._held.popitem(last=False)
            path = tuple(message.metadata.delta_path)
            if message.delta.fragment_id not in self._roots_of_run:  # the container of all that a fragment shows comes first
                self._roots_of_run.add(message.delta.fragment_id)
                self._roots[message.delta.fragment_id] = path
            self._note(*found, path)
            self._listen(message)
        elif kind == "new_session":
            self._begun = True
            self._running = tuple(message.metadata.run.fragment_ids)
            self._seen.clear(), self.texts.clear(), self._roots_of_run.clear()
            if not self._running:  # a new page has new fragments
                self._stop_clocks(list(self._ticking))
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
            self.pages = {page.url_pathname: page.page_name for page in message.navigation.app_pages}
        elif kind == "auto_rerun":
            self._tick(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_clocks(message.stop_auto_rerun.fragment_ids)
        elif kind == "page_not_found":
            self.exceptions.append(f"there is no page {message.page_not_found.page_name}")
        elif kind == "page_info_changed":
            pass  # the address as the server would have it; ours is kept by `set`
        elif kind == "script_finished":
            self._finished(message.script_finished)

    def _note(self, control: Control | None, tab: str | None, path: Path) -> None:
        if control is not None:
            self._seen.add(control.id)
            self._paths[control.id] = path
            known = self.controls.get(control.id)
            choices = known.choices if known is not None and control.kind == "tab_container" else control.choices
            self.controls[control.id] = replace(control, choices=choices)
        elif tab is not None:
            for holder in [c for c in self.controls.values() if c.kind == "tab_container" and tab not in c.choices]:
                self.controls[holder.id] = replace(holder, choices=(*holder.choices, tab))

    def _listen(self, message: ForwardMsg) -> None:
        if not message.delta.HasField("new_element"):
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions.append(f"{self.page or 'start'}: {element.exception.type}: {element.exception.message}"[:300])
        elif kind in ("markdown", "alert", "text", "heading", "progress"):
            about = getattr(element, kind)
            self.texts.append(getattr(about, "body", "") or getattr(about, "text", ""))
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith("clock"):
            self._wind(message.delta.fragment_id, element.bidi_component)

    def _finished(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.early += 1
            return
        gone = [c.id for c in self.controls.values() if c.id not in self._seen and (not self._running or self._inside(c))]
        self._stop_clocks(gone)
        for wid in gone:
            self.controls.pop(wid), self.states.pop(wid, None)
        if self._waiting is not None and not self._waiting.done() and self._answers():
            self._waiting.set_result(time.perf_counter())

    def _answers(self) -> bool:
        """Whether the run that has ended is the answer.

        The server folds requests that wait for the same thread into one run: of several fragments, of the fragment around them,
        or of the whole page. Any of these shows what was asked for, if it has begun since.
        """
        if not self._begun:
            return False
        if not self._running or not self._wanted:
            return not self._running
        return self._wanted in self._running or any(self._within(self._wanted, other) for other in self._running)

    def _inside(self, control: Control) -> bool:
        """Whether a control belongs to a fragment that runs, or to one inside it, so that this run would have shown it."""
        roots = [self._roots.get(fragment, ()) for fragment in self._running]
        path = self._paths[control.id]
        return control.fragment in self._running or any(root != () and path[: len(root)] == root for root in roots)

    def _within(self, inner: str, outer: str) -> bool:
        """Whether one fragment stands inside another."""
        inner_root, outer_root = self._roots.get(inner, ()), self._roots.get(outer, ())
        return outer_root != () and len(inner_root) > len(outer_root) and inner_root[: len(outer_root)] == outer_root

    def _tick(self, fragment: str, interval: float) -> None:
        async def ticking() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._send(fragment, automatic=True)

        if fragment not in self._ticking:
            self._ticking[fragment] = asyncio.create_task(ticking())

    def _wind(self, fragment: str, clock: Message) -> None:
        """Do what a page's clock does in the browser: when the step that it names is due, say so, and the view is drawn."""
        [about] = json.loads(clock.json)

        async def due() -> None:
            await asyncio.sleep(about["pace"])
            self.states[clock.id] = WidgetState(id=clock.id, json_value=json.dumps({"due": about["step"]}))
            await self._send(fragment)

        if self._wound.get(clock.id) != about["step"]:
            self._stop_clocks([clock.id])
            self._wound[clock.id] = about["step"]
            self._ticking[clock.id] = asyncio.create_task(due())

    def _stop_clocks(self, names: Iterable[str]) -> None:
        for name in names:
            self._wound.pop(name, None)
            if ticking := self._ticking.pop(name, None):
                ticking.cancel()

    def _fail(self, why: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(VisitError(why))
