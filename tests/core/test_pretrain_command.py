"""The command: it does what is missing and nothing else, goes on after a stop, and says what is wrong."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import pytest

from core import datasets, pretrain, weights
from core.datasets import DatasetError
from core.shipping import networks, records, side_by_side
from tests.core.tiny_recipes import TINY

pytestmark = pytest.mark.usefixtures("tiny_recipes")


class Pool(ThreadPoolExecutor):
    """Threads in the place of processes, so that the tiny recipes above are seen; one at a time, as torch's seed is global."""

    def __init__(self, workers: int, **_: object) -> None:
        super().__init__(1)
        self._processes: dict = {}


class ImpatientQueue(Queue):
    """Nobody waits half a second for news of training that takes milliseconds."""

    def get(self, block: bool = True, timeout: float | None = None) -> tuple[str, float]:
        return super().get(block, 0.01)


@pytest.fixture
def log(monkeypatch) -> list[str]:
    """Runs the jobs in this process and measures nothing; returns the list of what was trained and measured."""
    done: list[str] = []

    def noted(what: str, job: Callable) -> Callable:
        return lambda name, *others: done.append(f"{what} {name}") or job(name, *others)

    context = SimpleNamespace(Manager=lambda: nullcontext(SimpleNamespace(Queue=ImpatientQueue)))
    monkeypatch.setattr(side_by_side.multiprocessing, "get_context", lambda method: context)
    monkeypatch.setattr(side_by_side, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(networks, "train_one", noted("train", networks.train_one))
    monkeypatch.setattr(pretrain, "_measure_one", noted("measure", pretrain._measure_one))
    monkeypatch.setattr(pretrain.measuring, "measure", lambda name, entry, folder: {"mse": 0.5})
    monkeypatch.setattr(pretrain.measuring, "write_baselines", lambda folder: {"file": "baselines.safetensors"})
    monkeypatch.setattr(pretrain.measuring, "every_beta_comparison", lambda folder: {})
    monkeypatch.setattr(pretrain.report, "write", lambda folder: (folder / "README.md").write_text("numbers"))
    return done


def command(folder: Path, *arguments: str) -> int:
    return pretrain.main([*arguments, "--folder", str(folder), "--jobs", "1"])


def test_everything_is_trained_then_measured_and_not_again(tmp_path, log):
    assert command(tmp_path) == 0
    assert log == [f"train {name}" for name in TINY] + [f"measure {name}" for name in TINY]
    found = records.read(tmp_path)
    assert all(entry["metrics"] == {"mse": 0.5} for entry in [*found["models"].values(), *found["references"].values()])
    assert found["baselines"] == {"file": "baselines.safetensors"}
    assert (tmp_path / "README.md").exists()

    log.clear()
    assert command(tmp_path) == 0
    assert log == []


def test_a_comparison_stays_where_its_references_have_no_file_until_its_network_is_another(tmp_path, log):
    assert command(tmp_path) == 0
    records.write({"every_beta_comparison": {"tiny-vae": [{"percent": 1}], "tiny-ae": [{"percent": 2}]}}, tmp_path)
    assert command(tmp_path, "tiny-vae", "--measure") == 0
    assert records.read(tmp_path)["every_beta_comparison"].keys() == {"tiny-vae", "tiny-ae"}
    assert command(tmp_path, "tiny-vae", "--force") == 0
    assert records.read(tmp_path)["every_beta_comparison"].keys() == {"tiny-ae"}


def test_only_what_is_missing_or_asked_for_is_done(tmp_path, log):
    assert command(tmp_path, "tiny-vae", "judge") == 0
    assert log == ["train tiny-vae", "train judge", "measure judge", "measure tiny-vae"]  # the judge judges the others' paths
    for arguments, expected in (
        (("tiny-ae", "tiny-vae"), ["train tiny-ae", "measure tiny-ae"]),
        (("tiny-ae", "--force"), ["train tiny-ae", "measure tiny-ae"]),
        (("tiny-ae", "--measure"), ["measure tiny-ae"]),
    ):
        log.clear()
        assert command(tmp_path, *arguments) == 0
        assert log == expected


def test_after_a_stop_the_command_goes_on_from_there(tmp_path, log, monkeypatch, capsys):
    record = records.record

    def interrupted(name: str, entry: dict, folder: Path) -> None:
        """Ctrl-C just after the first model is recorded."""
        record(name, entry, folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(records, "record", interrupted)
    assert command(tmp_path, "tiny-ae", "tiny-vae") == 130
    assert "goes on from here" in capsys.readouterr().err
    (kept,) = weights.names(tmp_path)
    (other,) = {"tiny-ae", "tiny-vae"} - {kept}

    log.clear()
    monkeypatch.setattr(records, "record", record)
    assert command(tmp_path, "tiny-ae", "tiny-vae") == 0
    assert log == [f"train {other}", "measure tiny-ae", "measure tiny-vae"]


def test_an_unknown_name_is_status_2_and_nothing_is_done(tmp_path, log, capsys):
    assert command(tmp_path, "tiny-ae", "tiny-gan") == 2
    said = capsys.readouterr().err
    assert "no recipe for tiny-gan" in said
    assert "judge, tiny-ae, tiny-vae, reference-vae" in said
    assert log == []
    assert list(tmp_path.iterdir()) == []


def test_without_data_it_is_status_1_and_a_sentence(tmp_path, log, monkeypatch, capsys):
    def missing() -> None:
        raise DatasetError("MNIST is not here. Connect to the internet.")

    monkeypatch.setattr(datasets, "training", missing)
    assert command(tmp_path) == 1
    assert capsys.readouterr().err == "MNIST is not here. Connect to the internet.\n"
    assert log == []


def test_a_garbled_manifest_is_status_1_and_a_sentence(tmp_path, log, capsys):
    (tmp_path / "manifest.json").write_text("{")
    assert command(tmp_path) == 1
    assert "manifest.json cannot be read" in capsys.readouterr().err
    assert log == []
