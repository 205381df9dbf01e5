"""A run's history, read back."""

import csv
from io import StringIO

from core.running.files import history_csv
from core.running.worker import Progress


def test_the_history_comes_back_in_its_order():
    reports = [
        Progress(10 * i, i / 4, i / 20, 0.25 * i, 5 - i, 0.004, {"reconstruction": 200.5 - i, "kl": 0.1 * i}) for i in (1, 2)
    ]
    rows = list(csv.DictReader(StringIO(history_csv(reports, ["reconstruction", "kl"]))))
    assert [int(row["step"]) for row in rows] == [10, 20]
    assert [float(row["reconstruction"]) for row in rows] == [199.5, 198.5]
    assert [float(row["kl"]) for row in rows] == [0.1, 0.2]
    assert [float(row["seconds"]) for row in rows] == [0.25, 0.5]


def test_a_run_that_reported_nothing_is_a_table_without_rows():
    assert history_csv([], ["reconstruction"]) == "seconds,step,epoch,learning_rate,reconstruction\n"
