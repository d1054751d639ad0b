"""What the rehearsal itself is asked, beside AWS's API: JSON on /_rehearsal/… with its own token."""

import hmac
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from ipaddress import IPv4Network
from typing import Any

from moto.core.base_backend import BackendDict
from werkzeug.wrappers import Request, Response

from kube_aws.rehearsal.api import identity, world
from kube_aws.rehearsal.api.application import Application
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.breaks import BREAKS, NOTHING

log = logging.getLogger(__name__)

PATH = "/_rehearsal/"


class Control:
    """The control requests of one server. `token` is the secret that they carry."""

    def __init__(self, application: Application, token: str) -> None:
        self.application = application
        self.token = token

    def respond(self, request: Request) -> Response:
        """Answer one control request."""
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {self.token}"):
            return Response("the rehearsal's token is missing or wrong\n", 403)
        operations = {
            "status": self.status,
            "world": self.world,
            "reset": self.reset,
            "calls": self.calls,
            "faults": self.faults,
            "break": self.break_,
            "held": self.held,
            "quota": self.quota,
            "free_plan": self.free_plan,
            "instance_credentials": self.instance_credentials,
            "machines": self.machines,
        }
        name = request.path.removeprefix(PATH)
        if name not in operations:
            return Response(f"no {name} here: {', '.join(operations)}\n", 404)
        try:
            result = operations[name](json.loads(request.get_data() or b"{}"))
        except ApiError as error:
            return Response(f"{error.code}: {error.message}\n", 400)
        except Exception:
            log.exception("%s failed inside", name)
            return Response("the rehearsal failed; its log has the reason\n", 500)
        return Response(json.dumps(result), content_type="application/json")

    def status(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """The process that answers."""
        return {"pid": os.getpid()}

    def world(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Make exist what is asked, and give the operator's access key.

        account, and where wanted region, key_arn, key_pair, hosted_zone, vpc_id, vpc_cidr, route_table_id.
        """
        account, region = asked["account"], asked.get("region", "us-east-1")
        wanted: dict[str, Callable[[Any], None]] = {
            "key_arn": world.key,
            "key_pair": lambda name: world.key_pair(account, region, name),
            "hosted_zone": lambda name: world.hosted_zone(account, name),
            "vpc_id": lambda vpc_id: world.network(
                account, region, vpc_id, IPv4Network(asked["vpc_cidr"]), asked.get("route_table_id")
            ),
        }
        with self.application.backends:
            credentials = world.operator(account)
            for name, make in wanted.items():
                # Once: what someone deletes on purpose stays away.
                this = (account, region, name, str(asked.get(name)))
                if asked.get(name) and this not in self.application.made:
                    make(asked[name])
                    self.application.made.add(this)
        self.application.changed(account)
        return {
            "account": account,
            "access_key_id": credentials.access_key_id,
            "secret_access_key": credentials.secret_access_key,
        }

    def calls(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What was asked of the API so far, from the `since`-th call on: action, identity, time, error."""
        since = asked.get("since", 0)
        return {"calls": [call for call in list(self.application.calls) if call["number"] >= since]}

    def faults(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Set what goes wrong, in place of what was set before; nothing given, nothing goes wrong.

        faults: list of rehearsal/api/faults.py:Fault; resources: the reason for which CloudFormation fails to
        create a logical id or type; delays: seconds by logical id.
        """
        self.application.faults.set(asked.get("faults", []))
        engine = self.application.cloudformation
        for present, wanted in (
            (engine.faults, asked.get("resources", {})),
            (engine.delays, asked.get("delays", {})),
        ):
            present.clear()
            present.update(wanted)
        return {}

    def break_(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Break what `name` names (rehearsal/breaks.py) in place of what was broken before; without a name
        nothing is broken any more."""
        broken = BREAKS[asked["name"]] if asked.get("name") else NOTHING
        if self.application.nodes:
            self.application.nodes.serve(self.application.broken, broken)
        self.application.broken = broken
        self.application.faults.set(list(broken.faults))
        return {}

    def held(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Wait until a `hold` fault holds a call, `timeout` seconds at the most; the actions held."""
        return {"held": self.application.faults.held(asked.get("timeout", 10.0))}

    def quota(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Set an account's quota: account, code, value."""
        self.application.quotas.values[asked["account"], asked["code"]] = asked["value"]
        return {}

    def instance_credentials(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The credentials that an instance's metadata service would give: account, region, instance."""
        with self.application.backends:
            credentials = identity.of_instance(asked["account"], asked["region"], asked["instance"])
        self.application.changed(asked["account"])
        return asdict(credentials)

    def machines(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """How each instance's machine is; none without nodes."""
        nodes = self.application.nodes
        return {"machines": nodes.machines() if nodes else []}

    def free_plan(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Put an account on AWS's free plan."""
        self.application.free_tier.free.add(asked["account"])
        return {}

    def reset(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Forget everything in an account."""
        account = asked["account"]
        application = self.application
        application.cloudformation.forget(account)
        with application.backends:
            for backends in list(BackendDict._instances):  # noqa: SLF001 (moto has no other list of them)
                backends.pop(account, None)
            for kept in (application.made, application.lifecycle.policies, application.quotas.values):
                for this in [one for one in kept if one[0] == account]:
                    kept.remove(this) if isinstance(kept, set) else kept.pop(this)  # type: ignore[arg-type]
            application.free_tier.free.discard(account)
        application.changed(account)
        return {}
