"""Expands a SAM template to plain CloudFormation, as AWS does when the stack is deployed.

    python expand_template.py TEMPLATE ENVIRONMENT OUTPUT

The SAM translator is the one that AWS runs, in the version that aws-sam-cli installs. Code is not
uploaded: paths and image builds are replaced by a location in a bucket and by an image's URI.
"""

import json
import sys
from types import SimpleNamespace

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

# The managed policies that the translator adds to roles, by name.
PARTITION = "arn:aws:iam::aws:policy/"
MANAGED_POLICIES = {
    name: PARTITION + path + name
    for path, names in {
        "service-role/": [
            "AWSLambdaBasicExecutionRole",
            "AWSLambdaDynamoDBExecutionRole",
            "AWSLambdaSQSQueueExecutionRole",
            "AWSCodeDeployRoleForLambda",
        ],
        "": ["AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess"],
    }.items()
    for name in names
}


def package(template):
    """Gives each function the code that `sam deploy` would have uploaded."""
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        resource.pop("Metadata", None)
        if properties.get("PackageType") == "Image":
            repository = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-api"
            properties["ImageUri"] = repository + ":0123456789abcdef"
        else:
            properties["CodeUri"] = {"Bucket": "bucket", "Key": name}


def main(source, environment, output):
    with open(source, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    package(template)
    parameters = {
        name: parameter["Default"]
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" in parameter
    }
    parameters["Environment"] = environment
    loader = SimpleNamespace(load=lambda: MANAGED_POLICIES)
    expanded = transform(template, parameters, loader)
    # AWS works this one off before SAM's, which drops it.
    expanded["Transform"] = ["AWS::LanguageExtensions"]
    with open(output, "w", encoding="utf-8") as file:
        json.dump(expanded, file, indent=2)
    print(f"{source}: {len(expanded['Resources'])} resources once SAM has expanded it for {environment}")


main(*sys.argv[1:])
