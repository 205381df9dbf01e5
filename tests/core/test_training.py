"""The training loop: it learns, repeats itself to the bit, keeps its budget, stops and goes on anywhere."""

from dataclasses import replace
from itertools import islice
from time import perf_counter, sleep

import pytest
import torch

from core import training
from core.config import ModelConfig, Objective, TrainConfig
from core.datasets import Digits
from core.models import Autoencoder
from core.training import Step, one_cycle, train
from tests.core.small_models import fresh, weights_of

MULTISTAGE = ModelConfig("dense-multistage-vae", 2, (16,))
EVERY_BETA = ModelConfig("every-beta-vae", 2, (12, 8))
ELBO = Objective("elbo")
SHORT = TrainConfig(ELBO, epochs=3, batch_size=32, learning_rate=5e-3)  # 18 steps of 200 digits
WEIGHTED = Objective("elbo", beta_range=(0.1, 10.0), beta_damping=0.5)


def run(model_config: ModelConfig, digits: Digits, config: TrainConfig) -> tuple[Autoencoder, list[Step]]:
    model = fresh(model_config)
    return model, list(train(model, digits, config))


@pytest.mark.parametrize(
    ("model_config", "objective", "names"),
    [
        (ModelConfig("dense-ae", 2, (16,)), Objective(), {"reconstruction"}),
        (ModelConfig("conv-vae", 2, (4,)), ELBO, {"reconstruction", "kl"}),
        (MULTISTAGE, Objective("elbo", alpha=50), {"reconstruction", "kl", "classification"}),
        (EVERY_BETA, WEIGHTED, {"reconstruction", "kl"}),
        (ModelConfig("every-beta-multistage-vae", 2, (16,)), WEIGHTED, {"reconstruction", "kl", "classification"}),
    ],
)
def test_training_lowers_the_loss(few_digits, model_config, objective, names):
    config = TrainConfig(objective, epochs=15, batch_size=20, learning_rate=5e-3)
    _, steps = run(model_config, few_digits, config)
    assert set(steps[0].losses) == names | {"total"}
    totals = torch.tensor([step.losses["total"] for step in steps])
    assert totals[-10:].mean() < 0.8 * totals[:10].mean()


def test_steps_count_what_they_say(few_digits):
    _, steps = run(MULTISTAGE, few_digits, SHORT)
    assert [step.index for step in steps] == list(range(1, 19))  # 6 batches of 32 out of 200, three times
    assert {step.total_steps for step in steps} == {18}
    assert [step.epoch for step in steps[5::6]] == [1, 2, 3]
    assert [step.progress for step in steps] == [index / 18 for index in range(1, 19)]
    seconds = [step.seconds for step in steps]
    assert seconds == sorted(seconds)
    assert steps[8].seconds_left == pytest.approx(steps[8].seconds)
    assert steps[-1].seconds_left == 0
    expected = [SHORT.learning_rate * one_cycle(index / 18, SHORT.warmup) for index in range(18)]
    assert [step.learning_rate for step in steps] == expected


def test_a_steps_total_is_the_weighted_sum_of_its_terms(few_digits):
    objective = Objective("elbo", beta=4, gamma=2, alpha=50)
    _, steps = run(MULTISTAGE, few_digits, TrainConfig(objective, epochs=0.5, batch_size=32))
    for step in steps:
        terms = step.losses
        expected = 2 * terms["reconstruction"] + 4 * terms["kl"] + 50 * terms["classification"]
        assert terms["total"] == pytest.approx(expected, rel=1e-5)


def test_the_first_step_is_adams(few_digits):
    """Adam's first step moves each weight by the learning rate against the sign of its gradient (Kingma & Ba 2015)."""
    model = fresh(ModelConfig("dense-ae", 2, (16,)))
    before = weights_of(model)
    x = few_digits.pixels()
    (model.decode(model.encode(x).mu) - x).square().mean().backward()
    gradient = torch.cat([p.grad.flatten() for p in model.parameters()])
    config = TrainConfig(epochs=1, batch_size=1000, learning_rate=1e-3, warmup=0)
    (step,) = train(model, few_digits, config)
    assert step.learning_rate == 1e-3
    clear = gradient.abs() > 1e-6
    assert clear.any()
    torch.testing.assert_close((weights_of(model) - before)[clear], -1e-3 * gradient.sign()[clear], rtol=0.05, atol=0)


@pytest.mark.parametrize(("model_config", "objective"), [(MULTISTAGE, ELBO), (EVERY_BETA, WEIGHTED)])
def test_the_seed_decides_every_bit(few_digits, model_config, objective):
    def result(seed: int) -> torch.Tensor:
        config = TrainConfig(objective, epochs=2, batch_size=32, seed=seed)
        return weights_of(run(model_config, few_digits, config)[0])

    once = result(3)
    torch.randn(7)  # whatever others draw from the global generator changes nothing
    assert torch.equal(once, result(3))
    assert not torch.equal(once, result(4))


def test_the_global_generator_is_left_alone(few_digits):
    for model_config, objective in ((MULTISTAGE, ELBO), (EVERY_BETA, WEIGHTED)):
        model = fresh(model_config)
        before = torch.random.get_rng_state()
        for _ in train(model, few_digits, TrainConfig(objective, epochs=1)):
            assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("stop", [1, 5, 17])
