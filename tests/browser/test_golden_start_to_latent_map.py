"""The golden addresses of the first four pages: each shows the numbers, drawings and pictures that are kept in tests/golden."""

import pytest

from tests.golden import addresses, kept
from tests.golden.comparing import differences
from tests.golden.reading import Reader

ENTRIES = (*addresses.START, *addresses.RECONSTRUCTION, *addresses.ANATOMY, *addresses.LATENT_MAP)


@pytest.fixture(scope="module")
def reader(browser, server):
    reading = Reader(browser, server.url)
    yield reading
    reading.close()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_it_shows_what_is_kept(reader, entry):
    assert differences(kept.of(entry), reader.read(entry)) == [], entry.guards
