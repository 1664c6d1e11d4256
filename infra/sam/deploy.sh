#!/usr/bin/env bash
# Deploys the stack of one environment: the registry first, then the image, then everything else.
# Needs aws, sam and docker, and the bundles that `nx build` makes. See README.md.
#
#   infra/sam/deploy.sh development|staging|production
set -euo pipefail
cd "$(dirname "$0")"

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then
  echo 'infra/sam/deploy.sh [development|staging|production]: deploys that stack (development)'
  exit 0
fi
environment=${1:-development}
region=ap-northeast-1
registry_stack="blogapp-${environment}-registry"

case $environment in
  development | staging | production) ;;
  *)
    echo "deploy.sh: no environment is called '$environment': development, staging or production" >&2
    exit 64
    ;;
esac
for tool in aws sam docker; do
  if ! command -v "$tool" >/dev/null; then
    echo "deploy.sh: '$tool' is needed to deploy, and is not installed" >&2
    exit 69
  fi
done

# API Gateway refuses a WebSocket API with access logs while the account has no role for writing them.
role=$(aws apigateway get-account --region "$region" --query cloudwatchRoleArn --output text)
if [[ $role == None ]]; then
  echo "deploy.sh: API Gateway has no role for its logs in $region; README.md, 'Alarms, logs, dashboard', has the commands" >&2
  exit 78
fi

aws cloudformation deploy \
  --region "$region" \
  --template-file registry.yaml \
  --stack-name "$registry_stack" \
  --parameter-overrides "Environment=$environment" \
  --no-fail-on-empty-changeset

repository=$(aws cloudformation describe-stacks \
  --region "$region" \
  --stack-name "$registry_stack" \
  --query "Stacks[0].Outputs[?OutputKey=='ECRRepositoryURI'].OutputValue" \
  --output text)

# Builds the API's image; the other functions' bundles are taken as they are (SkipBuild).
sam build --config-env "$environment"
sam deploy --config-env "$environment" --image-repository "$repository"
