"""Where secrets lie, and where they do not: etcd, disks, logs, arguments, and what AWS keeps."""

import base64
import json
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World

from kube_aws.rehearsal import place
from kube_aws.rehearsal.machines import processes
from kube_aws.userdata import ignition

CREDENTIALS = "/run/kube-aws/credentials"


@dataclass(frozen=True)
class Machine:
    """An instance's machine: its files as its root sees them, and what a command there says."""

    cluster: World
    instance: str

    @property
    def root(self) -> Path:
        pid = processes.pid1(self.cluster.state, self.instance)
        assert pid
        return Path(f"/proc/{pid}/root")

    def files(self, *folders: str) -> Iterator[tuple[str, bytes]]:
        """All regular files under folders of it."""
        for folder in folders:
            for path in (self.root / folder.lstrip("/")).rglob("*"):
                with suppress(FileNotFoundError):  # logs rotate
                    if path.is_file() and not path.is_symlink():
                        yield str(path), path.read_bytes()

    def run(self, *words: str) -> str:
        return self.cluster.inside(self.instance, *words)


@pytest.fixture(scope="module")
def controller(cluster: World) -> Machine:
    (one,) = cluster.instances("controller")
    return Machine(cluster, one["InstanceId"])


@pytest.fixture(scope="module")
def machines(cluster: World, controller: Machine) -> list[Machine]:
    """The controller's first."""
    return [controller, *(Machine(cluster, one["InstanceId"]) for one in cluster.instances("worker"))]


class Secrets:
    """Every secret of the cluster that somebody could leak, in the forms that it could have."""

    def __init__(self, folder: Path, machines: Iterable[Machine]) -> None:
        token = (folder / "bootstrap-token").read_text().strip()
        encryption = base64.b64decode((folder / "encryption-key").read_text())
        keys = {file.name: _forms(_scalar(file.read_bytes())) for file in folder.glob("*-key.pem")}
        others = {"encryption-key": _forms(encryption), "bootstrap-token": _forms(token.encode())}
        # Its first part is a name, which logs tell.
        others["bootstrap-token"].append(token.partition(".")[2].encode())
        self.of_controllers = {*keys, *others} - {"admin-key.pem"}
        self._forms = keys | others
        for machine in machines:
            given = json.loads(machine.run("sh", "-c", _ROLE_CREDENTIALS))
            for name in ("SecretAccessKey", "Token"):
                self._forms[f"{name} of {machine.instance}"] = [given[name].encode()]

    def in_(self, content: bytes) -> set[str]:
        """The names of those that stand in a text; the lines of a PEM's body may be in one or not."""
        content += content.replace(b"\n", b"")
        return {name for name, forms in self._forms.items() if any(form in content for form in forms)}


_ROLE_CREDENTIALS = """export PATH=/opt/kube-aws/bin:$PATH
role=meta-data/iam/security-credentials/
imds $role$(imds $role)"""


def _scalar(pem: bytes) -> bytes:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32)


def _forms(secret: bytes) -> list[bytes]:
    """As it is, in hexadecimal, and as a part of something in base64, wherever it begins there."""
    inner = [base64.b64encode(b"\0" * shift + secret)[4 * bool(shift) : -4] for shift in range(3)]
    return [secret, secret.hex().encode(), *inner]


@pytest.fixture(scope="module")
def secrets(machines: list[Machine], cluster: World) -> Secrets:
    return Secrets(cluster.folder / "credentials", machines)


def test_a_secret_is_found_where_it_lies(secrets: Secrets, controller: Machine) -> None:
    """What the tests below look with sees."""
    lying = b"".join(content for _, content in controller.files(CREDENTIALS))
    assert secrets.in_(lying) == secrets.of_controllers


def test_secrets_are_encrypted_in_etcd(cluster: World, pods: Pods, controller: Machine) -> None:
    hidden, open_ = uuid.uuid4().hex, uuid.uuid4().hex
    cluster.kubectl("create", "secret", "generic", "hidden", "-n", "trial", f"--from-literal=word={hidden}")
    cluster.kubectl("create", "configmap", "open", "-n", "trial", f"--from-literal=word={open_}")
    try:
        # etcd answered, so its log is on disk.
        found = b"".join(content for _, content in controller.files("/var/lib/etcd"))
        assert open_.encode() in found
        assert hidden.encode() not in found
        assert base64.b64encode(hidden.encode()) not in found
        assert b"/registry/secrets/trial/hidden" in found
        assert b"k8s:enc:secretbox:v1:1:" in found
        word = ("-o", "jsonpath={.data.word}")
        told = cluster.kubectl("get", "secret", "hidden", "-n", "trial", *word)
        assert base64.b64decode(told).decode() == hidden
    finally:
        cluster.kubectl("delete", "secret/hidden", "configmap/open", "-n", "trial")


