"""The keys of cluster.yaml: form, default, meaning, and what a change of them does.

Everything that tells a person of a key is made from this file: the commented cluster.yaml of `init`,
`explain`, the JSON schema, docs/cluster-yaml.md and the messages of wrong values.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kube_aws.cluster import forms

LIVE = '"kube-aws up" applies it to the running cluster.'
NEW_STACK = 'Takes effect when the stack is created: "kube-aws destroy", then "kube-aws up".'
NEW_CLUSTER = 'Means another cluster: "kube-aws up" creates it, the running one stays as it is.'
"""What a change of a key does to a running cluster."""


@dataclass(frozen=True, slots=True)
class About:
    """The section that a key belongs to, and what a change of it, or of a key inside it, does."""

    section: str
    change: str


CLUSTER = About("The cluster", NEW_STACK)
STACK = About("The cluster", NEW_CLUSTER)
RELEASES = About("Kubernetes and the machines' system", NEW_STACK)
DNS = About("DNS", NEW_STACK)
CONTROLLER = About("Controller", NEW_STACK)
WORKERS = About("Workers", NEW_STACK)
NETWORK = About("Network", NEW_STACK)
ACCESS = About("Who may connect", NEW_STACK)
ACCOUNT = About("The account's rules", NEW_STACK)
ADDONS = About("Add-ons", LIVE)

_MODEL = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AddOn(BaseModel):
    """An add-on that can be left out."""

    model_config = _MODEL
    enabled: forms.Boolean = Field(
        default=True,
        description="Whether kube-aws installs it; switched off, it is removed.",
    )


class CoreDNS(AddOn):
    """The cluster's DNS server."""

    replicas: forms.Whole = Field(
        default=2, ge=1, le=100, description="How many DNS servers run, spread over the nodes."
    )


class ExternalDNS(AddOn):
    """Names of Services in the hosted zone."""

    names: Annotated[Literal["services", "annotated"], ADDONS] = Field(
        default="services",
        description="services: every Service of type LoadBalancer gets `<name>.<hostedZone>`, in other "
        "namespaces than default `<name>.<namespace>.<hostedZone>`. annotated: only those that say their "
        "name, in the annotation external-dns.alpha.kubernetes.io/hostname.",
    )


class AddOns(BaseModel):
    """What the controller installs in the cluster."""

    model_config = _MODEL
    kube_proxy: Annotated[AddOn, ADDONS] = Field(
        default=AddOn(), alias="kube-proxy", description="Leads Services to their pods, with nftables."
    )
    coredns: Annotated[CoreDNS, ADDONS] = Field(
        default=CoreDNS(), alias="coredns", description="Answers the names of Services and pods."
    )
    flannel: Annotated[AddOn, ADDONS] = Field(
        default=AddOn(),
        alias="flannel",
        description="The pod network (vxlan). Without it nodes stay NotReady until you install another. "
        "It ignores NetworkPolicy.",
    )
    cloud_controller_manager: Annotated[AddOn, About(ADDONS.section, NEW_STACK)] = Field(
        default=AddOn(),
        alias="aws-cloud-controller-manager",
        description="Makes load balancers for Services, removes Nodes whose instance is gone. Switching "
        "it changes the controller's role.",
    )
    metrics_server: Annotated[AddOn, ADDONS] = Field(
        default=AddOn(), alias="metrics-server", description="Measures for `kubectl top` and autoscaling."
    )
    external_dns: Annotated[ExternalDNS, About(ADDONS.section, NEW_STACK)] = Field(
        default=ExternalDNS(),
        alias="external-dns",
        description="Makes the records of Services in hostedZone; there is none without a hostedZone. "
        "Switching it changes the controller's role.",
    )
    ebs_csi_driver: Annotated[AddOn, About(ADDONS.section, NEW_STACK)] = Field(
        default=AddOn(),
        alias="aws-ebs-csi-driver",
        description="Makes EBS volumes for claims, with the default StorageClass gp3; there is none "
        "without aws-cloud-controller-manager. Switching it changes the controller's role.",
    )


