"""Inside the training loop: what it falls back to when it diverges, its batches, its learning rate and its draws."""

from collections.abc import Callable
from math import inf, log, nan

import pytest
import torch
from scipy import stats

from core import training
from core.config import ModelConfig, Objective, TrainConfig
from core.training import TrainingDivergedError, log_uniform, one_cycle, optimise, stream_seed, train
from tests.core.small_models import fresh, weights_of

MULTISTAGE = ModelConfig("dense-multistage-vae", 2, (16,))
EVERY_BETA = ModelConfig("every-beta-vae", 2, (12, 8))
ELBO = Objective("elbo")
SHORT = TrainConfig(ELBO, epochs=3, batch_size=32, learning_rate=5e-3)  # 18 steps of 200 digits
WEIGHTED = Objective("elbo", beta_range=(0.1, 10.0), beta_damping=0.5)


# --- divergence


def test_an_absurd_learning_rate_ends_in_a_sentence_and_finite_weights(few_digits):
    model = fresh(MULTISTAGE)
    config = TrainConfig(ELBO, epochs=20, batch_size=32, learning_rate=1e9)
    with pytest.raises(TrainingDivergedError, match=r"stopped at step \d+.*learning rate below 1e\+09"):
        list(train(model, few_digits, config))
    assert weights_of(model).isfinite().all()


