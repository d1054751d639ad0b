"""The instances of a classic load balancer."""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import InstanceBackend
from moto.elb.exceptions import ELBClientError
from moto.elb.models import elb_backends
from moto.elb.responses import ELBResponse

from kube_aws.rehearsal.api import draining


def elb_instances() -> None:
    """Register instances that exist, once; let them drain when they go; forget those that are terminated.

    moto takes any name, any number of times, knows no draining, and answers with a malformed list.
    Source: Elastic Load Balancing API Reference 2012-06-01, RegisterInstancesWithLoadBalancer,
    DeregisterInstancesFromLoadBalancer and error InvalidInstance; User Guide for Classic Load Balancers,
    "Configure connection draining".
    """
    moto_terminate = InstanceBackend.terminate_instances

    def terminate(backend: Any, instance_ids: list[str]) -> Any:
        terminated = moto_terminate(backend, instance_ids)
        for balancer in elb_backends[backend.account_id][backend.region_name].load_balancers.values():
            left = [one for one in balancer.instance_sparse_ids if one not in instance_ids]
            balancer.instance_sparse_ids = left
        return terminated

    ELBResponse.register_instances_with_load_balancer = _answering(_register)
    ELBResponse.deregister_instances_from_load_balancer = _answering(_deregister)
    InstanceBackend.terminate_instances = terminate


def _register(backend: Any, name: str, instance_ids: list[str]) -> Any:
    balancer = backend.get_load_balancer(name)
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    there = {one.id for one in ec2.all_instances() if one.state not in ("shutting-down", "terminated")}
    for instance_id in instance_ids:
        if instance_id not in there:
            raise ELBClientError("InvalidInstance", f"Could not find EC2 instance {instance_id}.")
    for instance_id in instance_ids:
        if instance_id not in balancer.instance_sparse_ids:
            balancer.instance_sparse_ids.append(instance_id)
            draining.end(balancer, instance_id)
    return balancer


def _deregister(backend: Any, name: str, instance_ids: list[str]) -> Any:
    balancer = backend.get_load_balancer(name)
    setting = balancer.attributes["connection_draining"]
    for instance_id in instance_ids:
        if instance_id not in balancer.instance_sparse_ids:
            raise ELBClientError("InvalidInstance", f"Could not find EC2 instance {instance_id}.")
    for instance_id in instance_ids:
        balancer.instance_sparse_ids.remove(instance_id)
        if str(setting["enabled"]).lower() == "true":
            draining.begin(balancer, instance_id, int(setting["timeout"]))
    return balancer


def _answering(change: Callable[[Any, str, list[str]], Any]) -> Callable[[Any], ActionResult]:
    def answer(response: Any) -> ActionResult:
        ids = [one["InstanceId"] for one in response._get_param("Instances", [])]
        balancer = change(response.elb_backend, response._get_param("LoadBalancerName"), ids)
        return ActionResult({"Instances": balancer.instances})

    return answer
