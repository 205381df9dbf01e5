"""Read the golden addresses, say in what they differ from what is kept, and keep what they show now.

After an intended change run it without arguments and commit the files of tests/golden/seen: their diff is what visitors will
see. Where an address shows what is kept, but for the last digits, nothing is rewritten.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.golden import kept
from tests.golden.comparing import differences
from tests.golden.entries import Entry
from tests.golden.kept import ENTRIES, PAGES
from tests.golden.reading import Reader
from tests.serving import Server


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if something differs and `--check` is given, else 0."""
    options = _parser().parse_args(arguments)
    chosen = [entry for entry in ENTRIES if _asked(entry, options.only)]
    if not chosen:
        print(f"No address is called so. There are: {', '.join(entry.key for entry in ENTRIES)}.", file=sys.stderr)
        return 2
    executable = chromium()
    if executable is None:
        print(
            "There is no chromium on the PATH; on Debian `apt-get install chromium-headless-shell` brings one.", file=sys.stderr
        )
        return 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = options.url or stack.enter_context(Server(folder / "log.txt", folder)).url
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=executable, args=ARGUMENTS)
        differing = _all(Reader(browser, url), chosen, options)
        browser.close()
    print(f"{differing} of {len(chosen)} addresses differ from what is kept.")
    return 1 if differing and options.check else 0


def _all(reader: Reader, chosen: list[Entry], options: argparse.Namespace) -> int:
    """How many addresses differ; what they show now is kept, unless it was only to be checked."""
    differing = 0
    for page in PAGES:
        new = {}
        for entry in (entry for entry in chosen if entry.page == page):
            now, before = reader.read(entry), kept.of(entry)
            found = differences(before, now)
            differing += bool(found)
            print(f"{entry.key}: {'differs' if found else 'as kept'}", *found, sep="\n  ", flush=True)
            if options.all or found or (before["guards"], before["asked"]) != (now["guards"], now["asked"]):
                new[entry.name] = now
        if not options.check:
            kept.write(page, new)
    return differing


def _asked(entry: Entry, only: list[str]) -> bool:
    return not only or any(name in (entry.page, entry.name, entry.key) for name in only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.golden", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("only", nargs="*", metavar="NAME", help="a page, or an address by its name; all if none is given")
    parser.add_argument("--check", action="store_true", help="write nothing; the exit status is 1 if something differs")
    parser.add_argument("--all", action="store_true", help="rewrite also what differs in last digits alone")
    parser.add_argument("--url", help="read a server that is running already, instead of one started for this")
    return parser


if __name__ == "__main__":
    sys.exit(main())
