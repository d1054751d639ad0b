"""Images that are there already, of a registry or of this machine, copied for amd64 by skopeo."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from kube_aws.rehearsal.components.images import index_file, manifest_file, repository_of
from kube_aws.rehearsal.process import RehearsalError


def official(reference: str, into: Path) -> str:
    """Fetch an image from its registry and lay it out under `into`; answers the digest of its index.

    The index is kept as it is, so that its digest is the official one; what it names for other
    architectures is not fetched. Raises RehearsalError where the registry does not give it.
    """
    index = _skopeo("inspect", "--raw", f"docker://{reference}")
    name = reference.rpartition(":")[0]
    repository, tag = repository_of(reference, into)
    _copy(f"docker://{name}@{_amd64(json.loads(index))}", repository, "--preserve-digests")
    manifest_file(repository, index, tag)
    return f"sha256:{hashlib.sha256(index).hexdigest()}"


def imported(reference: str, source: str, into: Path) -> str:
    """Lay out the image `source`, as skopeo names it, under `into` as if it were `reference`; answers the
    digest of its index. Raises RehearsalError where it cannot be read.
    """
    repository, tag = repository_of(reference, into)
    # Docker's manifests always tell their media type; OCI's need not.
    return index_file(repository, tag, _copy(source, repository, "--format=v2s2"))


def _copy(source: str, repository: Path, how: str) -> dict[str, Any]:
    """Copy an image's blobs and manifest; answers the manifest's descriptor."""
    scratch = repository / "scratch"
    _skopeo("copy", how, source, f"dir:{scratch}")
    for blob in scratch.iterdir():
        if blob.name not in ("manifest.json", "version"):
            blob.rename(repository / "blobs" / f"sha256:{blob.name}")
    manifest = manifest_file(repository, (scratch / "manifest.json").read_bytes())
    rmtree(scratch)
    return manifest


def _amd64(index: Mapping[str, Any]) -> str:
    """The digest of an index's manifest for this machine."""
    for manifest in index["manifests"]:
        platform = manifest.get("platform", {})
        if (platform.get("os"), platform.get("architecture")) == ("linux", "amd64"):
            return str(manifest["digest"])
    raise RehearsalError("the registry has no image for linux/amd64")


def _skopeo(*arguments: str) -> bytes:
    try:
        command = ["skopeo", "--override-os=linux", "--override-arch=amd64", *arguments]
        done = subprocess.run(command, check=False, capture_output=True)
    except OSError as error:
        raise RehearsalError("there is no skopeo", "install it (Debian: skopeo)") from error
    if done.returncode:
        raise RehearsalError(f"skopeo {arguments[0]}: {done.stderr.decode().strip()[-400:]}", "try again")
    return done.stdout
