"""The benchmarks run, on the smallest settings, and write what they say they write; how fast anything is, is not tested."""

import json
import os
import subprocess
import sys

import pytest

from tests.bench import sizing
from tests.bench.harness import Machine, Rates, take_turns
from tests.serving import ROOT, UNPREPARED


def bench(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """`python -m tests.bench ARGUMENTS` in the project's folder."""
    command = [sys.executable, "-m", "tests.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | UNPREPARED, capture_output=True, text=True, timeout=timeout)


def test_training_benchmark_reports_every_contender(tmp_path):
    file = tmp_path / "report.json"
    done = bench("training", "--seconds", "0.05", "--rounds", "1", "--json", str(file))
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_text())
    assert report["rounds"] == 1
    assert report["machine"]["threads"] == 1
    assert isinstance(report["machine"]["quiet"], bool)
    assert {"cores", "torch", "load_before", "load_after", "others"} <= report["machine"].keys()
    example = report["results"]["PyTorch's VAE example, batch 128"]
    ours = report["results"]["core.training, batch 128"]
    assert example["against_example"] == 1
    assert ours["against_example"] == pytest.approx(ours["median"] / example["median"])
    assert ours["share_of_peak"] == pytest.approx(ours["median"] * ours["flops_per_image"] / report["peak"]["median"])
    assert ours["flops_per_image"] == 2 * (3 * (2 * 784 * 400 + 3 * 400 * 20) - 784 * 400)  # no gradient of the pixels
    for name, row in report["results"].items():
        assert 0 < row["min"] <= row["median"] <= row["max"], name
        assert name in done.stdout
    assert all(bar["value"] is None or bar["met"] == (bar["value"] >= bar["at_least"]) for bar in report["bars"])
    assert "quiet" in done.stdout


def test_uploads_are_drawn_read_and_counted(tmp_path):
    file = tmp_path / "report.json"
    done = bench(
        "uploads", "--count", "2", "--kind", "dark mode", "no digit", "--json", str(file), "--save", str(tmp_path / "seen")
    )
    report = json.loads(file.read_text())
    assert {kind: row["pictures"] for kind, row in report.items()} == {"dark mode": 2, "no digit": 2}
    assert report["dark mode"]["right"] == report["no digit"]["right"] == report["no digit"]["refused"] == 2
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "seen").iterdir())) == 4
    assert "| dark mode | 2 of 2 | 0 | 0 | 19 |" in done.stdout


def test_a_class_walks_over_the_pages_beside_a_training(tmp_path):
    file = tmp_path / "report.json"
    size = ("--sessions", "3", "--seconds", "6", "--period", "0.3", "--arrival", "1", "--settle", "0", "--alone", "5")
    size += ("--timeout", "300")  # what is computed at low priority waits for the other tests
    done = bench("load", *size, "--with-training", "--files", "--json", str(file), timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(file.read_text())
    assert report["errors"] == {"count": 0, "first": []}
    assert report["actions"] >= 10
    assert 0 < report["service_ms"]["p50"] <= report["latency_ms"]["p50"] <= report["latency_ms"]["p95"]
    assert report["first_ms"]["p95"] > 0
    assert report["kb_per_action"] > 1
    assert report["messages_per_action"] > 1
    assert report["server"]["ms_per_action"] > 0
    assert report["alone_ms"]["p50"] > 0
    assert report["grown"]["sessions"] == 5  # half as many again, rounded
    assert report["grown"]["latency_ms"]["p50"] > 0
    assert report["machine"]["speed_ms"] > 0
    assert report["server"]["peak"]["rss_mb"] > report["bare"]["rss_mb"] > 50
    assert report["training"]["runs"] == 1
    assert report["server"]["workers_most"] >= 1
    assert len({what.split(":")[0] for what in report["slowest"]}) > 1  # several pages
    assert "| errors; actions missed | 0;" in done.stdout


def reported(sessions: int, p95: float, peak: float, **more) -> dict:
    server = {"cores": sessions / 100, "peak": {"rss_mb": peak}, "at_rest": {"rss_mb": 700.0}}
    machine = Machine().json(0.0)
    report = {
        "sessions": sessions,
        "latency_ms": {"p50": 40.0, "p95": p95},
        "missed": 0,
        "errors": {"count": 0},
        "server": server,
    }
    return report | {"machine": machine} | more


def test_sizing_says_what_a_student_costs_and_from_where_on_a_class_is_too_large():
    lines = sizing.table([reported(20, 90.0, 800.0), reported(120, 401.0, 1000.0)]).splitlines()
    assert lines[2] == "| 20 | 40 | 90 | 0.20 | 100 | 800 | yes |"
    assert lines[3] == "| 120 | 40 | 401 | 1.20 | 100 | 1000 | no |"
    assert "Memory at rest 700 MB; each further student 2.0 MB." in lines
    assert not sizing.carried(reported(20, 90.0, 800.0, missed=1))
    assert not sizing.carried(reported(20, 90.0, 800.0, errors={"count": 2}))


def test_every_control_of_a_page_is_timed(tmp_path):
    file = tmp_path / "report.json"
    done = bench("pages", "--page", "train", "--times", "1", "--warm-up", "1", "--json", str(file), timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["control"]: row for row in json.loads(file.read_text())["rows"]}
    assert rows["open"]["first_ms"] > 0
    assert rows["train-model"]["median_ms"] > 0
    assert "train-seed" in rows
    assert "train-start" not in rows  # it would train
    assert rows["train-model"]["kind"] == "selectbox"


def test_an_unknown_benchmark_is_answered_with_the_known_ones():
    done = bench("trainning")
    assert done.returncode == 2
    assert "There is no benchmark 'trainning'" in done.stderr
    assert "training" in done.stderr.split("usage:")[1]


def test_contenders_take_turns():
    order = []

    def contender(name):
        while True:
            order.append(name)
            yield 1.0

    rates = take_turns({"a": contender("a"), "b": contender("b")}, seconds=1e-9, rounds=3)
    assert order == ["a", "b"] * 4  # the first of each is the warm-up
    assert len(rates["a"].rounds) == 3


def test_a_ratio_compares_the_same_rounds():
    assert Rates((10.0, 1.0, 8.0)).over(Rates((5.0, 0.5, 4.0))) == 2  # a slow round hits both alike
