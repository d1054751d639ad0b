"""Read-only calls to AWS from several threads, each distinct one made once."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from kube_aws.aws.session import client

if TYPE_CHECKING:
    import boto3

Answer = dict[str, Any]


class Questions:
    """Answers are kept as long as this lives; who asks the same meanwhile waits for the first."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._answers: dict[str, Future[Answer]] = {}
        self._lock = threading.Lock()

    def ask(self, service: str, operation: str, /, **parameters: Any) -> Answer:
        """The whole answer, all pages of it: `ask("ec2", "describe_vpcs", VpcIds=["vpc-1"])["Vpcs"]`.

        What botocore raises passes through, to everyone who asks this.
        """
        key = f"{service}.{operation}({sorted(parameters.items())})"
        with self._lock:
            mine = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if mine:
            try:
                answer.set_result(self._call(service, operation, parameters))
            except Exception as error:  # noqa: BLE001 (raised again, below, in every thread that asked)
                answer.set_exception(error)
        return answer.result()

    def _call(self, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        caller = client(self._session, service)
        if caller.can_paginate(operation):
            pages = caller.get_paginator(operation).paginate(**parameters)
            return dict(pages.build_full_result())
        return dict(getattr(caller, operation)(**parameters))
