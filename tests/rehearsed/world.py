"""A world with real nodes, as an operator uses it: commands in it, and the folder of its cluster."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.embedded_aws import Account, Identity
from tests.rehearsal.leaks import leaks

from kube_aws.rehearsal import place, process
from kube_aws.rehearsal.components import building
from kube_aws.rehearsal.components.catalogue.tests import AGNHOST
from kube_aws.rehearsal.machines import processes

ARTICLE = Path(__file__).parents[1] / "scenarios" / "article" / "cluster.yaml"


@dataclass(frozen=True)
class World:
    """`folder` has the cluster's files, `state` the world's."""

    folder: Path
    home: Path

    @property
    def state(self) -> Path:
        return self.home / "kube-aws" / "rehearsal"

    @property
    def server(self) -> process.Server:
        server = process.find(self.state)
        assert server is not None
        return server

    def rehearse(self, *words: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
        """`kube-aws rehearse …` in the cluster's folder."""
        return self._done(self._command(*words), check, **more)

    def _done(self, command: list[str], check: bool, **more: Any) -> subprocess.CompletedProcess[str]:
        env = self._env | more.pop("env", {})
        done = subprocess.run(
            command, env=env, cwd=self.folder, text=True, capture_output=True, check=False, **more
        )
        if check and done.returncode:
            raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "kube_aws", "-C", str(self.folder), "rehearse", *words]

    @property
    def _env(self) -> dict[str, str]:
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return os.environ | {"XDG_STATE_HOME": str(self.home), "PATH": programs}

    def run(self, *words: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
        """A command in the operator's place."""
        return self.rehearse("run", "--", *words, check=check, **more)

    def show(self, *words: str) -> int:
        """A command in the operator's place that says here what it says; answers its exit status."""
        command = self._command("run", "--", *words)
        return subprocess.run(command, env=self._env, cwd=self.folder, check=False).returncode

    def kubectl(self, *words: str, check: bool = True, **more: Any) -> str:
        """What kubectl answers, as the article calls it; `rehearse run` would start a Python each time."""
        kubectl = [*place.enter(self.state), str(place.programs(self.state) / "kubectl")]
        no_proxy = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "")
        done = self._done([*kubectl, "--kubeconfig=kubeconfig", *words], check, env=no_proxy, **more)
        return done.stdout

    @contextmanager
    def begun(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A command in the operator's place that runs meanwhile; its input ends with the block."""
        with subprocess.Popen(
            self._command("run", "--", *words),
            env=self._env, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            assert running.stdin
            try:
                yield running
            finally:
                running.stdin.close()

    @contextmanager
    def beside(self, *words: str) -> Iterator[IO[str]]:
        """A kubectl command that runs meanwhile, and what it prints."""
        with self.begun("kubectl", "--kubeconfig=kubeconfig", *words) as running:
            assert running.stdout
            try:
                yield running.stdout
            finally:
                running.terminate()

    def inside(self, instance: str, *words: str, check: bool = True) -> str:
        """What a command in an instance's machine answers."""
        done = processes.run_inside(self.state, instance, *words)
        assert done is not None, f"{instance} does not run"
        if check and done.returncode:
            raise AssertionError(f"{words} gave {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def condition(self) -> str:
        """For people: machines, nodes and pods as they are, and the embedded AWS's last words."""
        machines = self.rehearse("status", check=False)
        get = ("kubectl", "--kubeconfig=kubeconfig", "--request-timeout=5s", "get", "-A")
        nodes = self.run(*get, "nodes,pods", "-o", "wide", check=False)
        warnings = self.run(*get, "events", "--field-selector=type!=Normal", check=False)
        log = (self.state / "log").read_text().splitlines()[-40:]
        return "\n".join(
            [machines.stdout, machines.stderr, nodes.stdout, nodes.stderr, warnings.stdout, *log],
        )

    @property
    def account(self) -> Account:
        """The account's operator, from outside."""
        made = self.server.ask("world", account=self.server.account)
        identity = Identity(made["access_key_id"], made["secret_access_key"])
        return Account(self.server, self.server.account, "eu-west-1", identity)

    def instances(self, role: str) -> list[dict[str, Any]]:
        """The running instances of a role, as EC2 describes them."""
        answer = self.account.client("ec2").describe_instances(
            Filters=[
                {"Name": "tag:kube-aws:role", "Values": [role]},
                {"Name": "instance-state-name", "Values": ["running"]},
            ]
        )
        return [one for reservation in answer["Reservations"] for one in reservation["Instances"]]


@contextmanager
def world(folder: Path, cluster_yaml: Path = ARTICLE, *more: str) -> Iterator[World]:
    """A new world in which a folder's cluster is rendered; at its end nothing of it is left here. `more` are
    options of `rehearse start`."""
    made = World(folder / "cluster", folder / "state")
    made.folder.mkdir()
    building.build([AGNHOST])
    shutil.copy(cluster_yaml, made.folder)
    try:
        made.rehearse("start", "--port", "0", *more)
        made.run("kube-aws", "render")
        yield made
    finally:
        made.rehearse("stop")
    assert leaks(made.state) == []


def until(holds: Callable[[], Any], seconds: float = 60, every: float = 0.5) -> Any:
    """The first true answer. AssertionError with the last one where none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := holds()):
        assert time.monotonic() < deadline, f"not in {seconds:g} s: {answer!r}"
        time.sleep(every)
    return answer
