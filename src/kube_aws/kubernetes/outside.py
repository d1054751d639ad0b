"""What stands in the cluster for things outside of it: Services with load balancers, volumes' policies."""

from dataclasses import dataclass

from kube_aws.kubernetes.api import Api, RefusedError

_DRIVER = "ebs.csi.aws.com"


@dataclass(frozen=True, slots=True)
class Service:
    """A Service of type LoadBalancer."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def services(api: Api) -> list[Service]:
    """All of type LoadBalancer, those too that are on their way out: a finalizer keeps a Service until its
    load balancer is gone. Errors as `Api.get`.

    Source: Kubernetes, "Garbage collecting load balancers".
    """
    return [
        Service(item["metadata"]["namespace"], item["metadata"]["name"])
        for item in api.get("/api/v1/services")["items"]
        if item["spec"].get("type") == "LoadBalancer"
    ]


def delete(api: Api, service: Service) -> None:
    """Have a Service deleted; done already where it is gone. Errors as `Api.get`."""
    try:
        api.delete(f"/api/v1/namespaces/{service.namespace}/services/{service.name}")
    except RefusedError as error:
        if error.status != 404:
            raise


def policies(api: Api) -> dict[str, str]:
    """What becomes of EBS volumes without their claims, Delete or Retain, by volume id. Errors as `Api.get`.

    Source: Kubernetes, "Persistent Volumes", reclaiming.
    """
    return {
        item["spec"]["csi"]["volumeHandle"]: item["spec"]["persistentVolumeReclaimPolicy"]
        for item in api.get("/api/v1/persistentvolumes")["items"]
        if item["spec"].get("csi", {}).get("driver") == _DRIVER
    }
