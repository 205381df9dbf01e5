"""Tables for the browser: what arrives there, and that no page brings pandas into the server for them."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from streamlit import dataframe_util

from pages.common import arrow
from tests import coroutines
from tests.bench.visitor import Visitor
from tests.pages import apps
from tests.serving import Server

ASIDE = {
    "kl_beta": [("kl-tab", "KL playground"), ("kl-tab", "Three maps")],
    "latent_map": [("map-all", "true")],
    "transitions": [("tra-off", "true"), ("tra-pairs", "true")],
    "compare": [("cmp-tab", tab) for tab in ("Maps", "Samples", "Transitions", "Confusion", "Numbers")],
}


def arrived(table: pa.Table) -> pa.Table:
    """After the way to the browser."""
    return pa.ipc.open_stream(dataframe_util.convert_anything_to_arrow_bytes(table)).read_all()


def test_numbers_of_every_kind_arrive_in_the_type_asked_for():
    table = arrow.columns(
        {"x": torch.tensor([0.5, -1.25]), "class": range(2), "i": np.array([3, 4000])}, x="float32", i="int16"
    )
    assert [str(field.type) for field in table.schema] == ["float", "int64", "int16"]
    assert arrived(table).to_pydict() == {"x": [0.5, -1.25], "class": [0, 1], "i": [3, 4000]}


def test_a_column_of_a_tensor_need_not_lie_in_one_piece():
    x, y = torch.arange(6.0).reshape(3, 2).T
    assert arrived(arrow.columns({"x": x, "y": y})).to_pydict() == {"x": [0, 2, 4], "y": [1, 3, 5]}


def test_texts_truth_values_and_empty_cells_arrive():
    wanted = [{"name": "β = 1", "right": k % 3 == 0, "first": None if k == 1 else k, "of": None} for k in range(11)]
    table = arrow.rows(iter(wanted))
    assert table.column_names == ["name", "right", "first", "of"]
    assert arrived(table).to_pylist() == wanted
    table.validate(full=True)


def test_no_rows_are_a_table_too():
    table = arrow.columns({"x": [], "of": []}, x="float32", of="str")
    assert (table.num_rows, str(table.schema.field("of").type)) == (0, "string")
    assert arrow.rows([]).num_rows == 0


@pytest.mark.parametrize("values", [[[1, 2], [3, 4]], [object()], [1j]])
def test_what_is_no_column_is_refused(values):
    with pytest.raises(ValueError, match="a column is"):
        arrow.column(values)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="length"):
        arrow.columns({"x": [1], "y": [1, 2]})


def test_a_component_is_given_the_same_data():
    assert arrow.without_tables({"a": [1]}) == [{"a": [1]}]


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process has loaded from /proc")
def test_no_page_brings_pandas_into_the_server(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with Server(tmp_path / "log.txt", home) as server:
        coroutines.run(everything(server.url))
        loaded = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert server.complaints() == []
    assert "pyarrow" in loaded
    assert "pandas" not in loaded


async def everything(url: str) -> None:
    """Open every page, and what is closed or behind a tab at first; the first page has no name in its address."""
    async with Visitor(url, timeout=apps.PATIENCE) as visitor:
        await visitor.go("")
        for page in set(apps.listed()) - {"start"}:
            for name, value in [("", ""), *ASIDE.get(page, [])]:
                await visitor.go(page, {name: [value]} if name else None)
                assert visitor.exceptions == []
