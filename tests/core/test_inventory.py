"""What is in use, read off a small folder of weights and the shipped one."""

import pytest

from core import weights
from core.introduction import inventory
from tests.core.shelves import change_entry, small_shelf


def test_a_small_folder(tmp_path):
    found = inventory.take(small_shelf(tmp_path))
    assert found.embedded == 5000
    assert [model.code for model in found.shipped] == [2, 2]
    assert found.shipped[0].objective == "MSE + 1·KL/784 + 1·CE"
    assert found.shipped[1].objective == "MSE + β·KL/784"
    size = sum(path.stat().st_size for path in tmp_path.glob("*.safetensors"))
    assert found.megabytes == pytest.approx(size / 1e6)
    assert (found.trained_on, found.minutes, found.shipped[0].mse) == (0, 0, None)


def test_minutes_are_those_of_all_networks_together(tmp_path):
    folder = small_shelf(tmp_path)
    change_entry(folder, "small", facts={"seconds": 90.0})
    change_entry(folder, "every", facts={"seconds": 30.0})
    assert inventory.take(folder).minutes == 2.0


def test_the_shipped_folder_leaves_out_the_judge_and_names_every_loss():
    found = inventory.take()
    assert len(found.shipped) == len(weights.names())
    assert found.trained_on == 55_000
    losses = {model.file: model.objective for model in found.shipped}
    assert losses["conv-ae-30.safetensors"] == "MSE"
    assert losses["multistage-vae-16.safetensors"] == "MSE + 1·KL/784 + 1·CE"
    assert losses["multistage-vae-16-beta30.safetensors"] == "MSE + 30·KL/784 + 1·CE"
    assert losses["every-beta-vae-2.safetensors"] == "BCE + β·KL"
