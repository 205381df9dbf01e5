"""Files that the app makes while it runs and the browser fetches once: networks, codes, digits. One shelf for the process.

A file's name holds a hash of its content, so a browser may keep it for good, and nobody can guess the name of a network that
somebody else has trained. The oldest make room for new ones.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

from pages.common.data_url import data_url

ROUTE = "lab"  # below the app's own address
ROOM = 40_000_000  # bytes; all shipped networks take 17 million
SMALL = 12_000  # bytes: as much is quicker inside a message than fetched
served = False  # set by app.py; without its server a file goes to the browser through a component

_KEPT: OrderedDict[str, bytes] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True)
class File:
    """A file for the browser, kept compressed: `packed`. `size` is that of its content, in bytes."""

    name: str
    size: int
    packed: bytes

    @property
    def data(self) -> bytes:
        """The content."""
        return gzip.decompress(self.packed)


def file(stem: str, data: bytes, ending: str = "bin") -> File:
    """Content under a name of its own."""
    return File(f"{stem}-{sha256(data).hexdigest()[:20]}.{ending}", len(data), gzip.compress(data, 6))


def address(found: File) -> str:
    """Where the browser finds a file: put on the shelf, inside the address itself, or (see `served`) in the page's depot."""
    if found.size <= SMALL:
        return data_url(found.data, "application/octet-stream")
    if not served:
        return f"depot:{found.name}"
    with _LOCK:
        _KEPT[found.name] = found.packed
        _KEPT.move_to_end(found.name)
        while sum(map(len, _KEPT.values())) > ROOM and len(_KEPT) > 1:
            _KEPT.popitem(last=False)
    return f"{ROUTE}/{found.name}"


async def answer(request: Request) -> Response:
    """The route: a file that has been put on the shelf, compressed for whoever can read it so."""
    name = request.path_params["name"]
    with _LOCK:
        packed = _KEPT.get(name)
    if packed is None:
        return Response("There is no such file. Reload the page.", 404, media_type="text/plain")
    kind = "text/javascript" if name.endswith(".js") else "application/octet-stream"
    headers = {"Cache-Control": "public, immutable, max-age=31536000", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return Response(gzip.decompress(packed), headers=headers, media_type=kind)
