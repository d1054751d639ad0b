"""A folder's copy in a rehearsal: another lock, and every edit of the person's."""

import re
from pathlib import Path

import pytest
from tests.artefacts.cluster_folder import contents, make
from tests.cli.program import run

from kube_aws.cli.rehearse.copied import begin_copy, carry, edits

API_SERVER = "userdata/controller/etc/kubernetes/manifests/kube-apiserver.yaml"
GONE = "userdata/worker/etc/systemd/system/kubelet.service"
OWN = "userdata/worker/etc/motd"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "own")
    assert run("render", cwd=made).returncode == 0
    return made


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy, rendered with a lock in which every digest is another."""
    begun = tmp_path / "copy"
    begin_copy(folder, begun)
    own = (folder / "release.lock").read_text()
    (begun / "release.lock").write_text(re.sub("sha256:[0-9a-f]{4}", "sha256:eeee", own))
    assert run("render", cwd=begun).returncode == 0
    return begun


def test_edits_are_carried_over_with_the_worlds_digests(
    folder: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api_server = (folder / API_SERVER).read_text()
    (folder / API_SERVER).write_text(api_server + "# mine\n")
    (folder / GONE).unlink()
    (folder / OWN).write_text("hello\n")
    carry(edits(folder), copy)
    assert (copy / API_SERVER).read_text() == re.sub("sha256:.{4}", "sha256:eeee", api_server) + "# mine\n"
    assert not (copy / GONE).exists()
    assert (copy / OWN).read_text() == "hello\n"
    assert "entries differ from release.lock" in capsys.readouterr().err
    again = run("render", cwd=copy)
    assert again.returncode == 0, again.stderr
    assert "conflict" not in again.stderr


def test_without_edits_the_copy_is_as_rendered(folder: Path, copy: Path) -> None:
    before = contents(copy)
    carry(edits(folder), copy)
    assert contents(copy) == before
