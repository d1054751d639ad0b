import os
import stat
from pathlib import Path, PurePosixPath

import pytest

from kube_aws.artefacts import folder as on_disk
from kube_aws.terminal.error import UserError
from kube_aws.tree import File

WORKER = PurePosixPath("userdata/worker/etc/a.conf")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_reads_back_what_it_wrote_with_modes_for_their_readers(tmp_path: Path) -> None:
    tree = {
        PurePosixPath("stack-template.json"): File(b"{}"),
        PurePosixPath("kubeconfig"): File(b"kind: Config"),
        WORKER: File(b"a"),
        PurePosixPath("userdata/worker/opt/run"): File(b"#!/bin/sh", executable=True),
    }
    previous = os.umask(0o077)
    try:
        on_disk.write(tmp_path, tree)
    finally:
        os.umask(previous)
    assert on_disk.read(tmp_path) == tree
    assert mode(tmp_path / "kubeconfig") == 0o600
    assert mode(tmp_path / "stack-template.json") == 0o644
    assert mode(tmp_path / "userdata/worker/opt/run") == 0o755
    assert names(tmp_path) == {str(path) for path in tree}


def test_a_new_folder_of_secrets_is_for_its_owner_alone(tmp_path: Path) -> None:
    on_disk.write_folder(tmp_path, "credentials", {PurePosixPath("ca-key.pem"): File(b"key")})
    assert mode(tmp_path / "credentials") == 0o700
    assert mode(tmp_path / "credentials/ca-key.pem") == 0o600
    with pytest.raises(UserError, match="cannot write"):
        on_disk.write_folder(tmp_path, "credentials", {PurePosixPath("ca-key.pem"): File(b"other")})
    assert names(tmp_path) == {"credentials/ca-key.pem"}
    assert (tmp_path / "credentials/ca-key.pem").read_bytes() == b"key"


def test_editors_files_and_conflicts_reach_no_node(tmp_path: Path) -> None:
    on_disk.write(tmp_path, {WORKER: File(b"a")})
    kept = on_disk.read(tmp_path)
    for name in ("a.conf~", ".a.conf.swp", "#a.conf#", ".#a.conf", ".DS_Store", "a.conf.orig", "a.conf.new"):
        (tmp_path / WORKER).with_name(name).write_bytes(b"noise")
    assert on_disk.read(tmp_path) == kept
    assert list(on_disk.conflicts(tmp_path)) == [WORKER.with_name("a.conf.new")]


def test_a_link_inside_userdata_is_read_and_one_that_leaves_it_is_refused(tmp_path: Path) -> None:
    on_disk.write(tmp_path, {WORKER: File(b"a")})
    link = tmp_path / "userdata/worker/etc/b.conf"
    link.symlink_to("a.conf")
    assert on_disk.read(tmp_path)[PurePosixPath("userdata/worker/etc/b.conf")] == File(b"a")
    for target in ("/etc/passwd", "../../../cluster.yaml", "."):
        link.unlink()
        (tmp_path / "cluster.yaml").write_text("secret")
        link.symlink_to(target)
        with pytest.raises(UserError, match=r"link that leaves userdata|no regular file"):
            on_disk.read(tmp_path)


@pytest.mark.parametrize("target", ["b.conf", "nothing"])
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, target: str) -> None:
    on_disk.write(tmp_path, {WORKER: File(b"a")})
    (tmp_path / "userdata/worker/etc/b.conf").symlink_to(target)
    with pytest.raises(UserError) as told:
        on_disk.read(tmp_path)
    assert str(told.value.place) == "userdata/worker/etc/b.conf"


def test_userdata_itself_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "userdata").symlink_to("elsewhere")
    with pytest.raises(UserError, match="is a link"):
        on_disk.read(tmp_path)


def test_a_pipe_and_a_disk_image_are_told_without_being_read(tmp_path: Path) -> None:
    on_disk.write(tmp_path, {WORKER: File(b"a")})
    pipe = tmp_path / "userdata/worker/pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="no regular file"):
        on_disk.read(tmp_path)
    pipe.unlink()
    with (tmp_path / "userdata/worker/image").open("wb") as image:
        image.truncate(1 << 40)
    with pytest.raises(UserError, match="more than a node can receive"):
        on_disk.read(tmp_path)


def test_a_file_where_a_folder_is_needed_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "userdata").mkdir()
    (tmp_path / "userdata/worker").write_bytes(b"a file")
    with pytest.raises(UserError, match="cannot write") as told:
        on_disk.write(tmp_path, {PurePosixPath("kubeconfig"): File(b"k"), WORKER: File(b"a")})
    assert str(told.value.place) == str(WORKER)
    assert names(tmp_path) == {"userdata/worker"}


def test_removing_a_file_removes_the_folders_that_are_empty_then(tmp_path: Path) -> None:
    other = PurePosixPath("userdata/worker/opt/b")
    on_disk.write(tmp_path, {WORKER: File(b"a"), other: File(b"b")})
    on_disk.remove(tmp_path, [WORKER, WORKER])
    assert not (tmp_path / "userdata/worker/etc").exists()
    assert names(tmp_path) == {str(other)}


def test_only_one_writes_at_a_time_and_cleans_up_after_the_killed(tmp_path: Path) -> None:
    on_disk.write(tmp_path, {WORKER: File(b"a")})
    (tmp_path / ".kube-aws-0123.tmp").mkdir()
    (tmp_path / ".kube-aws-0123.tmp/ca-key.pem").write_bytes(b"half")
    (tmp_path / "userdata/worker/etc/.kube-aws-4567.tmp").write_bytes(b"half")
    with on_disk.alone(tmp_path):
        assert names(tmp_path) == {str(WORKER)}
        with pytest.raises(UserError, match="another kube-aws is writing"), on_disk.alone(tmp_path):
            pass
    with on_disk.alone(tmp_path):
        pass
