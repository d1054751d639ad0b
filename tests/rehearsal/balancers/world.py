"""A world of networks and load balancers alone."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.rehearsal.network.inhabitants import reached
from tests.rehearsal.wait import wait

from kube_aws.rehearsal.balancers import haproxy
from kube_aws.rehearsal.cloud import Balancer, Cloud
from kube_aws.rehearsal.network.namespaces import Network


@dataclass
class World:
    """A world's network and load balancers, made as the cloud says."""

    state: Path
    name: str = field(default_factory=lambda: secrets.token_hex(3))

    def __post_init__(self) -> None:
        self.network = Network(self.name)

    def apply(self, wanted: Cloud) -> None:
        haproxy.end(self.state, wanted)
        self.network.apply(wanted)
        for one in wanted.balancers:
            haproxy.keep(self.state, self.name, one)

    def healthy(self, one: Balancer) -> set[str]:
        return {name for (_, name), state in haproxy.states(self.state, one).items() if state == "healthy"}

    def until_healthy(self, one: Balancer, *names: str) -> None:
        wait(lambda: self.healthy(one) == set(names))

    def answers(self, address: str = "198.18.0.1", port: int = 80, times: int = 8) -> Counter[str]:
        """Who answers the internet; empty for nobody."""
        said = (reached(self.name, "net", address, port) or "" for _ in range(times))
        return Counter(one.partition(" ")[0] for one in said)
