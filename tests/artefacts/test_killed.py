"""render, killed at every change it makes to the file system and run again, comes to the same end."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cluster_folder import configure, contents, make, rendered, write
from .killed import killed_at

EDITED = "userdata/worker/etc/kube-aws/cluster.env"
CONFLICTING = "stack-template.json"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered folder with an edit of each kind, whose cluster.yaml has changed since."""
    folder = make(tmp_path_factory.mktemp("cluster"))
    rendered(folder)
    write(folder, CONFLICTING, (folder / CONFLICTING).read_text().replace("gp3", "gp2"))
    write(folder, "userdata/worker/opt/own.sh", "#!/bin/sh\n")
    (folder / "userdata/worker/ignition.json").unlink()
    configure(folder, workerCount=3, dnsServiceIP="10.3.0.11", addons="{metrics-server: {enabled: false}}")
    return folder


def changes(folder: Path, place: Path) -> Iterator[Path]:
    """Copies of the folder, the n-th killed before its n-th change."""
    n = 0
    while True:
        copy = place / str(n)
        shutil.copytree(folder, copy, symlinks=True)
        if not killed_at(n, lambda copy=copy: rendered(copy)):  # type: ignore[misc]
            return
        yield copy
        shutil.rmtree(copy)
        n += 1


def test_a_later_render(before: Path, tmp_path: Path) -> None:
    expected = tmp_path / "expected"
    shutil.copytree(before, expected)
    rendered(expected)
    points = 0
    for killed in changes(before, tmp_path):
        assert (killed / CONFLICTING).read_bytes() == (before / CONFLICTING).read_bytes()
        rendered(killed)
        assert contents(killed) == contents(expected)
        points += 1
    assert points > 10


def test_the_first_render(tmp_path: Path) -> None:
    folder = make(tmp_path / "cluster")
    for killed in changes(folder, tmp_path):
        keys = {name: text for name, text in contents(killed).items() if name.startswith("credentials/")}
        rendered(killed)
        after = contents(killed)
        assert keys.items() <= after.items()
        assert not [name for name in after if ".tmp" in name or name.endswith(".new")]
        assert set(rendered(killed).current.reconciliation.states.values()) == {"unchanged"}


def test_cluster_yaml_changed_after_the_kill(before: Path, tmp_path: Path) -> None:
    """What a killed render wrote is not taken for a person's edit by the next one."""
    expected = tmp_path / "expected"
    shutil.copytree(before, expected)
    configure(expected, workerCount=4, addons="{metrics-server: {enabled: false}}")
    rendered(expected)
    for killed in changes(before, tmp_path):
        configure(killed, workerCount=4, addons="{metrics-server: {enabled: false}}")
        rendered(killed)
        assert contents(killed) == contents(expected)


def test_making_new_credentials_loses_no_key(before: Path, tmp_path: Path) -> None:
    old = (before / "credentials/ca-key.pem").read_bytes()
    n = 0
    while True:
        copy = tmp_path / str(n)
        shutil.copytree(before, copy)
        if not killed_at(n, lambda copy=copy: rendered(copy, new_credentials=True)):  # type: ignore[misc]
            break
        assert old in contents(copy).values()
        shutil.rmtree(copy)
        n += 1
    assert old in contents(copy).values()
    assert (copy / "credentials/ca-key.pem").read_bytes() != old
