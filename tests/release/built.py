"""A release.lock as a place without download sites has it: every entry well-formed, marked `built`.

`python -m tests.release.built > demo/release.lock` writes the demo's anew.
"""

import hashlib
import sys
from hashlib import sha256
from itertools import product

from kube_aws.cluster.model import Cluster
from kube_aws.release.lock import Binary, Image, Lock, MachineImage, write
from kube_aws.release.missing import BinaryQuery, ImageQuery, MachineImageQuery, missing

CHANNELS = {"alpha": "4790.0.0", "beta": "4757.1.0", "stable": "4593.2.3"}
REGIONS = ("eu-west-1", "eu-west-3", "eu-central-1", "us-east-1", "us-east-2", "us-west-2")
KUBERNETES = ("v1.37.2", "v1.36.6", "v1.35.9")
INSTANCE_TYPES = ("t3.medium", "t4g.medium")


def cluster(**keys: object) -> Cluster:
    """A cluster with these keys of cluster.yaml; whether they fit together is not asked."""
    required = {
        "clusterName": "any",
        "externalDNSName": "any.example",
        "keyName": "any",
        "region": "eu-west-1",
        "availabilityZone": "eu-west-1a",
        "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701",
    }
    return Cluster.model_validate({**required, **keys})


def built_lock() -> Lock:
    """A lock that holds what any cluster of these regions and versions needs."""
    images: dict[str, Image] = {}
    binaries: dict[str, Binary] = {}
    machines: dict[str, MachineImage] = {}
    for channel, region, version, instance in product(CHANNELS, REGIONS, KUBERNETES, INSTANCE_TYPES):
        keys = {
            "releaseChannel": channel,
            "region": region,
            "kubernetesVersion": version,
            "controllerInstanceType": instance,
            "workerInstanceType": instance,
            "hostedZone": "any.example",
        }
        for query in missing(cluster(**keys), None):
            match query:
                case MachineImageQuery():
                    machines[query.key] = machine_image(query)
                case BinaryQuery():
                    told = hashlib.new(query.hash, query.key.encode()).hexdigest()
                    binaries[query.key] = Binary.model_validate(
                        {"url": query.url, query.hash: told, "built": True}
                    )
                case ImageQuery():
                    digest = f"sha256:{sha256(query.key.encode()).hexdigest()}"
                    images[query.key] = Image(reference=query.key, digest=digest, built=True)
    return Lock(machine_images=machines, binaries=binaries, images=images)


def machine_image(query: MachineImageQuery) -> MachineImage:
    """The image that the embedded AWS has under the same id."""
    suffix = "-arm64" if query.architecture == "arm64" else ""
    return MachineImage(
        id=f"ami-{sha256(query.key.encode()).hexdigest()[:17]}",
        name=f"Flatcar-{query.channel}-{CHANNELS[query.channel]}{suffix}-hvm",
        owner="075585003325",
        created="2026-11-02T00:00:00.000Z",
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(write(built_lock()))
