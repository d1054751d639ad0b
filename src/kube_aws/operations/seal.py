"""Sealing what each role's nodes are given of credentials/, once: KMS answers each call anew, and a
ciphertext that changes would change the nodes."""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kube_aws.artefacts.folder import read_file, write
from kube_aws.aws.sealing import seal
from kube_aws.aws.session import client
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.credentials.roles import secrets
from kube_aws.finding import Place
from kube_aws.operations.authorities import bring
from kube_aws.operations.render import Current
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

if TYPE_CHECKING:
    import boto3

KEPT = PurePosixPath("credentials/sealed.json")


def seal_all(folder: Path, now: Current, session: "boto3.Session") -> Mapping[Role, bytes]:
    """Each role's ciphertext: the kept one, or a new one that is kept from now on.

    Raises UserError in a clone without credentials/, naming the one to bring, and where KMS refuses.
    """
    if now.credentials is None:
        raise UserError(
            "there is no credentials/ folder here, and its keys have to be sealed", bring(now.baseline)
        )
    kms = client(session, "kms")
    kept = _kept(folder)
    sealed: dict[Role, bytes] = {}
    for role in ROLES:
        plaintext = secrets(role, now.credentials)
        context = encryption_context(now.cluster, role)
        name = _name(plaintext, now.cluster.kms_key_arn, context, kms.meta.endpoint_url)
        if name not in kept:
            blob = seal(kms, plaintext, now.cluster.kms_key_arn, context)
            kept = {**kept, name: base64.b64encode(blob).decode()}
            write(folder, {KEPT: File((json.dumps(kept, indent=2) + "\n").encode())})
        sealed[role] = base64.b64decode(kept[name])
    return sealed


def sealed_before(folder: Path, cluster: Cluster, credentials: Tree, endpoint: str) -> Mapping[Role, bytes]:
    """The ciphertexts that are kept, of KMS at this endpoint; of a role that was never sealed none."""
    kept = _kept(folder)
    names = {
        role: _name(
            secrets(role, credentials), cluster.kms_key_arn, encryption_context(cluster, role), endpoint
        )
        for role in ROLES
    }
    return {role: base64.b64decode(kept[name]) for role, name in names.items() if name in kept}


def encryption_context(cluster: Cluster, role: Role) -> dict[str, str]:
    """What binds a ciphertext to one cluster and one role; the roles' IAM policies ask for it."""
    return {"kube-aws:cluster": cluster.cluster_name, "kube-aws:role": role}


def _kept(folder: Path) -> dict[str, str]:
    content = read_file(folder, str(KEPT))
    if content is None:
        return {}
    try:
        kept = json.loads(content)
        for blob in kept.values():
            base64.b64decode(blob, validate=True)
    except (ValueError, AttributeError, TypeError) as error:
        raise UserError(
            f"not readable: {error}",
            "Delete it: the keys are then sealed anew, which replaces the nodes at the next update.",
            place=Place(str(KEPT)),
        ) from error
    return dict(kept)


def _name(plaintext: bytes, key_arn: str, context: Mapping[str, str], endpoint: str) -> str:
    """What a ciphertext depends on, as one hash."""
    parts = [sha256(plaintext).hexdigest(), key_arn, sorted(context.items()), endpoint]
    return sha256(json.dumps(parts).encode()).hexdigest()
