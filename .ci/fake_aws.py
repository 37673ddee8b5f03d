"""A fake AWS: moto, and what moto 5.2 does not know, or does not remember, of what terraform/environments/aws asks for."""

import contextlib
import functools
import json
import runpy
import sys
import threading

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as AutoScaling
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.elasticache.models import CacheCluster
from moto.elasticache.responses import ElastiCacheResponse as ElastiCache
from moto.moto_server.werkzeug_app import DomainDispatcherApplication as Dispatcher
from moto.rds.responses import RDSResponse as Rds


def replaces(owner):
    """The decorated function stands for the method of that name, which it gets as its first argument."""

    def install(function):
        method = functools.partial(function, getattr(owner, function.__name__, None))
        setattr(owner, function.__name__, lambda *args, **kwargs: method(*args, **kwargs))

    return install


# ElastiCache: parameter groups, and what a cluster tells of its group

GROUPS, PARAMETERS, TAGS = {}, {}, {}


def group_name(call):
    return call._get_param("CacheParameterGroupName")


@replaces(ElastiCache)
def create_cache_parameter_group(_, call):
    name = group_name(call)
    arn = f"arn:aws:elasticache:{call.region}:{call.current_account}:parametergroup:{name}"
    GROUPS[name] = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": call._get_param("CacheParameterGroupFamily"),
        "Description": call._get_param("Description"),
        "ARN": arn,
    }
    PARAMETERS[name], TAGS[arn] = {}, call._get_param("Tags", [])
    return ActionResult({"CacheParameterGroup": GROUPS[name]})


@replaces(ElastiCache)
def modify_cache_parameter_group(_, call):
    for parameter in call._get_param("ParameterNameValues"):
        PARAMETERS[group_name(call)][parameter["ParameterName"]] = parameter["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group_name(call)})


@replaces(ElastiCache)
def describe_cache_parameter_groups(_, call):
    return ActionResult({"CacheParameterGroups": [GROUPS[group_name(call)]]})


@replaces(ElastiCache)
def describe_cache_parameters(_, call):
    known = PARAMETERS[group_name(call)].items()
    return ActionResult({"Parameters": [{"ParameterName": name, "ParameterValue": value} for name, value in known]})


@replaces(ElastiCache)
def delete_cache_parameter_group(_, call):
    del GROUPS[group_name(call)]
    return EmptyResult()


@replaces(ElastiCache)
def list_tags_for_resource(original, call):
    arn = call._get_param("ResourceName")
    return ActionResult({"TagList": TAGS[arn]}) if arn in TAGS else original(call)


CacheCluster.at_rest_encryption_enabled = True
CacheCluster.transit_encryption_mode = "required"
CacheCluster.security_groups = property(
    lambda self: [{"SecurityGroupId": group, "Status": "active"} for group in self.security_group_ids]
)

# ECS and its autoscaling


@replaces(Ecs)
def create_service(original, call):
    result = original(call)
    service = result.result["service"]
    service.availability_zone_rebalancing = call._get_param("availabilityZoneRebalancing")
    service.health_check_grace_period_seconds = call._get_param("healthCheckGracePeriodSeconds")
    return result


@replaces(AutoScaling)
def register_scalable_target(original, call):
    result = original(call)
    TAGS[json.loads(result)["ScalableTargetARN"]] = call._get_param("Tags") or {}
    return result


@replaces(AutoScaling)
def list_tags_for_resource(_, call):
    return json.dumps({"Tags": TAGS[call._get_param("ResourceARN")]})


# RDS


@replaces(Rds)
def create_db_instance(original, call):
    result = original(call)
    database = result.result["DBInstance"]
    database.performance_insights_enabled = call.params.get("EnablePerformanceInsights")
    database.performance_insights_kms_key_id = call.params.get("PerformanceInsightsKMSKeyId")
    return result


@replaces(Rds)
def describe_db_parameters(original, call):
    known = original(call).result["Parameters"]
    return ActionResult({"Parameters": [{**parameter, "Source": "user"} for parameter in known]})


# Security groups: descriptions of rules that name a group or a list


@replaces(SecurityGroupRule)
def __init__(original, self, *args, **kwargs):
    original(self, *args, **kwargs)
    described = [of for of in (*args, *kwargs.values()) if isinstance(of, dict) and "Description" in of]
    self.told = described[0]["Description"] if described else None


SecurityGroupRule.description = property(lambda self: self.told)

# Calls whose answer did not arrive: the SDK asks again under the same invocation id. What was done is not done once more, which
# would say that a rule is not there to be removed, or is there already; it is answered as it was.

CALLS, DONE = {}, {}


@replaces(Dispatcher)
def __call__(original, self, environ, start_response):
    invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
    with CALLS.setdefault(invocation, threading.Lock()) if invocation else contextlib.nullcontext():
        if invocation in DONE:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            head, body = DONE[invocation]
        else:
            head = []
            body = b"".join(original(self, environ, lambda *status_and_headers: head.extend(status_and_headers)))
            if invocation and head[0].startswith("2"):
                DONE[invocation] = head, body
    start_response(*head)
    return [body]


# where the image brings a server with additions of its own, that one
sys.argv[0] = "moto_server"
try:
    runpy.run_path("/opt/moto_more.py", run_name="__main__")
except FileNotFoundError:
    runpy.run_module("moto.server", run_name="__main__")
