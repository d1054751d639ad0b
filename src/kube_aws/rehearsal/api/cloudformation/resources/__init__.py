"""A file for each resource type, as `ec2_vpc` for AWS::EC2::VPC, with the calls that its AWS handler makes.

    create(work, properties) -> str              the first call that makes it; returns the physical id
    find(work, properties) -> str | None         what an interrupted `create` made before its answer was noted
    settle(work, physical_id, properties)        what follows, until it is at rest; may run twice
    attributes(work, physical_id, properties)    what Fn::GetAtt gives, by name
    delete(work, physical_id, properties)        takes it away; nothing there is fine
    snapshot(work, physical_id, properties)      for DeletionPolicy Snapshot
    update(work, physical_id, properties, old)   for a change of the properties named in UPDATABLE

`create`, `find` and `delete` are in every file. `properties` are resolved, valid by the type's schema, and in
its types. The calls are those that the schema's `handlers` name, so that an operator's policy that is enough
here is enough on AWS.
"""

import importlib
import importlib.util
import re
from types import ModuleType


def handler(resource_type: str) -> ModuleType | None:
    """Return the module for a resource type, or None where the embedded AWS does not have the type."""
    _, service, name = resource_type.split("::")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    module = f"{__name__}.{service.lower()}_{words}"
    return importlib.import_module(module) if importlib.util.find_spec(module) else None
