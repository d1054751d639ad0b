"""A target group for TCP has a network load balancer's settings."""

from typing import Any

from moto.elbv2.models import ELBv2Backend

ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "deregistration_delay.connection_termination.enabled": "false",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "preserve_client_ip.enabled": "true",
    "proxy_protocol_v2.enabled": "false",
    "stickiness.enabled": "false",
    "stickiness.type": "source_ip",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    "target_health_state.unhealthy.draining_interval_seconds": "0",
}
"""Of targets that are instances. Source: User Guide for Network Load Balancers, "Target groups"."""

HTTP_TIMEOUT = 6
"""Seconds. Source: the same, "Health checks for Network Load Balancer target groups"."""


def elbv2_target_group() -> None:
    """Have the attributes and defaults of a network load balancer's target group; moto has an application
    load balancer's for all."""
    moto_create = ELBv2Backend.create_target_group

    def create(backend: Any, name: str, **given: Any) -> Any:
        by_http = given.get("healthcheck_protocol") in ("HTTP", "HTTPS")
        if given.get("protocol") in ("TCP", "TLS") and by_http:
            defaults = {
                "healthcheck_timeout_seconds": HTTP_TIMEOUT,
                "healthcheck_path": "/",
                "matcher": {"HttpCode": "200-399"},
            }
            given |= {key: value for key, value in defaults.items() if given.get(key) is None}
        made = moto_create(backend, name, **given)
        if made.protocol in ("TCP", "TLS"):
            made.attributes = dict(ATTRIBUTES)
        return made

    ELBv2Backend.create_target_group = create
