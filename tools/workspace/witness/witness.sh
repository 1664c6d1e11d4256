#!/usr/bin/env bash
# `npm run witness`: the end-to-end tests against MiniStack, an emulator of AWS that nobody here wrote.
# It comes from PyPI into .venv/witness, once, and listens on this machine only. What differs from AWS and
# from sam-offline, and who is right, is in docs/adr/0021-a-second-emulator-as-witness.md.
set -euo pipefail
cd "$(dirname "$0")/../../.."

case "${1:-}" in
  '') ;;
  -h | --help)
    echo 'npm run witness: runs the end-to-end tests against MiniStack; takes no arguments'
    exit 0
    ;;
  *)
    echo "npm run witness takes no arguments, and was given \"$1\"" >&2
    exit 2
    ;;
esac

requirements=('ministack[full]==1.5.33' boto3==1.43.106 pyyaml==6.0.4)
venv=.venv/witness
if [[ "$(cat "$venv/.requirements" 2>/dev/null || true)" != "${requirements[*]}" ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${requirements[@]}"
  echo "${requirements[*]}" >"$venv/.requirements"
fi

npx nx run-many -t build -p api ws-handlers

folder=$(mktemp -d)
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=ap-northeast-1
export PATH="$PWD/node_modules/.bin:$PATH"
port=$(node -p "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); }); ''" | tr -d '\n')
endpoint=http://127.0.0.1:$port
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port MINISTACK_REGION=ap-northeast-1 IOT_MTLS_ENABLED=0 \
  SFTP_ENABLED=0 "$venv/bin/ministack" >"$folder/ministack.log" 2>&1 &
ministack=$!
finish() {
  front=$(node -p "require('$folder/outputs.json').FrontPid" 2>/dev/null) && kill "$front" 2>/dev/null || true
  kill "$ministack" 2>/dev/null || true
  wait "$ministack" 2>/dev/null || true
  cp "$folder"/* .local/witness/ 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
mkdir -p .local/witness
curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused "$endpoint/_ministack/health" >/dev/null

"$venv/bin/python" tools/workspace/witness/deploy.py "$endpoint" "$folder/outputs.json"
status=0
E2E_OUTPUTS="$folder/outputs.json" npx jest -c e2e/jest.config.cjs --testTimeout 60000 \
  --json --outputFile "$folder/results.json" || status=$?
node -e "
  const { numPassedTests, numTotalTests, testResults } = require('$folder/results.json');
  const failed = testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'failed');
  for (const { fullName } of failed) console.log('differs: ' + fullName);
  console.log('witness: ' + numPassedTests + ' of ' + numTotalTests + ' end-to-end tests pass against MiniStack');
"
exit "$status"
