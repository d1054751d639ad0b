from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube_aws.artefacts.baseline import Baseline, digest, read, write
from kube_aws.artefacts.reconcile import Reconciliation, as_it_lies, beside, reconcile
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

PATH = PurePosixPath("userdata/worker/etc/a.conf")
NEW = beside(PATH)


def file(text: str | None) -> Tree:
    return {} if text is None else {PATH: File(text.encode())}


def baseline(text: str | None, **more: object) -> Baseline:
    files = {path: digest(f) for path, f in file(text).items()}
    return Baseline("0.1.0", {}, {}, files, **more)  # type: ignore[arg-type]


def reconciled(new: str | None, disk: str | None, before: str | None) -> Reconciliation:
    return reconcile(file(new), file(disk), baseline(before))


@pytest.mark.parametrize(
    ("new", "disk", "before", "state", "left"),
    [
        ("n", "n", "n", "unchanged", "n"),
        ("n", "n", "b", "unchanged", "n"),
        ("n", "n", None, "unchanged", "n"),
        ("n", "b", "b", "changed", "n"),
        ("n", "d", "n", "edited", "d"),
        ("n", "d", "b", "conflict", "d"),
        ("n", "d", None, "conflict", "d"),
        ("n", None, None, "written", "n"),
        ("n", None, "b", "deleted", None),
        ("n", None, "n", "deleted", None),
        (None, "b", "b", "removed", None),
        (None, "d", "b", "kept", "d"),
        (None, "d", None, "own", "d"),
    ],
)
def test_the_table(
    new: str | None, disk: str | None, before: str | None, state: str, left: str | None
) -> None:
    result = reconciled(new, disk, before)
    assert result.states == {PATH: state}
    assert result.result == file(left)
    assert (NEW in result.write) == (state == "conflict")
    assert result.files == baseline(new).files


def test_without_a_record_only_what_differs_is_in_conflict() -> None:
    assert reconcile(file("n"), file("n"), None).states == {PATH: "unchanged"}
    assert reconcile(file("n"), file("d"), None).states == {PATH: "conflict"}
    assert reconcile(file("n"), {}, None).states == {PATH: "written"}


def test_an_executable_bit_is_an_edit() -> None:
    disk = {PATH: File(b"n", executable=True)}
    assert reconcile(file("n"), disk, baseline("n")).states == {PATH: "edited"}


def test_a_conflict_lasts_until_its_new_file_is_gone() -> None:
    disk, pending = file("d"), {NEW: File(b"n")}
    lasting = reconcile(file("n"), disk, baseline("n"), pending=pending)
    assert lasting.states == {PATH: "conflict"}
    assert not lasting.write
    assert reconcile(file("n"), disk, baseline("n")).states == {PATH: "edited"}


def test_a_newer_rendering_takes_the_place_of_an_untouched_new_file() -> None:
    result = reconcile(file("m"), file("d"), baseline("n"), pending={NEW: File(b"n")})
    assert result.write == {NEW: File(b"m")}


def test_a_new_file_with_edits_is_never_replaced() -> None:
    with pytest.raises(UserError, match="holds edits"):
        reconcile(file("m"), file("d"), baseline("n"), pending={NEW: File(b"merging")})


def test_a_settled_conflict_takes_its_new_file_away_unless_that_was_edited() -> None:
    settled = reconcile(file("n"), file("n"), baseline("n"), pending={NEW: File(b"n")})
    assert settled.remove == {NEW}
    edited = reconcile(file("n"), file("n"), baseline("n"), pending={NEW: File(b"merging")})
    assert not edited.remove
    assert edited.states == {PATH: "conflict"}


def test_reset_takes_the_tools_version_of_edited_deleted_and_conflicting_files() -> None:
    for disk in ("d", None):
        result = reconcile(file("n"), file(disk), baseline("n"), reset={PATH})
        assert result.write == file("n")
    conflict = reconcile(file("n"), file("d"), baseline("n"), pending={NEW: File(b"n")}, reset={PATH})
    assert conflict.write == file("n")
    assert conflict.remove == {NEW}


def test_a_killed_render_is_not_taken_for_edits() -> None:
    """Killed between its first and last file, cluster.yaml changed, and rendered again."""
    killed = baseline("n", underway={PATH: digest(File(b"b"))})
    for disk in ("b", "n"):
        assert reconcile(file("m"), file(disk), killed).states == {PATH: "changed"}
    first = baseline("n", underway={PATH: None})
    assert reconcile(file("m"), {}, first).states == {PATH: "written"}
    assert reconcile(file("m"), file("n"), first).states == {PATH: "changed"}
    assert reconcile(file("m"), file("d"), first).states == {PATH: "conflict"}


def test_another_versions_files_stay_as_they_lie() -> None:
    lying = as_it_lies(file("d"), {NEW: File(b"n")}, baseline("b"))
    assert lying.result == file("d")
    assert not lying.write
    assert lying.having("conflict") == [PATH]


TEXTS = st.sampled_from([None, "x", "y", "z"])


@given(new=TEXTS, disk=TEXTS, before=TEXTS)
def test_reconciling_again_changes_nothing_and_loses_no_edit(
    new: str | None, disk: str | None, before: str | None
) -> None:
    first = reconciled(new, disk, before)
    if disk not in (None, before, new):
        assert first.result == file(disk)
    after = Baseline("0.1.0", {}, {}, first.files)
    pending = {path: f for path, f in first.write.items() if path == NEW}
    second = reconcile(file(new), first.result, after, pending=pending)
    assert second.result == first.result
    assert not second.write
    assert not second.remove


def test_the_record_reads_back_as_written() -> None:
    record = Baseline("0.1.0", {"ca": "ab"}, {"cluster.yaml": "cd"}, {PATH: "ef+x"}, {PATH: None, NEW: "01"})
    assert read(write(record)) == record


@pytest.mark.parametrize(
    "content",
    [b"", b"<<<<<<< HEAD", b"[]", b"{}", b'{"version": 1}', b"\xff", b'{"version": "1", "authorities": []}'],
)
def test_a_damaged_record_is_told(content: bytes) -> None:
    with pytest.raises(UserError, match="not readable as a record") as told:
        read(content)
    assert str(told.value.place) == "rendered.lock"
