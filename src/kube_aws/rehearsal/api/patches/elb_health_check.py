"""The health check of a classic load balancer."""

import re
from typing import Any

from moto.elb.exceptions import ELBClientError
from moto.elb.models import ELBBackend


def elb_health_check() -> None:
    """Refuse a target that is none; moto takes any text that begins with a protocol.

    Source: Elastic Load Balancing API Reference 2012-06-01, HealthCheck, Target.
    """
    moto_configure = ELBBackend.configure_health_check

    def configure(backend: Any, *args: Any, target: str, **given: Any) -> Any:
        if not re.fullmatch(r"(TCP|SSL):\d+|(HTTP|HTTPS):\d+/.*", target):
            raise ELBClientError("ValidationError", f"HealthCheck target is not valid: {target}")
        return moto_configure(backend, *args, target=target, **given)

    ELBBackend.configure_health_check = configure
