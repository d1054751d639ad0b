"""Answers on the wire, in the protocol of the service that is asked."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from moto.core.model import OperationModel, ServiceModel
from moto.core.request import determine_request_protocol
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.wrappers import Response

from kube_aws.rehearsal.api.error import ApiError


def answer(
    result: Mapping[str, Any] | ApiError,
    model: ServiceModel,
    operation: OperationModel | None = None,
    content_type: str | None = None,
) -> Response:
    """Put an operation's output, or an error, on the wire as the service's model says.

    `result` has botocore's shape of the operation's output. An error may come before the operation is known.
    """
    protocol = determine_request_protocol(model, content_type)
    request_id = str(uuid4())
    serializer = get_serializer_class(model.service_name, protocol)(
        operation or OperationModel({}, model), SerializationContext(request_id)
    )
    serialized = serializer.serialize(result)
    status = result.status if isinstance(result, ApiError) else serialized["status_code"]
    response = Response(serialized["body"], status)
    response.headers.update(serialized["headers"])
    response.headers["x-amzn-RequestId"] = request_id
    return response


def without_nulls(value: Any) -> Any:
    """A JSON answer as AWS gives it, which leaves out what has no value; moto writes null."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value
