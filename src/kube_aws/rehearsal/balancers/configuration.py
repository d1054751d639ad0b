"""What haproxy is told to do as one node of a load balancer.

A pool is a backend that checks its targets' health and gets no traffic; a listener is a frontend with a
backend of its own, whose servers are as healthy as the pool's. So each target is checked once, as on AWS.

Sources: haproxy's Configuration Manual; User Guides for Classic and for Network Load Balancers.
"""

import re
from collections.abc import Iterable, Iterator

from kube_aws.rehearsal.balancers.server_states import Address, Server
from kube_aws.rehearsal.cloud import Balancer, BalancerNode, Listener, Pool, Target

CONNECT_SECONDS = 5
"""That a target may take to accept a connection. AWS documents no such time."""

RETRIES = {"classic": 3, "network": 0}
"""A classic load balancer tries again, another target at last (CloudWatch metric BackendConnectionErrors); a
network load balancer only passes packets on."""

ALGORITHMS = {"tcp": "roundrobin", "http": "leastconn"}
"""Source: Elastic Load Balancing User Guide, "Routing algorithm"."""

_START = """\
global
  nbthread 1
  maxconn 4000
  stats socket unix@socket level admin expose-fd listeners
  server-state-file states

defaults
  load-server-state-from-file global
"""

POOL = "pool-"
"""Begins the names of the backends that check, each before its pool's."""

_CLOSES = "# closed once it leaves"
_CLOSED = re.compile(rf"^  server \S+ (\S+) .*{_CLOSES}$", re.MULTILINE)


def configuration(balancer: Balancer, node: BalancerNode) -> str:
    """All of haproxy's configuration; the same balancer gives the same text."""
    pools = {pool.name: pool for pool in balancer.pools}
    lines = [line for pool in balancer.pools for line in _pool(pool, pool.used(node.zone))]
    for listener in balancer.listeners:
        pool = pools[listener.pool]
        lines += _listener(balancer, listener, pool, pool.used(node.zone))
    return _START + "\n".join(lines) + "\n"


def checked(balancer: Balancer, node: BalancerNode) -> dict[Server, Address]:
    """The servers that a node checks."""
    return {
        (_backend(pool), target.id): (target.address, target.check_port)
        for pool in balancer.pools
        for target in pool.used(node.zone)
        if not target.draining
    }


def closed(former: str, new: str) -> set[str]:
    """To what connections are closed when one configuration follows another: `address:port`."""
    return set(_CLOSED.findall(former)) - set(_CLOSED.findall(new))


def _pool(pool: Pool, targets: Iterable[Target]) -> Iterator[str]:
    check = pool.check
    yield f"backend {_backend(pool)}"
    yield f"  timeout connect {check.timeout}s"
    yield f"  timeout check {check.timeout}s"
    if check.protocol in ("http", "https"):
        yield f"  option httpchk GET {check.path}"
        yield f"  http-check expect status {check.codes}"
    secure = " check-ssl verify none" if check.protocol in ("ssl", "https") else ""
    for target in targets:
        if not target.draining:
            at = f"{target.address}:{target.check_port}"
            times = f"inter {check.interval}s rise {check.rise} fall {check.fall}"
            yield f"  server {target.id} {at} check {times}{secure}"


def _listener(balancer: Balancer, listener: Listener, pool: Pool, targets: Iterable[Target]) -> Iterator[str]:
    name = f"port-{listener.port}"
    yield f"frontend {name}"
    yield f"  mode {listener.protocol}"
    yield f"  bind :{listener.port}"
    yield f"  timeout client {listener.idle}s"
    yield f"  default_backend {name}"
    yield f"backend {name}"
    yield f"  mode {listener.protocol}"
    yield f"  balance {ALGORITHMS[listener.protocol]}"
    yield f"  timeout connect {CONNECT_SECONDS}s"
    yield f"  timeout server {listener.idle}s"
    yield f"  retries {RETRIES[balancer.kind]}"
    if RETRIES[balancer.kind]:
        yield "  option redispatch"
    if listener.protocol == "http":
        yield "  option forwardfor"
        yield "  http-request set-header X-Forwarded-Proto http"
        yield "  http-request set-header X-Forwarded-Port %[dst_port]"
    if balancer.kind == "network":
        yield "  option allbackups"
    left = f" {_CLOSES}" if pool.closes_drained else ""
    header = {0: "", 1: " send-proxy", 2: " send-proxy-v2"}[listener.proxy_protocol]
    closing = " on-marked-down shutdown-sessions" if pool.closes_unhealthy else ""
    for target in targets:
        at = f"{target.address}:{target.port or listener.target_port}"
        if target.draining:
            yield f"  server {target.id} {at} weight 0{header}{left}"
            continue
        yield f"  server {target.id} {at} track {_backend(pool)}/{target.id}{header}{closing}{left}"
        if balancer.kind == "network" and (pool.name, target.id) in balancer.healthy | balancer.unhealthy:
            # Where all are unhealthy, all get traffic: the load balancer "fails open".
            yield f"  server {target.id}:all {at} backup{header}"


def _backend(pool: Pool) -> str:
    return f"{POOL}{pool.name}"
