import json
from pathlib import Path, PurePosixPath

import pytest

from kube_aws.artefacts.assemble import assemble
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.roles import stand_in
from kube_aws.operations.render import current
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

from .cluster_folder import make, rendered

TEMPLATE = PurePosixPath("stack-template.json")
SEALED = {role: stand_in(role) for role in ROLES}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder: Path = make(tmp_path_factory.mktemp("cluster"))
    rendered(folder)
    return current(folder).disk


def edited(disk: Tree, old: str, new: str) -> Tree:
    text = disk[TEMPLATE].content.decode()
    assert old in text
    return {**disk, TEMPLATE: File(text.replace(old, new, 1).encode())}


def test_the_article_fits_and_is_the_same_each_time(disk: Tree) -> None:
    body = assemble(disk, SEALED)
    assert assemble(disk, SEALED) == body
    assert len(body) < 49_500
    assert b"<userdata/" not in body
    assert json.loads(body)["Description"] == "kube-aws Kubernetes cluster particule-k8s-clust"


def test_an_edit_of_a_node_file_changes_its_role_alone(disk: Tree) -> None:
    path = PurePosixPath("userdata/worker/etc/own.conf")
    before = json.loads(assemble(disk, SEALED))["Resources"]
    after = json.loads(assemble({**disk, path: File(b"mine")}, SEALED))["Resources"]
    assert [name for name in before if before[name] != after[name]] == ["WorkersLaunchTemplate"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"Description":', '"Description"', "stack-template.json:3:17"),
        ("<userdata/worker>", "<userdata/wroker>", "stack-template.json:"),
    ],
)
def test_a_broken_template_is_told_with_its_line(disk: Tree, old: str, new: str, place: str) -> None:
    with pytest.raises(UserError) as told:
        assemble(edited(disk, old, new), SEALED)
    assert str(told.value.place).startswith(place)
    assert told.value.place
    assert told.value.place.line


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b'"text"'])
def test_what_is_no_template_is_told(disk: Tree, content: bytes) -> None:
    with pytest.raises(UserError, match=r"not (a )?(JSON|UTF-8)"):
        assemble({**disk, TEMPLATE: File(content)}, SEALED)


def test_a_missing_template_is_told(disk: Tree) -> None:
    with pytest.raises(UserError, match="is missing") as told:
        assemble({path: file for path, file in disk.items() if path != TEMPLATE}, SEALED)
    assert "--reset stack-template.json" in told.value.next_step


def test_over_the_limit_the_parts_are_told_largest_first(disk: Tree) -> None:
    large = edited(disk, "kube-aws Kubernetes cluster", "x" * 40_000)
    with pytest.raises(UserError, match=r"has \d\d,\d\d\d bytes; CloudFormation takes 51,200") as told:
        assemble(large, SEALED)
    assert told.value.next_step.startswith("  stack-template.json")
    assert "userdata/addons" in told.value.next_step
