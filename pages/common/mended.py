"""Three things that Streamlit does and this app must not: its own functions are replaced, once per process."""

from collections.abc import Sequence

from streamlit import net_util
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.web import skills

_clear = ForwardMsgQueue.clear


def mend() -> None:
    """Replace them. To be called before the first visitor comes; again, it changes nothing."""
    # It would ask a host on the internet for this machine's own address whenever a page of another origin wants to connect,
    # with every visitor waiting meanwhile. Nothing here needs to know.
    net_util.get_external_ip = lambda: None
    # On a machine where a coding agent is installed, it would cover a corner of the page with an offer to teach it Streamlit.
    skills.nudge_suppression_reason = lambda _app_dir=None: "dismissed"
    ForwardMsgQueue.clear = clear


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