def test_a_run_may_be_stopped_at_any_step(few_digits, stop):
    path = []
    whole = fresh(MULTISTAGE)
    for _ in train(whole, few_digits, SHORT):
        path.append(weights_of(whole))
    stopped = fresh(MULTISTAGE)
    steps = train(stopped, few_digits, SHORT)
    list(islice(steps, stop))
    steps.close()
    assert torch.equal(weights_of(stopped), path[stop - 1])
    assert next(steps, None) is None


@pytest.mark.parametrize(("model_config", "objective"), [(MULTISTAGE, ELBO), (EVERY_BETA, WEIGHTED)])
@pytest.mark.parametrize("stop", [1, 6, 10])  # the beginning, an epoch's end, its middle
def test_a_resumed_run_goes_exactly_where_the_whole_one_goes(few_digits, model_config, objective, stop):
    config = TrainConfig(objective, epochs=3, batch_size=32, learning_rate=5e-3, weight_decay=1e-3)
    whole, steps = run(model_config, few_digits, config)

    first = fresh(model_config)
    going = train(first, few_digits, config)
    *_, last = islice(going, stop)
    checkpoint = last.checkpoint()
    kept = {name: value.clone() for name, value in checkpoint.model.items()}
    list(going)  # a checkpoint is a copy: it stays behind
    assert torch.equal(weights_of(first), weights_of(whole))

    for _ in range(2):  # and may be used again
        resumed = fresh(model_config, seed=99)
        rest = list(train(resumed, few_digits, config, checkpoint=checkpoint))
        assert torch.equal(weights_of(resumed), weights_of(whole))
        assert [step.index for step in rest] == list(range(stop + 1, 19))
        assert [step.losses for step in rest] == [step.losses for step in steps[stop:]]
        assert all(torch.equal(kept[name], value) for name, value in checkpoint.model.items())
        assert rest[0].seconds > checkpoint.seconds


def test_a_finished_run_has_nothing_to_resume(few_digits):
    whole, steps = run(MULTISTAGE, few_digits, SHORT)
    resumed = fresh(MULTISTAGE, seed=99)
    assert list(train(resumed, few_digits, SHORT, checkpoint=steps[-1].checkpoint())) == []
    assert torch.equal(weights_of(resumed), weights_of(whole))


# --- the budget in seconds


class Clock:
    """A clock that moves by a quarter of a second at each look, and when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def test_a_time_budget_ends_the_run_and_pauses_are_free(few_digits, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training, "perf_counter", clock)
    steps = []
    for step in train(fresh(MULTISTAGE), few_digits, TrainConfig(ELBO, epochs=1000, seconds=2, batch_size=32)):
        steps.append(step)
        clock.now += 1000  # the consumer takes its time
    assert [step.seconds for step in steps] == [0.25 * index for index in range(1, 9)]
    assert [step.progress for step in steps] == [index / 8 for index in range(1, 9)]
    assert {step.total_steps for step in steps} == {8}
    assert steps[3].seconds_left == pytest.approx(1)
    assert steps[-1].learning_rate < 0.1 * max(step.learning_rate for step in steps)  # the cycle follows the clock


def test_whichever_budget_is_used_first_ends_the_run(few_digits, monkeypatch):
    monkeypatch.setattr(training, "perf_counter", Clock())
    assert len(list(train(fresh(MULTISTAGE), few_digits, TrainConfig(ELBO, epochs=1, seconds=100, batch_size=32)))) == 6


def test_a_time_budget_by_a_real_clock(few_digits):
    started, steps = perf_counter(), []
    for step in train(fresh(MULTISTAGE), few_digits, TrainConfig(ELBO, epochs=1e6, seconds=0.05)):
        steps.append(step)
        sleep(0.01)
    last, paused = steps[-1], 0.01 * len(steps)
    assert last.progress == 1
    assert 0.05 <= last.seconds <= perf_counter() - started - paused + 1e-3


@pytest.mark.parametrize(
    "change",
    [{"adam_beta2": 0.5}, {"weight_decay": 0.5}, {"learning_rate": 1e-3}, {"warmup": 0.5}, {"batch_size": 40}, {"seed": 1}],
    ids=lambda change: next(iter(change)),
)
def test_every_setting_of_the_optimiser_reaches_the_weights(few_digits, change):
    first, _ = run(MULTISTAGE, few_digits, SHORT)
    again, _ = run(MULTISTAGE, few_digits, SHORT)
    other, _ = run(MULTISTAGE, few_digits, replace(SHORT, **change))
    assert torch.equal(weights_of(again), weights_of(first))
    assert not torch.allclose(weights_of(other), weights_of(first))


def test_adam_s_memory_and_decay_are_those_of_pytorch(few_digits):
    """The gradients of five steps, handed to PyTorch's own Adam at the same learning rates."""
    config = replace(SHORT, adam_beta2=0.6, weight_decay=0.3, warmup=0.0, seconds=None)
    model, twin = fresh(MULTISTAGE), fresh(MULTISTAGE)
    optimizer = torch.optim.Adam(twin.parameters(), lr=1.0, betas=(0.9, 0.6), weight_decay=0.3)
    for step in islice(train(model, few_digits, config), 5):
        for parameter, trained in zip(twin.parameters(), model.parameters(), strict=True):
            parameter.grad = trained.grad.clone()
        optimizer.param_groups[0]["lr"] = step.learning_rate
        optimizer.step()
        torch.testing.assert_close(weights_of(model), weights_of(twin), rtol=1e-4, atol=1e-6)
