"""Straight and spherical paths against NumPy, SciPy and closed forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.spatial import geometric_slerp

from core.interpolation import (
    MAX_FRAMES,
    METHODS,
    linear_path,
    slerp_path,
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
def test_line_is_evenly_spaced_and_as_long_as_it_says(a, b, frames, overshoot):
    path = linear_path(a, b, frames, overshoot)
    size = float(a.abs().max() + b.abs().max()) + 1e-300
    steps = np.linalg.norm(np.diff(path.points.numpy(), axis=0), axis=1)
    np.testing.assert_allclose(steps, path.length * (1 + 2 * overshoot) / (frames - 1), rtol=1e-9, atol=1e-14 * size)
    np.testing.assert_allclose(np.diff(path.distance.numpy()), path.length * (1 + 2 * overshoot) / (frames - 1), rtol=1e-9)


@BOTH
@DTYPES
@given(a=vectors(4), b=vectors(4), frames=st.integers(2, 50))
@settings(max_examples=50)
def test_paths_begin_and_end_exactly(path, dtype, a, b, frames):
    a, b = (1 + a.abs()).to(dtype), (1 + b.abs()).to(dtype)  # in one octant: neither zero nor opposite
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
        path(torch.tensor([1e308, 1e308], dtype=torch.float64), torch.tensor([-1e308, 1e308], dtype=torch.float64), 5, 1.0)


# spherical paths


@given(st.integers(2, 20), st.integers(0, 10_000), st.integers(2, 60))
def test_slerp_of_unit_vectors_is_scipys(d, seed, frames):
    a, b = torch.nn.functional.normalize(codes(2, d, seed), dim=1)
    t = np.linspace(0, 1, frames)
    path = slerp_path(a, b, frames)
    np.testing.assert_allclose(path.points, geometric_slerp(a.numpy(), b.numpy(), t), rtol=0, atol=1e-9)
    angle = math.acos(float(np.clip(float(a @ b), -1, 1)))
    assert path.length == pytest.approx(angle, abs=1e-7)
    np.testing.assert_allclose(path.distance, angle * t, rtol=0, atol=1e-7)


@given(vectors(3, largest=1e3), vectors(3, largest=1e3), st.floats(0, 1))
def test_slerp_turns_at_constant_speed_while_the_norm_grows_linearly(a, b, overshoot):
    norm_a, norm_b = float(a.norm()), float(b.norm())
    assume(min(norm_a, norm_b) > 0)
    u, v = a / norm_a, b / norm_b
    theta = 2 * math.atan2(float((u - v).norm()), float((u + v).norm()))
    assume(1e-4 < theta < math.pi - 1e-4)
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


def test_slerp_goes_over_into_the_straight_line_without_a_jump():
    a, b = torch.tensor([[1.0, 0.0], [2.0, 4e-6]], dtype=torch.float64)  # 2e-6 radians apart: just above the limit
    straight, curved = linear_path(a, b, 9), slerp_path(a, b, 9)
    torch.testing.assert_close(curved.points, straight.points, rtol=0, atol=1e-6)
    torch.testing.assert_close(curved.distance, straight.distance, rtol=0, atol=1e-6)


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
