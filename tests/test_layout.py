"""How the code is laid out: imports point inwards, app -> pages -> parts -> common -> core, and each layer keeps to its own."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
COMMON = sorted((ROOT / "pages" / "common").rglob("*.py"))
PARTS = sorted((ROOT / "pages" / "parts").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
PAGE_NAMES = {f"pages.{page.stem}" for page in PAGES}


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache  # each file is asked several times
def nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


@cache
def imports(source: str) -> frozenset[str]:
    """Every module that is imported anywhere in the source; `from a import b` counts as a and as a.b."""
    found = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def packages(source: str) -> set[str]:
    return {module.split(".")[0] for module in imports(source)}


def streamlit_uses(source: str, prefix: str) -> set[str]:
    """Attributes of the name `st` that begin with the prefix."""
    return {
        node.attr
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st"
        if node.attr.startswith(prefix)
    }


@pytest.mark.parametrize("file", CORE, ids=named)
def test_core_knows_no_dashboard(file):
    assert not packages(file.read_text()) & {"streamlit", "altair", "pandas", "pages", "app", "tests"}


@pytest.mark.parametrize("file", [*CORE, *COMMON, *PARTS, *PAGES, ROOT / "app.py"], ids=named)
def test_ray_is_imported_only_where_a_cluster_is_asked_for(file):
    outermost = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = set().union(*(imports(ast.unparse(node)) for node in outermost))
    if file != ROOT / "core" / "running" / "cluster.py":
        assert "ray" not in packages(file.read_text())
    if file != ROOT / "core" / "shipping" / "elsewhere.py":
        assert not found & {"core.running.cluster", "core.shipping.elsewhere"}


@pytest.mark.parametrize("file", COMMON, ids=named)
def test_what_pages_share_knows_no_page(file):
    found = imports(file.read_text())
    assert not found & PAGE_NAMES
    assert not {module for module in found if module.startswith("pages.parts")}
    assert not packages(file.read_text()) & {"app", "tests"}


@pytest.mark.parametrize("file", PARTS, ids=named)
def test_a_page_s_parts_know_no_page_and_no_other_page_s_parts(file):
    own = f"pages.parts.{file.relative_to(ROOT / 'pages' / 'parts').parts[0]}"
    found = imports(file.read_text())
    assert not found & PAGE_NAMES
    assert not {module for module in found if module.startswith("pages.parts.") and not module.startswith(own)}
    assert not packages(file.read_text()) & {"app", "tests"}


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_page_uses_its_own_parts_alone(file):
    others = {module for module in imports(file.read_text()) if module.startswith("pages.parts.")}
    assert {module.split(".")[2] for module in others} <= {file.stem}


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_page_knows_no_other_page_and_does_no_arithmetic_on_tensors(file):
    found = imports(file.read_text())
    assert not found & PAGE_NAMES
    assert not packages(file.read_text()) & {"torch", "numpy", "pandas", "altair", "sklearn", "scipy", "app", "tests"}


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_page_is_short(file):
    assert len(file.read_text().splitlines()) <= 120


@pytest.mark.parametrize("file", [*CORE, *COMMON, *PARTS], ids=named)
def test_no_file_is_long(file):
    assert len(file.read_text().splitlines()) <= 300


@pytest.mark.parametrize("file", [*COMMON, *PARTS, *PAGES, ROOT / "app.py"], ids=named)
def test_only_loaders_cache(file):
    if not (file.stem.startswith("loaders")):
        assert not streamlit_uses(file.read_text(), "cache_")
        assert not {module for module in imports(file.read_text()) if module.startswith("streamlit.cache_")}


@pytest.mark.parametrize("file", [file for file in [*COMMON, *PARTS] if file.stem.startswith("charts")], ids=named)
def test_charts_draw_and_know_no_streamlit(file):
    assert "streamlit" not in packages(file.read_text())


@pytest.mark.parametrize("file", [*CORE, *COMMON, *PARTS, *PAGES], ids=named)
def test_every_file_says_what_it_is_for(file):
    source = file.read_text()
    assert not source.strip() or ast.get_docstring(ast.parse(source))


def test_every_page_is_in_the_navigation():
    listed = {
        node.value
        for node in ast.walk(ast.parse((ROOT / "pages" / "navigation.py").read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".py")
    }
    assert listed == {page.name for page in PAGES} - {"navigation.py"}


def test_the_rules_see_what_they_forbid():
    source = (
        "import streamlit as st\ndef f():\n    from pages import train\n    import torch.nn\n@st.cache_data\ndef g(): ...\n"
    )
    assert packages(source) == {"streamlit", "pages", "torch"}
    assert imports(source) >= {"pages.train"}
    assert streamlit_uses(source, "cache_") == {"cache_data"}
