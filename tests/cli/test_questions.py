"""`kube-aws init` on a terminal: it asks."""

import os
import pty
import re
import select
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.program import PROGRAM, environment
from tests.embedded_aws import EmbeddedAws

from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster

KEY = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"


class Terminal:
    """A program behind a terminal: what it has shown so far, and its keyboard."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self.descriptor = descriptor
        self.shown = ""

    def wait_for(self, text: str) -> None:
        """Read until the text has come since the last answer."""
        while text not in self.shown:
            try:
                more = os.read(self.descriptor, 65536)
            except OSError:  # Linux's way to say that the program has closed its terminal
                more = b""
            assert more, f"no {text!r} in:\n{self.shown}"
            self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", more.decode()).replace("\r", "")

    def answer(self, text: str) -> None:
        self.shown = ""
        os.write(self.descriptor, f"{text}\n".encode())

    def status(self) -> int:
        """Wait for the program's end; its exit status."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def interrupted(self) -> int:
        """Press Ctrl-C until the program ends; its exit status. Python's readline misses one that comes
        just before it waits for a key."""
        end = os.pidfd_open(self.pid)
        try:
            while True:
                os.kill(self.pid, signal.SIGINT)
                if select.select([end], [], [], 2)[0]:
                    return self.status()
        finally:
            os.close(end)


@contextmanager
def terminal(folder: Path, env: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    pid, descriptor = pty.fork()
    if pid == 0:
        termios.tcsetwinsize(0, (40, 200))
        os.chdir(folder)
        os.execvpe(PROGRAM[0], [*PROGRAM, *arguments], env)
    try:
        yield Terminal(pid, descriptor)
    finally:
        os.close(descriptor)


def written(folder: Path) -> Cluster:
    cluster, findings = load((folder / "cluster.yaml").read_bytes(), "cluster.yaml")
    assert findings == []
    assert cluster is not None
    return cluster


def test_without_aws_everything_can_be_typed_and_mistakes_are_asked_again(tmp_path: Path) -> None:
    with terminal(tmp_path, environment(), "init", "--external-dns-name=k8s.particule.io") as screen:
        screen.wait_for("? Cluster name")
        screen.answer("ec2")
        screen.wait_for("would hide AWS's own names")
        screen.wait_for("? Cluster name")
        screen.answer("particule")
        screen.wait_for("? Region")
        screen.answer("eu-west-1")
        screen.wait_for("note: no choices to offer: no AWS credentials")
        screen.wait_for("? Zone")
        screen.answer("eu-west-1")
        screen.wait_for("taking its first zone, eu-west-1a")
        screen.wait_for("? EC2 key pair")
        screen.answer("mine")
        screen.wait_for("? KMS key")
        screen.answer("arn:aws:kms:us-east-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701")
        screen.wait_for("names a key in us-east-1")
        screen.wait_for("? KMS key")
        screen.answer(KEY)
        screen.wait_for("Success! Created cluster.yaml")
        assert screen.status() == 0
    cluster = written(tmp_path)
    assert (cluster.cluster_name, cluster.availability_zone) == ("particule", "eu-west-1a")
    assert (cluster.key_name, cluster.kms_key_arn) == ("mine", KEY)


def test_the_accounts_zones_key_pairs_and_keys_are_offered(tmp_path: Path, embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account(region="eu-west-1", key_pair="mine")
    key = account.client("kms").create_key(Description="for clusters")["KeyMetadata"]["Arn"]
    with terminal(tmp_path, environment(account.env), "init") as screen:
        screen.wait_for("note: region eu-west-1, from AWS_REGION")
        screen.wait_for("? Cluster name")
        screen.answer("particule")
        screen.wait_for("? API's DNS name")
        screen.answer("k8s.particule.io")
        screen.wait_for("2  eu-west-1b")
        screen.wait_for("[1]")
        screen.answer("2")
        screen.wait_for("1  mine")
        screen.wait_for("[1]")
        screen.answer("7")
        screen.wait_for("There is no 7 in the list.")
        screen.wait_for("[1]")
        screen.answer("")
        screen.wait_for("for clusters")
        screen.wait_for("[1]")
        screen.answer(key)
        screen.wait_for("Success! Created cluster.yaml")
        assert screen.status() == 0
    cluster = written(tmp_path)
    assert (cluster.availability_zone, cluster.key_name, cluster.kms_key_arn) == ("eu-west-1b", "mine", key)


@pytest.mark.parametrize("how", ["interrupt", "end of input"])
def test_leaving_in_the_middle_creates_nothing(tmp_path: Path, how: str) -> None:
    with terminal(tmp_path, environment(), "init") as screen:
        screen.wait_for("? Cluster name")
        if how == "interrupt":
            assert screen.interrupted() == 130
        else:
            os.write(screen.descriptor, b"\x04")
            screen.wait_for("error: stopped: a question was not answered")
            assert screen.status() == 130
    assert list(tmp_path.iterdir()) == []
