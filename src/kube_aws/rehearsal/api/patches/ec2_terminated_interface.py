"""A network interface that is kept is free again when its instance terminates."""

from typing import Any

from moto.ec2.models.instances import Instance


def ec2_terminated_interface() -> None:
    """Detach what is not deleted on termination, and let the dead instance be described without it: moto
    leaves it attached, and answers 500 for an instance that has none."""
    moto_terminate = Instance.terminate

    def terminate(instance: Any) -> Any:
        previous = moto_terminate(instance)
        for interface in list(instance.nics.values()):
            if not interface.delete_on_termination:
                instance.detach_eni(interface)
        return previous

    Instance.terminate = terminate
    Instance.private_ip = Instance.private_ip_address = property(_private)
    Instance.public_ip = Instance.public_ip_address = property(_public)


def _private(instance: Any) -> str:
    return instance.nics[0].private_ip_address if instance.nics else ""


def _public(instance: Any) -> str | None:
    return instance.nics[0].public_ip if instance.nics else None
