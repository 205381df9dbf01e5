"""Data for charts and tables as Arrow columns, which is how Streamlit sends them to the browser; no Streamlit.

Made without pandas, which takes 43 MB of the server's memory. PyArrow imports it as soon as it is to read a list or an array,
so the buffers of its format are handed over as they are: https://arrow.apache.org/docs/format/Columnar.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def columns(values: Mapping[str, Any], **types: str) -> pa.Table:
    """Columns of one length; `values` are sequences, arrays or tensors, and `types` NumPy's names for what they are sent as.

    A column that is not named keeps the type it has. Raises ValueError for columns of different lengths.
    """
    return pa.table({name: column(each, types.get(name)) for name, each in values.items()})


def rows(values: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows that have the keys of the first, in its order; None is an empty cell, and a column of nothing else is of text."""
    listed = list(values)
    return pa.table({name: column([row[name] for row in listed]) for name in listed[0]} if listed else {})


def column(values: Any, dtype: str | None = None) -> pa.Array:
    """One column: (N,) numbers, truth values or texts, sent as NumPy's `dtype`. Raises ValueError for anything else."""
    known = None
    if isinstance(values, Sequence) and None in values:
        known = np.array([value is not None for value in values])
        stand_in = next((type(value)() for value in values if value is not None), "")
        values = [stand_in if value is None else value for value in values]
    array = np.ascontiguousarray(values, dtype)
    if array.ndim != 1 or array.dtype.kind not in "biufU":
        raise ValueError(f"a column is (N,) numbers, truth values or texts, not {array.shape} of {array.dtype}")
    validity = None if known is None else _bits(known)
    if array.dtype.kind == "U":
        texts = [text.encode() for text in array.tolist()]
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        return pa.Array.from_buffers(pa.string(), len(array), [validity, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))])
    data = _bits(array) if array.dtype.kind == "b" else pa.py_buffer(array)
    return pa.Array.from_buffers(pa.from_numpy_dtype(array.dtype), len(array), [validity, data])


def _bits(array: np.ndarray) -> pa.Buffer:
    """Eight truth values in a byte, the first in its lowest bit."""
    return pa.py_buffer(np.packbits(array, bitorder="little"))


def without_tables(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What a component is given, in a list of one: Streamlit looks into a dict for tables, with pandas, and not into a list."""
    return [data]
