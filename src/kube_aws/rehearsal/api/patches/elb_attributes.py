"""The attributes of a classic load balancer are those that were set last."""

from typing import Any

from botocore import xform_name
from moto.elb.models import ELBBackend, LoadBalancer

DESYNC = ("elb.http.desyncmitigationmode", "defensive")


def elb_attributes() -> None:
    """Have the one additional attribute once, and a draining time from the start; moto appends the former at
    every change, has no time until one is set, and two ways of writing the names of settings.

    Source: Elastic Load Balancing API Reference 2012-06-01, LoadBalancerAttributes.
    """
    moto_defaults, moto_modify = (
        LoadBalancer.get_default_attributes,
        ELBBackend.modify_load_balancer_attributes,
    )

    def defaults(_: Any) -> dict[str, Any]:
        return {
            **moto_defaults(),
            "connection_draining": {"enabled": False, "timeout": 300},
            "additional_attributes": [DESYNC],
        }

    def modify(backend: Any, name: str, **given: Any) -> None:
        attributes = backend.get_load_balancer(name).attributes
        former = attributes["additional_attributes"]
        attributes["additional_attributes"] = []
        named = {
            kind: {xform_name(key): value for key, value in setting.items()}
            if isinstance(setting, dict)
            else setting
            for kind, setting in given.items()
        }
        moto_modify(backend, name, **named)
        if not given.get("additional_attributes"):
            attributes["additional_attributes"] = former

    LoadBalancer.get_default_attributes = classmethod(defaults)
    ELBBackend.modify_load_balancer_attributes = modify
