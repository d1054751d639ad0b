"""`kube-aws rehearse` as a person uses it, in a folder with the article's cluster.yaml."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KUBE_AWS = (sys.executable, "-m", "kube_aws")
ARTICLE = Path(__file__).parents[1] / "scenarios" / "article" / "cluster.yaml"


def rehearse(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"XDG_STATE_HOME": str(folder / "state"), "AWS_PROFILE": "someone-elses"}
    return subprocess.run(
        [sys.executable, "-m", "kube_aws", "-C", str(folder), "rehearse", *words],
        env=environment, text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose rehearsal runs."""
    folder = tmp_path_factory.mktemp("cluster")
    shutil.copy(ARTICLE, folder)
    started = rehearse(folder, "start", "--no-nodes", "--port", "0")
    assert started.returncode == 0, started.stderr
    assert "account 303293004898" in started.stderr
    yield folder
    rehearse(folder, "stop")


def test_a_command_runs_with_the_embedded_aws(folder: Path) -> None:
    program = (
        "import os, boto3; who = boto3.client('sts').get_caller_identity();"
        "print(who['Arn'], os.environ['AWS_REGION'], 'AWS_PROFILE' in os.environ)"
    )
    ran = rehearse(folder, "run", "--", sys.executable, "-c", program)
    assert ran.stdout == "arn:aws:iam::303293004898:user/operator eu-west-1 False\n"


def test_its_exit_status_is_the_commands(folder: Path) -> None:
    assert rehearse(folder, "run", "--", "sh", "-c", "exit 7").returncode == 7
    missing = rehearse(folder, "run", "--", "no-such-command")
    assert missing.returncode == 127
    assert "error: there is no command no-such-command" in missing.stderr


def test_starting_again_changes_nothing(folder: Path) -> None:
    before = rehearse(folder, "status").stdout
    assert rehearse(folder, "start", "--no-nodes").returncode == 0
    assert rehearse(folder, "status").stdout == before


def test_a_rehearsal_without_nodes_does_not_get_some(folder: Path) -> None:
    refused = rehearse(folder, "start")
    assert refused.returncode == 1
    assert "error: a rehearsal without nodes is running\n  kube-aws rehearse stop" in refused.stderr
    refused = rehearse(folder)
    assert refused.returncode == 1
    assert "error: a rehearsal is running, and this begins a new one" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be someone else")
def test_without_root_the_command_that_works_is_told() -> None:
    # Someone who may read all files, the tests' own Python among them, and nothing more.
    someone = ["setpriv", "--reuid=65534", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    refused = subprocess.run(
        [*someone, sys.executable, "-m", "kube_aws", "-C", "/", "rehearse", "start"],
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: nodes need root: they are systemd machines on this one\n")
    assert "kube-aws rehearse start --no-nodes works here" in refused.stderr


def test_helps_are_whole_sentences(tmp_path: Path) -> None:
    assert "..." not in rehearse(tmp_path, "--help").stdout.partition("Commands:")[2]


def test_a_port_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    assert rehearse(tmp_path, "start", "--no-nodes", "--port", "65536").returncode == 2


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = rehearse(tmp_path, "start", "--no-nodes", "--port", str(port))
    assert refused.returncode == 1
    assert f"port {port} of this machine: Address already in use" in refused.stderr


def test_without_a_server_the_next_step_is_told(tmp_path: Path) -> None:
    for words in (("run", "--", "true"), ("status",), ("shell",)):
        refused = rehearse(tmp_path, *words)
        assert refused.returncode == 1
        assert "kube-aws rehearse start --no-nodes" in refused.stderr
    assert rehearse(tmp_path, "stop").returncode == 0


def test_stop_leaves_nothing_running(folder: Path) -> None:
    stopped = rehearse(folder, "stop")
    assert stopped.returncode == 0
    assert "Stopped; its world is kept." in stopped.stderr
    assert rehearse(folder, "status").returncode == 1
    listed = subprocess.run(["ps", "ax", "-o", "args"], text=True, capture_output=True, check=True).stdout
    assert str(folder) not in listed


def test_options_before_a_command_are_not_dropped_in_silence(tmp_path: Path) -> None:
    refused = rehearse(tmp_path, "--port", "5000", "start", "--no-nodes")
    assert refused.returncode == 2
    assert "options of start come after it" in refused.stderr


def test_a_persons_configuration_does_not_lead_to_the_real_aws(folder: Path) -> None:
    ignoring = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
    program = "import boto3; print(boto3.client('ec2').meta.endpoint_url)"
    environment = os.environ | {"XDG_STATE_HOME": str(folder / "state")} | ignoring
    started = rehearse(folder, "start", "--no-nodes", "--port", "0")
    assert started.returncode == 0
    ran = subprocess.run(
        [*KUBE_AWS, "-C", str(folder), "rehearse", "run", "--", sys.executable, "-c", program],
        env=environment, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert ran.stdout.startswith("http://127.0.0.1:")
    rehearse(folder, "stop")


@pytest.mark.skipif(os.geteuid() != 0, reason="nodes need root")
def test_what_nodes_cannot_be_is_told_before_anything_is_built(tmp_path: Path) -> None:
    graviton = ARTICLE.read_text().replace("t2.", "t4g.")
    (tmp_path / "cluster.yaml").write_text(graviton)
    refused = rehearse(tmp_path, "start")
    assert refused.returncode == 1
    assert "a rehearsal's nodes cannot be given https://dl.k8s.io/" in refused.stderr
    assert "on amd64" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="nodes need root")
def test_a_folder_that_cannot_be_carried_over_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "cluster.yaml").write_text(ARTICLE.read_text())
    (tmp_path / "rendered.lock").write_text("no lock\n")
    refused = rehearse(tmp_path)
    assert refused.returncode == 1
    assert "rendered.lock" in refused.stderr.splitlines()[0]
    assert not (tmp_path / "state").exists()
