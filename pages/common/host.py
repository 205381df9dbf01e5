"""What the server asks of the operating system, once per process; elsewhere than on Linux it does little. No Streamlit."""

import asyncio
import ctypes
import os
import socket
import stat
import sys
from threading import Event, get_native_id

from anyio import to_thread

PAUSE = 0.2  # seconds between two things that are made in the background, for whoever is there already
PATIENCE = 10  # of the 19 steps that a priority can be lowered by
leaving = Event()  # the server is about to end: what is made in the background for later is not needed any more


def limit_memory() -> None:
    """Keep little memory that is not in use.

    Of glibc: one heap instead of one for each thread, as every visitor's run is a thread, and large pieces given back at once;
    left alone, it keeps ever larger ones after it has seen the first. PyArrow shares this heap instead of having its own; it
    reads that when it is imported. And of the machine code that PyTorch makes for every size of a batch, the last 32 pieces;
    left alone, it keeps 1,024, which is 60 MB after 50 sizes and four models. It reads that before the first convolution.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if hasattr(libc := _libc(), "mallopt"):
        arena_max, mmap_threshold, trim_threshold = -8, -3, -1  # M_... in malloc.h
        for option, value in ((arena_max, 1), (mmap_threshold, 2**18), (trim_threshold, 16 * 2**20)):
            libc.mallopt(option, value)


def share_the_interpreter() -> None:
    """Let a thread that waits for Python's lock have it after 1 ms instead of 5.

    A thread lets go of it for every small tensor operation, and then waits until it has it back from whoever computes.
    """
    sys.setswitchinterval(0.001)


def pause() -> bool:
    """Leave the processor to visitors for a moment, in the midst of what is made for later; whether to go on."""
    return not leaving.wait(PAUSE)


async def give_memory_back() -> None:
    """Every two seconds hand free pages in the midst of the heaps back to the system: 80 MB after a walk over all pages."""
    if hasattr(libc := _libc(), "malloc_trim"):
        while True:
            await asyncio.sleep(2)
            await to_thread.run_sync(libc.malloc_trim, 0)  # 3 ms


def be_patient() -> None:
    """Give the calling thread, for good, only the time that others leave: for work of seconds, whoever asked for it.

    On Linux a priority is a thread's own; elsewhere it would be the whole server's, so nothing is done there.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), PATIENCE)


def send_at_once() -> None:
    """Tell every socket that this process listens on, and so every connection it accepts, not to hold small messages back.

    Streamlit's answers are many small messages. Without this the system waits with the second until the browser has confirmed
    the first, which takes it 40 ms and more (Nagle's algorithm against delayed acknowledgement, RFC 896 and RFC 1122): a
    control answered in 6 ms seemed to take 48.
    """
    for fd in map(int, os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else ():
        try:
            if not stat.S_ISSOCK(os.fstat(fd).st_mode):
                continue
            with socket.socket(fileno=os.dup(fd)) as found:
                inet = found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM
                if inet and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            continue  # closed since it was listed


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
