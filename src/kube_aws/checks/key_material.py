"""Secrets in files that are shown: user data and templates can be read by whoever may describe them."""

import re
from collections.abc import Iterator

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.tree import Tree

_SECRETS = {
    "a private key": (
        rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"
        # The same in base64, as in kubeconfig's client-key-data.
        rb"|LS0tLS1CRUdJTi(?:BQUklWQVRF|BFQyBQUklWQVRF|BSU0EgUFJJVkFUR|BFTkNSWVBURUQg|BPUEVOU1NIIFBSSVZBVEUg)"
    ),
    # Source: Kubernetes, "Authenticating with Bootstrap Tokens". A word of letters alone is none.
    "a bootstrap token": rb"(?<![a-z0-9.])(?=[a-z.]*[0-9])[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9.])",
    "an AWS access key": rb"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])",
    "an AWS secret access key": rb"(?i:secret_?access_?key)\W{1,5}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
    "a service account's token": rb"eyJhbGciOi[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}",
}
_PATTERN = re.compile(b"|".join(b"(%s)" % pattern for pattern in _SECRETS.values()))


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """A finding for each secret, without a column: its line is not to be shown."""
    for path in sorted(disk):
        content = disk[path].content
        for match in _PATTERN.finditer(content):
            name = list(_SECRETS)[(match.lastindex or 1) - 1]
            line = content.count(b"\n", 0, match.start()) + 1
            yield Finding(
                "error",
                "key-material",
                Place(str(path), line),
                f"{name} stands here in clear",
                "Remove it, and replace it where it is in use. Secrets reach nodes sealed by KMS alone.",
            )
