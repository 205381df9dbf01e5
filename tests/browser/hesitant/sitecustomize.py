"""A fault. Python runs this at its start where it finds it: a server so busy that it sends a few messages now and then."""

import asyncio
import time

from streamlit.runtime.app_session import AppSession

FEW, PAUSE = 12, 0.3  # a page is some hundred messages
flush = AppSession.flush_browser_queue


def hesitate(session: AppSession) -> list:
    asyncio.get_running_loop().call_later(PAUSE / 3, session._message_enqueued_callback)  # asks again
    if time.monotonic() < getattr(session, "next_time", 0.0) or session._browser_queue.is_empty():
        return []
    session.next_time = time.monotonic() + PAUSE
    messages = flush(session)
    session._browser_queue._queue = messages[FEW:]
    return messages[:FEW]


AppSession.flush_browser_queue = hesitate
