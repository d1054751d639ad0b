"""Service Quotas: what a new account may have of each thing that a cluster needs."""

from typing import Any

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal

SERVICE_NAMES = {
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
    "elasticloadbalancing": "Elastic Load Balancing (ELB)",
}

QUOTAS: dict[tuple[str, str], tuple[str, float]] = {
    ("ec2", "L-1216C47A"): (
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
        16.0,
    ),
    ("ec2", "L-34B43A08"): ("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 16.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5.0),
    ("elasticloadbalancing", "L-E9E9831D"): ("Classic Load Balancers per Region", 20.0),
}
"""AWS's names and default values. Source: the Service Quotas console; AWS General Reference, endpoints and
quotas of each service. New accounts get 5, 16 or 32 vCPUs."""


class ServiceQuotas:
    """The quotas of every account; `values` holds those that are not the default, by account and code."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], float] = {}

    def handle(self, call: Call, principal: Principal) -> dict[str, Any]:
        """Answer GetServiceQuota and GetAWSDefaultServiceQuota, or raise ApiError."""
        if call.name not in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
            raise ApiError("InvalidAction", f"The rehearsal has no {call.action}.", 501)
        service, code = call.parameters["ServiceCode"], call.parameters["QuotaCode"]
        if (service, code) not in QUOTAS:
            raise ApiError(
                "NoSuchResourceException",
                "The request failed because the specified quota does not exist.",
                404,
            )
        name, value = QUOTAS[service, code]
        owner = ""
        if call.name == "GetServiceQuota":
            value = self.values.get((principal.account, code), value)
            owner = principal.account
        arn = f"arn:{principal.partition}:servicequotas:{call.region}:{owner}:{service}/{code}"
        return {
            "Quota": {
                "ServiceCode": service,
                "ServiceName": SERVICE_NAMES[service],
                "QuotaArn": arn,
                "QuotaCode": code,
                "QuotaName": name,
                "Value": value,
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
        }
