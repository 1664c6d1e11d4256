import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const hasPython = canRun('python3', '--version');
const hasCurl = canRun('curl', '--version');

/**
 * AWS's example of a custom runtime:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html
 */
const SHELL_BOOTSTRAP = `#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
headers=$(mktemp)
while true; do
  event=$(curl -sS -D "$headers" "$api/next")
  id=$(grep -i '^Lambda-Runtime-Aws-Request-Id' "$headers" | tr -d '[:space:]' | cut -d: -f2)
  case $event in
    *fail*) curl -sS -X POST "$api/$id/error" -H 'Lambda-Runtime-Function-Error-Type: Shell.Failure' \\
      -d '{"errorType":"ShellError","errorMessage":"as asked"}' ;;
    *large*) head -c 2000000 /dev/zero | tr '\\0' 1 | curl -sS -X POST "$api/$id/response" -H 'Transfer-Encoding: chunked' --data-binary @- ;;
    *) curl -sS -X POST "$api/$id/response" -d "{\\"got\\":$event,\\"handler\\":\\"$_HANDLER\\"}" ;;
  esac
done
`;

/**
 * Uses the Runtime API as another HTTP client does: with chunked bodies, and one connection for
 * each request.
 */
const NODE_BOOTSTRAP = `#!/usr/bin/env node
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
(async () => {
  for (;;) {
    const next = await fetch(base + 'next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const body = new Blob([await next.text()]).stream();
    await fetch(base + id + '/response', { method: 'POST', body, duplex: 'half' });
  }
})();
`;

describe('a custom runtime', () => {
  let lambda: LambdaFixture;
  beforeAll(() => {
    const program = (bootstrap: string) => ({
      code: { type: 'zip', directory: temporaryFiles({ bootstrap }) } as const,
      runtime: 'provided.al2023',
    });
    lambda = lambdaFixture([
      lambdaFunction('Shell', '', { ...program(SHELL_BOOTSTRAP), handler: 'my.handler' }),
      lambdaFunction('Fetch', '', program(NODE_BOOTSTRAP)),
      lambdaFunction('Broken', '', program('#!/bin/sh\nexit 4\n')),
      lambdaFunction('NotExecutable', '', program('echo')),
    ]);
  });
  afterAll(() => lambda.close());

  (hasCurl ? it : it.skip)('may be a shell script that uses curl', async () => {
    await expect(lambda.call('Shell', { a: 1 })).resolves.toEqual({
      got: { a: 1 },
      handler: 'my.handler',
    });
    await expect(lambda.service.invoke('Shell', '"fail"')).resolves.toMatchObject({
      ok: false,
      errorType: 'ShellError',
      errorMessage: 'as asked',
    });
    const large = await lambda.service.invoke('Shell', '"large"');
    expect(large).toMatchObject({ ok: true });
    expect(large.payload).toHaveLength(2_000_000);
  });

  it('may use any HTTP client', async () => {
    await expect(lambda.call('Fetch', { a: 'é' })).resolves.toEqual({ a: 'é' });
    await expect(lambda.call('Fetch', [])).resolves.toEqual([]);
  });

  it('fails with its exit status if it ends before it asks for an invocation', async () => {
    await expect(lambda.call('Broken')).resolves.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/exit status 4$/),
    });
  });

  it('has to be executable', async () => {
    await expect(lambda.call('NotExecutable')).resolves.toMatchObject({
      errorMessage: expect.stringContaining('bootstrap is not executable'),
    });
  });
});

