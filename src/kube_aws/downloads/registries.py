"""The digest of a container image's index, from its registry. Source: OCI Distribution Specification."""

import json
import re
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from kube_aws.downloads.sites import BUILT, Answer, Sites, expect, found, get
from kube_aws.terminal.error import UserError

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_ACCEPT = {"Accept": ", ".join(_INDEXES)}


def digest(reference: str, sites: Sites) -> tuple[str, bool]:
    """`sha256:…` over the index that a reference such as `registry.k8s.io/pause:3.10.1` names now; and
    whether a rehearsal's mirror built the image itself.

    Follows the registry's redirects, and fetches a token where it asks for one. Raises UserError where
    there is no such image, or what comes is no index or has another digest than the registry says.
    """
    host, _, rest = reference.partition("/")
    repository, _, tag = rest.rpartition(":")
    answer = get(f"https://{host}/v2/{repository}/manifests/{tag}", sites, _ACCEPT)
    if answer.status == 401:
        answer = get(answer.url, sites, {**_ACCEPT, "Authorization": f"Bearer {_token(answer, sites)}"})
    return _verified(expect(answer)), BUILT in answer.headers


def _verified(answer: Answer) -> str:
    computed = f"sha256:{sha256(answer.body).hexdigest()}"
    told = answer.headers.get("docker-content-digest", computed)
    if told != computed:
        raise UserError(f"{answer.url} has the digest {computed}, but its registry says {told}")
    if not _is_index(answer.body):
        raise UserError(f"{answer.url} is no index of images for several architectures")
    return computed


def _is_index(body: bytes) -> bool:
    try:
        content = json.loads(body)
    except ValueError:
        return False
    return isinstance(content, dict) and isinstance(content.get("manifests"), list)


def _token(refused: Answer, sites: Sites) -> str:
    """The token of anonymous readers. Source: Docker's "Token Authentication Specification"."""
    challenge = refused.headers.get("www-authenticate", "")
    values = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    if not challenge.lower().startswith("bearer ") or "realm" not in values:
        raise UserError(f"{urlsplit(refused.url).hostname} asks for credentials for {refused.url}")
    query = urlencode({key: values[key] for key in ("service", "scope") if key in values})
    body = found(f"{values['realm']}?{query}", sites).body
    try:
        granted = json.loads(body)
        token = granted.get("token") or granted["access_token"]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise UserError(f"{urlsplit(values['realm']).hostname} grants no token") from error
    return str(token)
