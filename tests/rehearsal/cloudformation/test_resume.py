"""A rehearsal that is killed in the middle of a stack operation carries it on."""

import pickle
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.rehearsal.cloudformation.templates import article, events, settled
from werkzeug.serving import make_server

from kube_aws.rehearsal.api import patches, world
from kube_aws.rehearsal.api.application import Application

ACCOUNT = "999999999999"


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """The embedded AWS in this process, so that its engine can be taken out and replaced."""
    patches.apply()
    application = Application()
    served = make_server("127.0.0.1", 0, application, threaded=True)
    application.endpoint = f"http://127.0.0.1:{served.port}"
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield application
    served.shutdown()


@pytest.fixture
def clients(server: Application) -> Any:
    operator = world.operator(ACCOUNT)
    world.hosted_zone(ACCOUNT, "particule.io")
    return lambda service: boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name="eu-west-1",
        aws_access_key_id=operator.access_key_id,
        aws_secret_access_key=operator.secret_access_key,
    )


@pytest.mark.parametrize(
    "action",
    [
        "ec2:CreateVpc",
        "ec2:CreateSubnet",
        "ec2:AttachInternetGateway",
        "ec2:AssociateRouteTable",
        "ec2:CreateRoute",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateNetworkInterface",
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:CreateVolume",
        "ec2:CreateLaunchTemplate",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AddRoleToInstanceProfile",
        "route53:CreateHostedZone",
        "route53:ChangeResourceRecordSets",
        "dlm:CreateLifecyclePolicy",
        "autoscaling:CreateAutoScalingGroup",
    ],
)
def test_what_was_made_before_the_end_is_not_made_again(
    server: Application, clients: Any, action: str
) -> None:
    client = clients("cloudformation")
    server.faults.set([{"do": "hold", "action": action, "via": True, "after": True}])
    stack = client.create_stack(
        StackName="stack", TemplateBody=article(), Capabilities=["CAPABILITY_IAM"], DisableRollback=True
    )["StackId"]
    assert server.faults.held(timeout=10) == [action]

    # The process ends here: the service has done what it was asked, and nobody has heard its answer.
    killed = server.cloudformation
    state = pickle.dumps(killed.state())
    killed.forget(None)
    server.faults.set([])
    for thread in threading.enumerate():
        if thread.name == "stack":
            thread.join()
    server.cloudformation = type(killed)(killed.clients)
    server.cloudformation.restore(pickle.loads(state))
    server.cloudformation.resume()

    described = settled(client, stack)
    assert described["StackStatus"] == "CREATE_COMPLETE", described
    begun = [name for name, status in events(client, stack) if status == "CREATE_COMPLETE"]
    assert len(begun) == len(set(begun))
    own = [{"Name": "tag:aws:cloudformation:stack-id", "Values": [stack]}]
    tagged = clients("ec2").describe_tags(Filters=own[:0])["Tags"]
    made = {tag["ResourceId"] for tag in tagged if tag["Value"] == stack}
    noted = {
        one["PhysicalResourceId"]
        for one in client.describe_stack_resources(StackName=stack)["StackResources"]
    }
    addresses = {address["AllocationId"] for address in clients("ec2").describe_addresses()["Addresses"]}
    assert {one for one in made - addresses if not one.startswith(("i-", "lt-"))} <= noted

    client.delete_stack(StackName="stack")
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE"
    assert all(vpc["IsDefault"] for vpc in clients("ec2").describe_vpcs()["Vpcs"])
    assert not clients("ec2").describe_volumes()["Volumes"]
    assert not clients("ec2").describe_addresses()["Addresses"]
    assert not clients("iam").list_roles()["Roles"]


def test_deletion_is_carried_on(server: Application, clients: Any) -> None:
    client = clients("cloudformation")
    server.faults.set([])
    stack = client.create_stack(StackName="stack", TemplateBody=article(), Capabilities=["CAPABILITY_IAM"])[
        "StackId"
    ]
    settled(client, stack)
    server.faults.set([{"do": "hold", "action": "ec2:DeleteVolume", "via": True, "after": True}])
    client.delete_stack(StackName="stack")
    assert server.faults.held(timeout=10)
    killed = server.cloudformation
    state = pickle.dumps(killed.state())
    killed.forget(None)
    server.faults.set([])
    for thread in threading.enumerate():
        if thread.name == "stack":
            thread.join()
    server.cloudformation = type(killed)(killed.clients)
    server.cloudformation.restore(pickle.loads(state))
    server.cloudformation.resume()
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE"
    assert all(vpc["IsDefault"] for vpc in clients("ec2").describe_vpcs()["Vpcs"])
