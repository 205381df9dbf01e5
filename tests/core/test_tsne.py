"""t-SNE: repeatable, keeps neighbours, says what it cannot do, and does the same in a process of its own."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch

from core.maps.neighbours import nearest
from core.maps.tsne import to_npy, tsne

ROOT = Path(__file__).parents[2]


def three_clouds(each: int = 40, dimensions: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Points around three far-off centres, and which of them each belongs to."""
    source = np.random.default_rng(3)
    labels = np.repeat(np.arange(3), each)
    return (30 * np.eye(dimensions)[labels] + source.normal(size=(3 * each, dimensions))).astype(np.float32), labels


def test_neighbours_of_a_code_stay_neighbours_on_the_map():
    codes, labels = three_clouds()
    places = torch.from_numpy(tsne(codes, 10, 0))
    for i in range(0, len(labels), 7):
        assert set(labels[nearest(places, i, 10).positions]) == {labels[i]}


def test_a_seed_gives_one_map_and_another_seed_another():
    codes, _ = three_clouds()
    first = tsne(codes, 10, 0)
    assert first.shape == (120, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, tsne(codes, 10, 0))
    assert not np.allclose(first, tsne(codes, 10, 1))


def test_it_tells_how_far_it_is(capsys):
    codes, _ = three_clouds()
    told = []
    heard = tsne(codes, 10, 0, told.append)
    assert told == sorted(told)
    assert len(told) >= 4
    assert 0 < told[0] < 0.2
    assert told[-1] <= 1
    np.testing.assert_array_equal(heard, tsne(codes, 10, 0))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("codes", "perplexity"),
    [
        (np.zeros((20, 3)), 20),
        (np.zeros((20, 3)), 0.5),
        (np.zeros(20), 5),
        (np.full((20, 3), np.nan), 5),
    ],
)
def test_it_refuses_what_has_no_map(codes, perplexity):
    with pytest.raises(ValueError, match=r"perplexity|codes"):
        tsne(codes, perplexity, 0)


def test_in_a_process_of_its_own_it_makes_the_same_map_and_never_loads_pytorch():
    codes, _ = three_clouds()
    script = "import sys; from core.maps.tsne import main; main(); assert 'torch' not in sys.modules"
    found = subprocess.run(
        [sys.executable, "-c", script, "10", "0"], input=to_npy(codes), capture_output=True, cwd=ROOT, check=True
    )
    shares, file = found.stdout.split(b"map\n", 1)
    assert shares.splitlines()[0] == b"0.05"
    np.testing.assert_array_equal(np.load(BytesIO(file)), tsne(codes, 10, 0))


def test_the_process_says_in_a_sentence_why_there_is_no_map():
    command = [sys.executable, "-m", "core.maps.tsne", "30", "0"]
    found = subprocess.run(command, input=to_npy(np.zeros((9, 2))), capture_output=True, cwd=ROOT)
    assert found.returncode == 2
    assert found.stderr.decode().strip() == "perplexity is a number of neighbours, from 1 to 8 for 9 points"
