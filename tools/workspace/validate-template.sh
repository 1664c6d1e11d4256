#!/usr/bin/env bash
# Validates the templates as AWS would read them, without an account: `sam validate --lint`; cfn-lint of
# each as it is written and, of a SAM template, as SAM expands it, for each environment; checkov, which
# looks for insecure settings; and a check of the documents' AWS commands. All come from PyPI into .venv/,
# once for each pinned version.
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

templates=(infra/sam/template.yaml infra/sam/registry.yaml infra/sam/pipeline.yaml)
region=ap-northeast-1
expanded=dist/infra/expanded

export SAM_CLI_TELEMETRY=0
# boto3 needs a region, although no service is called.
export AWS_DEFAULT_REGION=$region

# Installs packages into a virtual environment, unless it has them. Arguments: environment, packages.
install() {
  local venv=$1
  shift
  if [[ "$(cat "$venv/.requirements" 2>/dev/null || true)" != "$*" ]]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
    echo "$*" >"$venv/.requirements"
  fi
}

# Informational findings count too; each environment is checked with its own values.
lint() {
  "$venv/bin/cfn-lint" --include-checks I --non-zero-exit-code informational \
    --regions "$region" --parameters "Environment=$2" -- "$1"
  echo "$1: cfn-lint has no findings for $2"
}

venv=.venv
install "$venv" aws-sam-cli==1.170.0 cfn-lint==1.58.0
# Its dependencies conflict with those of aws-sam-cli.
install .venv/checkov checkov==3.3.30

mkdir -p "$expanded"
for template in "${templates[@]}"; do
  for environment in development staging production; do
    lint "$template" "$environment"
  done
done
"$venv/bin/sam" validate --lint --region "$region" --template-file infra/sam/template.yaml
scanned=(-f infra/sam/registry.yaml -f infra/sam/pipeline.yaml)
for environment in development staging production; do
  file="$expanded/$environment.json"
  "$venv/bin/python" tools/workspace/expand_template.py infra/sam/template.yaml "$environment" "$file"
  lint "$file" "$environment"
  scanned+=(-f "$file")
done
# infra/sam/checkov.yaml has the checks that are skipped, with the reasons.
.venv/checkov/bin/checkov --config-file infra/sam/checkov.yaml "${scanned[@]}"
# The AWS commands that the documents name. `infra/deploy` runs those of docs/operations.md.
"$venv/bin/python" tools/workspace/check_aws_commands.py README.md docs/*.md docs/runbooks/*.md \
  infra/sam/README.md libs/broadcast/README.md e2e/README.md
