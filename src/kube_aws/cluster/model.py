"""The keys of cluster.yaml, with their meaning, default and what a change of them does."""

from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class AddOn(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    enabled: bool = True


class CoreDNS(AddOn):
    replicas: int = Field(default=2, ge=1)


class AddOns(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    kube_proxy: AddOn = Field(default=AddOn(), alias="kube-proxy")
    coredns: CoreDNS = Field(default=CoreDNS(), alias="coredns")
    flannel: AddOn = Field(default=AddOn(), alias="flannel")
    cloud_controller_manager: AddOn = Field(default=AddOn(), alias="aws-cloud-controller-manager")
    metrics_server: AddOn = Field(default=AddOn(), alias="metrics-server")


class Cluster(BaseModel):
    """One cluster.yaml, valid."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    cluster_name: str = Field(alias="clusterName")
    external_dns_name: str = Field(alias="externalDNSName")
    key_name: str = Field(alias="keyName")
    region: str = Field(alias="region")
    availability_zone: str = Field(alias="availabilityZone")
    kms_key_arn: str = Field(alias="kmsKeyArn")
    release_channel: Literal["alpha", "beta", "stable"] = Field(default="stable", alias="releaseChannel")
    create_record_set: bool = Field(default=False, alias="createRecordSet")
    record_set_ttl: int = Field(default=300, ge=1, alias="recordSetTTL")
    hosted_zone: str = Field(default="", alias="hostedZone")
    controller_instance_type: str = Field(default="t3.medium", alias="controllerInstanceType")
    controller_root_volume_size: int = Field(default=30, alias="controllerRootVolumeSize")
    worker_count: int = Field(default=1, alias="workerCount")
    worker_instance_type: str = Field(default="t3.medium", alias="workerInstanceType")
    worker_root_volume_size: int = Field(default=30, alias="workerRootVolumeSize")
    worker_spot_price: str | None = Field(default=None, alias="workerSpotPrice")
    vpc_id: str | None = Field(default=None, alias="vpcId")
    route_table_id: str | None = Field(default=None, alias="routeTableId")
    vpc_cidr: IPv4Network = Field(default=IPv4Network("10.0.0.0/16"), alias="vpcCIDR")
    instance_cidr: IPv4Network = Field(default=IPv4Network("10.0.0.0/24"), alias="instanceCIDR")
    controller_ip: IPv4Address = Field(default=IPv4Address("10.0.0.50"), alias="controllerIP")
    pod_cidr: IPv4Network = Field(default=IPv4Network("10.2.0.0/16"), alias="podCIDR")
    service_cidr: IPv4Network = Field(default=IPv4Network("10.3.0.0/24"), alias="serviceCIDR")
    dns_service_ip: IPv4Address = Field(default=IPv4Address("10.3.0.10"), alias="dnsServiceIP")
    kubernetes_version: str = Field(default="v1.37.2", alias="kubernetesVersion")
    stack_tags: dict[str, str] = Field(default={}, alias="stackTags")
    api_allowed_cidrs: tuple[IPv4Network, ...] = Field(
        default=(IPv4Network("0.0.0.0/0"),), alias="apiAllowedCIDRs"
    )
    ssh_allowed_cidrs: tuple[IPv4Network, ...] = Field(default=(), alias="sshAllowedCIDRs")
    permissions_boundary: str | None = Field(default=None, alias="permissionsBoundary")
    iam_path: str = Field(default="/", alias="iamPath")
    addons: AddOns = Field(default=AddOns(), alias="addons")
