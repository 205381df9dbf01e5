"""What is mended between a browser's request and a script's run, with Streamlit's own sessions and scripts; no browser.

A test of this file that fails after an update may mean that a mending can go, or that a private name has moved.
"""

import asyncio
import inspect
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.state.session_state import WStates

from pages.common import mended
from pages.common.lanes import LANES
from tests.coroutines import run
from tests.serving import ROOT

SAID, ENDED = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, ScriptRunnerEvent.FRAGMENT_STOPPED_WITH_SUCCESS


class Session:
    """A session that notes what it takes, with Streamlit's own way to the loop."""

    _call_soon_on_event_loop = AppSession._call_soon_on_event_loop

    def __init__(self) -> None:
        self._event_loop = asyncio.get_running_loop()
        self.taken = []

    def _handle_scriptrunner_event_on_event_loop(self, sender, event, **payload):
        if payload.get("forward_msg") == "bad":
            raise ValueError("a message that cannot be taken")
        self.taken.append((event, payload.get("forward_msg")))


@pytest.fixture
def wakes(monkeypatch) -> list:
    """Each time that the loop is woken from another thread."""
    found = []
    own = asyncio.BaseEventLoop.call_soon_threadsafe

    def noted(loop, callback, *arguments, **more):
        found.append(callback)
        return own(loop, callback, *arguments, **more)

    monkeypatch.setattr(asyncio.BaseEventLoop, "call_soon_threadsafe", noted)
    return found


def in_a_thread(work) -> asyncio.Future:
    return asyncio.get_running_loop().run_in_executor(None, work)


def say(session, count: int) -> None:
    for number in range(count):
        mended.on_scriptrunner_event(session, None, SAID, forward_msg=number)


def test_what_a_script_says_arrives_whole_and_in_order_and_wakes_the_loop_seldom(wakes):
    async def main():
        session = Session()
        thread = threading.Thread(target=lambda: (say(session, 200), mended.on_scriptrunner_event(session, None, ENDED)))
        thread.start()
        thread.join()  # the loop stands still meanwhile, as when another script computes
        assert len(wakes) == 2  # for the first word, and for the last
        while len(session.taken) < 201:
            await asyncio.sleep(0.001)
        assert session.taken == [*((SAID, number) for number in range(200)), (ENDED, None)]

    run(main())


def test_what_is_said_without_an_end_arrives_all_the_same():
    async def main():
        session = Session()
        await in_a_thread(lambda: say(session, 3))
        while len(session.taken) < 3:
            await asyncio.sleep(0.001)
        await in_a_thread(lambda: say(session, 2))
        while len(session.taken) < 5:
            await asyncio.sleep(0.001)

    run(main())


def test_a_message_that_cannot_be_taken_takes_no_other_with_it():
    async def main():
        session, complaints = Session(), []
        session._event_loop.set_exception_handler(lambda _loop, about: complaints.append(about))
        for message in ("a", "bad", "b"):
            mended.on_scriptrunner_event(session, None, SAID, forward_msg=message)
        mended.hear(session)
        assert session.taken == [(SAID, "a"), (SAID, "b")]
        assert "cannot be taken" in str(complaints[0]["exception"])

    run(main())


def test_a_request_that_comes_as_a_run_ends_loses_nothing_of_that_run(monkeypatch):
    """Streamlit takes nothing from a thread that has been replaced; so all is taken before it is."""

    async def main():
        session = Session()
        order = session.taken
        monkeypatch.setattr(mended, "_create_scriptrunner", lambda *_: order.append("another thread"))
        mended.on_scriptrunner_event(session, None, SAID, forward_msg="the last picture")
        mended.on_scriptrunner_event(session, None, ENDED)
        mended.create_scriptrunner(session, RerunData())
        assert order == [(SAID, "the last picture"), (ENDED, None), "another thread"]

    run(main())


def asked(fragment: str, page: str = "page", automatic: bool = False) -> tuple[str, int]:
    """For which fragment a run is asked in the end, when the session has a fragment "here" and is on the page "page"."""
    fragments, requests = MemoryFragmentStorage(), []
    fragments.register("here", lambda: None)
    session = SimpleNamespace(has_fragment=fragments.contains, _client_state=ClientState(page_script_hash="page"))
    client = ClientState(fragment_id=fragment, page_script_hash=page, is_auto_rerun=automatic)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mended, "_request_rerun", lambda _session, state: requests.append(state.fragment_id))
        mended.request_rerun(session, client)
    return requests[0], len(requests)


