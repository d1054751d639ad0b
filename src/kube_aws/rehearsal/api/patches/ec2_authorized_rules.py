"""AuthorizeSecurityGroup… answers with every rule that it made."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response


def ec2_authorized_rules() -> None:
    """Tell all rules of a request; moto tells the last permission's only."""

    def answer(response: Any, authorize: Any) -> ActionResult:
        response.error_on_dryrun()
        rules: list[Any] = []
        for permission in response._process_rules_from_querystring():
            rules += authorize(**permission)[0]
        return ActionResult({"Return": True, "SecurityGroupRules": rules})

    def ingress(response: Any) -> ActionResult:
        return answer(response, response.ec2_backend.authorize_security_group_ingress)

    def egress(response: Any) -> ActionResult:
        return answer(response, response.ec2_backend.authorize_security_group_egress)

    EC2Response.authorize_security_group_ingress = ingress
    EC2Response.authorize_security_group_egress = egress
