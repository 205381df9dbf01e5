"""Pages run without a browser: opened at an address, checked, and read."""

import ast
import json
import re
from pathlib import Path

import altair as alt
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).parents[2] / "pages"
NAVIGATION = PAGES / "navigation.py"
PATIENCE = 300  # seconds; a busy machine is no failure


def listed() -> dict[str, Path]:
    """By address, in its order, the pages of pages/navigation.py; that file itself stands for the one that it opens with."""
    found = {}
    for node in ast.walk(ast.parse(NAVIGATION.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Page":
            said = {keyword.arg: keyword.value.value for keyword in node.keywords}
            found[said["url_path"]] = NAVIGATION if said.get("default") else PAGES / node.args[0].right.value
    return found


def opened(file: str, prefix: str, **address: str) -> AppTest:
    """A page of pages/, with `prefix`-name=value in its address for each name given, and underscores as hyphens."""
    page = AppTest.from_file(PAGES / file, default_timeout=PATIENCE)
    for name, value in address.items():
        page.query_params[f"{prefix}-{name.replace('_', '-')}"] = value
    return healthy(page.run())


def healthy(page: AppTest) -> AppTest:
    """The page, if it complains of nothing and all its charts compile."""
    assert not page.exception
    assert not page.error
    for chart in page.get("vega_lite_chart"):
        compiled(chart.proto)
    return page


def compiled(chart) -> None:
    """The chart is a valid Vega-Lite specification, and every table that it names is there."""
    spec = json.loads(chart.spec)
    here = {dataset.name for dataset in chart.datasets} | set(spec.get("datasets", {}))
    assert named(spec) <= here
    alone = {name: value for name, value in spec.items() if name not in ("padding", "autosize")}
    alt.Chart.from_dict(alone).to_dict()


def named(spec: object) -> set[str]:
    """The names under which a specification asks for tables."""
    if isinstance(spec, list):
        return set().union(*map(named, spec))
    if not isinstance(spec, dict):
        return set()
    data = spec.get("data")
    own = {data["name"]} if isinstance(data, dict) and "name" in data and "values" not in data else set()
    return own.union(*(named(value) for key, value in spec.items() if key not in ("data", "datasets")))


def charts(page: AppTest) -> list[bytes]:
    """What each chart sends to the browser."""
    return [chart.proto.SerializeToString() for chart in page.get("vega_lite_chart")]


def html(page: AppTest) -> str:
    """All that the page writes as HTML."""
    return "\n".join(found.proto.body for found in page.get("html"))


def pictures(page: AppTest) -> list[str]:
    """The pictures in the page's HTML, as base64, in their order."""
    return re.findall(r"src='data:image/png;base64,(.*?)'", html(page))


def prose(page: AppTest) -> str:
    """All Markdown and captions."""
    return "\n".join(text.value for text in [*page.markdown, *page.caption])


def files(page: AppTest) -> list[str]:
    """The labels of the buttons that download something."""
    return [button.proto.label for button in page.get("download_button")]
