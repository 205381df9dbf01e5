"""What is asked of the operating system: connections send at once, memory goes back."""

import asyncio
import ctypes
import os
import socket
import sys
from types import SimpleNamespace

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


@pytest.fixture
def _own_environment(monkeypatch):
    """Takes back afterwards what is set meanwhile: one variable has a value before, one has none."""
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "")  # so that there is something to take back
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY")


@pytest.mark.usefixtures("_own_environment")
def test_memory_is_limited_but_what_the_host_has_set_stays(monkeypatch):
    limits = []
    monkeypatch.setattr(host, "_libc", lambda: SimpleNamespace(mallopt=lambda *limit: limits.append(limit)))
    host.limit_memory()
    assert limits == [(-8, 1), (-3, 262_144), (-1, 16_777_216)]  # M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
    assert os.environ["ARROW_DEFAULT_MEMORY_POOL"] == "jemalloc"
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "32"


@pytest.mark.usefixtures("_own_environment")
def test_other_systems_are_left_alone(monkeypatch):
    opened = []
    monkeypatch.setattr(sys, "platform", "elsewhere")
    monkeypatch.setattr(ctypes, "CDLL", opened.append)
    host.limit_memory()
    coroutines.run(host.give_memory_back())
    assert opened == []  # without a C library nothing of it can be called


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
