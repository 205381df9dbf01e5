"""What a worker says on its way through a pipe."""

import os
import struct
from multiprocessing import Pipe

import pytest

from core.running.processes import Inbox, WorkerError


def test_messages_come_in_order_and_none_if_there_is_none_and_the_end_is_told_whenever_asked():
    here, there = Pipe()
    inbox = Inbox(here)
    there.send("one")
    there.send(None)
    there.send("two")
    assert [inbox.receive(10) for _ in range(3)] == ["one", None, "two"]
    assert inbox.receive(0.01) is None
    there.close()
    for _ in range(2):
        with pytest.raises(WorkerError, match="ended before its time"):
            inbox.receive(10)


def test_half_a_message_keeps_nobody_waiting():
    here, there = Pipe()
    inbox = Inbox(here)
    os.write(there.fileno(), struct.pack("!i", 1000) + b"a tenth of it")
    assert inbox.receive(0.2) is None
    there.close()
    with pytest.raises(WorkerError):
        inbox.receive(10)
