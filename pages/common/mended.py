"""What Streamlit does and this app must not: its own functions are replaced, once per process, each with its reason.

Streamlit runs every visitor's script in a thread, and the server's loop, another thread, sends what the scripts say. Most of
the functions stand between the two: when a script runs, how what it says reaches the loop, and what becomes of a request.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

from streamlit import net_util
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.state.session_state import WStates
from streamlit.web import skills

from pages.common.lanes import LANES

BREATH = 0.005  # seconds that a script's messages are gathered before the loop is woken for all of them
MOST_CLICKS = 100  # of one button that are made up for at once

_clear = ForwardMsgQueue.clear
_run_script = ScriptRunner._run_script
_create_scriptrunner = AppSession._create_scriptrunner
# A run that has begun before the mending, as where app.py is run as a plain script, goes on speaking through this one, which
# Streamlit holds by a weak reference only: without a name here it would be gone, and with it all that is told to the first
# visitor.
_on_scriptrunner_event = AppSession._on_scriptrunner_event
_request_rerun = AppSession.request_rerun
_request_rerun_locked = ScriptRequests._request_rerun_locked
_call_callback = WStates.call_callback


def mend() -> None:
    """Replace them. To be called before the first visitor comes; again, it changes nothing."""
    # It would ask a host on the internet for this machine's own address whenever a page of another origin wants to connect,
    # with every visitor waiting meanwhile. Nothing here needs to know.
    net_util.get_external_ip = lambda: None
    # On a machine where a coding agent is installed, it would cover a corner of the page with an offer to teach it Streamlit.
    skills.nudge_suppression_reason = lambda _app_dir=None: "dismissed"
    ForwardMsgQueue.clear = clear
    ScriptRunner._run_script = run_script
    AppSession._on_scriptrunner_event = on_scriptrunner_event
    AppSession._create_scriptrunner = create_scriptrunner
    AppSession.request_rerun = request_rerun
    ScriptRequests._request_rerun_locked = request_rerun_locked
    WStates.call_callback = call_callback
    Runtime._enqueued_some_message = enqueued_some_message


def clear(
    queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: Sequence[str] | None = None
) -> None:
    """What happens to messages that have not been sent when a run begins: those before a fragment's run are sent all the same.

    Streamlit drops those of the same fragment, but keeps those of the fragments inside it. They then belong into places that
    the browser has never heard of, and its page ends with "Bad delta path index". It happens to whoever opens another tab
    while a busy server still has something to say about the first one. The new run replaces what it draws anew in any case.
    """
    if fragment_ids_this_run is None:
        _clear(queue, retain_lifecycle_msgs)
    else:
        queue._delta_index_map = {}  # what comes now must not take the place of an older message, before the run has begun


def run_script(runner: ScriptRunner, rerun_data: RerunData) -> None:
    """A run of a page or of fragments, once it has a place: Streamlit would let all visitors' runs compute at once.

    What is asked for meanwhile is folded into the request behind it, so nothing is lost. Whoever has closed the tab while
    waiting gives the place up at once.
    """
    kind = (rerun_data.page_script_hash, rerun_data.page_name, *rerun_data.fragment_id_queue)
    with LANES.place(kind):
        if runner._requests._state is not ScriptRequestType.STOP:
            _run_script(runner, rerun_data)


class _Unheard:
    """What a session's scripts have said and the loop has not taken yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.events: list[tuple[ScriptRunner | None, ScriptRunnerEvent, dict[str, Any]]] = []
        self.called = False  # whether the loop will come for them by itself


def on_scriptrunner_event(session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, **payload: Any) -> None:
    """Put what a script says where the loop will find it; called by the script's thread.

    Streamlit wakes the loop for every message: a write to a socket, for which the script lets go of Python's lock and then
    waits until it has it again, fifty times for one action. Here the loop is woken once for all that is said in a few
    milliseconds, and at once when a run has ended.
    """
    unheard = _unheard(session)
    said = event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG or event is ScriptRunnerEvent.SCRIPT_STARTED
    with unheard.lock:
        unheard.events.append((sender, event, payload))
        if said and unheard.called:
            return
        unheard.called = True
    loop = session._event_loop
    if said:
        session._call_soon_on_event_loop(lambda: loop.call_later(BREATH, hear, session))
    else:
        session._call_soon_on_event_loop(lambda: hear(session))


def hear(session: AppSession) -> None:
    """Let the session take all that its scripts have said, in their order; called by the loop."""
    unheard = _unheard(session)
    with unheard.lock:
        events, unheard.events, unheard.called = unheard.events, [], False
    for sender, event, payload in events:
        try:
            session._handle_scriptrunner_event_on_event_loop(sender, event, **payload)
        except Exception as error:  # one message that cannot be taken must not take the others with it
            session._event_loop.call_exception_handler({"message": f"{event} was not taken", "exception": error})


def create_scriptrunner(session: AppSession, initial_rerun_data: RerunData) -> None:
    """A new script thread for a session, once all that the one before it has said is taken.

    Streamlit takes nothing more from a thread that has been replaced. When a request comes just as a run ends, the last
    pictures of that run and the word that it has ended are lost, and the page keeps showing what was there before.
    """
    hear(session)
    _create_scriptrunner(session, initial_rerun_data)


def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
    """What a browser asks for: a fragment that is not there any more is answered by a run of the whole page.

    Streamlit ignores such a request, and with it what the visitor has changed. It comes when a control is moved while the page
    around it is being drawn anew. A fragment that asks for itself, by the clock, may be ignored.
    """
    if client_state is not None and client_state.fragment_id and not session.has_fragment(client_state.fragment_id):
        here = client_state.page_script_hash in ("", session._client_state.page_script_hash)
        if here and not client_state.is_auto_rerun:
            client_state.fragment_id = ""
    _request_rerun(session, client_state)


def request_rerun_locked(requests: ScriptRequests, new_data: RerunData) -> bool:
    """One more request for a script's thread, folded into the one that waits; called with the requests' lock held.

    Streamlit makes one click of two clicks on the same button that are folded, so that whoever presses "1 step" five times on a
    busy server gets three. Here they are counted, and `call_callback` makes up for them.
    """
    if requests._state is ScriptRequestType.RERUN:
        _clicks(requests).update(_clicked(requests._rerun_data) & _clicked(new_data))
    return _request_rerun_locked(requests, new_data)


def call_callback(states: WStates, widget_id: str) -> None:
    """What a control does when it is used, as many times as it has been clicked."""
    _call_callback(states, widget_id)
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and context.script_requests is not None:
        with context.script_requests._lock:
            more = _clicks(context.script_requests).pop(widget_id, 0)
        for _ in range(min(more, MOST_CLICKS)):
            _call_callback(states, widget_id)


def _clicks(requests: ScriptRequests) -> Counter[str]:
    """Clicks that have been folded into an earlier one and have not been made up for, by widget."""
    return requests.__dict__.setdefault("_clicks", Counter())


def _clicked(data: RerunData) -> set[str]:
    """The buttons that have been clicked in a request."""
    return {state.id for state in data.widget_states.widgets if state.trigger_value} if data.widget_states else set()


def enqueued_some_message(runtime: Runtime) -> None:
    """Tell the loop that there is something to send; from the loop's own thread, where it always is, without a socket."""
    objects = runtime._get_async_objs()
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # in a thread that no loop runs in
        objects.eventloop.call_soon_threadsafe(objects.need_send_data.set)
    else:
        objects.need_send_data.set()


def _unheard(session: AppSession) -> _Unheard:
    return session.__dict__.setdefault("_unheard", _Unheard())
