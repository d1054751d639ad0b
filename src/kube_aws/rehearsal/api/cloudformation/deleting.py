"""Delete a stack's resources: for DeleteStack, and to undo a creation."""

from types import ModuleType

from kube_aws.rehearsal.api.cloudformation.parallel import reverse, walk
from kube_aws.rehearsal.api.cloudformation.reasons import reason
from kube_aws.rehearsal.api.cloudformation.resources import handler
from kube_aws.rehearsal.api.cloudformation.run import Run
from kube_aws.rehearsal.api.cloudformation.stack import Resource, now


def delete(run: Run) -> None:
    """Delete all resources that are there, dependent ones first; then the stack is deleted or rolled back."""
    stack = run.stack
    delete_resources(run, list(stack.resources))
    with run.lock:
        if run.superseded:
            return
        failed = [name for name, resource in stack.resources.items() if resource.status == "DELETE_FAILED"]
        verb = "ROLLBACK" if run.operation.kind == "rollback" else "DELETE"
        if failed:
            listed = ", ".join(failed)
            stack.set_status(f"{verb}_FAILED", f"The following resource(s) failed to delete: [{listed}]. ")
            return
        if verb == "DELETE":
            stack.deleted = now()
        stack.set_status(f"{verb}_COMPLETE")


def delete_resources(run: Run, names: list[str]) -> None:
    """Delete these resources; what fails has status DELETE_FAILED afterwards."""
    resources = run.stack.resources
    needs = {name: [other for other in resources[name].needs if other in names] for name in names}
    walk(reverse(needs), lambda name: _delete_resource(run, resources[name]), run.over.is_set)


def _delete_resource(run: Run, resource: Resource) -> bool:
    if resource.status in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
        return True
    module = handler(resource.type)
    try:
        if module is not None:
            _find(run, resource, module)
        if module is None or not resource.physical_id:
            status = "DELETE_COMPLETE"
        elif _kept(run, resource):
            status = "DELETE_SKIPPED"
        else:
            _take_away(run, resource, module)
            status = "DELETE_COMPLETE"
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the resource's reason
        with run.lock:
            why = reason(error, resource.type.split("::")[1].lower())
            run.stack.set_resource_status(resource, "DELETE_FAILED", why)
        return False
    with run.lock:
        run.stack.set_resource_status(resource, status)
    return True


def _find(run: Run, resource: Resource, module: ModuleType) -> None:
    """Look for what an earlier process made, and ended before it noted it."""
    if run.resumed and resource.status == "CREATE_IN_PROGRESS" and not resource.physical_id:
        resource.physical_id = module.find(run.work(resource), resource.properties) or ""


def _kept(run: Run, resource: Resource) -> bool:
    policy = resource.deletion_policy
    undone = run.operation.kind == "rollback"
    return (
        resource.logical_id in run.operation.retain
        or policy == "Retain"
        or (policy == "RetainExceptOnCreate" and not undone)
    )


def _take_away(run: Run, resource: Resource, module: ModuleType) -> None:
    with run.lock:
        if resource.status != "DELETE_IN_PROGRESS":
            run.stack.set_resource_status(resource, "DELETE_IN_PROGRESS")
    work = run.work(resource)
    # The undoing of a creation has no data to keep.
    if resource.deletion_policy == "Snapshot" and run.operation.kind == "delete":
        module.snapshot(work, resource.physical_id, resource.properties)
    module.delete(work, resource.physical_id, resource.properties)
