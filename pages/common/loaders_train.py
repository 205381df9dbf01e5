"""The runner of training jobs, one per process, and the session that it knows a visitor by."""

from uuid import uuid4

import streamlit as st

from core.config import ModelConfig
from core.datasets import on_disk
from core.models import build
from core.running.worker import Preview, preview, watched_digits
from pages.common.jobs import Runner, chosen


@st.cache_resource(show_spinner=False)
def runner() -> Runner:
    """The one that all sessions submit to."""
    return chosen()


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda session: runner().release(session))
def session() -> str:
    """This visitor's name at the runner. When the tab is closed, the visitor's runs end."""
    return uuid4().hex


@st.cache_resource(show_spinner=False, max_entries=50)
def untrained(config: ModelConfig, seed: int) -> Preview:
    """What the network makes of digits before its first step."""
    return preview(build(config, seed), watched_digits())


@st.cache_resource(show_spinner=False)
def full_mnist() -> bool:
    """Whether all of MNIST is on this machine; nothing is downloaded to find out."""
    return on_disk()
