"""Configs survive JSON unchanged, and whatever cannot be trained is refused with a ValueError."""

import json
from dataclasses import FrozenInstanceError, replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import SEEDS, ModelConfig, Objective, TrainConfig, model_config, to_json, train_config

widths = st.integers(1, 4096)
weight = st.floats(0, 1e6)
positive = st.floats(1e-6, 1e6)
model_configs = st.builds(
    ModelConfig, architecture=st.text("abcé-β0", max_size=12), latent_dim=widths, hidden=st.lists(widths, max_size=4).map(tuple)
)
objectives = st.builds(
    Objective,
    scale=st.sampled_from(["notebook", "elbo"]),
    beta=weight,
    gamma=weight,
    alpha=weight,
    beta_range=st.none() | st.tuples(positive, positive).map(sorted).map(tuple),
    beta_damping=weight,
)
train_configs = st.builds(
    TrainConfig,
    objective=objectives,
    epochs=positive,
    seconds=st.none() | positive,
    batch_size=st.integers(1, 10_000),
    learning_rate=positive,
    warmup=st.floats(0, 0.999),
    weight_decay=weight,
    seed=st.integers(*SEEDS),
)


def through_json(config):
    return json.loads(json.dumps(to_json(config), allow_nan=False))


@given(model_configs)
def test_a_model_config_survives_json(config):
    again = model_config(through_json(config))
    assert again == config
    assert hash(again) == hash(config)


@given(train_configs)
def test_a_train_config_survives_json(config):
    again = train_config(through_json(config))
    assert again == config
    assert hash(again) == hash(config)


def test_missing_fields_take_their_defaults():
    assert train_config({}) == TrainConfig()
    assert train_config({"objective": {"beta": 4}}) == TrainConfig(Objective(beta=4))
    assert model_config({"architecture": "dense-ae", "latent_dim": 2}) == ModelConfig("dense-ae", 2)


def test_configs_are_frozen_values():
    config = TrainConfig()
    with pytest.raises(FrozenInstanceError):
        config.epochs = 3
    assert replace(config, epochs=3) == TrainConfig(epochs=3)
    assert ModelConfig("dense-ae", 2, [8, 4]) == ModelConfig("dense-ae", 2, (8, 4))


@pytest.mark.parametrize("read", [model_config, train_config])
@pytest.mark.parametrize("values", [None, 3, "dense-ae", [], [("latent_dim", 2)]])
def test_only_objects_with_fields_are_read(read, values):
    with pytest.raises(ValueError, match="must be an object with named fields"):
        read(values)


def test_unknown_and_missing_fields_are_named():
    with pytest.raises(ValueError, match="ModelConfig has no field beta, depth"):
        model_config({"architecture": "dense-ae", "latent_dim": 2, "depth": 3, "beta": 1})
    with pytest.raises(ValueError, match="ModelConfig needs architecture, latent_dim"):
        model_config({})
    with pytest.raises(ValueError, match="TrainConfig has no field optimiser"):
        train_config({"optimiser": "sgd"})
    with pytest.raises(ValueError, match="Objective has no field delta"):
        train_config({"objective": {"delta": 1}})
    with pytest.raises(ValueError, match="Objective must be an object"):
        train_config({"objective": None})


@pytest.mark.parametrize(
    "values",
    [
        *({"architecture": bad} for bad in (None, 3, [], {})),
        *({"latent_dim": bad} for bad in (0, -1, 4097, 2.0, "2", True, None, nan)),
        *({"hidden": bad} for bad in ([0], [8, -1], [4097], [1.5], ["8"], [True], [1] * 17, "ab", 8, None)),
    ],
)
def test_bad_sizes_are_refused(values):
    (name,) = values
    with pytest.raises(ValueError, match=name):
        model_config({"architecture": "dense-ae", "latent_dim": 2} | values)


@pytest.mark.parametrize(
    "values",
    [
        {"scale": "nats"},
        {"scale": None},
        *(
            {name: bad}
            for name in ("beta", "gamma", "alpha", "beta_damping")
            for bad in (-1e-9, inf, nan, 10**400, "1", None, True)
        ),
        *(
            {"beta_range": bad}
            for bad in ([0, 1], [2, 1], [1, inf], [1, 10**400], [nan, 1], [1], [1, 2, 3], ["a", "b"], 3, "ab")
        ),
    ],
)
def test_bad_objectives_are_refused(values):
    (name,) = values
    with pytest.raises(ValueError, match=name):
        train_config({"objective": values})


@pytest.mark.parametrize(
    "values",
    [
        *({"epochs": bad} for bad in (0, -1, inf, nan, 10**400, "ten", None)),
        *({"seconds": bad} for bad in (0, -1, inf, nan, 10**400, "ten", True)),
        *({"batch_size": bad} for bad in (0, -1, 1.5, nan, 10**400, "8", None, True)),
        *({"learning_rate": bad} for bad in (0, -1e-3, inf, nan, 10**400, "fast", None)),
        *({"warmup": bad} for bad in (-0.1, 1, nan, "slow", None)),
        *({"weight_decay": bad} for bad in (-0.1, inf, nan, 10**400, "some", None)),
        *({"adam_beta2": bad} for bad in (-0.1, 1, nan, "long", None)),
        *({"seed": bad} for bad in (0.5, nan, 2**63, 10**5000, "lucky", None)),
    ],
)
def test_bad_runs_are_refused(values):
    (name,) = values
    with pytest.raises(ValueError, match=name):
        train_config(values)
