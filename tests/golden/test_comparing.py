"""What the golden set takes for a change, and what for the last digit of another machine."""

import pytest

from tests.golden import kept
from tests.golden.comparing import differences, same_line


def seen(**more):
    return {"address": "", "text": [], "drawings": [], "pictures": [], **more}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("MSE 0.0412", "MSE 0.0413"),
        ("rate 9.99 nats", "rate 10.00 nats"),
        ("loses 2,593 nats", "loses 2,594 nats"),
        ("keeps 48% of them", "keeps 47% of them"),
        ("−104", "−105"),
        ("9.99", "10.0"),
        ("0.3", "0.299"),
        ("-0.00 from the start", "0.00 from the start"),
        ("3.4·10⁻⁵ nats", "3.5·10⁻⁵ nats"),
        ("about 1.25e-05", "about 1.26e-05"),
    ],
)
def test_a_last_digit_may_be_another(before, now):
    assert same_line(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("MSE 0.0412", "MSE 0.0414"),
        ("MSE 0.0412", "MSE 0.041"),
        ("digit 2018, a 4", "digit 2019, a 4"),
        ("5,000 digits", "5,001 digits"),
        ("judge: 7, > 99 %", "judge: 1, > 99 %"),
        ("KL = 0.217 nats", "KL = ∞"),
        ("β = 0.3", "β = 3"),
        ("μ = −0.37", "μ = 0.37"),
        ("test MSE 0.0412", "training MSE 0.0412"),
        ("z₁ 0.41", "z₂ 0.41"),
    ],
)
def test_another_number_or_word_is_a_change(before, now):
    assert not same_line(before, now)


def test_lines_may_move_but_not_change_places_with_their_like():
    before = seen(text=["A: MSE 0.01", "B: MSE 0.04", "judge: 3", "MSE 0.01", "MSE 0.04"])
    moved = seen(text=["judge: 3", "MSE 0.01", "B: MSE 0.04", "MSE 0.04", "A: MSE 0.01"])
    swapped = seen(text=["A: MSE 0.01", "B: MSE 0.04", "judge: 3", "MSE 0.04", "MSE 0.01"])
    assert differences(before, moved) == []
    assert len(differences(before, swapped)) == 2


def test_what_is_gone_new_or_elsewhere_is_told():
    before = seen(address="?a=1", text=["rate 3.14 nats", "5 of 10"], drawings=["circle ×20"])
    now = seen(address="", text=["rate 3.14 nats", "seed 7"], drawings=["circle ×21"])
    told = "\n".join(differences(before, now))
    assert "'?a=1'" in told
    assert "'5 of 10' is gone" in told
    assert "'seed 7' is new" in told
    assert "'circle ×20' became 'circle ×21'" in told
    assert "rate" not in told


def test_a_line_that_is_there_once_less_is_told():
    assert differences(seen(text=["1 ✓", "2 ✓", "3 ✓"]), seen(text=["1 ✓", "3 ✓"])) == ["text: '2 ✓' is gone"]


def test_a_picture_may_be_a_grey_off_and_no_more():
    before = seen(pictures=["28×28 | a 3 | 000 5A5 0z0"])
    assert differences(before, seen(pictures=["28×28 | a 3 | 000 5B4 0y0"])) == []
    assert "up to 2 of 64" in differences(before, seen(pictures=["28×28 | a 3 | 000 5C5 0z0"]))[0]
    assert differences(before, seen(pictures=["28×28 | a 3 | 0000 5A50 0z00"]))
    assert differences(before, seen(pictures=["56×28 | a 3 | 000 5A5 0z0"]))
    assert differences(before, seen(pictures=["28×28 | a 5 | 000 5A5 0z0"]))


def test_every_address_is_kept_as_it_is_listed():
    assert len(kept.ENTRIES) == len({entry.key for entry in kept.ENTRIES}) == 40
    assert {entry.page for entry in kept.ENTRIES} == set(kept.PAGES)
    for entry in kept.ENTRIES:
        found = kept.of(entry)
        assert (found["asked"], found["guards"]) == (entry.address, entry.guards), entry.key
        assert found["text"], entry.key
    names = {page: {entry.name for entry in kept.ENTRIES if entry.page == page} for page in kept.PAGES}
    assert {page: set(kept.of_page(page)) for page in kept.PAGES} == names
    assert {file.stem for file in kept.FOLDER.glob("*.json")} == set(kept.PAGES)
