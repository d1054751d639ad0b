"""The scripts `imds`, `aws`, `identity`, `unseal` and `stage` against services that check signatures."""

import base64
import json
import threading
from pathlib import Path

import pytest

from kube_aws.aws.nodes import SHORTENED

from .aws import SECRET_KEY, SESSION_TOKEN, Answer, Aws, Call
from .node import Node

ERROR = "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors></Response>"


def test_metadata_is_read_with_a_token(controller: Node, cloud: Aws):
    assert controller.run("imds", "meta-data/instance-id").stdout == "i-0123456789abcdef0"
    missing = controller.run("imds", "meta-data/tags/instance/none", check=False)
    assert missing.returncode
    assert "404" in missing.stderr


def test_calls_are_signed_and_their_parameters_arrive(controller: Node, cloud: Aws):
    cloud.answer = lambda call: (200, "<CreateTagsResponse><return>true</return></CreateTagsResponse>")
    done = controller.run("aws", "ec2", "CreateTags", 'Tag.1.Value=FAILED 1/2 a+b: it\'s "so" & <so> é', "X=")
    assert done.stdout == "<CreateTagsResponse><return>true</return></CreateTagsResponse>\n"
    assert cloud.calls == [
        Call(
            "ec2",
            "CreateTags",
            {"Version": "2016-11-15", "Tag.1.Value": 'FAILED 1/2 a+b: it\'s "so" & <so> é'},
        )
    ]


@pytest.mark.parametrize(
    ("service", "answer", "told"),
    [
        (
            "ec2",
            (403, ERROR.format("UnauthorizedOperation", "You are not allowed")),
            "UnauthorizedOperation: You are not allowed",
        ),
        (
            "kms",
            (400, '{"__type":"com.amazonaws#AccessDeniedException","Message":"no"}'),
            "AccessDeniedException: no",
        ),
        (
            "cloudformation",
            (400, "<ErrorResponse>\n<Error>\n<Code>ValidationError</Code>\n<Message>Stack x</Message>"),
            "ValidationError: Stack x",
        ),
    ],
)
def test_an_error_is_told_in_one_line_and_not_tried_again(
    controller: Node, cloud: Aws, service: str, answer: Answer, told: str
):
    cloud.answer = lambda call: answer
    done = controller.run("sh", "-c", f"echo {{}} | aws {service} Act", check=False)
    assert done.returncode == 1
    assert done.stderr == f"{service} Act: {told}\n"
    assert len(cloud.calls) == 1


def test_throttling_and_failures_of_aws_are_tried_again(controller: Node, cloud: Aws):
    answers = iter(
        [
            (503, ERROR.format("RequestLimitExceeded", "slow down")),
            (400, '{"__type":"ThrottlingException","message":"slow down"}'),
            (200, "<done/>"),
        ]
    )
    cloud.answer = lambda call: next(answers)
    assert controller.run("aws", "ec2", "DescribeVolumes").stdout == "<done/>\n"
    assert len(cloud.calls) == 3


def test_what_cannot_be_reached_is_told(controller: Node, cloud: Aws):
    controller.write("/etc/hosts", "127.0.0.2 ec2.eu-west-1.amazonaws.com\n")
    done = controller.run("aws", "ec2", "DescribeVolumes", check=False, env={"AWS_TRIES": "1"})
    assert "127.0.0.2" in done.stderr or "connect" in done.stderr.lower()
    assert done.stderr.startswith("ec2 DescribeVolumes: curl: (7)")


def test_no_secret_is_in_the_arguments_of_a_process(controller: Node, cloud: Aws):
    """All processes are looked at while curl waits for its answer."""
    seen: list[bytes] = []

    def slow(call: Call) -> Answer:
        seen.extend(path.read_bytes() for path in _command_lines())
        return 200, json.dumps(
            {"Plaintext": base64.b64encode(b'{"bootstrap-token":"abcdef.secret"}').decode()}
        )

    cloud.answer = slow
    controller.write("/etc/kube-aws/credentials.sealed", "Q0lQSEVSVEVYVA==\n")
    controller.run("unseal")
    assert any(b"curl" in line for line in seen)
    assert not any(
        secret.encode() in b"".join(seen) for secret in (SECRET_KEY, SESSION_TOKEN, "metadata-token")
    )


def _command_lines() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]