(hasPython ? describe : describe.skip)('a Python handler', () => {
  let lambda: LambdaFixture;
  beforeAll(() => {
    const python = { runtime: 'python3.13', handler: 'index.handler' };
    lambda = lambdaFixture([
      lambdaFunction(
        'Python',
        `
import json, logging, os, sys
logging.getLogger().setLevel("INFO")
def handler(event, context):
    case = event["case"]
    if case == "echo": return event["value"]
    if case == "context": return {
        "id": context.aws_request_id, "name": context.function_name, "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb, "group": context.log_group_name, "stream": context.log_stream_name,
        "version": context.function_version, "remaining": context.get_remaining_time_in_millis(),
        "custom": context.client_context.custom, "trace": os.environ["_X_AMZN_TRACE_ID"] }
    if case == "raise": raise ValueError("no such thing")
    if case == "set": return {1, 2}
    if case == "log":
        logging.info("two\\nlines")
        print("printed")
    if case == "exit": os._exit(5)
`,
        python,
      ),
      lambdaFunction('Layered', '', {
        ...python,
        handler: 'src.app.lambda_handler',
        code: {
          type: 'zip',
          directory: temporaryFiles({
            'src/app.py': 'import shared\ndef lambda_handler(event, context): return shared.VALUE',
          }),
        },
        layers: [temporaryFiles({ 'python/shared.py': 'VALUE = "from a layer"' })],
      }),
      lambdaFunction('NoModule', 'import absent_package', python),
      lambdaFunction('NoHandler', 'other = 1', python),
      lambdaFunction('Syntax', 'def handler(:', python),
    ]);
  });
  afterAll(() => lambda.close());

  it('gets its event and responds with JSON', async () => {
    const value = { text: 'コメント', list: [1, null, true] };
    await expect(lambda.call('Python', { case: 'echo', value })).resolves.toEqual(value);
  });

  it('gets the whole context', async () => {
    const clientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
    const traceId = 'Root=1-2-3';
    const { payload, requestId } = await lambda.service.invoke('Python', '{"case":"context"}', {
      clientContext,
      traceId,
    });
    expect(JSON.parse(payload.toString())).toEqual({
      id: requestId,
      name: 'stack-Python',
      arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:stack-Python',
      memory: '128',
      group: '/aws/lambda/stack-Python',
      stream: expect.stringContaining('[$LATEST]'),
      version: '$LATEST',
      remaining: expect.any(Number),
      custom: { k: 'v' },
      trace: traceId,
    });
  });

  it('responds with an error’s type, message and trace when it raises', async () => {
    const result = await lambda.service.invoke('Python', '{"case":"raise"}');
    expect(JSON.parse(result.payload.toString())).toEqual({
      errorType: 'ValueError',
      errorMessage: 'no such thing',
      requestId: result.requestId,
      stackTrace: [expect.stringContaining('raise ValueError("no such thing")')],
    });
    await expect(lambda.call('Python', { case: 'set' })).resolves.toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
    });
  });

  it('logs as on Lambda', async () => {
    lambda.lines.length = 0;
    const { requestId } = await lambda.service.invoke('Python', '{"case":"log"}');
    expect(lambda.linesOf('Python').slice(1, 3)).toEqual([
      expect.stringMatching(new RegExp(`^\\[INFO\\]\t[\\d:T.-]+Z\t${requestId}\ttwo\nlines$`)),
      'printed',
    ]);
  });

  it('works again after it ended the process', async () => {
    await expect(lambda.call('Python', { case: 'exit' })).resolves.toMatchObject({
      errorMessage: expect.stringMatching(/exit status 5$/),
    });
    await expect(lambda.call('Python', { case: 'echo', value: 1 })).resolves.toBe(1);
  });

  it('may be in a nested module, and use layers', async () => {
    await expect(lambda.call('Layered')).resolves.toBe('from a layer');
  });

  it.each([
    ['NoModule', 'Runtime.ImportModuleError', /No module named 'absent_package'/],
    ['NoHandler', 'Runtime.HandlerNotFound', /^Handler 'handler' missing on module 'index'$/],
    ['Syntax', 'Runtime.UserCodeSyntaxError', /^Syntax error in module 'index'/],
  ])('%s fails with %s', async (name, errorType, errorMessage) => {
    await expect(lambda.call(name)).resolves.toMatchObject({
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
  });
});

it('runs the other functions if the code or the interpreter of one is missing, which fails with the reason', async () => {
  const empty = temporaryFiles({});
  const dockerfile = (text: string) => ({
    type: 'image' as const,
    contextDirectory: empty,
    dockerfile: join(temporaryFiles({ Dockerfile: text }), 'Dockerfile'),
  });
  const zip = { type: 'zip', directory: empty } as const;
  const cases: Record<string, [Parameters<typeof lambdaFunction>[2], RegExp]> = {
    Ruby: [{ runtime: 'ruby3.4', code: zip }, /its runtime ruby3.4 is not supported; sam-offline/],
    DotNet: [{ runtime: 'dotnet10', code: zip }, /its runtime dotnet10 is not supported/],
    NotYet: [{ runtime: 'cobol1', code: zip }, /its runtime cobol1 is not supported/],
    Java: [{ runtime: 'java25', handler: 'a.B::c', code: zip }, /no a\/B\.class .* is it built/],
    Custom: [{ runtime: 'provided.al2023', code: zip }, /needs an executable named bootstrap/],
    Folder: [{ code: { type: 'zip', directory: join(empty, 'absent') } }, /does not exist; is it/],
    Handler: [{ code: zip }, /there is no index\.js, index\.mjs, index\.cjs in /],
    Jar: [
      {
        runtime: 'java25',
        code: {
          type: 'file',
          file: join(temporaryFiles({ 'a.jar': 'PK\x03\x04, and then nothing' }), 'a.jar'),
        },
      },
      /cannot be read/,
    ],
    Absent: [{ code: { type: 'missing', reason: 'its code is in s3://elsewhere' } }, /elsewhere/],
    Scratch: [{ code: dockerfile('FROM scratch') }, /the base image scratch has no runtime/],
    RubyImage: [{ code: dockerfile('FROM public.ecr.aws/lambda/ruby:3.4') }, /no runtime that/],
    NoFile: [{ code: { ...dockerfile(''), dockerfile: join(empty, 'Dockerfile') } }, /not exist/],
    Stage: [
      {
        code: dockerfile('FROM public.ecr.aws/lambda/nodejs:24\nCOPY --from=x /a ./\nCMD ["a.b"]'),
      },
      /copies files of another stage or image/,
    ],
  };
  const lambda = lambdaFixture([
    ...Object.entries(cases).map(([name, [overrides]]) => lambdaFunction(name, '', overrides)),
    lambdaFunction('Fine', 'exports.handler = async () => "fine"'),
  ]);
  try {
    expect(lambda.service.checkCode()).toHaveLength(Object.keys(cases).length);
    await expect(lambda.call('Fine')).resolves.toBe('fine');
    for (const [name, [, reason]] of Object.entries(cases)) {
      const { ok, payload } = await lambda.service.invoke(name, '{}');
      expect([name, ok, payload.toString()]).toEqual([name, false, expect.stringMatching(reason)]);
    }
  } finally {
    await lambda.close();
  }
});

function canRun(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
