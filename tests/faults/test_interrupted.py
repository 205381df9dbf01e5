"""Ctrl-C during pretraining, in a real terminal's way: a signal to the whole group of processes."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil

from core import weights
from tests.serving import ROOT

PATIENCE = 120


def interrupted(program: str, folder: Path, when: Path) -> tuple[int, str, list[psutil.Process]]:
    """Ctrl-C as soon as `when` exists: the code that the program ends with, what it said, and its processes at that time."""
    command = [sys.executable, "-m", f"tests.faults.{program}", str(folder)]
    # a shell's background jobs, and their children, are deaf to it
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heard)
    end = time.monotonic() + PATIENCE
    while not when.exists():
        assert running.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    family = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)
    try:
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    return running.returncode, said, family


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process_and_no_half_file(tmp_path):
    code, said, family = interrupted("interrupted", tmp_path, tmp_path / "manifest.json")
    assert family
    assert code == 130
    assert "Stopped. What is finished is kept; the same command goes on from here." in said
    assert "Traceback" not in said
    _, left = psutil.wait_procs(family, 20)
    assert left == []
    assert weights.names(tmp_path) == ["tiny-ae"]
    assert weights.load("tiny-ae", tmp_path)
    assert sorted(file.name for file in Path(tmp_path).iterdir()) == ["manifest.json", "tiny-ae.safetensors"]


def test_ctrl_c_ends_a_job_that_says_nothing(tmp_path):
    code, _, family = interrupted("silent", tmp_path, tmp_path / "begun")
    assert code == 130
    assert psutil.wait_procs(family, 20)[1] == []
