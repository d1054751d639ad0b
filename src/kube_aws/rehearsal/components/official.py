"""Downloads and images from their official sites, where those can be reached."""

import hashlib
import json
import subprocess
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import Any

from kube_aws.rehearsal.components.downloads import publish_hash
from kube_aws.rehearsal.components.images import manifest_file, repository_of
from kube_aws.rehearsal.process import RehearsalError

PROBE = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet.sha512"
"""What is asked for to see whether the sites can be reached."""


def reachable(probe: str = PROBE) -> bool:
    """Whether the official sites answer from here, within three seconds."""
    try:
        with urllib.request.urlopen(urllib.request.Request(probe, method="HEAD"), timeout=3):  # noqa: S310
            return True
    except (OSError, HTTPException):
        return False


def download(url: str, into: Path, kind: str) -> str:
    """Fetch a file and lay it out under `into` as its site has it; answers its hash in hex. `kind` is sha256
    or sha512.

    Raises RehearsalError where the site does not give it, or with another hash than it tells.
    """
    file = into / url.partition("://")[2]
    file.parent.mkdir(parents=True)
    try:
        with urllib.request.urlopen(f"{url}.{kind}", timeout=30) as answer:  # noqa: S310
            told = str(answer.read(1000), "ascii").split()[0].lower()
        with urllib.request.urlopen(url, timeout=30) as answer, file.open("wb") as out:  # noqa: S310
            copyfileobj(answer, out, 1 << 20)
    except (OSError, HTTPException, IndexError, UnicodeDecodeError) as error:
        raise RehearsalError(f"cannot download {url}: {error}", "try again") from error
    if publish_hash(file, kind) != told:
        raise RehearsalError(f"{url} has another hash than its site tells", "try again")
    return told


def image(reference: str, into: Path) -> str:
    """Fetch an image for amd64 and lay it out under `into`; answers the digest of its index.

    The index is kept as it is, so that its digest is the official one; what it names for other
    architectures is not fetched. Raises RehearsalError where the registry does not give it.
    """
    index = _skopeo("inspect", "--raw", f"docker://{reference}")
    name = reference.rpartition(":")[0]
    scratch = into / "scratch"
    _skopeo("copy", "--preserve-digests", f"docker://{name}@{_amd64(json.loads(index))}", f"dir:{scratch}")
    repository, tag = repository_of(reference, into)
    manifest_file(repository, (scratch / "manifest.json").read_bytes())
    for blob in scratch.iterdir():
        if blob.name not in ("manifest.json", "version"):
            blob.rename(repository / "blobs" / f"sha256:{blob.name}")
    rmtree(scratch)
    manifest_file(repository, index, tag)
    return f"sha256:{hashlib.sha256(index).hexdigest()}"


def _amd64(index: Mapping[str, Any]) -> str:
    """The digest of an index's manifest for this machine."""
    for manifest in index["manifests"]:
        platform = manifest.get("platform", {})
        if (platform.get("os"), platform.get("architecture")) == ("linux", "amd64"):
            return str(manifest["digest"])
    raise RehearsalError("the registry has no image for linux/amd64")


def _skopeo(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["skopeo", *arguments], check=False, capture_output=True)
    except OSError as error:
        raise RehearsalError("there is no skopeo", "install it (Debian: skopeo)") from error
    if done.returncode:
        raise RehearsalError(f"skopeo {arguments[0]}: {done.stderr.decode().strip()[-400:]}", "try again")
    return done.stdout
