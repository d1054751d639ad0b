"""RunInstances takes everything of a launch template, and refuses what EC2 refuses."""

from typing import Any

from moto.ec2.models.instances import InstanceBackend

from kube_aws.rehearsal.api.launch import arguments

_NO_TOKEN = "ABCDE"  # noqa: S105
"""What moto has in place of a client token that is not there."""


def ec2_run_instances() -> None:
    """Launch as the launch template says: profile, metadata options, interface, volumes, their tags.

    moto ignores these, takes any image, key pair, type and attached interface, adds a volume at /dev/sda1,
    names instances of every region as those of us-east-1, and launches again for the same client token.
    Source: EC2 API Reference, RunInstances; "Ensuring idempotency in Amazon EC2 API requests".
    """
    moto_launch = InstanceBackend.run_instances

    def run_instances(
        backend: Any,
        image_id: str,
        count: int,
        user_data: Any,
        security_group_names: list[str],
        **request: Any,
    ) -> Any:
        token = request.get("client_token")
        if token and token != _NO_TOKEN:
            for known in backend.reservations.values():
                if known.instances and known.instances[0].client_token == token:
                    return known
        wanted = arguments(backend, {"image_id": image_id, "user_data": user_data, **request})
        kept = {nic.get("NetworkInterfaceId"): nic for nic in wanted["nics"]}
        reservation = moto_launch(
            backend,
            wanted.pop("image_id"),
            count,
            wanted.pop("user_data"),
            security_group_names,
            **{name: value for name, value in wanted.items() if not name.startswith("iam_instance_profile_")},
        )
        for number, instance in enumerate(reservation.instances):
            # The profile that the request names is given to the first one by moto, later.
            if number or not (
                request.get("iam_instance_profile_name") or request.get("iam_instance_profile_arn")
            ):
                _give_profile(backend, instance, wanted)
            _settle(instance, kept, wanted["tags"].get("network-interface", {}))
        return reservation

    InstanceBackend.run_instances = run_instances


def _give_profile(backend: Any, instance: Any, wanted: dict[str, Any]) -> None:
    if wanted["iam_instance_profile_arn"] or wanted["iam_instance_profile_name"]:
        backend.associate_iam_instance_profile(
            instance.id,
            iam_instance_profile_arn=wanted["iam_instance_profile_arn"],
            iam_instance_profile_name=wanted["iam_instance_profile_name"],
        )


def _settle(instance: Any, kept: dict[str | None, Any], tags: dict[str, str]) -> None:
    for interface in instance.nics.values():
        if interface.id not in kept:
            interface.add_tags(tags)
        specified = kept.get(interface.id) or kept.get(None) or {}
        interface.delete_on_termination = specified.get("DeleteOnTermination", interface.id not in kept)
    instance.security_groups = list(instance.nics[0].group_set)
    instance._placement.zone = instance.nics[0].subnet.availability_zone
    instance._subnet_id = instance.nics[0].subnet.id
