"""The README's snippets for scripts and notebooks, run as they stand there, and the package as pip puts it together."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAME = """
import torch
z = torch.randn(5, 2)
x = torch.rand(5, 1, 28, 28)
assert (picture(z) - model.decode(z)[:, 0]).abs().max() < 1e-5
assert (to_mu(encoder(x)) - model.encode(x).mu).abs().max() < 1e-5
print("both decode alike")
"""


def snippets() -> list[str]:
    """The blocks of Python in that section."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## From a script or a notebook\n")[1].split("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def python(folder: Path, code: str, path: Path) -> str:
    """What a script prints that is run in another folder, with the code found at `path` alone."""
    environment = os.environ | {"PYTHONPATH": str(path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_snippets_run_elsewhere_and_both_ways_to_read_a_file_agree(tmp_path):
    with_lab, plain = snippets()
    assert "core" not in plain
    assert "both decode alike" in python(tmp_path, with_lab + plain + SAME, ROOT)
    assert python(tmp_path, plain, tmp_path) == ""  # needs nothing of the lab, only the file


def test_what_pip_installs_has_all_files_and_finds_them(tmp_path):
    copy, wheels, installed = tmp_path / "copy", tmp_path / "wheels", tmp_path / "site-packages"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:  # not a clone of the repository
        pytest.skip("git does not know which files belong to the project")
    needed = [name for name in listed.stdout.split("\0") if name.startswith(("core/", "pages/", "weights/"))]
    for name in [*needed, "pyproject.toml", "requirements.txt", "README.md", "LICENSE"]:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    command = ["wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(wheels), str(copy)]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True, capture_output=True, timeout=240)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert set(needed) <= set(archive.namelist())
        assert not any("references" in name for name in archive.namelist())
        archive.extractall(installed)
    look = "from core import weights; print(weights.load('dense-vae-2').config.latent_dim); import core; print(core.__file__)"
    size, where = python(tmp_path, look, installed).split()
    assert size == "2"
    assert Path(where).is_relative_to(installed)
