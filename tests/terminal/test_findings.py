"""How findings look: with their source, as JSON, as annotations."""

import json

import click
import pytest

from kube_aws.finding import Finding, Place
from kube_aws.terminal import findings

UNIT = "userdata/worker/etc/systemd/system/kubelet.service"
SOURCES = {UNIT: b"[Unit]\nAfter=containerd.sevice\n", "cluster.yaml": b"a: 1\n\tworkerCount: two, three\n"}
MISSING = Finding(
    "error", "unit-missing", Place(UNIT, 2, 7), "no such unit; did you mean containerd.service?"
)
AGE = Finding(
    "warning",
    "ami-age",
    Place("release.lock"),
    "Flatcar goes unpublished.",
    "kube-aws lock --upgrade flatcar",
)


def shown(*found: Finding) -> list[str]:
    return [click.unstyle(line) for line in findings.text(found, SOURCES)]


def test_the_caret_stands_below_the_word_and_says_what():
    assert shown(MISSING) == [
        f"{UNIT}:2:7: error unit-missing",
        "  After=containerd.sevice",
        "        ^^^^^^^^^^^^^^^^^ no such unit; did you mean containerd.service?",
    ]


def test_a_finding_without_a_line_has_no_source_but_its_mend():
    assert shown(AGE) == [
        "release.lock: warning ami-age",
        "  Flatcar goes unpublished.",
        "  Mend: kube-aws lock --upgrade flatcar",
    ]


def test_tabs_stay_so_that_the_caret_stands_below_its_word():
    lines = shown(Finding("error", "number", Place("cluster.yaml", 2, 15), "not a number"))
    assert lines[1:] == ["  \tworkerCount: two, three", "  \t             ^^^ not a number"]


@pytest.mark.parametrize(
    "place", [Place("cluster.yaml", 99, 1), Place("gone", 1, 1), Place("cluster.yaml", 1)]
)
def test_a_place_that_cannot_be_shown_leaves_the_words(place: Place):
    assert shown(Finding("error", "x", place, "what"))[1:] == ["  what"]


def test_json_holds_every_field():
    (first,) = json.loads(findings.to_json(findings.as_json([MISSING])))
    assert first == {
        "severity": "error",
        "id": "unit-missing",
        "file": UNIT,
        "line": 2,
        "column": 7,
        "resource": None,
        "what": "no such unit; did you mean containerd.service?",
        "nextStep": "",
    }


def test_github_annotations_are_escaped():
    hostile = Finding("error", "a,b:c", Place("a:b,c.yaml", 3), "100% wrong\nreally", "do this")
    assert list(findings.github([hostile])) == [
        "::error file=a%3Ab%2Cc.yaml,line=3,title=a%2Cb%3Ac::100%25 wrong%0Areally%0Ado this"
    ]
