"""DescribeInstanceTopology answers."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response


def ec2_instance_topology() -> None:
    """Answer with no topology, as AWS does for types that have none; moto fails, and clients retry.

    Source: EC2 User Guide, "Amazon EC2 topology": only some accelerated types are described.
    """

    def describe(_: Any) -> ActionResult:
        return ActionResult({"Instances": []})

    EC2Response.describe_instance_topology = describe
