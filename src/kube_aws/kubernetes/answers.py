"""Whether the Kubernetes API answers."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the API says it is ready, after how many milliseconds, and otherwise why not."""

    ready: bool
    milliseconds: int
    reason: str = ""


def answers(name: str, ca: bytes, seconds: float = 2.0) -> Answer:
    """Ask `https://<name>/readyz`, which is open to everyone, and trust only the cluster's authority.

    Source: Kubernetes, "Kubernetes API health endpoints".
    """
    started = time.monotonic()
    connection = http.client.HTTPSConnection(
        name, timeout=seconds, context=ssl.create_default_context(cadata=ca.decode())
    )
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
        reason = "" if status == 200 else f"not ready (HTTP {status})"
    except socket.gaierror:
        reason = "the name does not resolve"
    except ssl.SSLCertVerificationError as error:
        reason = f"its certificate is not the cluster's: {error.verify_message}"
    except TimeoutError:
        reason = f"no answer in {seconds:g} s"
    except OSError as error:
        reason = error.strerror or str(error)
    except http.client.HTTPException as error:
        reason = f"it does not speak HTTP: {error}"
    finally:
        connection.close()
    return Answer(not reason, int(1000 * (time.monotonic() - started)), reason)