def test_unseal_asks_kms_in_the_name_of_cluster_and_role(controller: Node, cloud: Aws):
    secrets = {
        "bootstrap-token": "abcdef.0123456789abcdef",
        "ca-key.pem": "KuvpWnJtzhRXLzjCTaTHXQYbDURssQTBgsLKzkozk/c",
    }
    cloud.answer = lambda call: (
        200,
        json.dumps({"Plaintext": base64.b64encode(json.dumps(secrets).encode()).decode()}),
    )
    controller.write("/etc/kube-aws/credentials.sealed", "Q0lQSEVSVEVYVA==\n")
    controller.run("unseal")
    assert cloud.calls == [
        Call(
            "kms",
            "Decrypt",
            {
                "CiphertextBlob": "Q0lQSEVSVEVYVA==",
                "EncryptionContext": {
                    "kube-aws:cluster": "particule-k8s-clust",
                    "kube-aws:role": "controller",
                },
            },
        )
    ]
    folder = controller.root / "run/kube-aws/credentials"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert (folder / "bootstrap-token").read_text() == "abcdef.0123456789abcdef\n"
    public = controller.run(
        "openssl", "pkey", "-in", "/run/kube-aws/credentials/ca-key.pem", "-pubout"
    ).stdout
    assert public.startswith("-----BEGIN PUBLIC KEY-----")


def test_identity(controller: Node, cloud: Aws):
    # A VPC with several domains gives several names.
    cloud.metadata["meta-data/local-hostname"] = "ip-10-0-0-50.eu-west-1.compute.internal example.org"
    controller.run("identity")
    assert controller.read("/run/kube-aws/identity.env").splitlines() == [
        "INSTANCE_ID=i-0123456789abcdef0",
        "NODE_NAME=ip-10-0-0-50.eu-west-1.compute.internal",
        "NODE_IP=10.0.0.50",
        "PROVIDER_ID=aws:///eu-west-1a/i-0123456789abcdef0",
    ]


def told(cloud: Aws) -> list[str]:
    return [call.parameters["Tag.1.Value"] for call in cloud.calls if call.action == "CreateTags"]


def test_a_stage_tells_of_its_failure_and_goes_on_once_the_cause_is_mended(controller: Node, cloud: Aws):
    controller.write(
        "/opt/kube-aws/bin/downloads", "#!/bin/sh\necho trying\n[ -e /mended ] || { echo why >&2; exit 1; }\n"
    )
    failed = threading.Event()

    def answer(call: Call) -> Answer:
        if call.parameters["Tag.1.Value"].startswith("FAILED"):
            controller.write("/mended", "")
            failed.set()
        return 200, "<ok/>"

    cloud.answer = answer
    done = controller.run("stage", "downloads")
    assert failed.is_set()
    assert told(cloud) == ["2/7 downloads", "FAILED 2/7 downloads: why"]
    *beside_each_other, failure, again = done.stdout.splitlines()
    assert sorted(beside_each_other) == ["kube-aws: 2/7 downloads", "trying"]
    assert [failure, again] == ["kube-aws: FAILED 2/7 downloads: why", "trying"]
    assert {call.parameters["ResourceId.1"] for call in cloud.calls} == {"i-0123456789abcdef0"}


def test_a_long_reason_is_told_with_its_beginning_and_its_end(controller: Node, cloud: Aws):
    controller.write(
        "/opt/kube-aws/bin/downloads",
        "#!/bin/sh\n[ -e /mended ] && exit\ntouch /mended\nprintf 'first%0300dlast\\n' 0 >&2\nexit 1\n",
    )
    done = controller.run("stage", "downloads")
    _, failed = told(cloud)
    assert len(failed) == 256
    assert failed.startswith("FAILED 2/7 downloads: first0")
    assert failed.endswith("0last")
    assert SHORTENED in failed
    assert f"kube-aws: FAILED 2/7 downloads: first{'0' * 300}last" in done.stdout


def test_the_last_stage_says_ready_and_repetitions_only_tell_of_failures(controller: Node, cloud: Aws):
    controller.write("/opt/kube-aws/bin/add-ons", "#!/bin/sh\n")
    controller.write(
        "/opt/kube-aws/bin/certificates",
        "#!/bin/sh\n[ -e /mended ] || { touch /mended; echo no >&2; exit 1; }\n",
    )
    controller.run("stage", "add-ons")
    controller.run("stage", "add-ons")
    controller.run("stage", "certificates")
    assert told(cloud) == ["7/7 add-ons", "7/7 ready", "FAILED 5/7 certificates: no", "7/7 ready"]


def test_a_stage_works_where_its_tag_cannot_be_written(controller: Node, cloud: Aws):
    controller.write("/opt/kube-aws/bin/downloads", "#!/bin/sh\n")
    cloud.answer = lambda call: (403, ERROR.format("UnauthorizedOperation", "not yet"))
    done = controller.run("stage", "downloads")
    assert "kube-aws: 2/7 downloads" in done.stdout


def test_a_new_role_is_given_time(controller: Node, cloud: Aws):
    """AccessDenied in the first minutes is tried again and not told as a failure."""
    controller.write(
        "/opt/kube-aws/bin/unseal",
        "#!/bin/sh\n[ -e /mended ] && exit\ntouch /mended\necho kms: AccessDenied >&2\nexit 1\n",
    )
    controller.run("stage", "unseal")
    assert told(cloud) == ["4/7 unseal"]
