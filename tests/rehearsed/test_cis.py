"""The CIS benchmark on the rehearsed cluster: what deviates is explained, and the pages say what is so."""

from collections import Counter

import pytest
from tests.rehearsed.cis import explained
from tests.rehearsed.cis.benchmark import CHECKS, results
from tests.rehearsed.cis.check import Result
from tests.rehearsed.cis.evidence import read
from tests.rehearsed.world import World


@pytest.fixture(scope="module")
def found(cluster: World) -> list[Result]:
    return results(read(cluster))


def test_all_checks_of_the_benchmark_are_there():
    parts = Counter(check.number.rpartition(".")[0] for check in CHECKS)
    assert parts == {
        "1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 14, "4.3": 1,
        "5.1": 13, "5.2": 12, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4,
    }  # fmt: skip
    assert len({check.number for check in CHECKS}) == len(CHECKS)


def test_what_deviates_is_explained_and_nothing_else(found: list[Result]):
    deviating = {result.check.number: result.seen for result in found if result.outcome == "deviates"}
    assert deviating.keys() == explained.explained(), deviating


def test_the_page_says_what_is_so(found: list[Result]):
    """`make cis` writes it anew."""
    assert explained.listed() == {result.check.number: result.outcome for result in found}
