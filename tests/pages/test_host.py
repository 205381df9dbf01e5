"""What is asked of the operating system: connections send at once, memory goes back."""

import asyncio
import ctypes
import os
import socket
import sys

import pytest

from pages.common import host
from pages.parts.transitions import preparing
from tests import coroutines


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="this system does not list a process's files in /dev/fd")
def test_accepted_connections_do_not_hold_small_messages_back():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        before = len(os.listdir("/dev/fd"))
        host.send_at_once()
        assert len(os.listdir("/dev/fd")) == before  # nothing is left open
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)  # and it still listens


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc hands memory back on demand")
def test_memory_is_handed_back_again_and_again(monkeypatch):
    slept, trimmed = [], []

    class Libc:
        @staticmethod
        def malloc_trim(pad: int) -> None:
            trimmed.append(pad)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(host, "_libc", Libc)
    monkeypatch.setattr(host.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        coroutines.run(host.give_memory_back())
    assert trimmed == [0, 0]


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "elsewhere")
    host.limit_memory()
    coroutines.run(host.give_memory_back())


def test_a_server_that_ends_does_not_finish_what_it_makes_for_later(monkeypatch):
    made = []
    monkeypatch.setattr(preparing.ground, "backdrop", made.append)
    monkeypatch.setattr(preparing.ground, "purity", lambda name, method: None)
    monkeypatch.setattr(host, "PAUSE", 0)
    preparing.warm_up()
    assert len(made) > 1
    everything = made.copy()
    made.clear()
    host.leaving.set()
    try:
        preparing.warm_up()
    finally:
        host.leaving.clear()
    assert made == everything[:1]
