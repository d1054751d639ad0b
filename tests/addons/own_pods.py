"""The pods that a rendered cluster brings along: its add-ons', and the controllers' static ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ruamel.yaml import YAML
from tests.scenarios.scenario import expected

Object = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """What makes pods, and what its pods are like."""

    name: str
    kind: str
    replicas: int
    labels: dict[str, str]
    pod: Object

    @property
    def on_workers(self) -> bool:
        return self.kind != "Pod" and "nodeSelector" not in self.pod

    @property
    def on_controllers(self) -> bool:
        return self.kind != "Deployment" or "nodeSelector" in self.pod


@cache
def objects(scenario: str) -> list[Object]:
    """Every object of the scenario's add-ons and static pods, as they lie in its folder."""
    folders = ("userdata/addons/", "userdata/controller/etc/kubernetes/manifests/")
    return [
        found
        for path, file in expected(scenario).items()
        if str(path).startswith(folders)
        for found in YAML(typ="safe", pure=True).load_all(file.content.decode())
    ]


def workloads(scenario: str) -> Iterator[Workload]:
    for found in objects(scenario):
        name, spec = found["metadata"]["name"], found.get("spec", {})
        if found["kind"] == "Pod":
            yield Workload(name, "Pod", 1, found["metadata"].get("labels", {}), spec)
        elif "template" in spec:
            template = spec["template"]
            labels = template["metadata"]["labels"]
            yield Workload(name, found["kind"], spec.get("replicas", 1), labels, template["spec"])
