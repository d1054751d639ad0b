"""`up` while the nodes of its stack boot."""

import json
import re
import signal

from tests.operations.command import KEY_ARN, NAME
from tests.operations.nodes import Nodes, read_until

DENIED = (
    "FAILED 4/7 unseal: kms Decrypt: AccessDeniedException: User: x is not authorized to perform: kms:Decrypt"
)


def test_up_on_a_cluster_that_is_ready_says_so_at_once(up: Nodes):
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    up.join()
    up.api.ready = True
    again = up.run("up")
    assert again.returncode == 0
    assert re.search(r"^Ready: API \d+ ms, 3 nodes, 2 add-ons\.$", again.stderr, re.MULTILINE)
    assert again.stdout.startswith(f"Cluster Name:   {NAME}\n")


def test_a_stage_that_fails_is_told_with_what_is_wrong_with_the_key(up: Nodes):
    account = up.article.account
    policy = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.id}:user/operator"},
        "Action": "kms:*",
    }
    kms, of_key = account.client("kms"), {"KeyId": KEY_ARN, "PolicyName": "default"}
    former = kms.get_key_policy(**of_key)["Policy"]
    denying = json.dumps({"Version": "2012-10-17", "Statement": [policy | {"Resource": "*"}]})
    kms.put_key_policy(**of_key, Policy=denying)
    up.tell(DENIED, "2/4 wait-for-api", "2/4 wait-for-api")
    failed = up.run("up")
    kms.put_key_policy(**of_key, Policy=former)
    assert failed.returncode == 1
    told = failed.stderr[failed.stderr.index("error:") :].splitlines()
    assert told[0] == "error: controller-0 stopped at 4/7 unseal: KMS refused kms:Decrypt"
    assert re.fullmatch(
        rf"  on      {up.article.instances()[0]}, \d+s after launch; workers only wait for it", told[1]
    )
    assert told[2] == f"  said    {DENIED.partition('unseal: ')[2]}"
    assert told[3].startswith(
        "  cause   the policy of key 6d9f59dc-e5c1-441d-8743-4d55c7cd1701 does not delegate"
    )
    assert told[5:] == [
        '  then    the node tries again by itself; "kube-aws up" watches on',
        '  now     3 instances run; "kube-aws destroy" removes all',
    ]


def test_what_aws_does_not_show_does_not_hide_what_stopped(up: Nodes):
    up.article.aws.faults(
        {
            "do": "refuse",
            "action": "ec2:DescribeRouteTables",
            "times": 9,
            "code": "UnauthorizedOperation",
            "message": "You are not authorized to perform this operation.",
        }
    )
    unreached = "FAILED 1/4 downloads: cannot download https://dl.k8s.io/x: curl: (28) Connection timed out"
    up.tell("7/7 ready", unreached, "2/4 wait-for-api")
    failed = up.run("up")
    assert failed.returncode == 1
    told = failed.stderr[failed.stderr.index("error:") :].splitlines()
    assert told[0] == "error: worker stopped at 1/4 downloads: a download site cannot be reached"
    assert told[3:5] == [
        "  cause   nothing answers the node there",
        (
            "  but     what is behind it could not be looked up: AWS refused DescribeRouteTables: You are not"
            " authorized to perform this operation. docs/operator-policy.json holds the permissions that an"
            " operator needs."
        ),
    ]


def test_ctrl_c_stops_only_the_watching(up: Nodes):
    up.tell("6/7 control-plane", "2/4 wait-for-api", "2/4 wait-for-api")
    process = up.start("up")
    read_until(process, "2/4 wait-for-api")
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert '"kube-aws up" watches on.' in rest
    assert "Traceback" not in rest


def test_no_wait_follows_nothing(up: Nodes):
    assert up.run("up", "--no-wait").returncode == 0


def test_ec2_may_throttle(up: Nodes):
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    up.join()
    up.api.ready = True
    up.article.aws.faults({"do": "throttle", "action": "ec2:DescribeInstances", "nth": 1})
    throttled = up.run("up")
    assert throttled.returncode == 0
    assert "AWS throttles" in throttled.stderr