def scripted(bad_step: int, value: Callable[[torch.Tensor], torch.Tensor]) -> tuple[torch.nn.Module, Callable]:
    """A model of one number, whose loss is `value` of it at one step, and its square else."""
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    number = model.weight.sum

    def batch_loss(index: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        return {"total": value(number()) if step == bad_step else number().square()}

    return model, batch_loss


@pytest.mark.parametrize("value", [nan, inf, -inf])
@pytest.mark.parametrize(("bad_step", "safe"), [(0, 0), (1, 0), (25, 0), (26, 25), (49, 25), (51, 50)])
def test_a_bad_loss_falls_back_to_the_last_good_copy(value, bad_step, safe):
    model, batch_loss = scripted(bad_step, lambda w: w * value)
    path = [weights_of(model)]
    with pytest.raises(TrainingDivergedError, match=f"stopped at step {bad_step + 1}:"):
        path.extend(weights_of(model) for _ in optimise(model, 60, TrainConfig(epochs=1, batch_size=1), batch_loss))
    assert len(path) == bad_step + 1
    assert torch.equal(weights_of(model), path[safe])


@pytest.mark.parametrize(("bad_step", "safe"), [(10, 0), (30, 25), (59, 50)])  # 59 is the last step: no later loss shows it
def test_a_finite_loss_with_a_bad_gradient_falls_back_too(bad_step, safe):
    model, batch_loss = scripted(bad_step, lambda w: (w - w.detach()).abs().sqrt())  # 0, with an infinite slope
    path = [weights_of(model)]
    with pytest.raises(TrainingDivergedError):
        path.extend(weights_of(model) for _ in optimise(model, 60, TrainConfig(epochs=1, batch_size=1), batch_loss))
    assert torch.equal(weights_of(model), path[safe])
    assert weights_of(model).isfinite().all()


def test_a_consumer_that_stops_after_a_bad_gradient_is_left_with_good_weights():
    model, batch_loss = scripted(7, lambda w: (w - w.detach()).abs().sqrt())
    start, steps = weights_of(model), optimise(model, 60, TrainConfig(epochs=1, batch_size=1), batch_loss)
    for step in steps:
        if step.index == 8:
            assert not weights_of(model).isfinite().all()
            steps.close()
    assert torch.equal(weights_of(model), start)


def test_no_digits_no_training(few_digits):
    with pytest.raises(ValueError, match="no digit to train on"):
        next(train(fresh(MULTISTAGE), few_digits.subset(slice(0, 0)), SHORT))


# --- batches, schedules and draws


@pytest.mark.parametrize(("count", "batch_size", "batches"), [(10, 3, 3), (12, 4, 3), (5, 100, 1), (1, 1, 1)])
def test_an_epoch_covers_each_digit_at_most_once(count, batch_size, batches):
    model, seen = torch.nn.Linear(1, 1), []

    def batch_loss(index: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        assert step == len(seen)
        seen.append(index)
        return {"total": model.weight.square().sum()}

    list(optimise(model, count, TrainConfig(epochs=50, batch_size=batch_size), batch_loss))
    assert len(seen) == 50 * batches
    epochs = [torch.cat(seen[i : i + batches]).tolist() for i in range(0, len(seen), batches)]
    for epoch in epochs:
        assert len(epoch) == batches * min(batch_size, count)
        assert len(set(epoch)) == len(epoch)
        assert set(epoch) <= set(range(count))
    assert set().union(*epochs) == set(range(count))  # what one shuffle leaves out another brings in
    if count > 1:
        assert epochs[0] != epochs[1]


@pytest.mark.parametrize("warmup", [0.0, 0.15, 0.5])
def test_one_cycle_rises_and_falls(warmup):
    at = [index / 200 for index in range(201)]
    shares = [one_cycle(progress, warmup) for progress in at]
    rise = [share for progress, share in zip(at, shares, strict=True) if progress <= warmup]
    fall = [share for progress, share in zip(at, shares, strict=True) if progress >= warmup]
    assert rise == sorted(rise)
    assert fall == sorted(fall, reverse=True)
    assert max(shares) == pytest.approx(1)
    assert one_cycle(warmup, warmup) == 1
    assert one_cycle(1, warmup) == pytest.approx(0, abs=1e-12)
    assert one_cycle((1 + warmup) / 2, warmup) == pytest.approx(0.5)  # half a cosine is at its middle there
    if warmup:
        assert one_cycle(0, warmup) == pytest.approx(0.05)
        assert one_cycle(warmup - 1e-9, warmup) == pytest.approx(1)


def test_log_uniform_is_uniform_in_the_logarithm():
    low, high = 0.07, 45.0
    values = log_uniform((low, high), 20_000, torch.Generator().manual_seed(0)).double().numpy()
    assert values.min() >= low * (1 - 1e-6)
    assert values.max() <= high * (1 + 1e-6)
    found = stats.kstest(values, stats.loguniform(low, high).cdf)
    assert found.pvalue > 1e-3
    assert stats.kstest(values, stats.uniform(low, high - low).cdf).pvalue < 1e-10  # the test would notice
    torch.testing.assert_close(log_uniform((2.0, 2.0), 3, torch.Generator()), torch.full((3,), 2.0))


def test_each_image_draws_its_own_beta(few_digits, monkeypatch):
    model, drawn = fresh(EVERY_BETA), []
    at = model.at
    monkeypatch.setattr(model, "at", lambda beta: drawn.append(beta) or at(beta), raising=False)
    list(train(model, few_digits, TrainConfig(WEIGHTED, epochs=3, batch_size=50)))
    betas = torch.stack([beta for beta in drawn if beta.ndim])  # (steps, batch)
    assert betas.shape == (12, 50)
    assert betas.unique().numel() == betas.numel()
    spread = stats.kstest(betas.log().flatten().double().numpy(), stats.uniform(log(0.1), 2 * log(10)).cdf)
    assert spread.pvalue > 1e-3


def test_no_two_draws_of_a_run_share_a_seed(few_digits, monkeypatch):
    used: list[int] = []
    monkeypatch.setattr(training, "stream_seed", lambda *at: used.append(stream_seed(*at)) or used[-1])
    list(train(fresh(MULTISTAGE), few_digits, SHORT))
    assert len(used) == 3 + 18  # the shuffles and the steps
    assert len(set(used)) == len(used)


def test_shuffles_and_noise_never_share_a_seed():
    seeds = [stream_seed(seed, number) for seed in range(3) for number in range(-1000, 20_000)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)
