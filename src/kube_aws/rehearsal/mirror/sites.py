"""The web server of a world's internet: nginx in the world's network namespace."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from botocore.loaders import create_loader

from kube_aws.rehearsal.mirror import authority, content
from kube_aws.rehearsal.process import PORT, RehearsalError

_TEMPLATE = Path(__file__).with_name("nginx.conf")
ECR_PASSWORD = "rehearsed"  # noqa: S105 (it opens nothing but the rehearsal)
"""What GetAuthorizationToken gives, and ECR's registries ask for."""

_PATIENCE = 5.0
"""Seconds that nginx is given to end."""


def names(state: Path) -> list[str]:
    """The names that lead to the sites' address: hosts, and AWS's endpoints as `*.<region>.amazonaws.com`.

    A wildcard stands for one label, in certificates as in this list.
    """
    regions = next(
        partition["regions"]
        for partition in create_loader().load_data("partitions")["partitions"]
        if partition["id"] == "aws"
    )
    aws = [
        f"{begin}.{region}.amazonaws.com"
        for region in regions
        if "-" in region
        for begin in ("*", "*.ecr", "*.dkr.ecr")
    ]
    return [*content.hosts(state), "*.amazonaws.com", *aws]


def start(world: str, state: Path, built: Iterable[str] = (), port: int = PORT) -> None:
    """Serve the world's sites on 192.0.2.80 in the namespace `ka-<world>-net`, which has that address, and
    the embedded AWS there and on 127.0.0.1:`port`; a server that runs is replaced.

    The sites are those that content.lay_out made; `built` are the URLs and image references whose content is
    not the official one, which a header says. Raises RehearsalError where nginx cannot serve them.
    """
    stop(state)
    folder = state / "mirror"
    authority.make(state)
    authority.issue(state, names(state))
    (folder / "temporary").mkdir(exist_ok=True)
    (folder / "ecr-users").write_text(f"AWS:{{PLAIN}}{ECR_PASSWORD}\n")
    (folder / "nginx.conf").write_text(_TEMPLATE.read_text().replace("@port@", str(port)))
    (folder / "built.map").write_text(
        "".join(f"{address} true;\n" for name in built for address in _hash_addresses(name))
    )
    command = ["nsenter", f"--net=/run/netns/ka-{world}-net", "nginx"]
    command += ["-p", f"{folder}/", "-c", "nginx.conf", "-e", "nginx.log"]
    # It goes on in the background once it listens, or says why not.
    begun = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    if begun.returncode == 127:
        raise RehearsalError("there is no nginx", "install it (Debian: nginx-light)")
    if begun.returncode:
        raise RehearsalError(f"the rehearsal's sites do not start: {begun.stderr.strip()[-600:]}")


def _hash_addresses(name: str) -> Iterator[str]:
    """Where hashes of a download or the index of an image are asked for, without the scheme."""
    if name.startswith("https://"):
        yield from (f"{name.removeprefix('https://')}.{kind}" for kind in ("sha256", "sha512"))
        return
    host, _, rest = name.partition("/")
    repository, _, tag = rest.rpartition(":")
    yield f"{host}/v2/{repository}/manifests/{tag}"


def stop(state: Path) -> None:
    """End the server, wherever it came from, and wait until it is gone."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        for process in _processes(state):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, ending)
        deadline = time.monotonic() + _PATIENCE
        while any(_processes(state)) and time.monotonic() < deadline:
            time.sleep(0.01)


def _processes(state: Path) -> Iterator[int]:
    """This world's nginx processes: they all stay in the folder that they were started in."""
    folder = str((state / "mirror").resolve())
    for process in Path("/proc").glob("[0-9]*"):
        try:
            started_in = str((process / "cwd").readlink()).removesuffix(" (deleted)")
            if started_in == folder and (process / "comm").read_text() == "nginx\n":
                yield int(process.name)
        except OSError:
            continue  # it has ended meanwhile
