"""Disks that are full or read-only, for real: a small file system in memory. Skipped where this user may not mount one."""

import subprocess

import pytest
import torch

from core import pretrain, weights
from core.weights import CorruptWeightsError
from tests import coroutines
from tests.bench.visitor import Visitor
from tests.serving import Server, copy_shipped


def test_a_full_disk_leaves_the_old_file_and_nothing_half(disk):
    folder = disk("size=256k")
    sha256 = weights.save({"w": torch.ones(100)}, folder / "w.safetensors")
    with pytest.raises(OSError, match="No space left"):
        weights.save({"w": torch.ones(10**6)}, folder / "w.safetensors")
    assert [file.name for file in folder.iterdir()] == ["w.safetensors"]
    assert weights.checksum_holds(folder, {"file": "w.safetensors", "sha256": sha256})


def test_pretraining_onto_a_full_disk_is_a_sentence_and_status_1(disk, monkeypatch, capsys):
    folder = disk("size=64k")
    (folder / "others").write_bytes(bytes(60_000))
    monkeypatch.setattr(pretrain.datasets, "training", lambda: None)
    monkeypatch.setattr(pretrain.datasets, "mnist", lambda split: None)
    monkeypatch.setattr(pretrain, "_run", lambda *_: weights.save({"w": torch.ones(10**5)}, folder / "w.safetensors"))
    assert pretrain.main(["--folder", str(folder)]) == 1
    assert "could not be written" in capsys.readouterr().err
    assert [file.name for file in folder.iterdir()] == ["others"]


def test_one_flipped_bit_or_a_missing_file_of_the_shipped_weights_is_a_sentence(tmp_path):
    copy_shipped(tmp_path)
    folder = tmp_path / "weights"
    name = weights.names(folder)[0]
    file = folder / weights.entry(name, folder)["file"]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(CorruptWeightsError, match="truncated or changed"):
        weights.load(name, folder)


def test_a_server_on_a_read_only_disk_shows_every_page_and_one_with_damaged_weights_says_so(disk, tmp_path):
    folder = disk("size=200m")
    copy_shipped(folder)
    broken = weights.entry("conv-ae-30", folder / "weights")["file"]
    data = bytearray((folder / "weights" / broken).read_bytes())
    data[-1] ^= 1
    (folder / "weights" / broken).write_bytes(data)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)

    async def story(url: str) -> None:
        async with Visitor(url, timeout=120) as visitor:
            await visitor.go("")
            for page in visitor.pages:
                await visitor.go(page)
                said = " ".join(visitor.texts)
                assert ("truncated or changed" in said) == (page == "reconstruction"), page
            for page, of in (("compare", "cmp-models"), ("transitions", "tra-models")):
                await visitor.go(page, {of: ["VAE β=1, 16-d", "Convolutional AE, 30-d"]})
                said = " ".join(visitor.texts)
                assert "truncated or changed" in said, page
                assert any(key in {"cmp-tab", "tra-player"} for key in (c.key for c in visitor.controls.values())), page
            assert visitor.exceptions == []

    with Server(tmp_path / "log.txt", folder, root=folder) as server:
        coroutines.run(story(server.url))
        assert server.complaints() == []
