"""Two replicas behind a real nginx with deploy/nginx.conf: visitors are spread, keep their replica, and survive its death."""

import asyncio
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets

from tests import coroutines
from tests.bench.visitor import VisitError, Visitor
from tests.serving import ROOT, UNPREPARED, Server, copy_shipped, free_port

PATIENCE = 120
VISITORS = 6


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    """A folder like the one in the image."""
    folder = tmp_path_factory.mktemp("image")
    copy_shipped(folder)
    return folder


@pytest.fixture(scope="module")
def replicas(tmp_path_factory, shipped) -> Iterator[dict[str, Server]]:
    if shutil.which("nginx") is None:
        pytest.skip("there is no nginx on the PATH; on Debian `apt-get install nginx` brings one")
    home = tmp_path_factory.mktemp("home")
    secret = UNPREPARED | {"STREAMLIT_SERVER_COOKIE_SECRET": "the same on all replicas"}
    with (
        Server(home / "a.txt", home, secret, root=shipped) as a,
        Server(home / "b.txt", home, secret, root=shipped) as b,
    ):
        yield {"a": a, "b": b}


@pytest.fixture(scope="module")
def front(tmp_path_factory, replicas) -> Iterator[str]:
    """nginx with the shipped configuration, on ports of this test; returns its address."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for shipped_port, ours in (("8501", replicas["a"].port), ("8502", replicas["b"].port), ("8080", port)):
        assert shipped_port in text
        text = text.replace(shipped_port, str(ours))
    (folder / "nginx.conf").write_text(text.replace(f"listen {port}", f"listen 127.0.0.1:{port}"))
    command = ["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as nginx:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5)
                break
            except OSError:
                assert nginx.poll() is None, nginx.stderr.read()
                assert time.monotonic() < end
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        nginx.terminate()


def replica_of(headers) -> str:
    return re.search(r"latent_lab=(\w+)", headers["Set-Cookie"]).group(1)


async def student(front: str) -> tuple[Visitor, str]:
    """Someone opens a copied link: first the page, then the websocket with the cookie that came with it."""
    answer = await asyncio.to_thread(urllib.request.urlopen, f"{front}/reconstruction?rec-draw=7")
    replica = replica_of(answer.headers)
    visitor = Visitor(front, timeout=PATIENCE, headers={"Cookie": f"latent_lab={replica}"})
    await visitor.__aenter__()
    await visitor.go("reconstruction", {"rec-draw": ["7"]})
    return visitor, replica


def draw(visitor: Visitor) -> float:
    return visitor.find("rec-draw").about.value


def test_students_are_spread_and_a_dead_replicas_students_land_on_the_other_with_their_view(front, replicas):
    async def story() -> None:
        students = [await student(front) for _ in range(VISITORS)]
        assert {replica for _, replica in students} == {"a", "b"}
        for visitor, replica in students:
            assert replica_of(visitor.answered) == replica  # the websocket went where the page came from
            assert draw(visitor) == 7
        replicas["a"].kill()
        for visitor, replica in students:
            if replica == "b":
                await visitor.rerun()
                assert visitor.exceptions == []
                await visitor.__aexit__()
                continue
            with pytest.raises((VisitError, OSError)):
                await visitor.rerun()
            again = Visitor(front, timeout=PATIENCE, headers={"Cookie": "latent_lab=a"})  # as the browser reconnects
            async with again:
                assert replica_of(again.answered) == "b"
                await again.go("reconstruction", visitor.params)
                assert draw(again) == 7
                assert again.exceptions == []
        replicas["a"].start()
        moved = await asyncio.to_thread(
            urllib.request.urlopen, urllib.request.Request(front, headers={"Cookie": "latent_lab=b"})
        )
        assert replica_of(moved.headers) == "b"  # whoever has moved stays, also when the first is back

    coroutines.run(story())


def test_pages_from_elsewhere_may_not_open_a_session(front):
    async def story() -> None:
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(
                front.replace("http", "ws") + "/_stcore/stream", subprotocols=["streamlit"], origin="http://elsewhere.example"
            )

    coroutines.run(story())
