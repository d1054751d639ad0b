"""render, killed at every change it makes to the file system and run again, comes to the same end."""

import shutil
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from kube_aws.operations.render import current

from .cluster_folder import configure, contents, in_memory, make, rendered, write
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


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that costs no disk access: these tests wait for many a file to be safe."""
    place = in_memory()
    yield place
    shutil.rmtree(place)


@pytest.fixture(params=[29, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "every"])
def stride(request: pytest.FixtureRequest) -> int:
    """Every change, or the first ones and then some: most write one file like the next."""
    return int(request.param)


def killings(folder: Path, place: Path, stride: int, **how: bool) -> Iterator[Path]:
    """Copies of the folder, each with a render killed before another of its changes."""
    for n in count():
        if n > 10 and n % stride:
            continue
        copy = place / str(n)
        shutil.copytree(folder, copy)
        if not killed_at(n, partial(rendered, copy, **how)):
            return
        yield copy
        shutil.rmtree(copy)


def test_a_later_render(before: Path, memory: Path, stride: int) -> None:
    expected = memory / "expected"
    shutil.copytree(before, expected)
    rendered(expected)
    points = 0
    for killed in killings(before, memory, stride):
        assert (killed / CONFLICTING).read_bytes() == (before / CONFLICTING).read_bytes()
        rendered(killed)
        assert contents(killed) == contents(expected)
        points += 1
    assert points >= 10


def test_the_first_render(memory: Path, stride: int) -> None:
    folder = make(memory / "cluster")
    for killed in killings(folder, memory, stride):
        keys = {name: text for name, text in contents(killed).items() if name.startswith("credentials/")}
        rendered(killed)
        after = contents(killed)
        assert keys.items() <= after.items()
        assert not [name for name in after if ".tmp" in name or name.endswith(".new")]
        assert not current(killed).stale


def test_cluster_yaml_changed_after_the_kill(before: Path, memory: Path, stride: int) -> None:
    """What a killed render wrote is not taken for a person's edit by the next one."""
    expected = memory / "expected"
    shutil.copytree(before, expected)
    configure(expected, workerCount=4, addons="{metrics-server: {enabled: false}}")
    rendered(expected)
    for killed in killings(before, memory, stride):
        configure(killed, workerCount=4, addons="{metrics-server: {enabled: false}}")
        rendered(killed)
        assert contents(killed) == contents(expected)


def test_making_new_credentials_loses_no_key(before: Path, memory: Path, stride: int) -> None:
    old = (before / "credentials/ca-key.pem").read_bytes()
    for killed in killings(before, memory, stride, new_credentials=True):
        assert old in contents(killed).values()
        rendered(killed, new_credentials=True)
        assert old in contents(killed).values()
        assert (killed / "credentials/ca-key.pem").read_bytes() != old
