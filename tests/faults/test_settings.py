"""A host's mistake in the settings ends the start with a sentence; small but sensible limits give a page that works."""

import os
import subprocess
import sys

import pytest

from tests.serving import ROOT, free_port

TRAIN = """
import time
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("pages/train.py", default_timeout=120).run()
assert not page.exception, page.exception
seconds = page.number_input(key="train-seconds")
print("seconds", seconds.min, seconds.max, seconds.value)
print("offered", [len(page.selectbox(key=key).options) for key in ("train-model", "train-code")])
page.button(key="train-start").click().run()
assert not page.exception, page.exception
assert not page.error, page.error[0].value
end = time.monotonic() + 120
while page.session_state["training"].active and time.monotonic() < end:
    time.sleep(0.2)
page.run()
print("ended", *(message.value for message in [*page.success, *page.error]))
"""


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | variables
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240
    )


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("LATENT_LAB_MAX_SECONDS", "abc", "must be a number from 0.1"),
        ("LATENT_LAB_WORKERS", "0", "must be a whole number from 1"),
        ("LATENT_LAB_RAY", "nonsense", "must be the address of a Ray cluster"),
        ("LATENT_LAB_MAX_SECOND", "5", "There is no setting"),
    ],
)
def test_the_server_does_not_start_with_a_setting_that_cannot_be_used(tmp_path, name, text, sentence):
    port = f"--server.port={free_port()}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.address=127.0.0.1", port]
    ended = run(command, HOME=str(tmp_path), **{name: text})
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "Latent Lab was not started." in said
    assert name in said
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("most", "bounds"), [("0.5", "0.5 0.5 0.5"), ("5", "5.0 5.0 5.0"), ("2", "2.0 2.0 2.0")])
def test_the_page_offers_what_a_short_limit_allows(most, bounds):
    done = run([sys.executable, "-c", TRAIN], LATENT_LAB_MAX_SECONDS=most, LATENT_LAB_WORKERS="1")
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert said["seconds"] == bounds
    assert "is now in every page's list of models" in said["ended"]


def test_the_page_offers_the_networks_that_a_small_limit_allows():
    done = run([sys.executable, "-c", TRAIN], LATENT_LAB_MAX_PARAMETERS="300000", LATENT_LAB_MAX_SECONDS="1")
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert said["offered"] == "[3, 5]"  # the convolutional ones
    assert "is now in every page's list of models" in said["ended"]


def test_a_limit_that_no_network_keeps_to_is_said_on_the_page():
    look = TRAIN.splitlines()[:4]
    command = [sys.executable, "-c", "\n".join([*look, "print(page.error[0].value)"])]
    done = run(command, LATENT_LAB_MAX_PARAMETERS="1000")
    assert done.returncode == 0, done.stderr
    assert "at most 1,000 weights, and the smallest on offer has " in done.stdout
