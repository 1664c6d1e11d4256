#!/usr/bin/env bash
# Checks .github/workflows with actionlint, which comes from the Go module proxy into .venv/, once.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=v1.7.12
actionlint=.venv/actionlint-$version/actionlint
if [[ ! -x $actionlint ]]; then
  if ! command -v go >/dev/null; then
    echo 'lint-workflows.sh: the workflows are NOT checked: actionlint needs Go, which is not installed'
    exit 0
  fi
  GOBIN="$PWD/$(dirname "$actionlint")" go install "github.com/rhysd/actionlint/cmd/actionlint@$version"
fi
"$actionlint" .github/workflows/*.yml
echo 'actionlint has no findings in .github/workflows'