def test_a_run_that_began_before_the_mending_is_still_heard():
    """In a plain script, the first visitor's run is what mends; what is told of it is held by a weak reference only."""
    code = """
import gc, weakref
from streamlit.runtime.app_session import AppSession
from types import MethodType

class Session:
    pass

session = Session()
session.heard = []
told = weakref.WeakMethod(MethodType(AppSession._on_scriptrunner_event, session))
from pages.common import mended
mended.mend()
gc.collect()
assert told() is not None, "nobody hears the run that has mended"
assert AppSession._on_scriptrunner_event is mended.on_scriptrunner_event
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


def test_a_change_in_a_fragment_that_has_gone_is_answered_by_the_whole_page():
    assert asked("here") == ("here", 1)
    assert asked("gone") == ("", 1)
    assert asked("") == ("", 1)


def test_a_clock_of_a_fragment_that_has_gone_and_a_request_from_another_page_change_nothing():
    assert asked("gone", automatic=True) == ("gone", 1)  # which Streamlit ignores
    assert asked("gone", page="another") == ("gone", 1)


def test_a_run_has_a_place_and_whoever_has_left_meanwhile_computes_nothing(monkeypatch):
    ran = []
    monkeypatch.setattr(mended, "_run_script", lambda _runner, data: ran.append((data.page_name, len(LANES._running))))
    runner = SimpleNamespace(_requests=ScriptRequests())
    mended.run_script(runner, RerunData(page_name="start"))
    assert ran == [("start", 1)]
    assert not LANES._running
    runner._requests.request_stop()
    assert runner._requests._state is ScriptRequestType.STOP
    mended.run_script(runner, RerunData(page_name="left"))
    assert ran == [("start", 1)]


def clicks(requests: ScriptRequests, *buttons: str) -> None:
    """A request with these buttons clicked, while others wait."""
    states = WidgetStates(widgets=[WidgetState(id=name, trigger_value=True) for name in buttons])
    with requests._lock:
        mended.request_rerun_locked(requests, RerunData(widget_states=states, fragment_id="view"))


def test_clicks_that_are_folded_into_one_request_are_made_up_for_and_others_are_not(monkeypatch):
    done, requests = [], ScriptRequests()
    monkeypatch.setattr(mended, "_call_callback", lambda _states, name: done.append(name))
    monkeypatch.setattr(mended, "get_script_run_ctx", lambda **_: SimpleNamespace(script_requests=requests))
    for buttons in (("step",), (), ("step", "draw"), ("step",)):
        clicks(requests, *buttons)
    taken = requests.on_scriptrunner_ready().rerun_data
    assert {state.id for state in taken.widget_states.widgets} == {"step", "draw"}
    for name in ("step", "draw"):
        mended.call_callback(None, name)
    assert done == ["step"] * 3 + ["draw"]
    clicks(requests, "step")
    mended.call_callback(None, "step")
    assert done == ["step"] * 3 + ["draw", "step"]


def test_a_stranger_s_million_clicks_are_not_made_up_for(monkeypatch):
    done, requests = [], ScriptRequests()
    monkeypatch.setattr(mended, "_call_callback", lambda _states, name: done.append(name))
    monkeypatch.setattr(mended, "get_script_run_ctx", lambda **_: SimpleNamespace(script_requests=requests))
    for _ in range(mended.MOST_CLICKS + 50):
        clicks(requests, "step")
    mended.call_callback(None, "step")
    mended.call_callback(None, "step")
    assert len(done) == mended.MOST_CLICKS + 2


def test_inside_the_loop_it_is_told_without_a_socket_and_from_outside_with_one(wakes):
    async def main():
        loop, something = asyncio.get_running_loop(), asyncio.Event()
        runtime = SimpleNamespace(_get_async_objs=lambda: SimpleNamespace(eventloop=loop, need_send_data=something))
        mended.enqueued_some_message(runtime)
        assert something.is_set()
        assert not wakes
        something.clear()
        await in_a_thread(lambda: mended.enqueued_some_message(runtime))
        await asyncio.wait_for(something.wait(), 10)
        assert something.set in wakes

    run(main())


def test_streamlit_still_has_what_is_replaced(monkeypatch):
    places = (
        (ScriptRunner, "_run_script", mended.run_script, ["self", "rerun_data"]),
        (AppSession, "_create_scriptrunner", mended.create_scriptrunner, ["self", "initial_rerun_data"]),
        (AppSession, "request_rerun", mended.request_rerun, ["self", "client_state"]),
        (ScriptRequests, "_request_rerun_locked", mended.request_rerun_locked, ["self", "new_data"]),
        (WStates, "call_callback", mended.call_callback, ["self", "widget_id"]),
        (Runtime, "_enqueued_some_message", mended.enqueued_some_message, ["self"]),
    )
    originals = (
        *(mended._run_script, mended._create_scriptrunner, mended._request_rerun),
        *(mended._request_rerun_locked, mended._call_callback),
    )
    for (_, name, _, parameters), original in zip(places, originals, strict=False):
        assert original.__name__ == name
        assert list(inspect.signature(original).parameters) == parameters
    taken = inspect.signature(AppSession._handle_scriptrunner_event_on_event_loop).parameters
    assert {"sender", "event", "forward_msg", "client_state", "run_descriptor"} <= taken.keys()
    for place, name, _, _ in places:
        monkeypatch.setattr(place, name, getattr(place, name))  # put back at the end
    for place, name in ((AppSession, "_on_scriptrunner_event"), (ForwardMsgQueue, "clear")):
        monkeypatch.setattr(place, name, getattr(place, name))
    mended.mend()
    for place, name, ours, _ in places:
        assert getattr(place, name) is ours
    assert AppSession._on_scriptrunner_event is mended.on_scriptrunner_event
