"""Update a stack: Metadata, what a resource type can change in place, what is new and what is gone."""

from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from kube_aws.rehearsal.api.cloudformation import deleting
from kube_aws.rehearsal.api.cloudformation.creating import create_resource, failure
from kube_aws.rehearsal.api.cloudformation.intrinsics import resolve
from kube_aws.rehearsal.api.cloudformation.parallel import walk
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError, reason
from kube_aws.rehearsal.api.cloudformation.resources import handler
from kube_aws.rehearsal.api.cloudformation.run import Run
from kube_aws.rehearsal.api.cloudformation.scope import metadata, outputs
from kube_aws.rehearsal.api.cloudformation.stack import Resource
from kube_aws.rehearsal.api.error import ApiError


@dataclass(frozen=True)
class Change:
    """How a resource's definition differs from what was made of it."""

    properties: dict[str, Any]
    metadata: str | None
    names: tuple[str, ...]
    """The properties that differ."""
    differs: bool
    """Whether anything differs: a property, or the metadata."""


def change(run: Run, resource: Resource) -> Change:
    """Compare a resource that stands with the template of the update.

    Raises RefusedError where a property differs that only a replacement, or only AWS, could change.
    """
    definition = run.definitions[resource.logical_id]
    if definition["Type"] != resource.type:
        raise RefusedError(
            "Update of resource type is not permitted. The new template modifies resource type of the "
            f"following resources: [{resource.logical_id}]"
        )
    properties = run.valid(resource, resolve(definition.get("Properties", {}), run.scope))
    before = run.valid(resource, resource.properties)
    names = tuple(
        name for name in dict.fromkeys((*before, *properties)) if before.get(name) != properties.get(name)
    )
    refused = [name for name in names if name not in getattr(handler(resource.type), "UPDATABLE", ())]
    if refused:
        raise RefusedError(
            f"the embedded AWS cannot update {', '.join(refused)} of {resource.type} ({resource.logical_id})"
        )
    text = metadata(definition, run.scope)
    return Change(properties, text, names, bool(names) or text != resource.metadata)


def update(run: Run) -> None:
    """Bring the stack's resources to the new template; failing that, back, or stop as the options say."""
    walk(run.needs, lambda name: _update_resource(run, name), run.over.is_set)
    stack = run.stack
    with run.lock:
        if run.superseded:
            return
        why = failure(run)
        if why is None:
            stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        elif run.operation.stay:
            stack.set_status("UPDATE_FAILED", why)
            return
        else:
            stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", why)
            stack.operation = run.operation = replace(run.operation, kind="undo")
    if why is None:
        _clean_up(run, "UPDATE_COMPLETE")
    else:
        run.over.clear()
        undo(run)


def undo(run: Run) -> None:
    """Take an update back: the resources' earlier properties and metadata, and nothing that it made."""
    stack = run.stack
    with run.lock:
        assert stack.stable is not None  # noqa: S101 - the service does not undo without one
        stack.revision = stack.stable
        run.use(stack.revision)
        changed = [resource for resource in stack.resources.values() if resource.previous is not None]
    for resource in changed:
        if not _restore(run, resource):
            with run.lock:
                stack.set_status(
                    "UPDATE_ROLLBACK_FAILED",
                    f"The following resource(s) failed to update: [{resource.logical_id}]. ",
                )
            return
    with run.lock:
        stack.set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    _clean_up(run, "UPDATE_ROLLBACK_COMPLETE")


def _update_resource(run: Run, name: str) -> bool:
    with run.lock:
        resource = run.stack.resources.get(name)
    if resource is None or not resource.stands:
        return create_resource(run, name)
    module = handler(resource.type)
    assert module is not None  # noqa: S101 - it was created by that module
    try:
        wanted = change(run, resource)
        if wanted.differs:
            _change(run, resource, module, wanted)
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the resource's reason
        with run.lock:
            why = reason(error, resource.type.split("::")[1].lower())
            run.stack.set_resource_status(resource, "UPDATE_FAILED", why)
            if not run.operation.stay:
                run.over.set()
        return False
    with run.lock:
        resource.needs = run.needs[name]
        resource.deletion_policy = run.definitions[name].get("DeletionPolicy", "Delete")
        if resource.status == "UPDATE_FAILED":
            run.stack.set_resource_status(resource, "UPDATE_COMPLETE")
    return True


def _change(run: Run, resource: Resource, module: ModuleType, wanted: Change) -> None:
    with run.lock:
        run.stack.set_resource_status(resource, "UPDATE_IN_PROGRESS")
        resource.previous = resource.previous or (resource.properties, resource.metadata)
    attributes = resource.attributes
    if wanted.names:
        work = run.work(resource)
        module.update(work, resource.physical_id, wanted.properties, resource.properties)
        if hasattr(module, "attributes"):
            attributes = module.attributes(work, resource.physical_id, wanted.properties)
    with run.lock:
        resource.properties, resource.metadata = wanted.properties, wanted.metadata
        resource.attributes = attributes
        run.stack.set_resource_status(resource, "UPDATE_COMPLETE")


def _restore(run: Run, resource: Resource) -> bool:
    module = handler(resource.type)
    assert module is not None and resource.previous is not None  # noqa: S101 - see the caller
    properties, text = resource.previous
    before = run.valid(resource, properties)
    names = tuple(
        name for name in {*before, *resource.properties} if before.get(name) != resource.properties.get(name)
    )
    try:
        _change(run, resource, module, Change(before, text, names, differs=True))
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the resource's reason
        with run.lock:
            why = reason(error, resource.type.split("::")[1].lower())
            run.stack.set_resource_status(resource, "UPDATE_FAILED", why)
        return False
    return True


def _clean_up(run: Run, status: str) -> None:
    stack = run.stack
    deleting.delete_resources(run, [name for name in stack.resources if name not in run.definitions])
    with run.lock:
        if run.superseded:
            return
        for name in [name for name in stack.resources if name not in run.definitions]:
            # What could not be deleted is the stack's no more, as on AWS.
            del stack.resources[name]
        for resource in stack.resources.values():
            resource.previous = None
        try:
            stack.outputs = outputs(stack, run.scope)
        except (ApiError, RefusedError) as error:
            stack.set_status("UPDATE_FAILED", str(error))
            return
        stack.stable = stack.revision
        stack.set_status(status)
