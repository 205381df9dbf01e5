"""Opens every page, and what is closed or behind a tab at first, in this process; prints whether pandas has come in with it."""

import sys

from streamlit.testing.v1 import AppTest

from pages.common import shelf
from tests.pages import apps

ASIDE = {
    "kl_beta": [("kl-tab", "KL playground"), ("kl-tab", "Three maps")],
    "latent_map": [("map-all", "true")],
    "transitions": [("tra-off", "true"), ("tra-pairs", "true")],
    "compare": [("cmp-tab", tab) for tab in ("Maps", "Samples", "Transitions", "Confusion", "Numbers")],
}


def main() -> None:
    shelf.served = True  # files for the browser have addresses, as in a server
    for address, file in apps.listed().items():
        for asked in [None, *ASIDE.get(address, [])]:
            page = AppTest.from_file(file, default_timeout=apps.PATIENCE)
            if asked:
                page.query_params[asked[0]] = asked[1]
            apps.healthy(page.run())
            said = f"{address}?{'='.join(asked)}" if asked else address
            print(said, "with" if "pandas" in sys.modules else "without")


if __name__ == "__main__":
    main()
