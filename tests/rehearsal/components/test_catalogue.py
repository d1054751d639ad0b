"""The catalogue has what a cluster of today needs, and says how it differs from the official things."""

import re
from pathlib import Path

from tests.release.built import cluster

from kube_aws.rehearsal import components
from kube_aws.rehearsal.components.catalogue import IMAGES
from kube_aws.rehearsal.components.catalogue.programs import C_PROGRAMS, PROGRAMS, SOURCES
from kube_aws.rehearsal.components.catalogue.served import DOWNLOADS
from kube_aws.release.missing import BinaryQuery, ImageQuery, missing

ROOT = Path(__file__).resolve().parents[3]
GO = Path(components.__file__).parent / "go"


def test_a_cluster_of_the_default_version_finds_everything() -> None:
    queries = missing(cluster(), None)
    assert {query.url for query in queries if isinstance(query, BinaryQuery)} <= set(DOWNLOADS)
    assert {query.reference for query in queries if isinstance(query, ImageQuery)} <= set(IMAGES)


def test_every_go_program_is_pinned_as_a_tool_of_its_module() -> None:
    pinned = {
        (module.parent.name, package)
        for module in GO.glob("*/go.mod")
        for package in re.findall(r"^(?:tool |\t)([^\s(]+)$", module.read_text(), re.MULTILINE)
    }
    assert {(program.module, program.package) for program in PROGRAMS.values()} == pinned


def test_what_is_served_is_made_of_programs_that_are_built() -> None:
    for made in (*DOWNLOADS.values(), *IMAGES.values()):
        assert set(made.programs.values()) <= {*PROGRAMS, *C_PROGRAMS, *SOURCES}


def test_the_versions_in_names_are_those_of_the_modules() -> None:
    """Where they differ, the catalogue says so."""
    required = {
        line
        for module in GO.glob("*/go.mod")
        for line in re.findall(r"^\t(\S+ v\S+)$", module.read_text(), re.MULTILINE)
    }
    assert len(required) == 12
    names = " ".join((*DOWNLOADS, *IMAGES))
    deviations = " ".join(made.deviation for made in (*DOWNLOADS.values(), *IMAGES.values()))
    for module, version in map(str.split, required):
        if module.startswith(("github.com/containerd/", "github.com/coreos/")):
            continue  # programs of the machines, which nobody downloads
        assert version.removeprefix("v") in names or version in deviations, module


def test_the_page_lists_every_deviation() -> None:
    page = (ROOT / "docs" / "components.md").read_text()
    table = page.partition("| name | difference |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", table, re.MULTILINE)
    made = {**DOWNLOADS, **IMAGES}
    assert dict(rows) == {name: made[name].deviation or "—" for name in made}
