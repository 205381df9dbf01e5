"""Ctrl-C during pretraining, in a real terminal's way: a signal to the whole group of processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from core import weights
from tests.serving import ROOT

PATIENCE = 120


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process_and_no_half_file(tmp_path):
    command = [sys.executable, "-m", "tests.faults.interrupted", str(tmp_path)]
    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    manifest, end = tmp_path / "manifest.json", time.monotonic() + PATIENCE
    while not manifest.exists():
        assert running.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    family = psutil.Process(running.pid).children(recursive=True)
    assert family
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped. What is finished is kept; the same command goes on from here." in said
    assert "Traceback" not in said
    _, left = psutil.wait_procs(family, 20)
    assert left == []
    assert weights.names(tmp_path) == ["tiny-ae"]
    assert weights.load("tiny-ae", tmp_path)
    assert sorted(file.name for file in Path(tmp_path).iterdir()) == ["manifest.json", "tiny-ae.safetensors"]
