"""Who may talk to whom. Outbound traffic is open, as in every new security group."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from kube_aws.cluster.model import Cluster
from kube_aws.stack.network import vpc
from kube_aws.stack.tags import of_kubernetes, tags

CONTROLLER = "SecurityGroupController"
WORKER = "SecurityGroupWorker"

API = ("tcp", 443, 443)
SSH = ("tcp", 22, 22)
KUBELET = ("tcp", 10250, 10250)
FLANNEL = ("udp", 8472, 8472)


def security_groups(cluster: Cluster) -> dict[str, object]:
    """Two groups, and each rule as a resource of its own: the groups name each other."""
    return {
        CONTROLLER: _group(cluster, "controllers"),
        # The one group with the cluster's tag: the cloud controller manager opens NodePorts in it.
        WORKER: _group(cluster, "workers", Tags=tags(of_kubernetes(cluster))),
        "ControllerAPIFromWorker": _from_group(CONTROLLER, API, WORKER),
        "ControllerKubeletFromWorker": _from_group(CONTROLLER, KUBELET, WORKER),
        "WorkerKubeletFromController": _from_group(WORKER, KUBELET, CONTROLLER),
        "WorkerKubeletFromWorker": _from_group(WORKER, KUBELET, WORKER),
        "ControllerFlannelFromWorker": _from_group(CONTROLLER, FLANNEL, WORKER),
        "WorkerFlannelFromController": _from_group(WORKER, FLANNEL, CONTROLLER),
        "WorkerFlannelFromWorker": _from_group(WORKER, FLANNEL, WORKER),
        **_from_networks("ControllerAPIFromNetwork", CONTROLLER, API, cluster.api_allowed_cidrs),
        **_from_networks("ControllerSSHFromNetwork", CONTROLLER, SSH, cluster.ssh_allowed_cidrs),
        **_from_networks("WorkerSSHFromNetwork", WORKER, SSH, cluster.ssh_allowed_cidrs),
    }


def _group(cluster: Cluster, who: str, **more: object) -> dict[str, object]:
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": f"{who} of {cluster.cluster_name}",
            "VpcId": vpc(cluster),
            **more,
        },
    }


def _from_group(group: str, service: tuple[str, int, int], source: str) -> dict[str, object]:
    return _rule(group, service, {"SourceSecurityGroupId": {"Ref": source}})


def _from_networks(
    name: str, group: str, service: tuple[str, int, int], networks: Iterable[IPv4Network]
) -> dict[str, object]:
    return {
        f"{name}{index}": _rule(group, service, {"CidrIp": str(network)})
        for index, network in enumerate(networks)
    }


def _rule(group: str, service: tuple[str, int, int], source: dict[str, object]) -> dict[str, object]:
    protocol, first, last = service
    return {
        "Type": "AWS::EC2::SecurityGroupIngress",
        "Properties": {
            "GroupId": {"Ref": group},
            "IpProtocol": protocol,
            "FromPort": first,
            "ToPort": last,
            **source,
        },
    }
