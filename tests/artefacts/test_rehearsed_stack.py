"""What CreateStack gets in a rehearsal is what it gets on AWS, but for ciphertext, AMI ids and hashes."""

import base64
import gzip
import json
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from tests.scenarios.scenario import authorities, cluster, lock

from kube_aws.artefacts.assemble import assemble
from kube_aws.artefacts.render import render
from kube_aws.cluster.topology import ROLES
from kube_aws.release.lock import Lock
from kube_aws.userdata.ignition import unpack

HASHES = re.compile(r"sha256:[0-9a-f]{64}|\b([0-9a-f]{64}){1,2}\b|\bami-[0-9a-f]+\b")
SEALED = "/etc/kube-aws/credentials.sealed"


def other_hashes(official: Lock) -> Lock:
    """The lock that a rehearsal makes for itself: the same names, other images, binaries and AMIs."""
    written = official.model_dump(exclude_defaults=True)
    for image in written["images"].values():
        image |= {"digest": "sha256:" + "b" * 64, "built": True}
    for binary in written["binaries"].values():
        kind, digits = ("sha512", 128) if "sha512" in binary else ("sha256", 64)
        binary |= {kind: "c" * digits, "built": True}
    for machine in written["machine_images"].values():
        machine |= {"id": "ami-0123456789abcdef0"}
    return Lock.model_validate(written)


def opened(value: Any) -> Any:
    """An assembled stack as a person compares it: packed files unpacked, hashes and ciphertext masked."""
    if isinstance(value, list):
        return [opened(item) for item in value]
    if not isinstance(value, dict):
        return text(value) if isinstance(value, str) else value
    if value.get("Key") == "kube-aws:files":
        return value | {"Value": "<hash>"}
    if value.get("path") == SEALED:
        return value | {"contents": "<ciphertext>"}
    return {key: opened(item) for key, item in value.items()}


def text(packed: str) -> Any:
    if packed.startswith('{"ignition"'):
        return opened(unpack(packed.encode()))
    if packed.startswith("H4sI"):
        return opened(json.loads(gzip.decompress(base64.b64decode(packed))))
    if packed.startswith("data:,"):
        return HASHES.sub("<hash>", unquote_to_bytes(packed.removeprefix("data:,")).decode())
    return HASHES.sub("<hash>", packed)


def test_only_ciphertext_amis_and_hashes_differ() -> None:
    article, official = cluster("article"), lock()
    aws, rehearsed = (
        json.loads(
            assemble(render(article, locked, authorities()), dict.fromkeys(ROLES, bytes([number]) * 900))
        )
        for number, locked in ((1, official), (2, other_hashes(official)))
    )
    assert aws != rehearsed
    assert "<ciphertext>" in json.dumps(opened(aws))
    assert opened(aws) == opened(rehearsed)
