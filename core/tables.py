"""Tables as CSV files."""

import csv
from collections.abc import Iterable
from io import StringIO


def csv_text(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A line of names over a line for each row; what holds a comma, a quote or a line break is quoted."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()
