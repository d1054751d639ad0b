"""Entries of release.lock by what they are needed for."""

from typing import TypeVar

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Architecture, architecture
from kube_aws.release.lock import Binary, Image, Lock, MachineImage
from kube_aws.release.missing import BinaryQuery, ImageQuery, MachineImageQuery
from kube_aws.terminal.error import UserError

_Entry = TypeVar("_Entry")


def machine_image(lock: Lock, cluster: Cluster, instance_type: str) -> MachineImage:
    """The machine image that instances of this type start from. Raises UserError if it is not locked."""
    query = MachineImageQuery(cluster.release_channel, cluster.region, architecture(instance_type))
    return _entry(lock.machine_images, query.key)


def binary(lock: Lock, name: str, version: str, arch: Architecture) -> Binary:
    """The download of `kubelet`, `kubectl`, `cni-plugins` or `ecr-credential-provider`.

    Raises UserError if it is not locked.
    """
    return _entry(lock.binaries, BinaryQuery(name, version, arch).key)


def image(lock: Lock, reference: str) -> Image:
    """The container image of a reference with its tag. Raises UserError if it is not locked."""
    return _entry(lock.images, ImageQuery(reference).key)


def _entry(entries: dict[str, _Entry], key: str) -> _Entry:
    if key not in entries:
        raise UserError(f"release.lock does not hold {key}", 'Use "kube-aws render" to look it up.')
    return entries[key]
