"""What Kubernetes' controllers would have made on AWS for a cluster, and what strangers have beside it."""

from dataclasses import dataclass
from typing import Any

from tests.embedded_aws import Account
from tests.operations.command import NAME, Article

LISTENER = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 30080}
ZONE = "eu-west-1a"


@dataclass(frozen=True)
class Maker:
    """Makes things as the controllers of the cluster `name` do, in a VPC's subnet."""

    account: Account
    vpc: str
    subnet: str
    name: str = NAME

    @property
    def owned(self) -> dict[str, str]:
        return {"Key": f"kubernetes.io/cluster/{self.name}", "Value": "owned"}

    def tags(self, service: str) -> list[dict[str, str]]:
        return [self.owned, {"Key": "kubernetes.io/service-name", "Value": service}]

    def group(self, name: str, lets_in: str = "") -> str:
        """A load balancer's group, and the rule of the group `lets_in` that names it."""
        ec2 = self.account.client("ec2")
        tags = [{"ResourceType": "security-group", "Tags": [self.owned]}]
        group = str(
            ec2.create_security_group(
                GroupName=name, Description=name, VpcId=self.vpc, TagSpecifications=tags
            )["GroupId"]
        )
        if lets_in:
            rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
            ec2.authorize_security_group_ingress(GroupId=lets_in, IpPermissions=[rule])
        return group

    def classic(self, name: str, service: str, workers: str = "") -> None:
        self.account.client("elb").create_load_balancer(
            LoadBalancerName=name,
            Listeners=[LISTENER],
            Subnets=[self.subnet],
            SecurityGroups=[self.group(f"k8s-elb-{name}", workers)],
            Tags=self.tags(service),
        )

    def network(self, name: str, service: str, workers: str = "") -> None:
        elbv2 = self.account.client("elbv2")
        group = self.group(f"k8s-elb-{name}", workers)
        (balancer,) = elbv2.create_load_balancer(
            Name=name,
            Type="network",
            SubnetMappings=[{"SubnetId": self.subnet}],
            SecurityGroups=[group],
            Tags=self.tags(service),
        )["LoadBalancers"]
        (targets,) = elbv2.create_target_group(
            Name=f"k8s-{name}", Protocol="TCP", Port=30080, VpcId=self.vpc, Tags=self.tags(service)
        )["TargetGroups"]
        elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="TCP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": targets["TargetGroupArn"]}],
        )

    def volume(self, claim: str, instance: str = "") -> str:
        """A claim's volume, attached to an instance where one is given."""
        ec2 = self.account.client("ec2")
        tags = {
            self.owned["Key"]: "owned",
            "ebs.csi.aws.com/cluster": "true",
            "kubernetes.io/created-for/pvc/name": claim,
            "kubernetes.io/created-for/pvc/namespace": "default",
        }
        made = ec2.create_volume(
            AvailabilityZone=ZONE,
            Size=3,
            VolumeType="gp3",
            TagSpecifications=[
                {"ResourceType": "volume", "Tags": [{"Key": key, "Value": tags[key]} for key in tags]}
            ],
        )
        if instance:
            ec2.attach_volume(VolumeId=made["VolumeId"], InstanceId=instance, Device="/dev/xvdba")
        return str(made["VolumeId"])

    def record(self, name: str, owner: str = "") -> None:
        """A name's record, and with an owner what external-dns writes beside it."""
        route53 = self.account.client("route53")
        (zone,) = (
            one["Id"] for one in route53.list_hosted_zones()["HostedZones"] if one["Name"] == "particule.io."
        )
        sets: list[dict[str, Any]] = [
            {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "lb.example.com"}]}
        ]
        if owner:
            told = (
                f'"heritage=external-dns,external-dns/owner={owner},external-dns/resource=service/default/x"'
            )
            sets.append(
                {"Name": f"cname-{name}", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": told}]}
            )
        changes = [{"Action": "CREATE", "ResourceRecordSet": one} for one in sets]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def maker(article: Article) -> Maker:
    """Makes things for the article's cluster, whose stack is there."""
    subnet = article.physical("Subnet0")
    (told,) = article.account.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]
    return Maker(article.account, told["VpcId"], subnet)


def everything(account: Account) -> dict[str, set[str]]:
    """All of the account that a cluster, its Services and its claims are made of, by type; but for what comes
    and goes with something else: an instance's disk, a load balancer's interfaces, a VPC's default group."""
    ec2, autoscaling, elb, elbv2, route53 = (
        account.client(name) for name in ("ec2", "autoscaling", "elb", "elbv2", "route53")
    )
    balancers = elb.describe_load_balancers()["LoadBalancerDescriptions"]
    interfaces = [
        one
        for one in ec2.describe_network_interfaces()["NetworkInterfaces"]
        if not one.get("RequesterManaged") and not one.get("Attachment", {}).get("DeleteOnTermination")
    ]
    groups = [
        one for one in ec2.describe_security_groups()["SecurityGroups"] if one["GroupName"] != "default"
    ]
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopped"]}]
    reservations = ec2.describe_instances(Filters=alive)["Reservations"]
    instances = [each for one in reservations for each in one["Instances"]]
    disks = {
        mapping["Ebs"]["VolumeId"]
        for one in instances
        for mapping in one["BlockDeviceMappings"]
        if mapping["DeviceName"] == one["RootDeviceName"]
    }
    zones = [one for one in route53.list_hosted_zones()["HostedZones"] if not one["Config"]["PrivateZone"]]
    return {
        "classic load balancer": _ids(balancers, "LoadBalancerName"),
        "network load balancer": _ids(elbv2.describe_load_balancers()["LoadBalancers"], "LoadBalancerArn"),
        "target group": _ids(elbv2.describe_target_groups()["TargetGroups"], "TargetGroupArn"),
        "security group": _ids(groups, "GroupId"),
        "volume": _ids(ec2.describe_volumes()["Volumes"], "VolumeId") - disks,
        "interface": _ids(interfaces, "NetworkInterfaceId"),
        "subnet": _ids(ec2.describe_subnets()["Subnets"], "SubnetId"),
        "VPC": _ids(ec2.describe_vpcs()["Vpcs"], "VpcId"),
        "gateway": _ids(ec2.describe_internet_gateways()["InternetGateways"], "InternetGatewayId"),
        "address": _ids(ec2.describe_addresses()["Addresses"], "PublicIp"),
        "launch template": _ids(ec2.describe_launch_templates()["LaunchTemplates"], "LaunchTemplateId"),
        "group": _ids(
            autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"], "AutoScalingGroupName"
        ),
        "instance": _ids(instances, "InstanceId"),
        "name": {
            record["Name"].rstrip(".").removeprefix("cname-")
            for zone in zones
            for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        },
    }


def _ids(listed: list[dict[str, Any]], key: str) -> set[str]:
    return {str(one[key]) for one in listed}
