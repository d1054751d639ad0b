"""A node without its machine: the files of a role as the root folder of own namespaces.

The programs are this machine's; the network holds nothing but what a test puts there. Works as root, and
for others where they may make user namespaces.
"""

import contextlib
import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kube_aws.tree import Tree

CLONE_NEWNET = 0x40000000
METADATA_SERVICE = "169.254.169.254"

_SETUP = """
set -e
mount -t tmpfs node "$0"
cd "$0"
mkdir -p usr proc dev tmp run/kube-aws etc/ssl/certs root var/lib
for device in null zero random urandom; do
  touch dev/$device
  mount --bind /dev/$device dev/$device
done
ln -s /proc/self/fd dev/fd
ln -s usr/bin usr/sbin usr/lib .
[ ! -e /lib64 ] || ln -s usr/lib64 .
mount --rbind /usr usr
mount -t proc proc proc
cp -r "$1/." .
ip link set lo up
ip address add 169.254.169.254/32 dev lo
exec chroot . sh -c 'echo ready; exec sleep infinity'
"""


@dataclass(frozen=True, slots=True)
class Node:
    """Namespaces by the id of a process in them."""

    pid: int

    @property
    def root(self) -> Path:
        """Its root folder, seen from outside; never this machine's own."""
        root = Path(f"/proc/{self.pid}/root")
        assert not root.samefile("/")
        return root

    def run(
        self, *command: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command there; scripts of nodes are found by name."""
        path = "/opt/kube-aws/bin:/opt/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        done = subprocess.run(
            [*self._enter(), *command],
            env={"PATH": path, **(env or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{command} gave {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def write(self, path: str, content: str) -> None:
        """Write a file, or a script that stands for a program of a real node."""
        file = self.root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        file.chmod(0o755 if content.startswith("#!") else 0o644)

    def read(self, path: str) -> str:
        """Read a file."""
        return (self.root / path.removeprefix("/")).read_text()

    def listen(self, address: str, port: int) -> socket.socket:
        """A listening socket in the node's network."""
        made: list[socket.socket] = []

        def listen() -> None:
            # A thread of its own: the network namespace is a thread's.
            with Path(f"/proc/{self.pid}/ns/net").open() as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.create_server((address, port)))

        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
        return made[0]

    def _enter(self) -> list[str]:
        user = ["--user", "--preserve-credentials"] if os.geteuid() else []
        enter = ["/usr/bin/nsenter", f"--target={self.pid}", *user, "--mount", "--net", "--pid"]
        return [*enter, f"--root=/proc/{self.pid}/root", f"--wd=/proc/{self.pid}/root"]


@contextlib.contextmanager
def node(tree: Tree, folder: Path) -> Iterator[Node]:
    """A node with these files; it ends with the block."""
    source, root = folder / "files", folder / "root"
    root.mkdir()
    for path, file in tree.items():
        target = source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o755 if file.executable else 0o644)
    user = ["--map-root-user"] if os.geteuid() else []
    unshare = ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child"]
    process = subprocess.Popen(
        [*unshare, "sh", "-c", _SETUP, str(root), str(source)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        yield Node(int(children.read_text().split()[0]))
    finally:
        process.kill()
        process.wait()
