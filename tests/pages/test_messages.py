"""What components tell the server: whether it has been heard is told back, by session, whatever the message was."""

import pytest

from pages.common import messages


@pytest.fixture
def session(monkeypatch) -> dict:
    state = {}
    monkeypatch.setattr(messages.st, "session_state", state)
    return state


def test_a_message_is_heard_whether_it_makes_sense_or_not(session):
    assert messages.heard("x") == {"about": "x", "session": messages.heard("x")["session"], "at": 0}
    with messages.checked("x", {"at": 1_700_000_000_000}):
        pass
    assert messages.heard("x")["at"] == 1_700_000_000_000
    with messages.checked("x", {"at": 1_700_000_000_001}):
        raise ValueError("no sense")
    assert messages.heard("x")["at"] == 1_700_000_000_001
    assert messages.refused("x") == "no sense"
    assert messages.heard("y")["at"] == 0


def test_another_session_has_heard_nothing_and_has_another_name(session):
    with messages.checked("x", {"at": 7}):
        pass
    before = messages.heard("x")
    session.clear()
    assert messages.heard("x")["session"] != before["session"]
    assert messages.heard("x")["at"] == 0


@pytest.mark.parametrize(
    "message", [None, 7, "at", [], {}, {"at": None}, {"at": True}, {"at": 1.5}, {"at": -1}, {"at": 10**400}]
)
def test_a_number_that_is_none_is_not_told_back(session, message):
    messages.hear("x", message)
    assert messages.heard("x")["at"] == 0
