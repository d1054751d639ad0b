"""What goes wrong on AWS, and how a person gets on from there."""

import signal
import subprocess
import time

import pytest
from tests.operations.command import NAME, Article

HELD = {"do": "hold", "action": "ec2:CreateVpc", "via": True}
BUSY = "Group did not stabilize. Last scaling activity: We currently do not have sufficient t2.small capacity"


def test_the_root_cause_comes_first_and_up_again_continues(article: Article):
    article.aws.faults(resources={"Workers": BUSY})
    failed = article.run("up")
    assert failed.returncode == 1
    assert "Success!" not in failed.stdout
    said = failed.stderr[failed.stderr.index("error:") :].splitlines()
    assert said[0] == "error: Workers (AWS::AutoScaling::AutoScalingGroup) was not created"
    assert said[1].startswith("  said    ")
    assert BUSY in said[1]
    assert said[2] == "  cause   the zone has no such instances left for now"
    assert said[3].startswith("  mend    ")
    assert '  then    "kube-aws up" continues from here' in said
    assert any(line.startswith("  now     ") and "kube-aws destroy" in line for line in said)
    first = article.stack()["StackId"]

    article.aws.faults()
    continued = article.run("up")
    assert continued.returncode == 0
    assert "Continuing stack particule-k8s-clust, which stopped at CREATE_FAILED." in continued.stderr
    assert "Success! Your AWS resources have been created:" in continued.stdout
    assert article.stack()["StackId"] == first
    assert article.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_a_rolled_back_stack_is_removed_only_when_agreed(article: Article):
    article.run("up", "--export")
    body = (article.folder / f"{NAME}.stack-template.json").read_text()
    article.aws.faults(resources={"Workers": BUSY})
    cloudformation = article.account.client("cloudformation")
    cloudformation.create_stack(
        StackName=NAME, TemplateBody=body, Capabilities=["CAPABILITY_IAM"], OnFailure="ROLLBACK"
    )
    while article.stack()["StackStatus"] != "ROLLBACK_COMPLETE":
        time.sleep(0.1)
    article.aws.faults()

    asked = article.run("up")
    assert asked.returncode == 1
    assert "is in state ROLLBACK_COMPLETE. Remove what is left, and create it anew?" in asked.stderr
    assert article.stacks() == [f"{NAME} ROLLBACK_COMPLETE"]

    assert article.run("up", "--yes").returncode == 0
    assert article.stacks() == [f"{NAME} CREATE_COMPLETE"]


def test_what_cannot_be_removed_is_named_and_destroy_goes_on_later(article: Article):
    article.run("up")
    ec2 = article.account.client("ec2")
    vpc = article.physical("VPC")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    stuck = article.run("destroy", "--yes")
    assert stuck.returncode == 1
    assert "error: VPC (AWS::EC2::VPC) was not removed" in stuck.stderr
    assert "has dependencies and cannot be deleted" in stuck.stderr
    assert "something that the stack did not make still uses it" in " ".join(stuck.stderr.split())
    assert '"kube-aws destroy" tries again' in stuck.stderr

    ec2.delete_route_table(RouteTableId=table)
    assert article.run("destroy", "--yes").returncode == 0
    assert article.stacks() == []


def test_preflight_stops_before_anything_is_created(article: Article):
    article.account.client("ec2").delete_key_pair(KeyName="klefevre-sorrow")
    stopped = article.run("up")
    assert stopped.returncode == 1
    assert "cluster.yaml:6:10: error key-pair-missing\n  keyName: klefevre-sorrow\n" in stopped.stderr
    assert "nothing was created" in stopped.stderr
    assert article.stacks() == []
    assert not (article.folder / "credentials" / "sealed.json").exists()


def test_watching_goes_on_while_aws_throttles_or_falls_silent(article: Article):
    article.aws.faults(
        {"do": "throttle", "action": "cloudformation:DescribeStackEvents", "nth": 1},
        {"do": "cut", "action": "cloudformation:DescribeStackEvents", "nth": 2},
        {"do": "error", "action": "cloudformation:DescribeStackEvents", "nth": 3},
    )
    created = article.run("up")
    assert created.returncode == 0
    assert "AWS throttles; looking less often" in created.stderr
    assert "AWS does not answer" in created.stderr
    assert "AWS has trouble" in created.stderr


