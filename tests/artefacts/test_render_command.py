"""`kube-aws render` as typed: what a person reads, what a program reads, what lies there then."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .cluster_folder import configure, contents, make, write

SUCCESS = """\
Success! Stack rendered to stack-template.json.

Next steps:
1. (Optional) Validate your changes to cluster.yaml with "kube-aws validate"
2. (Optional) Further customize the cluster by modifying stack-template.json or files in ./userdata.
3. Start the cluster with "kube-aws up".
"""
# Proxies that nobody serves: whatever reaches for the network fails at once.
OFFLINE = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_MAX_ATTEMPTS": "1",
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kube_aws", "render", *arguments],
        cwd=folder,
        env=OFFLINE,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("cluster"))
    assert run(folder).returncode == 0
    return folder


@pytest.fixture
def folder(rendered: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "cluster"
    shutil.copytree(rendered, copy)
    return copy


def test_the_articles_text_and_listing(tmp_path: Path) -> None:
    folder = make(tmp_path)
    result = run(folder)
    assert result.returncode == 0
    assert result.stdout == SUCCESS
    size = r"\d+ files \(\d+\.\d of 16\.4 KB\)"
    assert re.fullmatch(
        rf"  credentials/     12 files, 0600, ignored by git\n"
        rf"  userdata/        controller {size}, worker {size}\n",
        result.stderr,
    )
    modes = {path.name: stat.filemode(path.stat().st_mode) for path in folder.iterdir()}
    del modes["cluster.yaml"], modes["release.lock"]  # they were there before
    assert modes == {
        "credentials": "drwx------",
        "kubeconfig": "-rw-------",
        "rendered.lock": "-rw-r--r--",
        "stack-template.json": "-rw-r--r--",
        "userdata": "drwxr-xr-x",
    }
    assert {path.name for path in (folder / "userdata").iterdir()} == {
        ".gitattributes",
        "addons",
        "controller",
        "worker",
    }


def test_git_sees_no_key(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    seen = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "rendered.lock" in seen
    assert "credentials" not in seen


def test_again_nothing_changes(folder: Path) -> None:
    before = contents(folder)
    result = run(folder)
    assert result.stdout == SUCCESS
    assert re.fullmatch(r"  unchanged        \d+ files, credentials/, release.lock\n", result.stderr)
    assert contents(folder) == before


def test_what_was_kept_and_changed_is_told(folder: Path) -> None:
    write(folder, "userdata/worker/etc/sysctl.d/90-kubernetes.conf", "vm.swappiness=0\n")
    write(folder, "userdata/worker/etc/own.conf", "mine\n")
    (folder / "userdata/controller/etc/sysctl.d/90-kubernetes.conf").unlink()
    configure(folder, workerRootVolumeSize=40)
    result = run(folder)
    lines = result.stderr.splitlines()
    assert "  kept (yours)     userdata/worker/etc/sysctl.d/90-kubernetes.conf" in lines
    assert "  kept (yours)     userdata/worker/etc/own.conf   your own" in lines
    assert (
        "  left out         userdata/controller/etc/sysctl.d/90-kubernetes.conf   "
        "you deleted it; --reset brings it back" in lines
    )
    changed = [line for line in lines if line.startswith("  changed          stack-template.json")]
    assert len(changed) == 1
    assert changed[0].endswith("30 → 40")


def test_a_conflict_is_told_and_settled_by_reset(folder: Path) -> None:
    write(folder, "stack-template.json", "{}")
    configure(folder, workerCount=3)
    told = run(folder)
    assert "  conflict         stack-template.json" in told.stderr
    assert "stack-template.json.new" in told.stderr
    assert (folder / "stack-template.json").read_text() == "{}"
    assert told.returncode == 1
    assert "Success!" not in told.stdout
    assert run(folder, "--reset", "stack-template.json").returncode == 0
    assert "DesiredCapacity" in (folder / "stack-template.json").read_text()
    assert not (folder / "stack-template.json.new").exists()


def test_reset_mends_a_template_that_is_no_json(folder: Path) -> None:
    whole = (folder / "stack-template.json").read_text()
    write(folder, "stack-template.json", whole.replace("{", "{,", 1))
    assert run(folder, "--reset", "stack-template.json").returncode == 0
    assert (folder / "stack-template.json").read_text() == whole


def test_a_role_without_files_is_an_error_one_file_less_is_not(folder: Path) -> None:
    (folder / "userdata/worker/opt/kube-aws/bin/join").unlink()
    assert run(folder).returncode == 0
    shutil.rmtree(folder / "userdata/worker")
    told = run(folder)
    assert told.returncode == 1
    assert "userdata/worker: error no-files\n" in told.stderr


def test_reset_of_a_folder_and_of_nothing(folder: Path) -> None:
    path = "userdata/worker/etc/sysctl.d/90-kubernetes.conf"
    before = contents(folder)
    write(folder, path, "vm.swappiness=0\n")
    assert run(folder, "--reset", "userdata/worker").returncode == 0
    assert contents(folder) == before
    wrong = run(folder, "--reset", "userdata/nothing")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: --reset userdata/nothing: no file of that name is rendered")


def test_new_credentials_keep_the_old_aside(folder: Path) -> None:
    old = (folder / "credentials/ca-key.pem").read_bytes()
    result = run(folder, "--new-credentials")
    kept = list(folder.glob("credentials.old-*"))
    assert len(kept) == 1
    assert (kept[0] / "ca-key.pem").read_bytes() == old
    assert (kept[0] / ".gitignore").read_text() == "*\n"
    assert f"{kept[0].name}/" in result.stderr
    assert "userdata/worker/etc/kubernetes/pki/ca.pem" in result.stderr
    assert run(folder).returncode == 0


def test_json_for_programs(folder: Path) -> None:
    configure(folder, workerCount=3)
    document = json.loads(run(folder, "-o", "json").stdout)
    assert document["releaseLock"] == "unchanged"
    assert document["credentials"] == "unchanged"
    changed = [path for path, state in document["files"].items() if state == "changed"]
    assert changed == ["stack-template.json"]


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda f: (f / "cluster.yaml").unlink(), "no cluster.yaml in"),
        (lambda f: (f / "cluster.yaml").write_text("clusterName: 3"), "cluster.yaml:"),
        (lambda f: configure(f, kubernetesVersion="v1.30.0"), "v1.30.0"),
        (lambda f: (f / "rendered.lock").write_text("<<<<<<<"), "rendered.lock: not readable"),
        (lambda f: (f / "release.lock").write_text("<<<<<<<"), "release.lock: not a valid lock"),
        (lambda f: (f / "credentials/ca-key.pem").unlink(), "credentials/ca-key.pem: is missing"),
        (lambda f: (f / "credentials/ca.pem").write_text("?"), "credentials/ca.pem: cannot be read"),
        (lambda f: (f / "userdata/worker/link").symlink_to("/etc/passwd"), "is a link that leaves userdata"),
        (lambda f: os.mkfifo(f / "userdata/worker/pipe"), "is no regular file"),
        (lambda f: (f / "stack-template.json.new").mkdir(), "is no regular file"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(folder: Path, break_it: object, told: str) -> None:
    break_it(folder)  # type: ignore[operator]
    before = sorted(folder.rglob("*"))
    result = run(folder)
    assert result.returncode == 1
    assert result.stdout == ""
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(folder.rglob("*")) == before


def test_a_clone_is_rendered_for_the_same_authorities(folder: Path) -> None:
    shutil.rmtree(folder / "credentials")
    before = contents(folder)
    assert run(folder).returncode == 0
    assert contents(folder) == before
    (folder / "userdata/worker/etc/kubernetes/pki/ca.pem").unlink()
    told = run(folder)
    assert told.returncode == 1
    assert "there is no credentials/ to take it from" in told.stderr


def test_the_credentials_of_another_cluster_are_refused(folder: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other")
    run(other)
    shutil.rmtree(folder / "credentials")
    shutil.copytree(other / "credentials", folder / "credentials")
    told = run(folder)
    assert told.returncode == 1
    assert "credentials/ has another ca" in told.stderr
    assert json.loads((folder / "rendered.lock").read_text())["authorities"]["ca"] in told.stderr


def test_without_a_site_everything_missing_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / "release.lock").unlink()
    told = run(folder)
    assert told.returncode == 1
    assert "release.lock: alpha/eu-west-1/amd64: " in told.stderr
    assert "release.lock: registry.k8s.io/pause:3.10.1 and " in told.stderr
    assert "22 of 22 entries for release.lock could not be looked up" in told.stderr
    assert [path.name for path in folder.iterdir()] == ["cluster.yaml"]


def test_with_a_complete_lock_neither_aws_nor_the_network_is_loaded(folder: Path) -> None:
    imported = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kube_aws", "render"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert not re.search(r"\| +(boto3|botocore|rich|urllib3|cfnlint)\b", imported)
