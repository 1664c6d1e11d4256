#!/usr/bin/env bash
# Validates the SAM templates as AWS would read them: `sam validate --lint` and cfn-lint, which need
# no account. Both come from PyPI into .venv/, once for each pinned version.
set -euo pipefail

if [[ $# -gt 0 ]]; then
  if [[ "$1" != -h && "$1" != --help ]]; then
    echo "validate-template.sh: it takes no arguments, and was given \"$1\"" >&2
    exit 2
  fi
  echo 'bash tools/workspace/validate-template.sh: validates infra/sam/*.yaml; takes no arguments'
  exit 0
fi
if ! command -v python3 >/dev/null; then
  echo 'validate-template.sh: python3 is needed, and is not installed' >&2
  exit 2
fi

cd "$(dirname "$0")/../.."

requirements=(aws-sam-cli==1.170.0 cfn-lint==1.58.0)
templates=(infra/sam/template.yaml infra/sam/registry.yaml)
region=ap-northeast-1
venv=.venv
stamp="$venv/.requirements"

export SAM_CLI_TELEMETRY=0
# boto3 wants a region to exist; nothing is called.
export AWS_DEFAULT_REGION=$region

if [[ "$(cat "$stamp" 2>/dev/null || true)" != "${requirements[*]}" ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${requirements[@]}"
  echo "${requirements[*]}" >"$stamp"
fi

for template in "${templates[@]}"; do
  "$venv/bin/sam" validate --lint --region "$region" --template-file "$template"
  # Informational findings count too; each environment is checked with its own values.
  for environment in development staging production; do
    "$venv/bin/cfn-lint" --include-checks I --non-zero-exit-code informational \
      --regions "$region" --parameters "Environment=$environment" -- "$template"
    echo "$template: cfn-lint has no findings for $environment"
  done
done
