"""Is a request signed with the secret that belongs to its access key?"""

import hmac
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from moto.core.request import Request

from kube_aws.rehearsal.api.call import Scope


def valid(request: Request, scope: Scope, secret: str, token: str | None) -> bool:
    """Sign the request anew with `secret` and compare; temporary credentials need their `token` too.

    Source: AWS, "Create a signed AWS API request"
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    headers = request.headers
    body_hash = sha256(request.get_data()).hexdigest()
    stated_hash = headers.get("X-Amz-Content-SHA256", body_hash)
    signed_at = moment(request)
    if headers.get("X-Amz-Security-Token") != token or signed_at is None:
        return False
    if stated_hash not in (body_hash, "UNSIGNED-PAYLOAD") or f"{signed_at:%Y%m%d}" != scope.date:
        return False

    fields = headers["Authorization"].partition(" ")[2].replace(" ", "").split(",")
    authorization = dict(field.partition("=")[::2] for field in fields)
    names = authorization.get("SignedHeaders", "").split(";")
    if "host" not in names:
        return False
    query = sorted(field.partition("=")[::2] for field in request.query_string.decode().split("&") if field)
    canonical = [
        request.method,
        quote(request.raw_path, safe="/~"),
        "&".join(f"{name}={value}" for name, value in query),
        *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names),
        "",
        ";".join(names),
        stated_hash,
    ]
    credential_scope = f"{scope.date}/{scope.region}/{scope.signing_name}/aws4_request"
    canonical_hash = sha256("\n".join(canonical).encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{headers['X-Amz-Date']}\n{credential_scope}\n{canonical_hash}"

    key = f"AWS4{secret}".encode()
    for part in credential_scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return hmac.compare_digest(signature, authorization.get("Signature", ""))


def moment(request: Request) -> datetime | None:
    """The time at which a request says that it was signed; None where it says none."""
    try:
        return datetime.strptime(request.headers.get("X-Amz-Date", ""), "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None
