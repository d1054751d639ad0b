"""What the cluster's own pods ask for, and who keeps how many of them while a node is drained."""

import pytest
from ruamel.yaml import YAML
from tests.addons.own_pods import Workload, objects, workloads
from tests.scenarios.scenario import NAMES, expected

from kube_aws.cluster.topology import Role

# A t2.small: one CPU, and of 2 GiB what firmware and kernel leave; below 100 MiB kubelet begins to evict.
CPU, MEMORY = 1000, 2048 * 95 // 100 - 100


def free(scenario: str, role: Role) -> tuple[int, int]:
    """What kubelet lets pods have on a t2.small: thousandths of a CPU, MiB."""
    files = {str(path): file.content for path, file in expected(scenario).items()}
    kubelet = YAML(typ="safe", pure=True).load(files[f"userdata/{role}/etc/kubernetes/kubelet.yaml"].decode())
    cpu, memory = _amounts(kubelet["systemReserved"])
    return CPU - cpu, MEMORY - memory


def asked(chosen: list[Workload]) -> tuple[int, int]:
    """The sum of their requests where every replica runs on the same machine."""
    amounts = [
        tuple(workload.replicas * one for one in _amounts(container["resources"]["requests"]))
        for workload in chosen
        for container in workload.pod["containers"]
    ]
    return sum(cpu for cpu, _ in amounts), sum(memory for _, memory in amounts)


def _amounts(given: dict[str, str]) -> tuple[int, int]:
    return int(given["cpu"].removesuffix("m")), int(given["memory"].removesuffix("Mi"))


@pytest.mark.parametrize("scenario", NAMES)
def test_a_t2_small_is_enough_for_a_controller(scenario: str) -> None:
    cpu, memory = asked([one for one in workloads(scenario) if one.on_controllers])
    most_cpu, most_memory = free(scenario, "controller")
    assert cpu <= most_cpu
    assert memory <= most_memory * 0.55  # the API server's part grows with what it holds


@pytest.mark.parametrize("scenario", NAMES)
def test_most_of_a_t2_small_worker_is_for_others(scenario: str) -> None:
    """Even of the only one, which then runs all replicas of everything."""
    cpu, memory = asked([one for one in workloads(scenario) if one.on_workers])
    most_cpu, most_memory = free(scenario, "worker")
    assert cpu <= most_cpu / 2
    assert memory <= most_memory / 3


@pytest.mark.parametrize("scenario", NAMES)
def test_a_drain_leaves_a_replica_where_there_are_several_and_never_hangs(scenario: str) -> None:
    budgets = [one["spec"] for one in objects(scenario) if one["kind"] == "PodDisruptionBudget"]
    assert all(budget["maxUnavailable"] == 1 for budget in budgets)
    kept = [budget["selector"]["matchLabels"] for budget in budgets]
    several = [one.labels for one in workloads(scenario) if one.kind == "Deployment" and one.replicas > 1]
    assert [labels for labels in several if labels not in kept] == []
