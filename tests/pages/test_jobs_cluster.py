"""Training on a real Ray cluster on bound to the loopback; skipped where Ray is not installed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # read on import; on Linux, too: keep to the loopback
pytest.importorskip("ray", reason="Ray is not installed; `pip install -r requirements-ray.txt` brings it")

import ray

from core import datasets, settings
from core.config import ModelConfig, TrainConfig
from core.datasets import embedded
from core.running import cluster
from core.running.processes import WorkerError
from core.shipping import elsewhere, recipes, records
from pages.common import jobs
from pages.common.jobs import Runner
from tests.core.tiny_recipes import TINY
from tests.pages.told import held
from tests.serving import ROOT, free_port

MODEL = ModelConfig("dense-ae", 2, (16,))
PATIENCE = 120
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


def config(seconds: float) -> TrainConfig:
    return TrainConfig(epochs=100_000, seconds=seconds)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A cluster of one machine with one processor to give, which only this machine can reach."""
    port, home = free_port(), tmp_path_factory.mktemp("ray")
    found = {
        "HOME": str(home),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
        "RAY_TMPDIR": f"/tmp/ray-{port}",  # names of sockets must be short
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in found.items():
            patch.setenv(name, value)
        program = str(Path(sys.executable).parent / "ray")
        where = ("--head", f"--port={port}", "--node-ip-address=127.0.0.1", f"--temp-dir=/tmp/ray-{port}")
        size = ("--num-cpus=1", "--include-dashboard=false", "--object-store-memory=100000000", "--disable-usage-stats")
        head = subprocess.Popen([program, "start", *where, *size, "--block"], stdout=subprocess.DEVNULL)
        until(lambda: answers(port) or head.poll() is not None)
        assert head.poll() is None, "the cluster did not start"
        listening = [
            connection.laddr.ip
            for process in psutil.Process(head.pid).children(recursive=True)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening
        assert set(listening) <= set(LOOPBACK)
        yield f"127.0.0.1:{port}"
        ray.shutdown()
        family = psutil.Process(head.pid).children(recursive=True)
        head.terminate()
        head.wait(30)
        _, left = psutil.wait_procs(family, 20)
        for process in left:
            process.kill()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def trainers() -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if "ray::Trainer" in " ".join(p.info["cmdline"] or [])]


def test_runs_report_pause_stop_and_wait_for_a_place(address, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_RAY", address)
    runner = jobs.chosen()
    first = runner.submit("anna", MODEL, config(60))
    until(lambda: first.progress is not None and first.preview is not None)
    second = runner.submit("ben", MODEL, config(1))
    assert (runner.place(first), runner.place(second)) == (0, 1)
    first.pause()
    step = held(first)
    first.resume()
    until(lambda: first.progress.index > step)
    runner.stop(first)
    until(lambda: first.state == "ended")
    assert first.finished.why == "stopped"
    assert first.finished.weights
    until(lambda: second.state == "ended")
    assert second.finished.why == "finished"
    assert second.preview.codes.shape == (1000, 2)


def test_a_killed_worker_is_a_clear_word_and_the_next_one_starts(address):
    runner = Runner(None, cluster.starter(address))
    first, second = (runner.submit(name, MODEL, config(60)) for name in ("anna", "ben"))
    until(lambda: first.progress is not None)
    os.kill(trainers()[0].pid, signal.SIGKILL)
    until(lambda: first.state == "ended" and second.state == "running")
    assert first.finished.why == "failed"
    assert "ended before its time" in first.finished.message
    runner.release("ben")  # a closed tab
    until(lambda: second.state == "ended" and not trainers())
    assert second.finished.why == "stopped"


def test_a_server_that_is_killed_leaves_nothing_training(address):
    code = (
        "import sys, time\n"
        "from core.running import cluster\nfrom core.config import *\nfrom pages.common.jobs import Runner\n"
        f"run = Runner(None, cluster.starter({address!r})).submit('a', ModelConfig('dense-ae', 2, (16,)), "
        "TrainConfig(epochs=1e5, seconds=60))\n"
        "while run.progress is None: time.sleep(.1)\nprint('training', flush=True)\ntime.sleep(100)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "training\n"
    assert trainers()
    server.kill()
    server.wait()
    until(lambda: not trainers())


def test_no_cluster_is_a_sentence(monkeypatch):
    def nobody(**_: object) -> None:
        raise ConnectionError("no gcs")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", nobody)
    run = Runner(None, cluster.starter("127.0.0.1:1")).submit("anna", MODEL, config(1))
    until(lambda: run.state == "ended")
    assert run.finished.message.startswith("The training cluster at 127.0.0.1:1 cannot be reached")
    with pytest.raises(WorkerError, match="cannot be reached"):
        list(cluster.each("127.0.0.1:1", len, {"a": ([],)}))


def test_a_sweep_trains_on_the_cluster_what_it_would_train_here(address, tmp_path, monkeypatch):
    digits = embedded().subset(slice(0, 5000, 25))
    monkeypatch.setattr(recipes, "RECIPES", dict(TINY))
    monkeypatch.setattr(datasets, "training", lambda: digits)
    names = list(TINY)[:2]
    elsewhere.train_all(names, address, tmp_path)
    for name in names:
        assert records.trained(name, tmp_path)
        here = elsewhere.train_one(name, TINY[name], digits)[0]
        assert records.entry_of(records.read(tmp_path), name)["sha256"] == here["sha256"]


def test_what_a_job_on_the_cluster_raises_comes_back_after_the_others(address):
    said = {"good": {"LATENT_LAB_MAX_PAUSE": "7"}, "bad": {"LATENT_LAB_MAX_PAUSE": "much"}}
    calls = {name: ("LATENT_LAB_MAX_PAUSE", environment) for name, environment in said.items()}
    results = cluster.each(address, settings.value, dict(reversed(calls.items())))
    assert next(results) == ("good", 7)
    with pytest.raises(ValueError, match=r"must be a number from 0\.1"):
        next(results)
