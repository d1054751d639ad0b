"""What is missing is made, once, and said; what cannot be made is said with what to do."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kube_aws.rehearsal.components import building, compiling, debian
from kube_aws.rehearsal.process import RehearsalError

PAUSE = "registry.k8s.io/pause:3.10.1"


def _run(cache: Path, *names: str) -> subprocess.Popen[str]:
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-m", "kube_aws.rehearsal.components", *names]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def _programs(folder: Path, **scripts: str) -> str:
    """A PATH of what the build itself needs, and of these scripts."""
    folder.mkdir()
    for name in ("setpriv", "nice", "ionice", "env", "sh", "sleep"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_a_second_run_makes_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    building.build([PAUSE], lines.append, tmp_path)
    assert [line.rsplit(" ", 2)[0].partition(" ")[0] for line in lines] == ["pause", PAUSE]
    building.build([PAUSE], lines.append, tmp_path)
    assert len(lines) == 2


def test_a_name_that_there_is_not_is_told_with_those_like_it(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError, match="the rehearsal has no component kubelt") as told:
        building.build(["kubelt"], cache=tmp_path)
    assert "Did you mean kubelet" in told.value.next_step


def test_what_was_built_has_lock_entries(tmp_path: Path) -> None:
    assert building.lock_entries(tmp_path) == {}
    building.build([PAUSE], cache=tmp_path)
    folder = building.served(PAUSE, tmp_path)
    assert folder
    tree = folder / "site" / "registry.k8s.io" / "v2" / "pause" / "manifests"
    assert building.lock_entries(tmp_path) == {PAUSE: next(tree.glob("*:*.oci-index")).stem}
    assert building.trees(tmp_path) == [folder / "site"]


def test_a_killed_run_leaves_nothing_that_passes_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    gcc = f'echo half > "$7"; echo $$ > {started}.new; mv {started}.new {started}; exec sleep 60'
    monkeypatch.setenv("PATH", _programs(tmp_path / "bin", gcc=gcc, mv='exec /usr/bin/mv "$@"'))
    run = _run(tmp_path, "pause")
    while not started.exists():
        time.sleep(0.01)
    run.kill()
    run.communicate()
    compiler = Path(f"/proc/{started.read_text().strip()}")
    while compiler.exists():  # the compiler ends with the run
        time.sleep(0.01)
    monkeypatch.undo()
    again = _run(tmp_path, "pause")
    assert re.search(r"^pause \d+ s", again.communicate()[1], re.MULTILINE)
    made = building.program("pause", tmp_path / "kube-aws" / "components")
    assert made.read_bytes()[:4] == b"\x7fELF"


def test_two_runs_build_once(tmp_path: Path) -> None:
    runs = [_run(tmp_path, PAUSE) for _ in range(3)]
    said = "".join(run.communicate()[1] for run in runs)
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len(re.findall(r"^pause \d+ s", said, re.MULTILINE)) == 1


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _programs(tmp_path / "bin", gcc="echo pause.c:7: no such thing; exit 1")
    monkeypatch.setenv("PATH", path)
    with pytest.raises(RehearsalError, match=r"cannot build pause:\n  pause\.c:7: no such thing"):
        building.build(["pause"], cache=tmp_path)


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", _programs(tmp_path / "bin"))
    with pytest.raises(RehearsalError) as raised:
        building.build(["pause"], cache=tmp_path)
    assert "gcc" in raised.value.next_step


@pytest.mark.parametrize(
    ("go", "said"), [("exit 127", "there is no Go"), ("echo go1.19.8", "go1.19.8 is too old")]
)
def test_without_a_usable_go_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: str, said: str
) -> None:
    compiling._go_version.cache_clear()
    compiling.program_key.cache_clear()
    monkeypatch.setenv("PATH", _programs(tmp_path / "bin", go=go))
    with pytest.raises(RehearsalError, match=said) as raised:
        building.build(["loopback"], cache=tmp_path)
    assert "install Go 1.26 or newer" in raised.value.next_step


def test_an_unknown_name_is_an_error_that_tells_the_known_ones(tmp_path: Path) -> None:
    run = _run(tmp_path, "kubelets")
    said = run.communicate()[1]
    assert run.returncode == 1
    assert "has no component kubelets" in said
    assert "kubelet," in said


def test_clean_frees_what_is_not_needed(tmp_path: Path) -> None:
    cache = tmp_path / "kube-aws" / "components"
    building.build([PAUSE], cache=cache)
    for left in ("go-build/00", "things/kubelet.0123456789abcdef", "unfinished.1"):
        (cache / left).mkdir(parents=True)
        (cache / left / "file").write_bytes(b"x" * 100)
    assert "0.0 GB freed" in _run(tmp_path, "--clean").communicate()[1]
    assert sorted(path.name for path in cache.iterdir()) == ["lock", "things"]
    assert len(list((cache / "things").iterdir())) == 2
    assert list(building.lock_entries(cache)) == [PAUSE]


def test_without_mmdebstrap_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", _programs(tmp_path / "bin"))
    with pytest.raises(RehearsalError, match="no mmdebstrap") as raised:
        debian.unpack(("busybox-static",), tmp_path / "root.tar")
    assert "install it" in raised.value.next_step


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")
def test_a_full_disk_is_told_with_its_place(tmp_path: Path) -> None:
    cache = tmp_path / "small"
    cache.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "none", cache], check=True)
    try:
        building.build(["pause"], cache=tmp_path)
        (cache / "things").mkdir()
        pause = building.program("pause", tmp_path).parent
        (cache / "things" / pause.name).symlink_to(pause)
        with pytest.raises(RehearsalError, match="No space left") as raised:
            building.build([PAUSE], cache=cache)
        assert "XDG_CACHE_HOME" in raised.value.next_step
    finally:
        subprocess.run(["umount", cache], check=True)
