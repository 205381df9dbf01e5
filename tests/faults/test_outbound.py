"""The server asks nobody outside for anything: not when it starts, and not when a page of a stranger wants to connect."""

import socket
from threading import Thread

import pytest
import websockets.exceptions
from websockets.sync.client import connect

from tests.serving import Server


@pytest.fixture
def calls():
    """Where HTTP calls to other hosts would go: an address for proxy variables, and what has been asked there."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return  # the test is over
                with caller:
                    asked.append(caller.recv(1000))

        thread = Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_neither_a_start_nor_a_foreign_origin_makes_the_server_call_out(tmp_path, calls):
    proxy, asked = calls
    environment = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), proxy) | {"NO_PROXY": ""}
    environment |= {"PATH": ""}  # no browser is found and opened
    everywhere = ("--server.address=0.0.0.0",)  # as a container starts it: only then the address outside is of interest
    with Server(tmp_path / "log.txt", tmp_path, environment, options=everywhere, opens_browser=True) as server:
        stream = f"ws://127.0.0.1:{server.port}/_stcore/stream"
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            connect(stream, origin="http://elsewhere.example", subprotocols=["streamlit"], proxy=None)
        assert server.answers()
    assert "You can now view" in server.log.read_text()
    assert asked == []
