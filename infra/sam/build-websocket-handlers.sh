#!/usr/bin/env bash
# Builds the bundles of the WebSocket handlers, as `npx nx build ws-handlers` does.
# `npx nx deploy infra` builds everything that it deploys.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec npx nx build ws-handlers "$@"
