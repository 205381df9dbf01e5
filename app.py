"""The server, started by `streamlit run app.py`: what happens once per process rather than once per visitor.

The pages are run by pages/navigation.py. A host that runs this file as a plain script gets the same pages without the rest.
"""

import asyncio
import gc
import gzip
import logging
import mimetypes
import runpy
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import settings

try:
    settings.check()  # before anything below reads one of them
except settings.SettingError as trouble:
    if get_script_run_ctx(suppress_warning=True) is None:
        sys.exit(f"Latent Lab was not started. {trouble}")
    st.error(str(trouble))
    st.stop()

from pages.common import host, mended, shelf
from pages.common.uploads import BoundedUploads

NAVIGATION = Path(__file__).parent / "pages" / "navigation.py"
FIRST = ("pages.common.loaders", "pages.parts.start.loaders")
OTHERS = (
    "pages.common.loaders_plane",
    "pages.common.loaders_map",
    "pages.parts.kl_beta.loaders",
    "pages.common.loaders_transitions",
    "pages.parts.anatomy.loaders",
    "pages.parts.compare.loaders",
    "pages.parts.latent_map.preparing",
    "pages.parts.kl_beta.preparing",
    "pages.parts.transitions.preparing",
)
SCRIPT_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@asynccontextmanager
async def lifespan(_app):
    """Load what the first page shows before the first visitor comes, and what the others show while the first visitor looks."""
    host.leaving.clear()
    host.limit_memory()
    host.share_the_interpreter()
    host.send_at_once()
    await to_thread.run_sync(_warm_up, FIRST)
    patient = ThreadPoolExecutor(1, "warm-up", host.be_patient)
    prepared = OTHERS if settings.value("LATENT_LAB_PREPARE") else ()
    others = asyncio.get_running_loop().run_in_executor(patient, _warm_up, prepared)
    tidying = asyncio.create_task(host.give_memory_back())
    yield
    host.leaving.set()
    tidying.cancel()
    await to_thread.run_sync(_end_trainings)
    await others


def _warm_up(loaders: Sequence[str]) -> None:
    """Fill these modules' caches, then tell the garbage collector to leave alone what will stay."""
    import torch

    from core.datasets import DatasetError
    from core.weights import WeightsError

    logging.getLogger(SCRIPT_CONTEXT).setLevel(logging.ERROR)  # it would warn that no visitor is asking; here nobody is
    torch.set_num_threads(1)  # many visitors share the processor; one small batch gains nothing from a second thread
    for name in loaders:
        if host.leaving.is_set():
            break
        try:
            import_module(name).warm_up()
        except (DatasetError, WeightsError) as error:  # the page says the same to whoever opens it
            logging.getLogger("latent_lab").error("%s", error)
    gc.collect()
    gc.freeze()


def _end_trainings() -> None:
    from pages.common import loaders_train

    loaders_train.runner().close()


def to_first_page(request: Request) -> Response:
    """The first page's name is no address of its own. Relative, so that it is right below any path and behind any proxy."""
    return RedirectResponse(f"./?{request.url.query}".rstrip("?"))


def to_page(request: Request) -> Response:
    """Nothing is below a page: Streamlit would send there what looks for its scripts in the wrong place and stays blank."""
    rest = request.path_params["rest"]
    if rest.startswith("_stcore"):  # where a browser asks whether the app is served from here
        return Response(status_code=404)
    depth = rest.count("/") + 1
    page = request.url.path.split("/")[-depth - 1]
    return RedirectResponse(f"{'../' * depth}{page}?{request.url.query}".rstrip("?"))


class CompressedStatic:
    """Sends Streamlit's own scripts and styles gzipped: a first visit takes 1.6 MB instead of 4.3 MB.

    Streamlit sends them as they are, because compressing them for every visitor keeps the server busy (0.25 s each, as measured
    with Starlette's own middleware). Here each is compressed once, when it is first asked for. The files' names change with
    their content, so browsers may keep them for good.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        root = Path(get_static_dir())
        files = [file for file in root.rglob("static/*/*") if file.suffix in (".js", ".css")]
        self.files = {f"/{file.relative_to(root).as_posix()}": file for file in files}
        self.bodies: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        wanted = scope["type"] == "http" and scope["method"] == "GET" and path in self.files
        if not wanted or "gzip" not in Headers(scope=scope).get("Accept-Encoding", ""):
            await self.app(scope, receive, send)
            return
        if path not in self.bodies:
            self.bodies[path] = await to_thread.run_sync(lambda: gzip.compress(self.files[path].read_bytes(), 6))
        headers = {
            "Content-Encoding": "gzip",
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, immutable, max-age=31536000",
        }
        media_type = mimetypes.guess_type(path)[0]
        await Response(self.bodies[path], headers=headers, media_type=media_type)(scope, receive, send)


class SecurityHeaders:
    """Adds HEADERS to every answer. Embedding is allowed: course pages show the app in a frame."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


mended.mend()
if get_script_run_ctx(suppress_warning=True) is None:
    below = f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")
    routes = [
        Route(f"{below}/{shelf.ROUTE}/{{name}}", shelf.answer),
        Route(f"{below}/start", to_first_page),
        *(Route(f"{below}/{page.stem}/{{rest:path}}", to_page) for page in NAVIGATION.parent.glob("*.py")),
    ]
    shelf.served = True
    middleware = [Middleware(each) for each in (SecurityHeaders, CompressedStatic, BoundedUploads)]
    app = st.App(NAVIGATION, lifespan=lifespan, routes=routes, middleware=middleware)
else:
    runpy.run_path(str(NAVIGATION), run_name="__main__")
