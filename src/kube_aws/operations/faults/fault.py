"""A fault that is known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A stage (any, if "") and the reason that it gives (a pattern); in a few words what that is, what is
    behind it, and how to mend it.

    In cause and mend stand `{key}` and `{arn}` for the KMS key's id and ARN, `{role}` for the logical name
    of the node's role, `{api}` for the API's private name, `{size}` for the key of cluster.yaml that is the
    size of the node's root volume.
    """

    stage: str
    said: str
    what: str
    cause: str
    mend: str


REMADE = "then kube-aws destroy and kube-aws up (running nodes keep their files)"
REACH = (
    "look at the subnet's route table, the security group's outbound rules and the network ACL;"
    " behind a firewall allow this site"
)
