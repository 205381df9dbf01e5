"""What is imported is pinned, and what those packages bring along is held by constraints.txt."""

import ast
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
ASKED_FOR = {"ray", "pythae"}  # imported only where somebody has installed them; see requirements-ray.txt and pythae_loop.py


def lines(name: str) -> list[str]:
    """A requirements file without the lines that name other files."""
    return [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("-", "#"))]


def pinned(*names: str) -> dict[str, str]:
    """The version that these files give each distribution; every line must give one."""
    asked = [Requirement(line) for name in names for line in lines(name)]
    assert all(str(one.specifier).startswith("==") for one in asked)
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in asked}


def imported(places: Iterable[Path]) -> set[str]:
    """The outermost names of all modules that these files import and that are neither Python's own nor the project's."""
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    found = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"app", "core", "pages", "tests"} - ASKED_FOR


@pytest.mark.parametrize(
    ("places", "files"),
    [
        (["app.py", "core", "pages"], ["requirements.txt"]),
        (["app.py", "core", "pages", "tests"], ["requirements.txt", "requirements-dev.txt"]),
    ],
    ids=["what the app imports", "what the tests import"],
)
def test_everything_that_is_imported_is_pinned(places, files):
    known = packages_distributions()
    modules = imported(ROOT / place for place in places)
    assert len(modules) > 10
    assert modules <= set(known)
    brought_by = {module: {canonicalize_name(name) for name in known[module]} for module in modules}
    assert {module for module, names in brought_by.items() if not names & set(pinned(*files))} == set()


def test_what_the_pinned_packages_bring_along_is_held():
    direct, held = pinned("requirements.txt", "requirements-dev.txt"), pinned("constraints.txt")
    assert not set(direct) & set(held)
    seen, waiting = set(), [(name, "") for name in direct]
    while waiting:
        name, extra = waiting.pop()
        for needed in map(Requirement, distribution(name).requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                found = {(canonicalize_name(needed.name), asked) for asked in needed.extras or {""}}
                waiting += found - seen
                seen |= found
    needed = {name for name, _ in seen}
    assert len(needed) > 30
    assert needed - set(direct) - set(held) - {"colorama"} == set()  # needed on Windows alone


def test_what_pip_installs_along_with_the_package_is_what_the_app_runs_with():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == lines("requirements.txt")


def test_the_files_are_those_of_the_readme():
    assert (ROOT / "requirements.txt").read_text().startswith("-c constraints.txt\n")
    assert lines("requirements-ray.txt") == [f"ray=={pinned('requirements-ray.txt')['ray']}"]