def test_the_audit_log_tells_who_did_what_and_no_contents(
    cluster: World, pods: Pods, controller: Machine
) -> None:
    word = uuid.uuid4().hex
    name = f"audited-{word[:8]}"
    cluster.kubectl("create", "secret", "generic", name, "-n", "trial", f"--from-literal=word={word}")
    cluster.kubectl("delete", "secret", name, "-n", "trial")
    log = controller.root / "var/log/kube-apiserver/audit.log"
    assert log.stat().st_mode & 0o077 == 0
    content = log.read_text()
    events: list[dict[str, Any]] = [json.loads(line) for line in content.splitlines() if name in line]
    assert {event["verb"] for event in events} >= {"create", "delete"}
    assert {event["level"] for event in events} == {"Metadata"}
    operator = cluster.kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
    assert operator in {event["user"]["username"] for event in events}
    assert word not in content
    assert base64.b64encode(word.encode()).decode() not in content
    (running,) = [line for line in _arguments(controller) if line.startswith("kube-apiserver ")]
    limits = {"--audit-log-maxage=30", "--audit-log-maxbackup=10", "--audit-log-maxsize=100"}
    assert limits <= set(running.split())


def _arguments(machine: Machine) -> list[str]:
    return machine.run("ps", "-ww", "-eo", "args").splitlines()


def test_keys_of_controllers_lie_in_memory_for_root_alone(
    controller: Machine, machines: list[Machine], secrets: Secrets
) -> None:
    for machine in machines:
        assert machine.run("stat", "-f", "-c", "%T", CREDENTIALS).strip() == "tmpfs"
        private = "find /run/kube-aws -type f -size +0 -print0 | xargs -0 grep -l PRIVATE; true"
        for path in (*machine.run("sh", "-c", private).split(), f"{CREDENTIALS}/bootstrap-token"):
            parent = path.rpartition("/")[0]
            assert machine.run("stat", "-c", "%a %U", path, parent).split() == ["600", "root", "700", "root"]
        on_disk = ("/etc", "/var/log", "/var/lib/kubelet/pki", "/var/lib/etcd", "/opt/kube-aws", "/root")
        found = {path: names for path, content in machine.files(*on_disk) if (names := secrets.in_(content))}
        assert found == {}


def test_workers_have_no_authoritys_key(machines: list[Machine], secrets: Secrets) -> None:
    for worker in machines[1:]:
        lying = b"".join(content for _, content in worker.files("/run/kube-aws", "/etc/kubernetes"))
        assert secrets.in_(lying) == {"bootstrap-token"}


def test_aws_keeps_no_secret(cluster: World, machines: list[Machine], secrets: Secrets) -> None:
    """User data, the stack with its Metadata, tags, consoles."""
    ec2, stacks = cluster.account.client("ec2"), cluster.account.client("cloudformation")
    kept: dict[str, bytes] = {"instances": _json(ec2.describe_instances())}
    for machine in machines:
        told = ec2.describe_instance_attribute(InstanceId=machine.instance, Attribute="userData")
        user_data = base64.b64decode(told["UserData"]["Value"])
        config = ignition.unpack(user_data)
        kept[f"user data of {machine.instance}"] = user_data + _json(config)
        for file in config["storage"]["files"]:
            source = file["contents"]["source"].removeprefix("data:,")
            kept[f"{file['path']} of {machine.instance}"] = unquote_to_bytes(source)
        console = place.console(cluster.state, machine.instance)
        kept[f"console of {machine.instance}"] = console.read_bytes()
    stack = "particule-k8s-clust"
    kept["template"] = _json(stacks.get_template(StackName=stack))
    kept["stack"] = _json(stacks.describe_stacks(StackName=stack))
    for one in stacks.describe_stack_resources(StackName=stack)["StackResources"]:
        name = one["LogicalResourceId"]
        kept[name] = _json(stacks.describe_stack_resource(StackName=stack, LogicalResourceId=name))
    assert any(b"kube-aws: 7/7 ready" in content for content in kept.values())
    assert {name: found for name, content in kept.items() if (found := secrets.in_(content))} == {}


def _json(told: Any) -> bytes:
    return json.dumps(told, default=str).encode()


def test_processes_and_logs_tell_no_secret(
    cluster: World, machines: list[Machine], controller: Machine, secrets: Secrets
) -> None:
    """Neither what runs all the time, nor what stages and timers run: they are started again meanwhile."""
    seen: set[bytes] = set()
    done = threading.Event()

    def work() -> None:
        try:
            for machine in machines:
                machine.run("systemd-run", "--wait", "--collect", "/opt/kube-aws/bin/stage", "unseal")
            controller.run("systemctl", "start", "certificates.service", "add-ons.service")
        finally:
            done.set()

    working = threading.Thread(target=work)
    working.start()
    while not done.is_set():
        for pid in processes.pids(cluster.state):
            for file in ("cmdline", "environ"):
                with suppress(OSError):  # it has ended meanwhile
                    seen.add(Path(f"/proc/{pid}/{file}").read_bytes())
    working.join()
    assert any(b"kms" in line for line in seen)
    assert {name: line for line in seen for name in secrets.in_(line)} == {}

    for machine in machines:
        journal = machine.run("journalctl", "-o", "cat", "--all").encode()
        assert len(journal) > 10000
        assert secrets.in_(journal) == set()
