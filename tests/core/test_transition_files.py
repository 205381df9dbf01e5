"""The files of a walk, read back by Pillow and the csv module."""

import csv
from io import BytesIO, StringIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from core.evaluation import encode_set, path_purity
from core.walks.files import GAP, animation_gif, file_name, frames_csv, pairs_csv, pairs_table, strip_png
from core.walks.transitions import Transition, Walk, survey, take
from tests.core import walks


def go(walk: Walk) -> Transition:
    model = walks.model()
    return take(walk, model, survey(encode_set(model, walks.digits())), walks.judge, 1.0)


def bytes_of(walk: Transition) -> np.ndarray:
    return np.rint(walk.images[:, 0].numpy() * 255).astype(np.uint8)


def test_the_strip_has_the_walks_under_one_another():
    walked = [go(Walk((0, 5), 5)), go(Walk((0, 5), 5, "slerp"))]
    sheet = np.asarray(Image.open(BytesIO(strip_png(walked, scale=1))))
    assert sheet.shape == (2 * 28 + GAP, 5 * 28 + 4 * GAP)
    for row, walk in enumerate(walked):
        for column, picture in enumerate(bytes_of(walk)):
            top, left = row * (28 + GAP), column * (28 + GAP)
            assert np.array_equal(sheet[top : top + 28, left : left + 28], picture)


def test_a_long_walk_goes_on_in_the_next_row():
    walk = go(Walk((0, 9), 50))
    sheet = np.asarray(Image.open(BytesIO(strip_png([walk], scale=1))))
    assert sheet.shape == (2 * 28 + GAP, 41 * 28 + 40 * GAP)
    assert np.array_equal(sheet[30:58, :28], bytes_of(walk)[41])


def test_the_strip_is_enlarged_by_whole_pixels():
    walk = go(Walk((0, 9), 3))
    small, large = (np.asarray(Image.open(BytesIO(strip_png([walk], scale)))) for scale in (1, 3))
    assert np.array_equal(small.repeat(3, axis=0).repeat(3, axis=1), large)


def test_the_animation_goes_there_and_back_at_its_rate():
    walked = [go(Walk((0, 5), 4)), go(Walk((0, 5), 4, "slerp"))]
    with Image.open(BytesIO(animation_gif(walked, frames_per_second=5, scale=1))) as gif:
        seen = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(gif)]
        assert gif.info["duration"] == 200
        assert gif.info["loop"] == 0
    left, right = bytes_of(walked[0]), bytes_of(walked[1])
    assert len(seen) == 6
    for picture, k in zip(seen, (0, 1, 2, 3, 2, 1), strict=True):
        assert np.array_equal(picture[:, :28], left[k])
        assert np.array_equal(picture[:, 28 + GAP :], right[k])


def test_a_round_trip_is_repeated_without_showing_its_joint_twice():
    walk = go(Walk((0, 4, 2, 0), 4))
    with Image.open(BytesIO(animation_gif([walk], 10, scale=1))) as gif:
        seen = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(gif)]
    assert np.array_equal(np.stack(seen), bytes_of(walk)[:-1])


def test_the_table_of_frames_says_what_the_walk_says():
    walked = {"one, with a comma": go(Walk((0, 3), 7)), "two": go(Walk((0, 3), 7, "slerp"))}
    rows = list(csv.DictReader(StringIO(frames_csv(walked))))
    assert len(rows) == 14
    for row, (title, k) in zip(rows, [(title, k) for title in walked for k in range(7)], strict=True):
        walk = walked[title]
        assert (row["model"], int(row["frame"]), row["from"], row["to"]) == (title, k + 1, "0", "3")
        assert float(row["distance"]) == pytest.approx(float(walk.path.distance[k]), abs=1e-4)
        assert int(row["judge"]) == int(walk.labels[k])
        assert int(row["third_class"]) == int(walk.third[k])
        assert int(row["support"]) == int(walk.support[k])
        assert float(row["sharpness"]) == pytest.approx(float(walk.sharpness[k]), abs=1e-4)
        assert [float(row[f"p{j}"]) for j in range(10)] == pytest.approx(walk.probabilities[k].tolist(), abs=1e-5)


def test_the_table_of_pairs_has_every_pair_for_every_model():
    model = walks.model()
    terrain = survey(encode_set(model, walks.digits()))
    purities = {m: path_purity(model, terrain.centroids, walks.judge, 20, m) for m in ("linear", "slerp")}
    rows = pairs_table(purities)
    assert [row["pair"] for row in rows] == [f"{a}–{b}" for a in range(10) for b in range(a + 1, 10)]
    by_pair = {row["pair"]: row for row in rows}
    assert by_pair["3–4"]["linear: third class, %"] == 0
    assert by_pair["3–4"]["linear: first seen"] is None
    assert by_pair["3–9"]["linear: first seen"] == 4
    share = [row["linear: third class, %"] for row in rows]
    assert sum(share) / 45 == pytest.approx(100 * purities["linear"].third_class_share)
    read = list(csv.DictReader(StringIO(pairs_csv(purities))))
    assert [row["pair"] for row in read] == list(by_pair)
    assert read[0]["linear: first seen"] == ""


def test_files_are_named_after_the_way():
    assert file_name(Walk((0, 1))) == "transition-0-1-linear"
    assert file_name(Walk((0, 2, 0), method="slerp")) == "transition-0-2-0-slerp"
    assert file_name(Walk(tuple(range(10)))) == "transition-chain-of-10-linear"


def test_walks_of_unequal_length_do_not_go_together():
    walked = [go(Walk((0, 1), 5)), go(Walk((0, 1), 6))]
    for make in (strip_png, lambda w: animation_gif(w, 5), lambda w: strip_png(w[:0])):
        with pytest.raises(ValueError, match="equally many frames"):
            make(walked)
