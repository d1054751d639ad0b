"""The workers: an Auto Scaling group for each pool, on demand or spot."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Pool, pools
from kube_aws.release.lock import Lock
from kube_aws.stack.dns import records
from kube_aws.stack.instances import instance
from kube_aws.stack.network import routes, subnet
from kube_aws.stack.security_groups import WORKER


def worker_groups(cluster: Cluster, lock: Lock) -> dict[str, object]:
    """Launch template and group of each pool."""
    resources: dict[str, object] = {}
    for pool in pools(cluster):
        resources |= _pool(cluster, lock, pool)
    return resources


def _group_name(pool: Pool) -> str:
    """The logical name of a pool's group: `Workers` for the pool `worker`."""
    return "".join(word.capitalize() for word in pool.name.split("-")) + "s"


def _pool(cluster: Cluster, lock: Lock, pool: Pool) -> dict[str, object]:
    name = _group_name(pool)
    return {
        f"{name}LaunchTemplate": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {
                "LaunchTemplateData": {
                    **instance(
                        cluster,
                        lock,
                        "worker",
                        what=pool.name,
                        instance_type=pool.instance_type,
                        root_volume_size=pool.root_volume_size,
                    ),
                    "SecurityGroupIds": [{"Ref": WORKER}],
                }
            },
        },
        name: {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "DependsOn": [*routes(cluster), *records(cluster)],
            "Properties": {
                "VPCZoneIdentifier": [{"Ref": subnet(cluster, zone)} for zone in pool.zones],
                "MinSize": str(pool.count),
                "MaxSize": str(pool.count),
                "DesiredCapacity": str(pool.count),
                **_launch(name, pool),
            },
        },
    }


def _launch(name: str, pool: Pool) -> dict[str, object]:
    template = {
        "LaunchTemplateId": {"Ref": f"{name}LaunchTemplate"},
        "Version": {"Fn::GetAtt": [f"{name}LaunchTemplate", "LatestVersionNumber"]},
    }
    if pool.spot_price is None:
        return {"LaunchTemplate": template}
    return {
        "MixedInstancesPolicy": {
            "InstancesDistribution": {
                "OnDemandBaseCapacity": 0,
                # Its default is 100: all on demand.
                "OnDemandPercentageAboveBaseCapacity": 0,
                "SpotAllocationStrategy": "price-capacity-optimized",
                "SpotMaxPrice": pool.spot_price,
            },
            "LaunchTemplate": {"LaunchTemplateSpecification": template},
        }
    }
