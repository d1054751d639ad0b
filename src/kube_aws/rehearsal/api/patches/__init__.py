"""Where moto is not as AWS is: one function a defect, each in a file of its own.

A patch replaces one method of moto and says what AWS does; its test is the call that shows the defect.
"""

from kube_aws.rehearsal.api.patches.autoscaling_activities import autoscaling_activities
from kube_aws.rehearsal.api.patches.autoscaling_create import autoscaling_create
from kube_aws.rehearsal.api.patches.autoscaling_launch import autoscaling_launch
from kube_aws.rehearsal.api.patches.autoscaling_template_version import autoscaling_template_version
from kube_aws.rehearsal.api.patches.ec2_assigned_addresses import ec2_assigned_addresses
from kube_aws.rehearsal.api.patches.ec2_authorized_rules import ec2_authorized_rules
from kube_aws.rehearsal.api.patches.ec2_deleted_interface import ec2_deleted_interface
from kube_aws.rehearsal.api.patches.ec2_detach_volume import ec2_detach_volume
from kube_aws.rehearsal.api.patches.ec2_flatcar_images import ec2_flatcar_images
from kube_aws.rehearsal.api.patches.ec2_instance_filters import ec2_instance_filters
from kube_aws.rehearsal.api.patches.ec2_instance_topology import ec2_instance_topology
from kube_aws.rehearsal.api.patches.ec2_interface_address import ec2_interface_address
from kube_aws.rehearsal.api.patches.ec2_interface_in_use import ec2_interface_in_use
from kube_aws.rehearsal.api.patches.ec2_modify_volume import ec2_modify_volume
from kube_aws.rehearsal.api.patches.ec2_private_names import ec2_private_names
from kube_aws.rehearsal.api.patches.ec2_public_addresses import ec2_public_addresses
from kube_aws.rehearsal.api.patches.ec2_reboot import ec2_reboot
from kube_aws.rehearsal.api.patches.ec2_release_address import ec2_release_address
from kube_aws.rehearsal.api.patches.ec2_run_instances import ec2_run_instances
from kube_aws.rehearsal.api.patches.ec2_secondary_public import ec2_secondary_public
from kube_aws.rehearsal.api.patches.ec2_security_group_in_use import ec2_security_group_in_use
from kube_aws.rehearsal.api.patches.ec2_subnet_in_use import ec2_subnet_in_use
from kube_aws.rehearsal.api.patches.ec2_tagged_types import ec2_tagged_types
from kube_aws.rehearsal.api.patches.ec2_terminated_interface import ec2_terminated_interface
from kube_aws.rehearsal.api.patches.ec2_volume_attached_twice import ec2_volume_attached_twice
from kube_aws.rehearsal.api.patches.ecr_authorization import ecr_authorization
from kube_aws.rehearsal.api.patches.elb_attributes import elb_attributes
from kube_aws.rehearsal.api.patches.elb_create import elb_create
from kube_aws.rehearsal.api.patches.elb_delete import elb_delete
from kube_aws.rehearsal.api.patches.elb_health_check import elb_health_check
from kube_aws.rehearsal.api.patches.elb_instance_health import elb_instance_health
from kube_aws.rehearsal.api.patches.elb_instances import elb_instances
from kube_aws.rehearsal.api.patches.elb_listeners import elb_listeners
from kube_aws.rehearsal.api.patches.elb_subnets import elb_subnets
from kube_aws.rehearsal.api.patches.elb_unknown import elb_unknown
from kube_aws.rehearsal.api.patches.elbv2_create import elbv2_create
from kube_aws.rehearsal.api.patches.elbv2_delete import elbv2_delete
from kube_aws.rehearsal.api.patches.elbv2_group_in_use import elbv2_group_in_use
from kube_aws.rehearsal.api.patches.elbv2_listeners import elbv2_listeners
from kube_aws.rehearsal.api.patches.elbv2_security_groups import elbv2_security_groups
from kube_aws.rehearsal.api.patches.elbv2_target_group import elbv2_target_group
from kube_aws.rehearsal.api.patches.elbv2_target_health import elbv2_target_health
from kube_aws.rehearsal.api.patches.elbv2_targets import elbv2_targets
from kube_aws.rehearsal.api.patches.iam_managed_policies import iam_managed_policies
from kube_aws.rehearsal.api.patches.kms_encryption_context import kms_encryption_context
from kube_aws.rehearsal.api.patches.kms_key_usage import kms_key_usage
from kube_aws.rehearsal.api.patches.kms_symmetric_key import kms_symmetric_key
from kube_aws.rehearsal.api.patches.route53_change_batch import route53_change_batch
from kube_aws.rehearsal.api.patches.route53_zones_by_name import route53_zones_by_name

PATCHES = (
    autoscaling_activities,
    autoscaling_create,
    autoscaling_launch,
    autoscaling_template_version,
    ec2_assigned_addresses,
    ec2_authorized_rules,
    ec2_deleted_interface,
    ec2_detach_volume,
    ec2_flatcar_images,
    ec2_instance_filters,
    ec2_instance_topology,
    ec2_interface_address,
    ec2_interface_in_use,
    ec2_modify_volume,
    ec2_private_names,
    ec2_public_addresses,
    ec2_reboot,
    ec2_release_address,
    ec2_run_instances,
    ec2_secondary_public,
    ec2_security_group_in_use,
    ec2_subnet_in_use,
    ec2_tagged_types,
    ec2_terminated_interface,
    ec2_volume_attached_twice,
    ecr_authorization,
    elb_attributes,
    elb_create,
    elb_delete,
    elb_health_check,
    elb_instance_health,
    elb_instances,
    elb_listeners,
    elb_subnets,
    elb_unknown,
    elbv2_create,
    elbv2_delete,
    elbv2_group_in_use,
    elbv2_listeners,
    elbv2_security_groups,
    elbv2_target_group,
    elbv2_target_health,
    elbv2_targets,
    iam_managed_policies,
    kms_encryption_context,
    kms_key_usage,
    kms_symmetric_key,
    route53_change_batch,
    route53_zones_by_name,
)


def apply() -> None:
    """Patch moto, once a process and before its first use."""
    for patch in PATCHES:
        patch()
