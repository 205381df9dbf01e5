"""What a starting server prepares: one damaged file costs what needs it, and nothing else."""

import subprocess
import sys

from tests.serving import ROOT

PREPARES = """
import sys, types, app
from core.weights import WeightsError

def damaged():
    raise WeightsError("this file is damaged")

for name, warm_up in (("bad", damaged), ("good", lambda: print("prepared"))):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].warm_up = warm_up
app._warm_up(["bad", "good"])
"""


def test_a_damaged_file_is_logged_and_what_comes_after_it_is_prepared():
    ended = subprocess.run([sys.executable, "-c", PREPARES], cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    assert ended.stdout.split() == ["prepared"]
    assert "this file is damaged" in ended.stderr
