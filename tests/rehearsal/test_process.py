"""What a person is told where the embedded AWS cannot start, or cannot keep its world."""

import os
from pathlib import Path

import pytest

from kube_aws.rehearsal import process
from kube_aws.rehearsal.process import RehearsalError


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    # A world is unpickled: only from where nobody else can write.
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, -1)
    folder = tmp_path if os.geteuid() == 0 else Path("/usr")
    with pytest.raises(RehearsalError, match="belongs to another user") as refused:
        process.start(folder, "123456789012", port=0)
    assert "XDG_STATE_HOME" in refused.value.next_step


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RehearsalError, match=f"{tmp_path}/file/rehearsal.*: Not a directory"):
        process.start(tmp_path / "file" / "rehearsal", "123456789012", port=0)


def test_what_an_earlier_process_left_is_not_taken_for_a_server(tmp_path: Path) -> None:
    for left in (
        b"",
        b"{}",
        b'{"pid": 1, "endpoint": "http://127.0.0.1:1", "token": "t", "account": "123456789012"}',
    ):
        (tmp_path / "server.json").write_bytes(left)
        assert process.find(tmp_path) is None
        assert not process.stop(tmp_path)


def test_a_full_disk_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "server.json.new").symlink_to("/dev/full")
    with pytest.raises(RehearsalError, match=f"{tmp_path}: No space left on device"):
        process.start(tmp_path, "123456789012", port=0)


def test_a_world_that_could_not_be_written_is_told_at_the_end(tmp_path: Path) -> None:
    server = process.start(tmp_path, "123456789012", port=0)
    (tmp_path / "world").mkdir(exist_ok=True)
    (tmp_path / "world" / "spanning.new").symlink_to("/dev/full")
    server.ask("world", account="123456789012")
    with pytest.raises(RehearsalError, match="its last changes could not be written") as told:
        process.stop(tmp_path)
    assert "No space left on device" in (tmp_path / "log").read_text()
    assert str(tmp_path / "log") in told.value.next_step
