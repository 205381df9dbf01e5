"""The golden addresses of the first four pages: each shows the numbers, drawings and pictures that are kept in tests/golden."""

import pytest

from tests.golden import first_pages, kept
from tests.golden.comparing import differences
from tests.golden.reading import Reader


@pytest.fixture(scope="module")
def reader(browser, server):
    reading = Reader(browser, server.url)
    yield reading
    reading.close()


@pytest.mark.parametrize("entry", first_pages.ENTRIES, ids=lambda entry: entry.key)
def test_it_shows_what_is_kept(reader, entry):
    found = differences(kept.of(entry), reader.read(entry))
    assert not found, "\n".join([entry.guards, *found])
