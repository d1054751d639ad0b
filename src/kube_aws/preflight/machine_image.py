"""The machine images that the lock names."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kube_aws.cluster.topology import Architecture, architecture, controllers, pools
from kube_aws.finding import Finding, Place
from kube_aws.preflight.given import Given
from kube_aws.release.lock import MachineImage

PUBLISHED = timedelta(days=270)
"""Flatcar takes public machine images back about nine months after it made them."""
_OLD = timedelta(days=180)
_ANEW = "remove its entry from release.lock, then kube-aws render"


def check(given: Given) -> Iterator[Finding]:
    """Each still exists, belongs to whom the lock says, and will not vanish soon."""
    images = _images(given)
    answer = given.aws.ask(
        "ec2",
        "describe_images",
        Filters=[{"Name": "image-id", "Values": sorted(image.id for image in images)}],
    )["Images"]
    found = {image["ImageId"]: image for image in answer}
    for image in images:
        exists = found.get(image.id)
        if exists is None:
            yield Finding(
                "error",
                "machine-image-missing",
                _PLACE,
                f"{image.name} ({image.id}) does not exist in {given.cluster.region} any more",
                _ANEW,
            )
        elif exists["OwnerId"] != image.owner:
            yield Finding(
                "error",
                "machine-image-owner",
                _PLACE,
                f"{image.id} belongs to account {exists['OwnerId']}, not to {image.owner} as the lock says",
                _ANEW,
            )
        else:
            yield from age(image, given.now)


def age(image: MachineImage, now: datetime) -> Iterator[Finding]:
    """A warning from six months of age: without its machine image no node can be launched again."""
    made = datetime.fromisoformat(image.created)
    if now - made < _OLD:
        return
    left = (made + PUBLISHED - now).days
    when = f"goes unpublished in about {left} days" if left > 0 else "may go unpublished any day"
    yield Finding(
        "warning", "machine-image-age", _PLACE, f"{image.name} {when}; then no node can launch.", _ANEW
    )


def _images(given: Given) -> list[MachineImage]:
    cluster = given.cluster
    architectures: set[Architecture] = {architecture(pool.instance_type) for pool in pools(cluster)}
    if controllers(cluster):
        architectures.add(architecture(cluster.controller_instance_type))
    return [
        given.lock.machine_images[f"{cluster.release_channel}/{cluster.region}/{name}"]
        for name in sorted(architectures)
    ]


_PLACE = Place("release.lock")
