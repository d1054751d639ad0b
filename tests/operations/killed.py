"""A process that runs kube-aws in children of its own, which end at a chosen moment.

It reads requests as lines of JSON from stdin and answers each with a line. All modules are loaded once, so
that a child costs no start; nothing of kube-aws is replaced.
"""

import json
import os
import sys
import tempfile
from functools import cache
from http.client import HTTPResponse
from importlib import import_module
from threading import Lock
from typing import Any

KILLED = 137


def main() -> None:
    """Answer {"environment", "words", "moment"} with {"status", "stderr"} until stdin ends.

    A moment is the number of an answer from AWS or of a rename, from 0; null for none. The child ends, as by
    SIGKILL, when the answer's first bytes are there, or right before the file is renamed.
    """
    for name in (
        "cli.group",
        "cli.up",
        "cli.destroy",
        "operations.up",
        "operations.destroy",
        *(f"preflight.{check}" for check in import_module("kube_aws.preflight").ALL),
    ):
        import_module(f"kube_aws.{name}")
    remember_models()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as notes:
            child = os.fork()
            if child == 0:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(notes.fileno(), 2)
                run(request)
            _, status = os.waitpid(child, 0)
            notes.seek(0)
            answer = {"status": os.waitstatus_to_exitcode(status), "stderr": notes.read().decode()}
        print(json.dumps(answer), flush=True)


def remember_models() -> None:
    """Read botocore's descriptions of the services once, here, and not in every child."""
    from botocore.loaders import JSONFileLoader
    from botocore.session import Session

    read = JSONFileLoader.load_file
    once = cache(lambda path: read(JSONFileLoader(), path))
    JSONFileLoader.load_file = lambda _, path: once(path)  # type: ignore[method-assign]
    for service in (
        "cloudformation",
        "ec2",
        "elb",
        "elbv2",
        "freetier",
        "iam",
        "kms",
        "route53",
        "service-quotas",
        "sts",
    ):
        Session().create_client(service, "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


def run(request: dict[str, Any]) -> None:
    """Become the command; never returns."""
    os.environ.clear()
    os.environ.update(request["environment"])
    if request["moment"] is not None:
        end_at(request["moment"])
    sys.argv = ["kube-aws", *request["words"]]
    status = 1
    try:
        status = import_module("kube_aws.__main__").main()
    finally:
        sys.stderr.flush()
        os._exit(status)


def end_at(moment: int) -> None:
    """End this process at its answer or rename number `moment`."""
    left, lock = moment, Lock()

    def passed() -> None:
        nonlocal left
        with lock:
            if left == 0:
                os._exit(KILLED)
            left -= 1

    def renamed(event: str, _: tuple[Any, ...]) -> None:
        if event == "os.rename":
            passed()

    begin = HTTPResponse.begin

    def begun(response: HTTPResponse) -> None:
        begin(response)
        passed()

    HTTPResponse.begin = begun  # type: ignore[method-assign]
    sys.addaudithook(renamed)


if __name__ == "__main__":
    main()