class Cluster(BaseModel):
    """One cluster.yaml, valid."""

    model_config = _MODEL

    cluster_name: Annotated[forms.ClusterName, STACK] = Field(
        alias="clusterName",
        description="Name of the cluster and of its CloudFormation stack, unique in account and region.",
        examples=["my-cluster"],
    )
    external_dns_name: Annotated[forms.DNSName, CLUSTER] = Field(
        alias="externalDNSName",
        description="DNS name of the Kubernetes API, for you and for kubeconfig. Let kube-aws make its "
        "record (createRecordSet), or point the name to the controller's address yourself.",
        examples=["k8s.example.com"],
    )
    region: Annotated[forms.Region, STACK] = Field(
        alias="region", description="AWS region of the cluster.", examples=["eu-west-1"]
    )
    availability_zone: Annotated[forms.Zone, CLUSTER] = Field(
        alias="availabilityZone",
        description="Zone of the region in which all nodes run.",
        examples=["eu-west-1a"],
    )
    key_name: Annotated[forms.KeyName, CLUSTER] = Field(
        alias="keyName",
        description="EC2 key pair, whose owner may log in to nodes as `core` (see sshAllowedCIDRs).",
        examples=["my-key"],
    )
    kms_key_arn: Annotated[forms.KMSKeyArn, CLUSTER] = Field(
        alias="kmsKeyArn",
        description="KMS key that seals the cluster's secrets; only the nodes' roles may unseal them.",
        examples=["arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"],
    )

    kubernetes_version: Annotated[forms.KubernetesVersion, RELEASES] = Field(
        default=forms.KUBERNETES,
        alias="kubernetesVersion",
        description=f"Version of Kubernetes. Minors: {', '.join(forms.KUBERNETES_MINORS)}.",
    )
    release_channel: Annotated[Literal["alpha", "beta", "stable"], RELEASES] = Field(
        default="stable",
        alias="releaseChannel",
        description="Channel of Flatcar Container Linux, the nodes' system: alpha, beta or stable. "
        "release.lock holds the release that was chosen.",
    )

    create_record_set: Annotated[forms.Boolean, DNS] = Field(
        default=False,
        alias="createRecordSet",
        description="Make the Route 53 record of externalDNSName, in hostedZone.",
    )
    hosted_zone: Annotated[forms.HostedZone, DNS] = Field(
        default="",
        alias="hostedZone",
        description="Existing public Route 53 zone, by its name: for the record of externalDNSName "
        "(createRecordSet) and for names of Services (addons.external-dns).",
        examples=["example.com"],
    )
    record_set_ttl: Annotated[forms.Whole, DNS] = Field(
        default=300,
        ge=1,
        le=2147483647,
        alias="recordSetTTL",
        description="Seconds for which resolvers may keep the record. Needs createRecordSet.",
    )

    controller_instance_type: Annotated[forms.InstanceType, CONTROLLER] = Field(
        default="t3.medium",
        alias="controllerInstanceType",
        description="EC2 instance type of the controller; 4 GiB of memory or more. Graviton (t4g) works too.",
        examples=["t3.medium"],
    )
    controller_root_volume_size: Annotated[forms.VolumeSize, CONTROLLER] = Field(
        default=30,
        alias="controllerRootVolumeSize",
        description="GiB of the controller's disk (gp3, encrypted). etcd has a volume of its own.",
    )

    worker_count: Annotated[forms.Whole, WORKERS] = Field(
        default=1, ge=0, le=4999, alias="workerCount", description="How many workers run."
    )
    worker_instance_type: Annotated[forms.InstanceType, WORKERS] = Field(
        default="t3.medium",
        alias="workerInstanceType",
        description="EC2 instance type of the workers.",
        examples=["t3.medium"],
    )
    worker_root_volume_size: Annotated[forms.VolumeSize, WORKERS] = Field(
        default=30,
        alias="workerRootVolumeSize",
        description="GiB of a worker's disk (gp3, encrypted): images, logs, pods' temporary files.",
    )
    worker_spot_price: Annotated[forms.Price | None, WORKERS] = Field(
        default=None,
        alias="workerSpotPrice",
        description="Run the workers as spot instances, paying at most this: dollars an hour. "
        "AWS may take a spot instance away at two minutes' notice. Without it: on demand.",
        examples=["0.05"],
    )

    vpc_id: Annotated[forms.VpcId | None, NETWORK] = Field(
        default=None,
        alias="vpcId",
        description="Use this existing VPC (its DNS hostnames and resolution on). Without it: a new one.",
        examples=["vpc-0123456789abcdef0"],
    )
    route_table_id: Annotated[forms.RouteTableId | None, NETWORK] = Field(
        default=None,
        alias="routeTableId",
        description="Route table for the cluster's subnet, one of the existing VPC with a route to the "
        "internet. Needs vpcId.",
        examples=["rtb-0123456789abcdef0"],
    )
    vpc_cidr: Annotated[forms.Network, NETWORK] = Field(
        default=IPv4Network("10.0.0.0/16"),
        alias="vpcCIDR",
        description="Addresses of the VPC, /16 to /28; with vpcId those of the existing one.",
    )
    instance_cidr: Annotated[forms.Network, NETWORK] = Field(
        default=IPv4Network("10.0.0.0/24"),
        alias="instanceCIDR",
        description="Addresses of the cluster's subnet, inside vpcCIDR and used by no other subnet.",
    )
    controller_ip: Annotated[forms.Address, NETWORK] = Field(
        default=IPv4Address("10.0.0.50"),
        alias="controllerIP",
        description="The controller's fixed private address, inside instanceCIDR. "
        "AWS keeps a subnet's first four addresses and its last.",
    )
    controller_address: Annotated[Literal["interface", "assigned"], NETWORK] = Field(
        default="interface",
        alias="controllerAddress",
        description="How each controller comes by controllerIP: with a network `interface` that stays when "
        "it is replaced, or `assigned` as a second address, which it asks for when it boots.",
    )
    pod_cidr: Annotated[forms.Network, NETWORK] = Field(
        default=IPv4Network("10.2.0.0/16"),
        alias="podCIDR",
        description="Addresses of pods; each node gets a /24 of them. Outside vpcCIDR and serviceCIDR.",
    )
    service_cidr: Annotated[forms.Network, NETWORK] = Field(
        default=IPv4Network("10.3.0.0/24"),
        alias="serviceCIDR",
        description="Addresses of Services; the first is the API's. Outside vpcCIDR and podCIDR.",
    )
    dns_service_ip: Annotated[forms.Address, NETWORK] = Field(
        default=IPv4Address("10.3.0.10"),
        alias="dnsServiceIP",
        description="Address of the cluster's DNS Service, inside serviceCIDR and not its first.",
    )

    api_allowed_cidrs: Annotated[tuple[forms.Network, ...], ACCESS] = Field(
        default=(IPv4Network("0.0.0.0/0"),),
        min_length=1,
        max_length=50,
        alias="apiAllowedCIDRs",
        description="Networks that may reach the Kubernetes API (port 443); it asks for a certificate too.",
    )
    ssh_allowed_cidrs: Annotated[tuple[forms.Network, ...], ACCESS] = Field(
        default=(),
        max_length=50,
        alias="sshAllowedCIDRs",
        description="Networks that may reach SSH (port 22) on the nodes. Empty: nobody.",
    )

    permissions_boundary: Annotated[forms.PolicyArn | None, ACCOUNT] = Field(
        default=None,
        alias="permissionsBoundary",
        description="Boundary of every role, where the account demands one: a policy's ARN.",
        examples=["arn:aws:iam::123456789012:policy/boundary"],
    )
    iam_path: Annotated[forms.IAMPath, ACCOUNT] = Field(
        default="/",
        alias="iamPath",
        description="Path of the IAM roles.",
        examples=["/team/"],
    )
    stack_tags: Annotated[dict[str, str], ACCOUNT] = Field(
        default={},
        alias="stackTags",
        description="Tags of the stack, which CloudFormation gives to all that it makes.",
        examples=[{"Team": "platform"}],
    )

    addons: Annotated[AddOns, ADDONS] = Field(
        default=AddOns(),
        alias="addons",
        description="What kube-aws installs in the cluster.",
    )
