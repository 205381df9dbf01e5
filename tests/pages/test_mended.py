"""What is mended in Streamlit. A test of this file that fails after an update may mean that a mending can go."""

import pytest
from streamlit import net_util
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.web import skills

from pages.common import mended

STREAMLITS = mended._clear


def delta(path: list[int], fragment: str, text: str = "") -> ForwardMsg:
    found = ForwardMsg()
    found.metadata.delta_path[:] = path
    found.delta.fragment_id = fragment
    found.delta.new_element.markdown.body = text
    return found


@pytest.fixture
def unsent() -> ForwardMsgQueue:
    """What a busy server has not sent: a heading of the fragment around all, and after it the fragment inside it."""
    queue = ForwardMsgQueue()
    for message in (delta([0, 0], "outer", "a heading"), delta([0, 1, 0], "inner", "a slider")):
        queue.enqueue(message)
    return queue


def places(queue: ForwardMsgQueue) -> list[list[int]]:
    return [list(message.metadata.delta_path) for message in queue.flush()]


def test_streamlits_own_leaves_the_inner_fragment_without_what_it_stands_after(unsent):
    STREAMLITS(unsent, retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    assert places(unsent) == [[0, 1, 0]]


def test_what_a_fragment_has_not_sent_is_sent_before_its_next_run(unsent):
    mended.clear(unsent, retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    unsent.enqueue(delta([0, 0], "outer", "another heading"))
    assert places(unsent) == [[0, 0], [0, 1, 0], [0, 0]]
    assert unsent.is_empty()


def test_a_run_of_the_whole_page_drops_what_the_last_one_has_not_sent(unsent):
    mended.clear(unsent, retain_lifecycle_msgs=True)
    assert unsent.is_empty()


def test_streamlit_is_mended_and_twice_is_as_good_as_once(monkeypatch):
    for place, name in ((net_util, "get_external_ip"), (skills, "nudge_suppression_reason"), (ForwardMsgQueue, "clear")):
        monkeypatch.setattr(place, name, getattr(place, name))  # put back at the end
    for _ in range(2):
        mended.mend()
        assert net_util.get_external_ip() is None
        assert skills.nudge_suppression_reason("anywhere") == "dismissed"
        assert ForwardMsgQueue.clear is mended.clear
        assert mended._clear is STREAMLITS
