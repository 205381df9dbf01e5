"""A program, not a test: a job on another process that says nothing for an hour."""

import sys
import time
from pathlib import Path

from core.shipping import side_by_side


def sleep(_name: str, folder: Path, _events) -> None:
    (folder / "begun").touch()
    time.sleep(3600)


if __name__ == "__main__":
    try:
        side_by_side.run("sleeping", sleep, {"one": 1.0}, 1, Path(sys.argv[1]), lambda name, result: None)
    except KeyboardInterrupt:
        sys.exit(130)
