"""How much visitors' browsers may leave with the server: a widget's limits hold in the browser alone, and this holds here.

Streamlit keeps every file that is sent for a session until the session has ended, whether or not a widget asks for it.
"""

from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime

MOST_OF_ONE = 40_000_000  # bytes of one session: a model, and a picture on a few pages
MOST_OF_ALL = 400_000_000
_ADDRESS = "/_stcore/upload_file/"  # then the session and the file


class BoundedUploads:
    """Refuses a file that would be too much, and keeps nothing of it."""

    def __init__(self, app: ASGIApp, most_of_one: int = MOST_OF_ONE, most_of_all: int = MOST_OF_ALL) -> None:
        self._app = app
        self._most = most_of_one, most_of_all
        self._coming: Counter[str] = Counter()  # bytes, by session, of the files that are on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, ours, named = scope.get("path", "").partition(_ADDRESS)
        if scope["type"] != "http" or scope["method"] not in ("PUT", "POST") or not ours:
            await self._app(scope, receive, send)
            return
        session, length = named.partition("/")[0], Headers(scope=scope).get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 16):
            await PlainTextResponse("How long is the file?", 411)(scope, receive, send)
            return
        own, all_files = self._held(session)
        if any(held + int(length) > most for held, most in zip((own, all_files), self._most, strict=True)):
            while (await receive()).get("more_body"):
                pass  # a browser that is still sending would not hear the answer
            await PlainTextResponse("There is no room for this file; take away others first.", 413)(scope, receive, send)
            return
        self._coming[session] += int(length)
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= int(length)
            self._coming += Counter()  # without the sessions that have nothing on its way

    def _held(self, session: str) -> tuple[int, int]:
        """The bytes of one session's files and of all, those on their way too."""
        kept = Runtime.instance().uploaded_file_mgr.file_storage
        sizes = {name: sum(len(file.data) for file in list(files.values())) for name, files in list(kept.items())}
        return sizes.get(session, 0) + self._coming[session], sum(sizes.values()) + self._coming.total()
