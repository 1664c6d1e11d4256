"""Creates the stack in MiniStack: uploads the bundles, and creates the template with CloudFormation.

    python deploy.py ENDPOINT OUTPUTS

What MiniStack 1.5.33 does not do is done for it, and said in docs/adr/0021-a-second-emulator-as-witness.md: route
responses, the routes of an HTTP API that SAM puts into its Body, and container images.
"""

import io
import json
import os
import sys
import time
import zipfile

import boto3
import yaml
from botocore.config import Config

ENDPOINT, OUTPUTS = sys.argv[1:]
REGION = "ap-northeast-1"
STACK = "blogapp-development"
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
SAM = os.path.join(ROOT, "infra/sam")


# Types that MiniStack does not know. The end-to-end tests do not need them there: MiniStack sends a
# function's result to the client without a route response.
UNKNOWN = (
    "AWS::ApiGatewayV2::RouteResponse",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::Logs::QueryDefinition",
)


# The web app's part of the template. The end-to-end tests serve the exported files themselves.
WEB = ("AWS::CloudFront::", "AWS::S3::")


def is_refused(resource):
    """Whether MiniStack refuses a resource: its type is unknown, or it is an alarm on an expression."""
    kind = resource["Type"]
    on_expression = kind == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return kind in UNKNOWN or on_expression


def client(service):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, read_timeout=120),
    )


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags."""


def tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, True)
    else:
        value = loader.construct_mapping(node, True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {"Fn::" + suffix: value}


Loader.add_multi_constructor("!", tag)


def upload(s3, folder):
    """Uploads a folder as a zip file to the bucket."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path, _, names in os.walk(folder):
            for name in names:
                whole = os.path.join(path, name)
                file.write(whole, os.path.relpath(whole, folder))
    key = os.path.relpath(folder, ROOT).replace("/", "-") + ".zip"
    s3.put_object(Bucket="bundles", Key=key, Body=archive.getvalue())
    return {"Bucket": "bundles", "Key": key}


def prepare(template, s3):
    """Returns the template in a form that MiniStack can create, and notes on the changes."""
    notes = []
    # This property names alarms, and it is off in development.
    del template["Globals"]["Function"]["DeploymentPreference"]
    resources = template["Resources"]
    for name in [n for n, r in resources.items() if r["Type"].startswith(WEB)]:
        del resources[name]
    for name in ("WebUrl", "WebBucketName", "WebDistributionId"):
        del template["Outputs"][name]
    dashboard = resources["Dashboard"]["Properties"]["DashboardBody"]
    dashboard["Fn::Sub"] = dashboard["Fn::Sub"].replace("${WebDistribution}", "none")
    for name in [n for n, r in resources.items() if is_refused(r)]:
        kind = resources.pop(name)["Type"]
        notes.append(f"{name}: left out ({kind})")
    for name, resource in resources.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        variables = properties.get("Environment", {}).get("Variables", {})
        if "WEBSOCKET_API_ENDPOINT" in variables:
            path = "/_aws/execute-api/${WebSocketApi}/${Environment}"
            variables["WEBSOCKET_API_ENDPOINT"] = {"Fn::Sub": ENDPOINT + path}
        if properties.get("PackageType") == "Image":
            del properties["PackageType"]
            del resource["Metadata"]
            properties["CodeUri"] = upload(s3, os.path.join(ROOT, "dist/apps/api"))
            properties.update(Runtime="nodejs24.x", Handler="index.handler")
            notes.append(f"{name}: as a zip in place of an image")
        else:
            folder = os.path.normpath(os.path.join(SAM, properties["CodeUri"]))
            properties["CodeUri"] = upload(s3, folder)
    return notes


def create(template, s3, cfn):
    # The template is a file in a bucket, since one in a request has 51,200 bytes at most, as on AWS.
    body = json.dumps(template, default=str).encode()
    s3.put_object(Bucket="bundles", Key="template.json", Body=body)
    parameters = [
        {"ParameterKey": "FirebaseAuthEmulatorHost", "ParameterValue": "127.0.0.1:9099"},
    ]
    cfn.create_stack(
        StackName=STACK,
        TemplateURL=ENDPOINT + "/bundles/template.json",
        Parameters=parameters,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.time() + 300
    while True:
        stack = cfn.describe_stacks(StackName=STACK)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        if time.time() > deadline:
            sys.exit("the stack is still in " + stack["StackStatus"] + " after five minutes")
        time.sleep(0.5)
    print(STACK, stack["StackStatus"], stack.get("StackStatusReason", ""))
    if stack["StackStatus"] != "CREATE_COMPLETE":
        for event in cfn.describe_stack_events(StackName=STACK)["StackEvents"]:
            if "FAILED" in event.get("ResourceStatus", ""):
                print(event["LogicalResourceId"], event.get("ResourceStatusReason", ""))
        sys.exit(1)
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def add_http_routes(apis, functions, cors):
    """Creates the routes and the CORS configuration that SAM puts into the Body of the HTTP API. Returns its id."""
    api = next(a["ApiId"] for a in apis.get_apis()["Items"] if a["ProtocolType"] == "HTTP")
    apis.update_api(ApiId=api, CorsConfiguration=cors)
    if apis.get_routes(ApiId=api)["Items"]:
        return api
    for function, key, authorization in (
        ("api", "$default", "NONE"),
        ("websocket-broadcast", "POST /broadcast/comments", "AWS_IAM"),
    ):
        name = f"{STACK}-{function}"
        arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        integration = apis.create_integration(
            ApiId=api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn,
            PayloadFormatVersion="2.0",
        )
        apis.create_route(
            ApiId=api,
            RouteKey=key,
            Target="integrations/" + integration["IntegrationId"],
            AuthorizationType=authorization,
        )
    return api


def main():
    with open(os.path.join(SAM, "template.yaml"), encoding="utf-8") as file:
        template = yaml.load(file, Loader)
    s3 = client("s3")
    s3.create_bucket(
        Bucket="bundles", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    for note in prepare(template, s3):
        print(note)
    cors = dict(template["Resources"]["HttpApi"]["Properties"]["CorsConfiguration"])
    cors["AllowOrigins"] = [template["Parameters"]["CorsOrigin"]["Default"]]
    outputs = create(template, s3, client("cloudformation"))
    apis = client("apigatewayv2")
    http_api = add_http_routes(apis, client("lambda"), cors)
    socket_api = next(
        a["ApiId"] for a in apis.get_apis()["Items"] if a["ProtocolType"] == "WEBSOCKET"
    )
    # MiniStack tells APIs apart by their host names (localhost-names.cjs makes Node.js resolve them).
    port = ENDPOINT.rsplit(":", 1)[1]
    socket_host = f"{socket_api}.execute-api.localhost:{port}"
    function_host = outputs["FunctionUrl"].split("//")[1].strip("/").split(":")[0]
    outputs.update(
        HttpApiUrl=f"http://{http_api}.execute-api.localhost:{port}",
        FunctionUrl=f"http://{function_host}:{port}",
        ConnectionsUrl=f"http://{socket_host}/development",
        WebSocketUrl=f"ws://{socket_host}/development",
        AwsEndpointUrl=ENDPOINT,
    )
    with open(OUTPUTS, "w", encoding="utf-8") as file:
        json.dump(outputs, file, indent=2)


main()
