"""What an entry of the golden set is, and the pictures and models that its addresses name.

The forty entries are listed in first_pages.py and last_pages.py. They stand at the seams: where a page has two models, two
values of β, codes of two sizes, a picture from the address, a value that has to be corrected. Another entry is a few lines
there and one run of `python -m tests.golden`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

DRAWING = "sGAmgAYwBUDF4HhRQTzxQPCduYxRPJw"  # a 3, one stroke; how strokes become pixels is shown with it
UPLOAD = (  # a 5; its 784 pixels as they are
    "peNpjYBgYsO3v3_MtLby8vFxADjc7spTMvT8g8PfPn-cTJ058ew5Z0unPp_Ljz0FyYLCDFUlu5Z8tDAwqISHxZ868-_NmrgGSlPRTkBwEmHgYoLhE6glCDgOs_PM-hweHn"
    "P7DP3_KOXFINgJd97woE6scs94zkP8-LkvCKp255uP_v0CwUJkJm3Tuhucgr8-XxKqZL2HbI6AkEw5nJQBdheRktZCtjTC25-s_f_oRUlo7_pxwhzD1EoBSD9LhUqxbP0"
    "TwgRiBYTNfAZ3yQA-hze3P95tg8BsUR0-rJJAsZz8HjTZQ_G02QXUZe_gskMyJ5npubhaGAQMAhkiOMw"
)
SEVEN = (  # another upload, a 7
    "peNpjYBhSQPbv_7_9hYVFRoWFRuhywtf-_gGCv2___HkbxokmmQeRAxPS6DpDQorv33-LXQ4MCkFy-3iwyv3_CwT-WKXqQPbVY_dJD1DuazhWKeHrQLkLWKUUZoL8EIJVzv"
    "IvMHCOYA-2EyC_H8YqVwoOlyVY5R6C5D4ZYpOy_wCSi8SqrQgUJP_xBCWOYI74hluO4SJQ7oMEdjm1u3_-2FMlgQEATkJ3oQ"
)

VAE, MULTI = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d"
MULTI_30, MULTI_100 = "Multi-stage VAE β=30, 16-d", "Multi-stage VAE β=100, 16-d"
FLAT_VAE, FLAT_MULTI, FLAT_AE = "Dense VAE, 2-d", "Multi-stage VAE β=1, 2-d", "Convolutional AE, 2-d"
LARGE_AE, HUGE_AE = "Dense AE, 30-d", "Over-large AE, 784-d"
EVERY, EVERY_MULTI = "Every-β VAE, 2-d", "Every-β multi-stage VAE, 16-d"
AGAIN = f"{EVERY}, second β"


@dataclass(frozen=True)
class Entry:
    """One address: the page, a name within it, what it guards, and the parameters."""

    page: str  # as in its address; "start" is the first page
    name: str
    guards: str
    params: Mapping[str, str | Sequence[str]]

    @property
    def address(self) -> str:
        """The path and the query, as a visitor would paste them."""
        path = "/" if self.page == "start" else f"/{self.page}"
        return f"{path}?{urlencode(self.params, doseq=True)}".rstrip("?")

    @property
    def key(self) -> str:
        return f"{self.page}: {self.name}"


def of_page(page: str, prefix: str, *entries: tuple[str, str, dict[str, str | Sequence[str]]]) -> tuple[Entry, ...]:
    """Entries of one page. Names get the page's prefix, but `own`, the picture; `page-own` is the switch that shows it."""

    def named(name: str) -> str:
        return name if name == "own" else f"{prefix}-{name.removeprefix('page-')}"

    return tuple(
        Entry(page, name, guards, {named(key): value for key, value in params.items()}) for name, guards, params in entries
    )
