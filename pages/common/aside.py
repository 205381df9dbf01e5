"""Long computations that a visitor asks for: a few at a time, on one core less than there are, and at low priority.

PyTorch lets other threads run while it computes, but every such thread keeps a core busy for seconds. No Streamlit: what is
handed over has no visitor, so the models and digits it needs are looked up before.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pages.common import host
from pages.common.lanes import LANES

Result = TypeVar("Result")

_pool = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "aside", host.be_patient)


def computed(work: Callable[[], Result]) -> Result:
    """The result, as soon as it is this one's turn and it is done. Raises whatever `work` raises."""
    with LANES.stepped_aside():
        return _pool.submit(work).result()
