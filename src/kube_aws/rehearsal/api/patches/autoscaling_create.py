"""Auto Scaling refuses a group that could never launch."""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.core.exceptions import ServiceException

from kube_aws.rehearsal.api import launch


def autoscaling_create() -> None:
    """Check name and launch template before there is a group; moto replaces the group of that name.

    Source: EC2 Auto Scaling User Guide, "Create a launch template", and its page of error messages:
    `You must use a valid fully-formed launch template`. An interface of its own allows one instance, and
    zones in place of subnets.
    """
    moto_create = AutoScalingBackend.create_auto_scaling_group

    def create(backend: Any, name: str, *args: Any, **given: Any) -> Any:
        if name in backend.autoscaling_groups:
            raise AutoscalingClientError(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            )
        policy = given.get("mixed_instances_policy") or {}
        reference = given.get("launch_template") or policy.get("LaunchTemplate", {}).get(
            "LaunchTemplateSpecification"
        )
        if reference:
            _check(backend.ec2_backend, reference, given)
        return moto_create(backend, name, *args, **given)

    AutoScalingBackend.create_auto_scaling_group = create


def _check(ec2: Any, reference: dict[str, Any], given: dict[str, Any]) -> None:
    try:
        data = launch.template_data(ec2, reference)
        image = launch.check_image(ec2, data.get("ImageId"))
        launch.check_instance_type(data.get("InstanceType", "m1.small"), image.architecture, None)
        launch.check_key_pair(ec2, data.get("KeyName"))
        launch.check_security_groups(ec2, data.get("SecurityGroupIds", []))
        launch.check_profile(ec2, data.get("IamInstanceProfile"))
    except ServiceException as error:
        raise ValidationError(
            f"You must use a valid fully-formed launch template. {error.message}"
        ) from error
    kept = [nic for nic in data.get("NetworkInterfaces", []) if "NetworkInterfaceId" in nic]
    if kept and (given.get("vpc_zone_identifier") or int(given.get("max_size") or 0) > 1):
        raise ValidationError(
            "You must use a valid fully-formed launch template. A launch template that specifies a network "
            "interface ID can only be used for one instance, and without subnets."
        )
