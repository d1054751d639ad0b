"""A network interface that is kept is free again when its instance terminates."""

from typing import Any

from moto.ec2.models.instances import Instance


def ec2_terminated_interface() -> None:
    """Detach what is not deleted on termination: moto leaves it attached to the dead instance."""
    moto_terminate = Instance.terminate

    def terminate(instance: Any) -> Any:
        previous = moto_terminate(instance)
        for interface in list(instance.nics.values()):
            if not interface.delete_on_termination:
                instance.detach_eni(interface)
        return previous

    Instance.terminate = terminate
