"""Who calls: the IAM user or the role session behind an access key."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """A caller as IAM knows it.

    `arn` is `arn:aws:iam::…:user/operator` or `arn:aws:sts::…:assumed-role/ROLE/SESSION`; `user` or `role`
    names the identity whose policies apply, `role_arn` has the role's path too. `instance_arn` is set for
    credentials that an instance got from its metadata service (condition key ec2:SourceInstanceARN).
    `called_via` names the service that calls on the identity's behalf (aws:CalledVia).
    """

    account: str
    partition: str
    arn: str
    user: str | None = None
    role: str | None = None
    role_arn: str | None = None
    instance_arn: str | None = None
    called_via: str | None = None
