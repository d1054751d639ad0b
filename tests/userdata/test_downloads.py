"""The script `downloads` against a site that misbehaves."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .aws import Aws, Handler, serve
from .node import Node

BINARY = b"\x7fELF kubelet\n" * 1000
PROVIDER = b"\x7fELF provider\n" * 1000


def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("./bridge")
        entry.mode, entry.size, entry.uid = 0o755, len(BINARY), 1000
        tar.addfile(entry, io.BytesIO(BINARY))
    return packed.getvalue()


PLUGINS = archive()


class Site:
    """What a site has, and which paths it was asked for."""

    def __init__(self) -> None:
        self.files = {"/kubelet": BINARY, "/plugins.tgz": PLUGINS, "/provider": PROVIDER}
        self.asked: list[str] = []


@pytest.fixture
def site(controller: Node, cloud: Aws, tmp_path: Path) -> Iterator[Site]:
    world = Site()

    class Answers(Handler):
        def do_GET(self) -> None:  # noqa: N802
            world.asked.append(self.path)
            body = world.files.get(self.path)
            self.reply(404 if body is None else 200, body or b"")

    lines = [
        f"{hashlib.sha512(BINARY).hexdigest()} https://download.example:8443/kubelet /opt/bin/kubelet",
        f"{hashlib.sha512(PLUGINS).hexdigest()} https://download.example:8443/plugins.tgz /opt/cni/bin/",
        f"{hashlib.sha256(PROVIDER).hexdigest()} https://download.example:8443/provider /opt/bin/provider",
    ]
    controller.write("/etc/kube-aws/downloads", "\n".join(lines) + "\n")
    with serve(controller, ("127.0.0.1", 8443), Answers, tmp_path / "aws.pem"):
        yield world


def test_binaries_and_archives_arrive_and_are_fetched_once(controller: Node, site: Site):
    controller.run("downloads")
    for file in ("opt/bin/kubelet", "opt/cni/bin/bridge"):
        assert (controller.root / file).read_bytes() == BINARY
        assert (controller.root / file).stat().st_mode & 0o777 == 0o755
        assert (controller.root / file).stat().st_uid == (controller.root / "etc").stat().st_uid
    assert (controller.root / "opt/bin/provider").read_bytes() == PROVIDER
    controller.run("downloads")
    assert site.asked == ["/kubelet", "/plugins.tgz", "/provider"]


def test_a_damaged_file_is_fetched_again(controller: Node, site: Site):
    controller.run("downloads")
    (controller.root / "opt/bin/kubelet").write_bytes(b"")
    controller.run("downloads")
    assert (controller.root / "opt/bin/kubelet").read_bytes() == BINARY


def test_another_hash_is_told_and_the_file_is_not_used(controller: Node, site: Site):
    site.files["/kubelet"] = BINARY + b"\0"
    done = controller.run("downloads", check=False)
    assert done.returncode
    assert done.stderr == "https://download.example:8443/kubelet has another hash than release.lock says\n"
    assert not (controller.root / "opt/bin/kubelet").exists()
    site.files |= {"/kubelet": BINARY, "/provider": BINARY}
    done = controller.run("downloads", check=False)
    assert done.stderr == "https://download.example:8443/provider has another hash than release.lock says\n"
    assert not (controller.root / "opt/bin/provider").exists()


def test_a_missing_file_and_a_missing_site_are_told_apart(controller: Node, site: Site):
    del site.files["/kubelet"]
    missing = controller.run("downloads", check=False).stderr
    assert missing.startswith("cannot download https://download.example:8443/kubelet: curl: (22)")
    assert "404" in missing
    controller.write("/etc/hosts", "127.0.0.1 localhost\n")
    controller.write("/etc/nsswitch.conf", "hosts: files\n")
    assert "Could not resolve host" in controller.run("downloads", check=False).stderr
