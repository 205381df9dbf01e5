"""Files that a browser sends without any widget having asked for them: they do not fill the server's memory."""

import urllib.error
import urllib.request

import psutil
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.common.uploads import MOST_OF_ONE
from tests import coroutines
from tests.bench.visitor import Visitor
from tests.serving import UNPREPARED, Server

MB = 1_000_000
FORM = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n%b\r\n--x--\r\n'


class Named(Visitor):
    """A visitor who knows the name of the own session."""

    session = ""

    def _take(self, message: ForwardMsg) -> None:
        if message.HasField("new_session"):
            self.session = message.new_session.initialize.session_id or self.session
        super()._take(message)


def put(server: Server, session: str, name: str, size: int) -> int:
    """The status that the server answers a file with."""
    with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    token = next(part.partition("=")[2].partition(";")[0] for part in cookies if part.startswith("_streamlit_xsrf="))
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    address = f"{server.url}/_stcore/upload_file/{session}/{name}"
    request = urllib.request.Request(address, FORM % bytes(size), headers, method="PUT")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_one_session_cannot_fill_the_memory_with_files(tmp_path):
    async def sent(server: Server) -> list[int]:
        async with Named(server.url) as visitor:
            await visitor.go("train")
            few = [put(server, visitor.session, f"f{i}", 15 * MB) for i in range(6)]
            return [*few, put(server, visitor.session, "large", 30 * MB), put(server, visitor.session, "small", MB)]

    with Server(tmp_path / "log.txt", tmp_path, UNPREPARED) as server:
        statuses = coroutines.run(sent(server))
        assert statuses == [204, 204, 413, 413, 413, 413, 413, 204]
        assert 2 * 15 * MB + MB <= MOST_OF_ONE < 3 * 15 * MB
        assert psutil.pid_exists(server.process.pid)
        assert server.complaints() == []
