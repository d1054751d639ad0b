"""Container images of one layer, laid out as a registry's site has them.

Source: OCI Image Specification and OCI Distribution Specification. A file of a manifest ends in its media
type's short name, by which the site gives its type (mirror/nginx.conf).
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kube_aws.rehearsal.components.archive import Entry, write
from kube_aws.rehearsal.components.catalogue.forms import Image

SHORT = {
    "application/vnd.oci.image.index.v1+json": "oci-index",
    "application/vnd.oci.image.manifest.v1+json": "oci-manifest",
    "application/vnd.docker.distribution.manifest.list.v2+json": "docker-list",
    "application/vnd.docker.distribution.manifest.v2+json": "docker-manifest",
}
"""The ending of a manifest's file, by its media type."""

_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ALWAYS = (("etc/ssl/certs", Entry()), ("tmp", Entry(mode=0o1777)))


def lay_out(
    image: Image, reference: str, programs: Mapping[str, Path], debian: Path | None, into: Path
) -> str:
    """Make an image and lay it out under `into`; answers the digest of its index.

    `programs` says where the built ones lie, `debian` is an archive of unpacked packages.
    """
    repository, tag = repository_of(reference, into)
    if image.absent:
        return _index(repository, tag, [])
    layer = _layer(image, programs, debian, repository / "blobs")
    config = _blob(
        repository / "blobs",
        {
            "architecture": "amd64",
            "config": {
                **({"Cmd": image.command} if image.command else {}),
                "Entrypoint": image.entrypoint,
                "Env": [_PATH],
                "User": image.user,
                "WorkingDir": "/",
            },
            "os": "linux",
            "rootfs": {"diff_ids": [layer["digest"]], "type": "layers"},
        },
        "application/vnd.oci.image.config.v1+json",
    )
    manifest = manifest_file(
        repository,
        _json(
            {
                "config": config,
                "layers": [layer],
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "schemaVersion": 2,
            }
        ),
    )
    return index_file(repository, tag, manifest)


def repository_of(reference: str, into: Path) -> tuple[Path, str]:
    """The folder of a reference's repository in a tree of sites, made empty, and the reference's tag."""
    host, _, rest = reference.partition("/")
    name, _, tag = rest.rpartition(":")
    repository = into / host / "v2" / name
    (repository / "manifests").mkdir(parents=True)
    (repository / "blobs").mkdir()
    return repository, tag


def manifest_file(repository: Path, body: bytes, tag: str = "") -> dict[str, Any]:
    """Lay a manifest or index under its digest, and its tag if it has one; answers its descriptor."""
    media_type = json.loads(body)["mediaType"]
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    for name in filter(None, (digest, tag)):
        (repository / "manifests" / f"{name}.{SHORT[media_type]}").write_bytes(body)
    return {"digest": digest, "mediaType": media_type, "size": len(body)}


def index_file(repository: Path, tag: str, manifest: Mapping[str, Any]) -> str:
    """Lay an index of one image, by its manifest's descriptor, under a tag; answers the index's digest."""
    return _index(repository, tag, [{**manifest, "platform": {"architecture": "amd64", "os": "linux"}}])


def _index(repository: Path, tag: str, manifests: list[dict[str, Any]]) -> str:
    body = {
        "manifests": manifests,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "schemaVersion": 2,
    }
    return str(manifest_file(repository, _json(body), tag)["digest"])


def _layer(
    image: Image, programs: Mapping[str, Path], debian: Path | None, blobs: Path
) -> dict[str, str | int]:
    unnamed = blobs / "layer"
    with unnamed.open("w+b") as file:
        write(file, _entries(image, programs, debian))
        size = file.tell()
        file.seek(0)
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    unnamed.rename(blobs / digest)
    return {"digest": digest, "mediaType": "application/vnd.oci.image.layer.v1.tar", "size": size}


def _entries(image: Image, programs: Mapping[str, Path], debian: Path | None) -> Iterator[tuple[str, Entry]]:
    yield from _ALWAYS
    if debian:
        yield from _unpacked(debian)
    for path, target in image.links.items():
        yield path.strip("/"), Entry(link=target)
    for path, text in image.files.items():
        yield path.strip("/"), Entry(text.encode(), mode=0o644)
    for position, (path, name) in enumerate(image.programs.items()):
        first = position == 0
        mode = 0o4755 if image.setuid and first else 0o755
        yield path.strip("/"), Entry(programs[name], mode=mode, capable=image.capable and first)


def _unpacked(archive: Path) -> Iterator[tuple[str, Entry]]:
    """Programs and libraries of Debian packages, without manuals and what a running system would add."""
    with tarfile.open(archive) as members:
        for member in members:
            path = member.name.removeprefix("./").strip("/")
            top = path.split("/")[:2]
            kept = path in ("etc/protocols", "etc/services", "bin", "lib", "lib64", "sbin")
            if not kept and (top[0] != "usr" or top[1:] not in (["bin"], ["lib"], ["lib64"], ["sbin"])):
                continue
            if "/gconv/" in path:
                continue
            if member.issym():
                yield path, Entry(link=member.linkname)
            elif member.isdir():
                yield path, Entry()
            elif content := members.extractfile(member):
                yield path, Entry(content.read(), mode=member.mode)


def _blob(blobs: Path, content: dict[str, Any], media_type: str) -> dict[str, str | int]:
    body = _json(content)
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    (blobs / digest).write_bytes(body)
    return {"digest": digest, "mediaType": media_type, "size": len(body)}


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
