"""Create a stack's resources."""

from dataclasses import replace
from types import ModuleType

from kube_aws.rehearsal.api.cloudformation import deleting
from kube_aws.rehearsal.api.cloudformation.intrinsics import resolve
from kube_aws.rehearsal.api.cloudformation.parallel import walk
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError, reason
from kube_aws.rehearsal.api.cloudformation.resources import handler
from kube_aws.rehearsal.api.cloudformation.run import Run
from kube_aws.rehearsal.api.cloudformation.scope import metadata, outputs
from kube_aws.rehearsal.api.cloudformation.stack import Resource
from kube_aws.rehearsal.api.cloudformation.work import CancelledError
from kube_aws.rehearsal.api.error import ApiError


def create(run: Run) -> None:
    """Create all resources; then the stack is complete, or what its options say follows a failure."""
    walk(run.needs, lambda name: create_resource(run, name), run.over.is_set)
    with run.lock:
        if run.superseded:
            return
        why = failure(run)
        if why is None:
            _complete(run)
            return
        operation, stack = run.operation, run.stack
        if operation.stay:
            stack.set_status("CREATE_FAILED", why)
            return
        stack.operation = run.operation = replace(operation, kind="rollback")
        stack.set_status("ROLLBACK_IN_PROGRESS", f"{why}Rollback requested by user.")
    run.over.clear()
    deleting.delete(run)


def create_resource(run: Run, name: str) -> bool:
    """Create one resource, or carry on with it; tell whether it stands."""
    with run.lock:
        resource = run.stack.resources.get(name) or _new(run, name)
        if resource.stands:
            return True
    module = handler(resource.type)
    try:
        if module is None:
            raise RefusedError(f"the embedded AWS has no resource type {resource.type}; AWS has")
        if resource.status != "CREATE_IN_PROGRESS":
            _begin(run, resource, module)
        _make(run, resource, module)
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the resource's reason
        with run.lock:
            why = reason(error, resource.type.split("::")[1].lower())
            run.stack.resources[name] = resource
            run.stack.set_resource_status(resource, "CREATE_FAILED", why)
            if not run.operation.stay:
                run.over.set()
        return False
    return True


def failure(run: Run) -> str | None:
    """Return the stack's reason for the resources that failed, or None."""
    text = ""
    for verb, status in (("create", "CREATE_FAILED"), ("update", "UPDATE_FAILED")):
        resources = run.stack.resources
        failed = [name for name in run.needs if name in resources and resources[name].status == status]
        if failed:
            text += f"The following resource(s) failed to {verb}: [{', '.join(failed)}]. "
    return text or None


def _new(run: Run, name: str) -> Resource:
    definition = run.definitions[name]
    return Resource(
        logical_id=name,
        type=definition["Type"],
        needs=run.needs[name],
        deletion_policy=definition.get("DeletionPolicy", "Delete"),
        description=definition.get("Description"),
    )


def _begin(run: Run, resource: Resource, module: ModuleType) -> None:
    if resource.physical_id:
        # A failed creation that is tried again: what it left behind goes first.
        module.delete(run.work(resource), resource.physical_id, resource.properties)
    definition = run.definitions[resource.logical_id]
    properties = resolve(definition.get("Properties", {}), run.scope)
    text = metadata(definition, run.scope)
    with run.lock:
        resource.physical_id = ""
        resource.attempt += 1
        resource.properties = properties
        resource.metadata = text
        run.stack.resources[resource.logical_id] = resource
        run.stack.set_resource_status(resource, "CREATE_IN_PROGRESS")


def _make(run: Run, resource: Resource, module: ModuleType) -> None:
    for key in (resource.logical_id, resource.type):
        if key in run.faults:
            raise RefusedError(run.faults[key])
    if resource.logical_id in run.delays:
        run.pause(run.delays[resource.logical_id])
    properties = run.valid(resource, resource.properties)
    work = run.work(resource)
    if not resource.physical_id:
        found = module.find(work, properties) if run.resumed else None
        physical_id = found or module.create(work, properties)
        with run.lock:
            resource.physical_id = physical_id
            run.stack.set_resource_status(resource, "CREATE_IN_PROGRESS", "Resource creation Initiated")
    if hasattr(module, "settle"):
        module.settle(work, resource.physical_id, properties)
    attributes = (
        module.attributes(work, resource.physical_id, properties) if hasattr(module, "attributes") else {}
    )
    if run.over.is_set():
        raise CancelledError
    with run.lock:
        resource.attributes = attributes
        run.stack.set_resource_status(resource, "CREATE_COMPLETE")


def _complete(run: Run) -> None:
    stack = run.stack
    try:
        stack.outputs = outputs(stack, run.scope)
    except (ApiError, RefusedError) as error:
        stack.set_status("CREATE_FAILED", str(error))
        return
    stack.stable = stack.revision
    stack.set_status("CREATE_COMPLETE")
