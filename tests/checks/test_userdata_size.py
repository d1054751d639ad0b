import base64
import random

from tests.checks.nodes import holding, rendered, told

from kube_aws.checks.userdata_size import check


def test_what_is_rendered_fits() -> None:
    assert told(check, rendered()) == ""


def test_what_is_too_large_is_named_with_its_packed_size() -> None:
    incompressible = base64.b64encode(random.Random(1).randbytes(12_000))
    finding = told(check, holding("userdata/worker/etc/own.txt", incompressible))
    assert finding.startswith("userdata/worker: error userdata-size\n  the user data has ")
    assert "EC2 takes 16,384" in finding
    assert "the largest: etc/own.txt (16," in finding
