"""A rehearsal that is killed in the middle of a stack operation carries it on."""

import itertools
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.rehearsal.cloudformation.templates import article, events, reasons, settled
from werkzeug.serving import make_server

from kube_aws.rehearsal.api import patches, world
from kube_aws.rehearsal.api.application import Application
from kube_aws.rehearsal.api.cloudformation.service import CloudFormation
from kube_aws.rehearsal.api.server import Handler

accounts = itertools.count(900000000001)


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """The embedded AWS in this process, so that its engine can be taken out and replaced."""
    patches.apply()
    application = Application()
    served = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    application.endpoint = f"http://127.0.0.1:{served.port}"
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield application
    served.shutdown()


@pytest.fixture
def clients(server: Application) -> Any:
    account = str(next(accounts))
    operator = world.operator(account)
    world.hosted_zone(account, "particule.io")
    world.key_pair(account, "eu-west-1", "klefevre-sorrow")
    server.faults.set([])
    server.cloudformation.forget(None)
    return lambda service: boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name="eu-west-1",
        aws_access_key_id=operator.access_key_id,
        aws_secret_access_key=operator.secret_access_key,
    )


def interrupted(server: Application, action: str) -> Any:
    """Wait until the service has done `action` and nobody has heard its answer; the process ends there.

    Returns the engine's state as it was saved at that moment, for a new engine.
    """
    assert server.faults.held(timeout=10) == [action]
    state = pickle.dumps(server.cloudformation.state())
    server.cloudformation.forget(None)
    server.faults.set([])
    for thread in threading.enumerate():
        if thread.name == "stack":
            thread.join()
    return pickle.loads(state)


def carry_on(server: Application, state: Any) -> None:
    server.cloudformation = CloudFormation(server.cloudformation.clients)
    server.cloudformation.restore(state)
    server.cloudformation.resume()


def leftovers(clients: Any) -> list[Any]:
    """What is there beside the hosted zone that was there from the beginning."""
    ec2, iam = clients("ec2"), clients("iam")
    vpcs = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    volumes = ec2.describe_volumes()["Volumes"]
    addresses = ec2.describe_addresses()["Addresses"]
    templates = ec2.describe_launch_templates()["LaunchTemplates"]
    profiles = iam.list_instance_profiles()["InstanceProfiles"]
    policies = clients("dlm").get_lifecycle_policies()["Policies"]
    zones = clients("route53").list_hosted_zones()["HostedZones"][1:]
    return [*vpcs, *volumes, *addresses, *templates, *profiles, *policies, *zones, *iam.list_roles()["Roles"]]


@pytest.mark.parametrize(
    "action",
    [
        "ec2:CreateVpc",
        "ec2:CreateInternetGateway",
        "ec2:AttachInternetGateway",
        "ec2:CreateSubnet",
        "ec2:CreateRouteTable",
        "ec2:CreateRoute",
        "ec2:AssociateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateNetworkInterface",
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:CreateVolume",
        "ec2:CreateLaunchTemplate",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:CreateInstanceProfile",
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
    options = {"Capabilities": ["CAPABILITY_IAM"], "DisableRollback": True}
    stack = client.create_stack(StackName="stack", TemplateBody=article(), **options)["StackId"]
    carry_on(server, interrupted(server, action))

    assert settled(client, stack)["StackStatus"] == "CREATE_COMPLETE", reasons(client, stack)
    done = [name for name, status in events(client, stack) if status == "CREATE_COMPLETE"]
    assert len(done) == len(set(done))
    # Whatever was made twice would stay behind, or stand in the way.
    client.delete_stack(StackName="stack")
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE", reasons(client, stack)
    assert leftovers(clients) == []


@pytest.mark.parametrize("action", ["ec2:DeleteVolume", "iam:DeleteRole", "ec2:DeleteSubnet"])
def test_deletion_is_carried_on(server: Application, clients: Any, action: str) -> None:
    client = clients("cloudformation")
    options = {"Capabilities": ["CAPABILITY_IAM"]}
    stack = client.create_stack(StackName="stack", TemplateBody=article(), **options)["StackId"]
    settled(client, stack)
    server.faults.set([{"do": "hold", "action": action, "via": True, "after": True}])
    client.delete_stack(StackName="stack")
    carry_on(server, interrupted(server, action))
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE", reasons(client, stack)
    assert leftovers(clients) == []
