"""A security group that something uses cannot be deleted."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.security_groups import SecurityGroupBackend


def ec2_security_group_in_use() -> None:
    """Refuse to delete a group that an interface has, or a rule of another group names; moto deletes it.

    Source: EC2 API Reference, DeleteSecurityGroup and error code DependencyViolation.
    """
    moto_delete = SecurityGroupBackend.delete_security_group

    def delete(backend: Any, name: str | None = None, group_id: str | None = None) -> Any:
        group = backend.get_security_group_by_name_or_id(group_id or name)
        if group is not None and (_interfaces(backend, group) or _naming_rules(backend, group)):
            raise EC2ClientError("DependencyViolation", f"resource {group.id} has a dependent object")
        return moto_delete(backend, name, group_id)

    SecurityGroupBackend.delete_security_group = delete


def _interfaces(backend: Any, group: Any) -> list[Any]:
    return [eni for eni in backend.enis.values() if any(one.id == group.id for one in eni.group_set)]


def _naming_rules(backend: Any, group: Any) -> list[Any]:
    return [
        rule
        for groups in backend.groups.values()
        for other in groups.values()
        if other.id != group.id
        for rule in [*other.ingress_rules, *other.egress_rules]
        if rule.source_group and rule.source_group.get("GroupId") == group.id
    ]
