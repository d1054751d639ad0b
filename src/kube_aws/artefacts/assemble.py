"""From the folder's files to the template body that CloudFormation receives."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from kube_aws.addons.packing import pack as pack_addons
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.finding import Place
from kube_aws.stack.document import TEMPLATE, place, walk
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import pack as pack_node

LARGEST_TEMPLATE = 51_200
"""Bytes of a template body given inline. Source: AWS, "CloudFormation quotas"."""


def assemble(disk: Tree, sealed: Mapping[Role, bytes]) -> bytes:
    """The template with the node files and add-ons in their places, minified: the same files give the
    same bytes. `sealed` holds each role's KMS ciphertext.

    Raises UserError where stack-template.json is no JSON or has a place that nothing fills, where a
    role's files exceed the limit of user data, and over 51,200 bytes.
    """
    fillings = _fillings(disk, sealed)
    template = parse(disk)
    for path, value in walk(template):
        if isinstance(value, str) and value.startswith("<userdata/") and value not in fillings:
            raise UserError(
                f"nothing fills the place {value}",
                f"These are filled: {', '.join(fillings)}.",
                place=place(disk, path),
            )
    body = json.dumps(_filled(template, fillings), separators=(",", ":"), ensure_ascii=False).encode()
    if len(body) > LARGEST_TEMPLATE:
        raise _too_large(len(body), fillings)
    return body


def parse(disk: Tree) -> dict[str, Any]:
    """stack-template.json as a value. Raises UserError with line and column where it is no JSON object."""
    if TEMPLATE not in disk:
        raise UserError(
            f"{TEMPLATE} is missing", f'Use "kube-aws render --reset {TEMPLATE}" to have it back.'
        )
    try:
        template = json.loads(disk[TEMPLATE].content)
    except json.JSONDecodeError as error:
        at = Place(str(TEMPLATE), error.lineno, error.colno)
        raise UserError(f"not JSON: {error.msg}", _TAKE_BACK, place=at) from error
    except UnicodeDecodeError as error:
        raise UserError("not UTF-8", _TAKE_BACK, place=Place(str(TEMPLATE))) from error
    except RecursionError as error:
        raise UserError("nested too deeply", _TAKE_BACK, place=Place(str(TEMPLATE))) from error
    if not isinstance(template, dict):
        raise UserError("not a JSON object", _TAKE_BACK, place=Place(str(TEMPLATE), 1, 1))
    return template


def fingerprint(user_data: bytes) -> str:
    """What an instance's tag kube-aws:files says of its user data."""
    return sha256(user_data).hexdigest()[:12]


def subtree(disk: Tree, folder: str) -> Tree:
    """The files below `userdata/<folder>`, by their path in there."""
    root = PurePosixPath("userdata", folder)
    return {path.relative_to(root): file for path, file in disk.items() if path.is_relative_to(root)}


_TAKE_BACK = f'Mend it, or use "kube-aws render --reset {TEMPLATE}" to take the tool\'s version back.'


def _fillings(disk: Tree, sealed: Mapping[Role, bytes]) -> dict[str, str]:
    """What stands in the place of each placeholder."""
    fillings = {"<userdata/addons>": pack_addons(subtree(disk, "addons"))}
    for role in ROLES:
        packed = pack_node(subtree(disk, role), sealed[role])
        fillings[f"<userdata/{role}>"] = packed.decode()
        fillings[f"<userdata/{role} sha256>"] = fingerprint(packed)
    return fillings


def _filled(value: Any, fillings: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, fillings) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, fillings) for item in value]
    return fillings.get(value, value) if isinstance(value, str) else value


def _too_large(size: int, fillings: Mapping[str, str]) -> UserError:
    parts = {
        name.strip("<>"): len(json.dumps(filling)) for name, filling in fillings.items() if "sha" not in name
    }
    parts[str(TEMPLATE)] = size - sum(parts.values())
    listed = "\n".join(f"  {name:<22}{part:>7,}" for name, part in sorted(parts.items(), key=lambda p: -p[1]))
    return UserError(
        f"the assembled stack has {size:,} bytes; CloudFormation takes {LARGEST_TEMPLATE:,}",
        f"{listed}\nMake the largest smaller: fewer add-ons, shorter files of your own.",
    )
