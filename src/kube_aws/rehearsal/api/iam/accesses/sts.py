"""STS: who one is, nobody may be refused; a role is assumed by its ARN."""

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.principal import Principal


def accesses(call: Call, _: Principal) -> list[Access]:
    """The access that an STS call needs: none for GetCallerIdentity."""
    if call.name == "GetCallerIdentity":
        return []
    return [Access(call.action, call.parameters.get("RoleArn"))]
