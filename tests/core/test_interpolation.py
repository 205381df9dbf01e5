"""Centroids, paths, chains and support against NumPy, SciPy and closed forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.spatial import cKDTree, geometric_slerp
from scipy.spatial.distance import cdist

from core.interpolation import (
    MAX_FRAMES,
    METHODS,
    ORDER,
    centroid_distances,
    centroids,
    chain,
    linear_path,
    slerp_path,
    support,
    typical_radius,
)

BOTH = pytest.mark.parametrize("path", METHODS.values(), ids=METHODS.keys())
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def codes(n: int, d: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def vectors(size: int | st.SearchStrategy[int] = 3, largest: float = 1e6) -> st.SearchStrategy[torch.Tensor]:
    """Codes with components of any size from 1e-6 to `largest`, and zeros."""
    size = st.just(size) if isinstance(size, int) else size
    number = st.one_of(st.just(0.0), st.floats(1e-6, largest), st.floats(-largest, -1e-6))
    return size.flatmap(lambda d: arrays(np.float64, d, elements=number)).map(torch.from_numpy)


# centroids


@DTYPES
def test_centroids_are_class_means(dtype):
    mu, labels = codes(300, 5, dtype=dtype), torch.arange(300) * 7 % 10
    expected = [mu.double().numpy()[labels.numpy() == k].mean(axis=0) for k in range(10)]
    c = centroids(mu, labels)
    assert c.dtype == dtype
    np.testing.assert_allclose(c, expected, rtol=0, atol=1e-6 if dtype == torch.float32 else 1e-13)


def test_centroids_of_far_off_float32_codes_lose_nothing_in_the_sum():
    mu = 1e4 + codes(20_000, 2, dtype=torch.float32)
    labels = torch.arange(20_000) % 10
    exact = mu.double()[labels == 3].mean(dim=0)
    torch.testing.assert_close(centroids(mu, labels)[3].double(), exact, rtol=6e-8, atol=0)


def test_centroids_name_the_empty_classes():
    with pytest.raises(ValueError, match="no codes of class 3, 7"):
        centroids(codes(8, 2), torch.tensor([0, 1, 2, 4, 5, 6, 8, 9]))


@pytest.mark.parametrize(
    ("mu", "labels", "message"),
    [
        (torch.full((10, 2), math.nan), torch.arange(10), "finite"),
        (torch.full((10, 2), math.inf), torch.arange(10), "finite"),
        (torch.zeros(10, 2), torch.arange(9), "one label per code"),
        (torch.zeros(10, 2), torch.arange(10)[:, None], "one label per code"),
        (torch.zeros(10), torch.arange(10), "2 axes"),
        (torch.zeros(10, 0), torch.arange(10), "2 axes"),
        (torch.zeros(10, 2, dtype=torch.int64), torch.arange(10), "floating-point"),
        (torch.zeros(10, 2), torch.arange(1, 11), "0 to 9"),
        (torch.zeros(10, 2), torch.arange(10) - 1, "0 to 9"),
        (torch.zeros(10, 2), torch.arange(10.0), "whole numbers"),
        (torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64), "no codes of class 0, 1"),
    ],
)
def test_centroids_refuse(mu, labels, message):
    with pytest.raises(ValueError, match=message):
        centroids(mu, labels)


def test_centroid_distances_against_scipy():
    c = 1e3 + codes(10, 16)
    expected = cdist(c.numpy(), c.numpy())
    np.testing.assert_allclose(centroid_distances(c), expected, rtol=1e-12, atol=0)
    assert torch.equal(centroid_distances(c), centroid_distances(c).T)
    assert not centroid_distances(c).diagonal().any()


def test_small_distances_far_from_the_origin_are_exact():
    c = torch.tensor([[1e4, 0.0], [1e4, 1e-2]])
    assert float(centroid_distances(c)[0, 1]) == pytest.approx(1e-2, rel=1e-6)


# straight lines


@DTYPES
def test_line_is_o_plus_d_t(dtype):
    a, b = codes(2, 16, dtype=dtype)
    path = linear_path(a, b, 7, overshoot=0.25)
    o, direction = a.double().numpy(), (b - a).double().numpy()
    length = np.linalg.norm(direction)
    d = np.linspace(-0.25 * length, 1.25 * length, 7)
    atol = 1e-6 if dtype == torch.float32 else 1e-12
    np.testing.assert_allclose(path.points, o + d[:, None] * direction / length, rtol=0, atol=atol)
    np.testing.assert_allclose(path.distance, d, rtol=0, atol=atol)
    assert path.length == pytest.approx(length, abs=atol)
    assert path.points.dtype == path.distance.dtype == dtype
    assert len(path) == 7
    assert path.leg.tolist() == [0] * 7


@given(vectors(3), vectors(3), st.integers(2, 40), st.floats(0, 2))
@settings(deadline=None)
def test_line_is_evenly_spaced_and_as_long_as_it_says(a, b, frames, overshoot):
    path = linear_path(a, b, frames, overshoot)
    size = float(a.abs().max() + b.abs().max()) + 1e-300
    steps = np.linalg.norm(np.diff(path.points.numpy(), axis=0), axis=1)
    np.testing.assert_allclose(steps, path.length * (1 + 2 * overshoot) / (frames - 1), rtol=1e-9, atol=1e-14 * size)
    np.testing.assert_allclose(np.diff(path.distance.numpy()), path.length * (1 + 2 * overshoot) / (frames - 1), rtol=1e-9)


@BOTH
@DTYPES
@given(data=st.data(), frames=st.integers(2, 50))
@settings(deadline=None, max_examples=50)
def test_paths_begin_and_end_exactly(path, dtype, data, frames):
    a, b = (data.draw(vectors(4)).to(dtype) + torch.tensor([1, 0, 0, 0], dtype=dtype) for _ in range(2))
    if path is slerp_path and (not a.any() or not b.any() or bool((a * b).sum() <= 0)):
        return
    walked = path(a, b, frames)
    assert torch.equal(walked.points[0], a)
    assert torch.equal(walked.points[-1], b)
    assert float(walked.distance[0]) == 0
    assert float(walked.distance[-1]) == pytest.approx(walked.length, rel=1e-6)


@BOTH
def test_one_frame_is_the_start(path):
    a, b = codes(2, 3)
    walked = path(a, b, 1, overshoot=0.5)
    assert torch.equal(walked.points, a[None])
    assert walked.distance.tolist() == [0]
    assert walked.length > 0


@BOTH
def test_equal_ends_stay_where_they_are(path):
    a = codes(1, 5)[0]
    for ends in (a, torch.zeros(5)):
        walked = path(ends, ends.clone(), 6, overshoot=0.5)
        torch.testing.assert_close(walked.points, ends.expand(6, 5), rtol=1e-14, atol=0)
        assert walked.length == 0
        assert walked.distance.tolist() == [0] * 6


@BOTH
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"frames": 0}, "from 1 to 1000"),
        ({"frames": -3}, "from 1 to 1000"),
        ({"frames": MAX_FRAMES + 1}, "from 1 to 1000"),
        ({"frames": 2.5}, "whole number"),
        ({"frames": math.nan}, "whole number"),
        ({"overshoot": -0.1}, "overshoot"),
        ({"overshoot": 10.1}, "overshoot"),
        ({"overshoot": math.nan}, "overshoot"),
        ({"start": torch.tensor([math.nan, 0.0])}, "the start must be finite"),
        ({"end": torch.tensor([0.0, -math.inf])}, "the end must be finite"),
        ({"end": torch.ones(3)}, "2 dimensions and the end 3"),
        ({"end": torch.ones(1, 2)}, "1 axes"),
        ({"end": torch.ones(2, dtype=torch.int64)}, "floating-point"),
    ],
)
def test_paths_refuse(path, changed, message):
    arguments = {"start": torch.tensor([1.0, 0.0]), "end": torch.tensor([0.0, 1.0]), "frames": 5, "overshoot": 0.0} | changed
    with pytest.raises(ValueError, match=message):
        path(**arguments)


@BOTH
def test_as_many_frames_as_allowed(path):
    assert len(path(*codes(2, 2), MAX_FRAMES)) == MAX_FRAMES


@BOTH
def test_codes_too_large_to_be_interpolated_are_refused(path):
    with pytest.raises(ValueError, match="too large"):
        path(torch.tensor([1e308, 1e308]).double() * 1.0, torch.tensor([-1e308, 1e308]).double(), 5, 1.0)


# spherical paths


@given(st.integers(2, 20), st.integers(0, 10_000), st.integers(2, 60))
@settings(deadline=None)
def test_slerp_of_unit_vectors_is_scipys(d, seed, frames):
    a, b = torch.nn.functional.normalize(codes(2, d, seed), dim=1)
    t = np.linspace(0, 1, frames)
    path = slerp_path(a, b, frames)
    np.testing.assert_allclose(path.points, geometric_slerp(a.numpy(), b.numpy(), t), rtol=0, atol=1e-9)
    angle = math.acos(float(np.clip(a @ b, -1, 1)))
    assert path.length == pytest.approx(angle, abs=1e-7)
    np.testing.assert_allclose(path.distance, angle * t, rtol=0, atol=1e-7)


@given(vectors(3, largest=1e3), vectors(3, largest=1e3), st.floats(0, 1))
@settings(deadline=None)
def test_slerp_turns_at_constant_speed_while_the_norm_grows_linearly(a, b, overshoot):
    norm_a, norm_b = float(a.norm()), float(b.norm())
    if min(norm_a, norm_b) == 0:
        return
    u, v = a / norm_a, b / norm_b
    theta = 2 * math.atan2(float((u - v).norm()), float((u + v).norm()))
    if not 1e-4 < theta < math.pi - 1e-4:
        return
    points = slerp_path(a, b, 9, overshoot).points
    t = np.linspace(-overshoot, 1 + overshoot, 9)
    norm = np.maximum((1 - t) * norm_a + t * norm_b, 0)
    w = v - (u @ v) * u  # u and w span the plane of the great circle
    w = w / w.norm()
    expected = norm[:, None] * (np.cos(t * theta)[:, None] * u.numpy() + np.sin(t * theta)[:, None] * w.numpy())
    np.testing.assert_allclose(points, expected, rtol=0, atol=1e-9 * max(norm_a, norm_b) * (1 + 2 * overshoot))


def test_slerp_of_equal_norms_is_whites_formula():
    a, b = 3 * torch.nn.functional.normalize(codes(2, 16), dim=1)
    omega = math.acos(float(a @ b) / 9)
    t = torch.linspace(0, 1, 11, dtype=torch.float64)[:, None]
    expected = (((1 - t) * omega).sin() * a + (t * omega).sin() * b) / math.sin(omega)
    torch.testing.assert_close(slerp_path(a, b, 11).points, expected, rtol=0, atol=1e-12)


def test_slerp_keeps_the_norm_that_a_straight_line_loses():
    a, b = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    torch.testing.assert_close(slerp_path(a, b, 5).points.norm(dim=1), torch.full((5,), 2.0))
    assert float(linear_path(a, b, 5).points.norm(dim=1).min()) == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("norms", [(1, 1), (1, 1 + 1e-9), (1, 1 + 1e-5), (1, 3), (5, 0.01), (1e-4, 1e4)])
@pytest.mark.parametrize("theta", [1e-3, 0.5, 3.0])
def test_slerp_distance_is_the_arc_length(norms, theta):
    norm_a, norm_b = norms
    a = torch.tensor([norm_a, 0.0], dtype=torch.float64)
    b = norm_b * torch.tensor([math.cos(theta), math.sin(theta)], dtype=torch.float64)
    k = norm_b - norm_a

    def speed(t):
        norm = norm_a + k * t
        return math.hypot(k, theta * norm) if norm >= 0 else 0.0

    path = slerp_path(a, b, 5, overshoot=0.25)
    t = np.linspace(-0.25, 1.25, 5)
    stop = [-norm_a / k] if k and -0.25 < -norm_a / k < 1.25 else []  # where the norm reaches 0
    expected = [quad(speed, 0, s, limit=500, epsabs=0, epsrel=1e-10, points=stop or None)[0] for s in t]
    np.testing.assert_allclose(path.distance, expected, rtol=1e-6, atol=1e-9)
    assert path.length == pytest.approx(quad(speed, 0, 1, limit=500)[0], rel=1e-6)


def test_slerp_distance_agrees_with_the_polyline_through_many_frames():
    path = slerp_path(codes(2, 16)[0], 4 * codes(2, 16)[1], 1000)
    polyline = np.linalg.norm(np.diff(path.points.numpy(), axis=0), axis=1).cumsum()
    np.testing.assert_allclose(path.distance[1:], polyline, rtol=1e-5)


def test_slerp_of_nearly_parallel_ends_is_the_straight_line():
    a = codes(1, 8)[0]
    b = 2 * a + 1e-9
    straight = linear_path(a, b, 9, 0.1)
    curved = slerp_path(a, b, 9, 0.1)
    assert torch.equal(curved.points, straight.points)
    assert curved.length == straight.length
    parted = slerp_path(torch.tensor([1.0, 0.0]).double(), torch.tensor([2.0, 4e-6]).double(), 9)  # just above the limit
    torch.testing.assert_close(
        parted.points,
        linear_path(torch.tensor([1.0, 0.0]).double(), torch.tensor([2.0, 4e-6]).double(), 9).points,
        atol=1e-6,
        rtol=0,
    )


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1.0, 2.0], [-2.0, -4.0], "opposite directions"),
        ([1.0], [-3.0], "opposite directions"),
        ([0.0, 0.0], [1.0, 0.0], "zero vector"),
        ([1.0, 0.0], [0.0, 0.0], "zero vector"),
    ],
)
def test_slerp_needs_two_directions(a, b, message):
    with pytest.raises(ValueError, match=message):
        slerp_path(torch.tensor(a), torch.tensor(b), 5)


# chains


@pytest.mark.parametrize("method", METHODS)
def test_chain_visits_every_centroid_once_at_its_joint(method):
    c = codes(10, 16, dtype=torch.float32)
    path = chain(c, ORDER, 6, method)
    assert len(path) == 10 * 5 + 1
    assert torch.equal(path.points[::5], c[list(ORDER)])
    assert path.leg.tolist() == [min(i // 5, 9) for i in range(51)]
    assert (path.points.diff(dim=0).norm(dim=1) > 0).all()  # no frame twice
    assert (path.distance.diff() > 0).all()
    legs = [METHODS[method](c[a], c[b], 6) for a, b in zip(ORDER, ORDER[1:], strict=False)]
    assert path.length == pytest.approx(sum(leg.length for leg in legs))
    assert float(path.distance[-1]) == pytest.approx(path.length, rel=1e-6)
    for i, leg in enumerate(legs):
        assert torch.equal(path.points[5 * i : 5 * i + 6], leg.points)


@pytest.mark.parametrize("method", METHODS)
def test_chain_of_two_is_the_path(method):
    c = codes(10, 3)
    one, two = chain(c, [4, 9], 8, method), METHODS[method](c[4], c[9], 8)
    assert torch.equal(one.points, two.points)
    assert torch.equal(one.distance, two.distance)
    assert one.length == two.length


def test_the_notebooks_order_starts_from_zero_and_comes_back():
    assert ORDER == (*range(10), 0)


def test_chain_may_rest_on_a_class():
    c = codes(10, 3)
    path = chain(c, [2, 2, 5], 3)
    assert torch.equal(path.points[:3], c[2].expand(3, 3))
    assert path.distance[:3].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"classes": [3]}, "two classes"),
        ({"classes": []}, "two classes"),
        ({"classes": [3, 10]}, "from 0 to 9"),
        ({"classes": [-1, 3]}, "from 0 to 9"),
        ({"classes": [0.5, 3]}, "whole numbers"),
        ({"frames_per_leg": 1}, "two frames"),
        ({"frames_per_leg": 2.0}, "two frames"),
        ({"frames_per_leg": 1001}, "from 1 to 1000"),
        ({"classes": [0, 1] * 500, "frames_per_leg": 3}, "from 1 to 1000"),
        ({"method": "cubic"}, "linear, slerp"),
        ({"centroids": torch.full((10, 2), math.nan)}, "finite"),
    ],
)
def test_chain_refuses(changed, message):
    arguments = {"centroids": codes(10, 2), "classes": [0, 1], "frames_per_leg": 5} | changed
    with pytest.raises(ValueError, match=message):
        chain(**arguments)


# support


@given(st.integers(1, 8), st.integers(0, 1000), st.floats(0, 5))
@settings(deadline=None, max_examples=50)
def test_support_against_a_kd_tree(d, seed, radius):
    mu, points = codes(200, d, seed), codes(30, d, seed + 1)
    expected = cKDTree(mu.numpy()).query_ball_point(points.numpy(), radius, return_length=True)
    assert support(points, mu, radius).tolist() == expected.tolist()


def test_support_counts_the_border_and_the_code_itself():
    mu = torch.tensor([[0.0], [1.0], [3.0]])
    assert support(mu, mu, 1.0).tolist() == [2, 2, 1]
    assert support(mu, mu, 0.0).tolist() == [1, 1, 1]


def test_support_in_chunks_is_the_same(monkeypatch):
    mu, points = codes(100, 3), codes(50, 3, seed=1)
    whole, radius = support(points, mu, 0.7), typical_radius(mu)
    monkeypatch.setattr("core.interpolation._CHUNK", 150)
    assert torch.equal(support(points, mu, 0.7), whole)
    assert typical_radius(mu) == radius


def test_support_of_no_points_is_empty_and_by_no_codes_is_zero():
    assert support(torch.zeros(0, 2), torch.zeros(5, 2), 1.0).shape == (0,)
    assert support(torch.zeros(3, 2), torch.zeros(0, 2), 1.0).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"radius": -1.0}, "radius"),
        ({"radius": math.nan}, "radius"),
        ({"radius": math.inf}, "radius"),
        ({"points": torch.zeros(3, 4)}, "4 dimensions and the codes 2"),
        ({"points": torch.full((3, 2), math.nan)}, "the points must be finite"),
        ({"mu": torch.full((3, 2), math.inf)}, "the codes must be finite"),
    ],
)
def test_support_refuses(changed, message):
    with pytest.raises(ValueError, match=message):
        support(**({"points": torch.zeros(3, 2), "mu": torch.zeros(5, 2), "radius": 1.0} | changed))


@pytest.mark.parametrize("neighbours", [1, 10])
def test_typical_radius_against_a_kd_tree(neighbours):
    mu = codes(501, 4)
    expected = np.median(cKDTree(mu.numpy()).query(mu.numpy(), k=neighbours + 1)[0][:, -1])
    assert typical_radius(mu, neighbours) == pytest.approx(expected, rel=1e-12)


def test_typical_radius_of_a_sample_is_close_and_gives_the_support_it_promises():
    mu = codes(4000, 2)
    radius = typical_radius(mu)
    assert radius == pytest.approx(typical_radius(mu, sample=4000), rel=0.1)
    assert support(mu, mu, radius).double().median() == pytest.approx(11, abs=1)  # ten neighbours and the code itself


def test_typical_radius_of_a_collapsed_posterior_is_zero():
    assert typical_radius(torch.ones(50, 3)) == 0


@pytest.mark.parametrize("count", [0, 1, 10])
def test_typical_radius_needs_more_codes_than_neighbours(count):
    with pytest.raises(ValueError, match="at least 11 codes"):
        typical_radius(torch.zeros(count, 2))
