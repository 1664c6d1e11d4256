#!/usr/bin/env bash
# `npm run fuzz`: sends valid and invalid requests, made from the OpenAPI document, to a stack of its own,
# and looks for responses that are 5xx or not described. Schemathesis comes from PyPI into .venv/fuzz/,
# once for each pinned version. Arguments are passed on to `schemathesis run`.
set -euo pipefail

for argument in "$@"; do
  case $argument in
    -h | --help)
      cat <<'USAGE'
npm run fuzz -- [options of `schemathesis run`]
  starts a stack of its own, sends it requests made from its OpenAPI document, and looks for responses
  that are 5xx or not described; needs Python 3.10 or newer and a network the first time
  FUZZ_EXAMPLES=60   requests for each operation, a whole number from 1 (environment variable)
  --help             shows this
USAGE
      exit 0
      ;;
  esac
done
if [[ ! "${FUZZ_EXAMPLES:-60}" =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz: FUZZ_EXAMPLES takes a whole number from 1, not \"$FUZZ_EXAMPLES\"" >&2
  exit 2
fi
if ! command -v python3 >/dev/null; then
  echo 'fuzz: python3 is needed, and is not installed' >&2
  exit 2
fi

cd "$(dirname "$0")/../../.."

requirements=(schemathesis==4.32.5 openapi-spec-validator==0.9.0)
venv=.venv/fuzz
stamp="$venv/.requirements"
examples=${FUZZ_EXAMPLES:-60}

if [[ "$(cat "$stamp" 2>/dev/null || true)" != "${requirements[*]}" ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${requirements[@]}"
  echo "${requirements[*]}" >"$stamp"
fi

export PATH="$PWD/node_modules/.bin:$PATH" NX_DAEMON=false
if ! built=$(nx run-many -t build --output-style=static 2>&1); then
  echo "$built" >&2
  exit 1
fi

data=$(mktemp -d)
node tools/sam-offline/bin/sam-offline.js start --template=infra/sam/template.yaml \
  --stack-name=blogapp-fuzz --http-port=0 --websocket-port=0 --aws-port=0 --console-port=0 --data-dir="$data" \
  --parameter-overrides FirebaseAuthEmulatorHost=127.0.0.1:9099 WriteBurst=10000 WritesPerMinute=60000 \
  >"$data/stack.log" 2>&1 &
stack=$!
trap 'kill "$stack" 2>/dev/null || true; wait "$stack" 2>/dev/null || true; rm -rf "$data"' EXIT
until grep -q '^READY' "$data/stack.log"; do
  kill -0 "$stack" 2>/dev/null || { cat "$data/stack.log"; exit 1; }
  sleep 0.2
done

url=$(node -p 'require(process.argv[1]).HttpApiUrl' "$data/outputs.json")
curl --silent --fail "$url/openapi.json" >"$data/openapi.json"
"$venv/bin/openapi-spec-validator" "$data/openapi.json"

FUZZ_TOKEN=$(node libs/api-client/src/cli/dev-token.ts --uid fuzz)
export FUZZ_TOKEN
# The broadcast is left out: it is signed with IAM, and the gateway responds with 403, where other routes respond with 401.
# It runs in the data folder, since it writes its state into its working directory.
root=$PWD
cd "$data"
SCHEMATHESIS_HOOKS="$root/tools/workspace/fuzz/hooks.py" "$root/$venv/bin/schemathesis" \
  --config-file "$root/tools/workspace/fuzz/schemathesis.toml" run openapi.json --url "$url" \
  --exclude-path /broadcast/comments \
  --workers 1 --max-examples "$examples" --request-timeout 20 "$@"
