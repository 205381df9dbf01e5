"""Training on the page of a real server: whatever ends a run, its process ends with it and nothing is left behind."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests import coroutines
from tests.bench.visitor import Visitor
from tests.serving import UNPREPARED, Server

PATIENCE = 120  # seconds: a worker imports PyTorch first, and the machine may be busy


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def server(tmp_path_factory, scratch) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    with Server(home / "log.txt", home, UNPREPARED | {"TMPDIR": str(scratch), "LATENT_LAB_WORKERS": "1"}) as running:
        yield running


def workers(server: Server) -> list[psutil.Process]:
    """The training processes of this server, not the one that keeps count of multiprocessing's resources."""
    return [p for p in psutil.Process(server.process.pid).children(recursive=True) if "spawn_main" in _command(p)]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it has ended since it was listed
        return ""


async def until(holds, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"it did not happen: {what}"
        await asyncio.sleep(0.1)


async def training(visitor: Visitor, server: Server) -> psutil.Process:
    """Press Start and wait until steps are reported; returns the process."""
    await visitor.go("train", {"train-seconds": ["60"]})
    start = visitor.find("train-start")
    await visitor.set(start, *start.value(visitor.rng))
    await until(lambda: any("steps" in text for text in visitor.texts), "steps are reported")
    (process,) = workers(server)
    return process


def test_a_closed_tab_ends_its_training_and_the_next_in_the_queue_starts(server):
    async def story() -> None:
        async with Visitor(server.url, timeout=PATIENCE) as ben:
            async with Visitor(server.url, timeout=PATIENCE) as anna:
                first = await training(anna, server)
                await ben.go("train")
                start = ben.find("train-start")
                await ben.set(start, *start.value(ben.rng))
                await until(lambda: any("1 in the queue" in text for text in ben.texts), "ben sees his place")
            await until(lambda: not first.is_running(), "the process of the closed tab ends")
            await until(lambda: any("steps" in text for text in ben.texts), "ben's training starts")
            await until(lambda: not ben.find("train-pause").about.disabled, "ben can pause it, though he did nothing")
            assert ben.exceptions == []
        await until(lambda: not workers(server), "ben's process ends, too")

    coroutines.run(story())


def test_a_killed_worker_is_a_sentence_on_the_page_and_the_page_goes_on(server):
    async def story() -> None:
        async with Visitor(server.url, timeout=PATIENCE) as visitor:
            process = await training(visitor, server)
            process.send_signal(signal.SIGKILL)
            await until(lambda: any("before its time" in text for text in visitor.texts), "the page says so")
            assert visitor.exceptions == []
            await training(visitor, server)

    coroutines.run(story())


def test_two_sessions_training_under_the_same_name_keep_their_own_models(server):
    async def trained(visitor: Visitor) -> str:
        await visitor.go("train", {"train-seconds": ["5"]})
        name, start = visitor.find("train-title"), visitor.find("train-start")
        await visitor.set(name, WidgetState(id=name.id, string_value="Same"), [])
        await visitor.set(start, *start.value(visitor.rng))
        await until(lambda: any("is now in every page" in text for text in visitor.texts), "it ends")
        return next(text for text in visitor.texts if "is now in every page" in text)

    async def story() -> None:
        async with Visitor(server.url, timeout=PATIENCE) as anna, Visitor(server.url, timeout=PATIENCE) as ben:
            said = await asyncio.gather(trained(anna), trained(ben))
            assert all("“Same” is now" in text for text in said)
            assert said[0] != said[1]  # other steps, other errors: not one model for both
            for visitor in (anna, ben):
                await visitor.go("reconstruction")
                assert [title for title in visitor.find("rec-models").choices if "Same" in title] == ["Same"]
                assert visitor.exceptions == []

    coroutines.run(story())


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_server_that_ends_takes_its_training_along_and_leaves_no_file(server, scratch, end):
    async def story() -> list[psutil.Process]:
        async with Visitor(server.url, timeout=PATIENCE) as visitor:
            await training(visitor, server)
            family = psutil.Process(server.process.pid).children(recursive=True)
            os.kill(server.process.pid, end)
            await asyncio.to_thread(server.process.wait, PATIENCE)
            await until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family), "no orphan")
            return family

    assert coroutines.run(story())
    assert [found for found in scratch.rglob("*") if found.is_file()] == []  # PyTorch makes an empty folder
    server.start()  # for the next
