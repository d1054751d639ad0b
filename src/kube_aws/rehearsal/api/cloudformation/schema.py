"""What AWS knows of a resource type: the schemas of its registry, as cfn-lint ships them.

Only the schemas of the types in use are read; cfn-lint itself is not imported.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any, cast

Schema = dict[str, Any]

_ALL_READABLE = {
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
}
"""Types of which Fn::GetAtt gives every property; of the others only the read-only ones."""


@cache
def schema(resource_type: str, region: str) -> Schema | None:
    """Return the schema of a type, or None where that region has no such type."""
    digest = _types(region).get(resource_type)
    if digest is None:
        return None
    return cast("Schema", json.loads((_folder() / "resources" / f"{digest}.json").read_bytes()))


def read_only(of: Schema) -> set[str]:
    """Return the properties that AWS sets, nested ones with dots."""
    return {
        pointer.removeprefix("/properties/").replace("/", ".") for pointer in of.get("readOnlyProperties", ())
    }


def readable(of: Schema) -> set[str]:
    """Return the names that Fn::GetAtt accepts, nested ones with dots."""
    return read_only(of) | (set(of["properties"]) if of["typeName"] in _ALL_READABLE else set())


def create_only(of: Schema) -> set[str]:
    """Return the properties whose change replaces the resource."""
    return {pointer.split("/")[2] for pointer in of.get("createOnlyProperties", ())}


@cache
def _folder() -> Path:
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint, whose resource schemas the rehearsal reads, is not installed")
    return Path(spec.origin).parent / "data" / "schemas"


@cache
def _types(region: str) -> dict[str, str]:
    files = [_folder() / "providers" / f"{name}.json" for name in (region, "us-east-1")]
    content = next(file for file in files if file.exists()).read_bytes()
    return cast("dict[str, str]", json.loads(content))
