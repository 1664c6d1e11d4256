"""Writes schemas.json: the property names of every supported resource type, of the maps in them that are checked,
and of SAM's events. Run it when AWS has new properties. properties.spec.ts then fails until each of them is in a
list.

    python3 -m venv venv && venv/bin/pip install cfn-lint aws-sam-translator
    venv/bin/python read-schemas.py

CloudFormation's schemas come from cfn-lint, those of AWS::Serverless from the SAM translator.
"""

import json
import pathlib

import cfnlint.data.schemas as schemas
from samtranslator.model import sam_resources
from samtranslator.model.eventsources import pull, push, scheduler

TYPES = [
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::IntegrationResponse",
    "AWS::ApiGatewayV2::Model",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::RouteResponse",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
    "AWS::S3::Bucket",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::Secret",
]
MAPS = {
    "AWS::ApiGateway::Method": ["Integration", "Integration.IntegrationResponses"],
    "AWS::ApiGateway::Stage": ["MethodSettings"],
    "AWS::ApiGatewayV2::Stage": ["AccessLogSettings", "DefaultRouteSettings"],
    "AWS::CloudWatch::Alarm": ["Dimensions", "Metrics", "Metrics.MetricStat", "Metrics.MetricStat.Metric"],
    "AWS::DynamoDB::Table": ["GlobalSecondaryIndexes", "LocalSecondaryIndexes", "StreamSpecification"],
    "AWS::Events::Rule": ["Targets"],
    "AWS::Lambda::Function": ["Environment", "ImageConfig", "LoggingConfig", "TenancyConfig"],
    "AWS::Lambda::Url": ["Cors"],
    "AWS::S3::Bucket": ["NotificationConfiguration"],
}
SERVERLESS = [
    sam_resources.SamApi,
    sam_resources.SamFunction,
    sam_resources.SamHttpApi,
    sam_resources.SamLayerVersion,
    sam_resources.SamSimpleTable,
    sam_resources.SamWebSocketApi,
]
EVENTS = [
    push.Api,
    push.CloudWatchEvent,
    push.EventBridgeRule,
    push.HttpApi,
    push.S3,
    push.SNS,
    push.Schedule,
    pull.DynamoDB,
    pull.SQS,
    scheduler.SchedulerEventSource,
]


def resolve(schema, value):
    while "$ref" in value:
        value = schema["definitions"][value["$ref"].rsplit("/", 1)[-1]]
    return resolve(schema, value["items"]) if value.get("type") == "array" else value


def read_all():
    folder = pathlib.Path(schemas.__file__).parent
    files = json.loads((folder / "providers" / "us-east-1.json").read_text())
    for type_name in TYPES:
        schema = json.loads((folder / "resources" / f"{files[type_name]}.json").read_text())
        read_only = {path.split("/")[-1] for path in schema.get("readOnlyProperties", []) if path.count("/") == 2}
        yield type_name, set(schema["properties"]) - read_only
        for path in MAPS.get(type_name, []):
            value = schema
            for name in path.split("."):
                value = resolve(schema, value["properties"][name])
            yield f"{type_name}.{path}", set(value["properties"])
    for resource in SERVERLESS:
        yield resource.resource_type, {name for name in resource.property_types if not name.startswith("__")}
    for event in EVENTS:
        # The translator adds `Stage` for its own use.
        yield f"Events.{event.resource_type}", set(event.property_types) - {"Stage"}


if __name__ == "__main__":
    text = json.dumps({name: sorted(names) for name, names in sorted(read_all())}, indent=2)
    (pathlib.Path(__file__).parent / "schemas.json").write_text(text + "\n")
