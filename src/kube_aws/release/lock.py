"""The model of release.lock: what was looked up once and is pinned since."""

import json
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError

NO_IMAGE = "sha256:93e16ab8fb1bfb08f051a420835b414851eaeedb9f7105d26dacb84f26d810b5"
"""The digest of an index that names no image: a rehearsal's mirror has it for what it can neither fetch nor
make. Source: OCI Image Specification, "Image Index"."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class MachineImage(BaseModel):
    """An AMI: its id in one region, its name, the owning account, its creation date (ISO 8601)."""

    model_config = _FROZEN
    id: str = Field(pattern=r"^ami-[0-9a-f]+$")
    name: str
    owner: str
    created: str


class Binary(BaseModel):
    """A download: canonical URL, in hex the hash that its project publishes; `built` where a rehearsal's
    mirror made it."""

    model_config = _FROZEN
    url: str
    sha256: str = Field("", pattern=r"^[0-9a-f]{64}$")
    sha512: str = Field("", pattern=r"^[0-9a-f]{128}$")
    built: bool = False

    @model_validator(mode="after")
    def _one_hash(self) -> Self:
        if bool(self.sha256) == bool(self.sha512):
            raise ValueError("a download has one hash, sha256 or sha512")
        return self


class Image(BaseModel):
    """A container image: reference with its tag, digest of its index (`sha256:…`)."""

    model_config = _FROZEN
    reference: str
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    built: bool = False

    @property
    def pinned(self) -> str:
        """`registry.k8s.io/pause:3.10.1@sha256:…`, as manifests name it."""
        return f"{self.reference}@{self.digest}"


class Lock(BaseModel):
    """release.lock: machine images by channel, region and architecture (`stable/eu-west-1/amd64`),
    binaries by name, version and architecture (`kubelet/v1.37.2/amd64`), images by reference."""

    model_config = _FROZEN
    machine_images: dict[str, MachineImage] = {}
    binaries: dict[str, Binary] = {}
    images: dict[str, Image] = {}


def read(content: bytes) -> Lock:
    """The lock from the bytes of release.lock. Raises UserError where they are not a lock."""
    try:
        return Lock.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(map(str, first["loc"]))
        raise UserError(
            f"not a valid lock: {where + ': ' if where else ''}{first['msg']}",
            'Bring it back from git, or delete it and use "kube-aws render" to look everything up again.',
            place=Place("release.lock"),
        ) from error


def write(lock: Lock) -> bytes:
    """The bytes of release.lock: sorted, so that a new entry is one hunk of a diff."""
    values = lock.model_dump(mode="json", exclude_defaults=True)
    return (json.dumps(values, indent=2, sort_keys=True) + "\n").encode()
