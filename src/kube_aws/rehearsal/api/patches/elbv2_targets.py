"""The targets of a target group."""

from typing import Any

from moto.elbv2.exceptions import ELBClientError as ELBError
from moto.elbv2.models import ELBv2Backend, FakeTargetGroup

from kube_aws.rehearsal.api import draining


def elbv2_targets() -> None:
    """Tell targets apart by id and port, take instances that exist alone, and let them drain when they go.

    moto has one port an instance, takes any name, and finds an error in one that is not registered. Source:
    Elastic Load Balancing API Reference 2015-12-01, RegisterTargets and DeregisterTargets; User Guide for
    Network Load Balancers, "Deregistration delay".
    """
    moto_register = FakeTargetGroup.register

    def register(group: Any, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            if group.ec2_backend.get_instance_by_id(target["Id"]) is None:
                raise ELBError("InvalidTarget", f"The following target ids are not valid: '{target['Id']}'")
        known = dict(group.targets)
        moto_register(group, targets)  # checks whether they run
        group.targets = known
        for target in targets:
            key = _key(group, target)
            group.targets[key] = {"Id": target["Id"], "Port": int(target.get("Port") or group.port)}
            draining.end(group, key)

    FakeTargetGroup.register = register
    FakeTargetGroup.deregister = _deregister
    ELBv2Backend.notify_terminate_instances = _forget


def _deregister(group: Any, targets: list[dict[str, Any]]) -> None:
    delay = int(group.attributes["deregistration_delay.timeout_seconds"])
    for target in targets:
        if group.targets.pop(_key(group, target), None):
            draining.begin(group, _key(group, target), delay)


def _forget(backend: Any, terminated: list[str]) -> None:
    for group in backend.target_groups.values():
        for key, target in list(group.targets.items()):
            if target["Id"] in terminated:
                del group.targets[key]


def _key(group: Any, target: dict[str, Any]) -> str:
    return f"{target['Id']}:{target.get('Port') or group.port}"
