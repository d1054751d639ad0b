"""What `validate` and `up` see of a folder, and what `up` writes in it."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kube_aws.artefacts import folder as on_disk
from kube_aws.credentials.create import create
from kube_aws.operations.render import current, refresh
from kube_aws.terminal.error import UserError

from .cluster_folder import artefacts, configure, contents, make, no_network, rendered, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make(tmp_path / "cluster")
    rendered(folder)
    return folder


def come_from(folder: Path, version: str) -> None:
    record = folder / "rendered.lock"
    record.write_text(json.dumps({**json.loads(record.read_text()), "version": version}))


def test_an_edit_of_cluster_yaml_counts_at_once_and_is_written_by_refresh_alone(folder: Path) -> None:
    configure(folder, workerCount=3)
    before = contents(folder)
    now = current(folder)
    assert now.stale == ("stack-template.json",)
    assert contents(folder) == before
    assert refresh(folder, no_network).written == ("stack-template.json",)
    assert current(folder).stale == ()
    assert artefacts(folder) == {str(path): file.content for path, file in now.disk.items()}


def test_nothing_is_made_before_the_first_render(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for look in (lambda: current(folder), lambda: refresh(folder, no_network)):
        with pytest.raises(UserError, match="nothing is rendered here yet"):
            look()
    assert set(contents(folder)) == {"cluster.yaml", "release.lock"}


def test_an_incomplete_lock_is_told_and_not_looked_up(folder: Path) -> None:
    (folder / "release.lock").write_text("{}")
    with pytest.raises(UserError, match="it lacks 22 of the things") as told:
        current(folder)
    assert str(told.value.place) == "release.lock"
    assert "alpha/eu-west-1/amd64" in told.value.what
    assert 'kube-aws render"' in told.value.next_step


def test_a_conflict_is_an_error_until_it_is_settled(folder: Path) -> None:
    write(folder, "stack-template.json", "{}")
    configure(folder, workerCount=3)
    assert [f"{found.id} {found.place}" for found in current(folder).findings] == [
        "conflict stack-template.json.new"
    ]


def test_the_near_end_of_the_admins_certificate_is_told(tmp_path: Path) -> None:
    folder = make(tmp_path)
    made = create("particule-k8s-clust", datetime.now(UTC) - timedelta(days=340))
    on_disk.write_folder(folder, "credentials", made)
    rendered(folder)
    assert [found.id for found in current(folder).findings] == ["admin-expires"]


def test_another_versions_files_are_used_as_they_lie(folder: Path) -> None:
    come_from(folder, "0.0.9")
    write(folder, "userdata/worker/etc/own.conf", "mine")
    before = contents(folder)
    assert [found.id for found in current(folder).findings] == ["other-version"]
    assert refresh(folder, no_network).written == ()
    assert contents(folder) == before


def test_another_versions_files_and_a_newer_cluster_yaml_need_render(folder: Path) -> None:
    come_from(folder, "0.0.9")
    configure(folder, workerCount=3)
    before = contents(folder)
    assert [(f.id, f.severity) for f in current(folder).findings] == [("outdated", "error")]
    with pytest.raises(UserError, match=r"kube-aws 0\.0\.9 has rendered .* cluster\.yaml changed since"):
        refresh(folder, no_network)
    assert contents(folder) == before
    rendered(folder)
    assert not current(folder).findings


def test_credentials_brought_by_hand_are_hidden_from_git(folder: Path) -> None:
    shutil.move(folder / "credentials", folder.parent / "elsewhere")
    (folder / "credentials").mkdir()
    for path in (folder.parent / "elsewhere").glob("*[!e]"):
        shutil.copy(path, folder / "credentials")
    (folder / "credentials/.gitignore").unlink(missing_ok=True)
    rendered(folder)
    assert (folder / "credentials/.gitignore").read_text() == "*\n"