def test_ctrl_c_stops_only_the_watching(article: Article):
    article.aws.faults(HELD)
    process = article.start("up")
    read_until(process, "created")
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert 'AWS goes on by itself. "kube-aws up" watches on.' in rest
    assert "Traceback" not in rest
    assert "Success!" not in out

    watching = article.start("up")
    read_until(watching, "is in state CREATE_IN_PROGRESS already; watching it.")
    article.aws.faults()
    out, _ = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert "Success!" in out


def test_no_wait_starts_and_leaves(article: Article):
    article.aws.faults(HELD)
    started = article.run("up", "--no-wait")
    assert started.returncode == 0
    assert started.stdout == "Creating AWS resources. This should take around 5 minutes.\n"
    assert article.stack()["StackStatus"] == "CREATE_IN_PROGRESS"


def read_until(process: subprocess.Popen[str], words: str) -> None:
    """Read the notes up to a line with these words."""
    assert process.stderr is not None
    assert any(words in line for line in process.stderr)


def test_the_same_bytes_again_after_a_destroy(article: Article):
    article.run("up")
    article.run("destroy", "--yes")
    # AWS may still know the token of the stack that is gone; the embedded one forgets it.
    gone = {"do": "refuse", "code": "TokenAlreadyExistsException", "message": "A token already exists."}
    article.aws.faults({**gone, "action": "cloudformation:CreateStack"})
    assert article.run("up").returncode == 0
    assert article.stacks() == [f"{NAME} CREATE_COMPLETE"]


def test_destroy_watches_on_where_another_run_began(article: Article):
    article.run("up")
    article.account.client("cloudformation").delete_stack(StackName=NAME)
    assert article.run("destroy", "--yes").returncode == 0
    assert article.stacks() == []


def test_somebody_else_s_stack_is_neither_changed_nor_removed(article: Article):
    article.account.client("cloudformation").create_stack(
        StackName=NAME,
        TemplateBody='{"Description": "the shop", "Resources": {"A": {"Type": "AWS::EC2::InternetGateway"}}}',
    )
    for command in ("up", "destroy"):
        refused = article.run(command, "--yes")
        assert refused.returncode == 1
        assert "is not a kube-aws cluster" in refused.stderr
    assert len(article.stacks()) == 1


@pytest.mark.parametrize(
    ("environment", "flags", "told"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIDWRONG"}, (), "AWS does not know these credentials"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, (), "AWS does not accept the signature"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, (), "AWS cannot be reached"),
        ({}, ("--region", "us-east-1"), "--region us-east-1, but the cluster is in eu-west-1"),
        ({}, ("--profile", "nobody"), "there is no AWS profile nobody"),
    ],
)
def test_ways_not_to_reach_aws(
    article: Article, environment: dict[str, str], flags: tuple[str, ...], told: str
):
    refused = article.run("status", *flags, env={**article.account.env, **environment})
    assert refused.returncode in (1, 2)
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_no_credentials_at_all(article: Article):
    bare = {key: value for key, value in article.account.env.items() if "KEY" not in key}
    bare |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"}
    refused = article.run("up", env=bare)
    assert refused.returncode == 1
    assert "no AWS credentials" in refused.stderr
    assert "--profile" in refused.stderr


def test_a_lock_that_a_rehearsal_built_is_refused_on_aws(article: Article):
    outside = {key: value for key, value in article.account.env.items() if key != "AWS_ENDPOINT_URL"}
    refused = article.run("up", env=outside)
    assert refused.returncode == 1
    assert "entries that were built for a rehearsal" in refused.stderr


def test_debug_tells_calls_and_no_secrets(article: Article):
    told = article.run("up", "--aws-debug", "--no-wait").stderr
    assert "aws: cloudformation CreateStack" in told
    assert "aws: kms Encrypt" in told
    assert '"Plaintext": "(not shown)"' in told
    assert article.account.operator.secret_access_key not in told
    assert "PRIVATE KEY" not in told
