import { join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const zip = (files: Record<string, string>) =>
  ({ type: 'zip', directory: temporaryFiles(files) }) as const;

describe('a Node.js handler', () => {
  let lambda: LambdaFixture;

  beforeAll(() => {
    lambda = lambdaFixture(
      [
        lambdaFunction(
          'Various',
          `
          const cases = {
            echo: (event) => event.value,
            context: (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() }),
            environment: () => process.env,
            cwd: () => process.cwd(),
            throws: () => { throw new TypeError('no such thing'); },
            throwsText: () => { throw 'just text'; },
            circular: () => { const a = {}; a.a = a; return a; },
            bigint: () => 1n,
            nothing: () => undefined,
            function: () => () => 1,
            unhandled: () => { Promise.reject(new Error('forgotten')); return 'never seen'; },
            uncaught: () => new Promise(() => setTimeout(() => { throw new RangeError('later'); })),
            unsettled: () => new Promise(() => {}),
            large: ({ bytes }) => 'x'.repeat(bytes - 2),
            length: (event) => event.value.length,
            console: () => {
              console.log('a %s', 'log', { b: 1 });
              console.warn('two\\nlines');
              console.error(new Error('printed'));
              process.stdout.write('raw\\n');
              process.stderr.write('to stderr\\n');
            },
            flood: () => { for (let i = 0; i < 100; i += 1) process.stdout.write('y'.repeat(1e5) + (i % 10 === 9 ? '\\n' : '')); return 'done'; },
            exit: () => process.exit(3),
          };
          exports.handler = async (event, context) => cases[event.case](event, context);`,
          { memorySizeMb: 256, environment: { COLOUR: 'blue', TZ: 'Asia/Tokyo' } },
        ),
        lambdaFunction('Esm', '', {
          code: zip({
            'package.json': '{"type":"module"}',
            'src/app.js':
              "import { value } from './value.js'; export const api = { get: async () => value };",
            'src/value.js': "export const value = await Promise.resolve('from ESM');",
          }),
          handler: 'src/app.api.get',
        }),
        lambdaFunction('Mjs', '', {
          code: zip({ 'index.mjs': 'export const handler = () => 1;' }),
        }),
        lambdaFunction('Cjs', '', { code: zip({ 'index.cjs': 'exports.handler = () => 2;' }) }),
        lambdaFunction(
          'Callback',
          `exports.handler = (event, context, callback) => {
            if (event.how === 'callback') callback(null, 'called back');
            if (event.how === 'late') { setTimeout(() => { global.late = true; }, 20); callback(null, 'waits'); }
            if (event.how === 'wasLate') callback(null, global.late);
            if (event.how === 'notWaiting') {
              context.callbackWaitsForEmptyEventLoop = false;
              setInterval(() => {}, 1e6);
              callback(null, 'does not wait');
            }
            if (event.how === 'error') callback(new Error('called back'));
            if (event.how === 'succeed') context.succeed('succeeded');
            if (event.how === 'fail') context.fail();
            if (event.how === 'return') return 'ignored';
            if (event.how === 'promise') return Promise.resolve('promised');
          };`,
          { runtime: 'nodejs22.x' },
        ),
        lambdaFunction('Callback24', 'exports.handler = (event, context, callback) => callback();'),
        lambdaFunction('SourceMaps', '', {
          code: zip({
            'index.js':
              'exports.handler = async () => { throw new Error("mapped"); };\n//# sourceMappingURL=index.js.map',
            'index.js.map': JSON.stringify({
              version: 3,
              sources: ['original.ts'],
              names: [],
              mappings: 'AAAA,gDAgBA',
            }),
          }),
          environment: { NODE_OPTIONS: '--enable-source-maps' },
        }),
        lambdaFunction(
          'Streaming',
          `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
            if (event.prelude) stream = awslambda.HttpResponseStream.from(stream, event.prelude);
            stream.write('one ');
            if (event.fail) throw new Error('half way');
            stream.write(Buffer.from('two'));
            stream.end();
          });`,
        ),
        lambdaFunction('NoModule', 'require("absent-package"); exports.handler = () => 1;'),
        lambdaFunction('NoHandler', 'exports.other = () => 1;'),
        lambdaFunction('Syntax', 'exports.handler = () => {'),
        lambdaFunction('InitThrows', 'throw new RangeError("at init");'),
        lambdaFunction('InitExits', 'process.exit(9);'),
      ],
      { environmentFor: ({ logicalId }) => ({ AWS_ACCESS_KEY_ID: `key-of-${logicalId}` }) },
    );
  });
  afterAll(() => lambda.close());

  const various = (name: string, more: object = {}) =>
    lambda.call('Various', { case: name, ...more });

  it('gets its event and responds with JSON, including text of any language', async () => {
    await expect(
      various('echo', { value: { text: 'コメント – é', list: [1, null] } }),
    ).resolves.toEqual({
      text: 'コメント – é',
      list: [1, null],
    });
    await expect(various('echo', { value: 42 })).resolves.toBe(42);
  });

  it('responds with null for undefined and for values that JSON does not have', async () => {
    await expect(various('nothing')).resolves.toBeNull();
    await expect(various('function')).resolves.toBeNull();
  });

  it('gets an empty object if the payload is empty', async () => {
    const result = await lambda.service.invoke('Callback', '');
    expect(result).toMatchObject({ ok: true });
  });

  it('gets the whole context', async () => {
    const clientContext = Buffer.from('{"custom":{"é":"\\n"}}').toString('base64');
    const result = await lambda.service.invoke('Various', '{"case":"context"}', { clientContext });
    expect(JSON.parse(result.payload.toString())).toEqual({
      functionName: 'stack-Various',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/stack-Various',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/),
      invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:stack-Various',
      awsRequestId: result.requestId,
      clientContext: { custom: { é: '\n' } },
      remaining: expect.any(Number),
    });
  });

  it('has Lambda’s variables, its own and the stack’s, and none of sam-offline’s', async () => {
    process.env.SECRET_OF_THE_PARENT = 'must not show';
    const environment = (await various('environment')) as Record<string, string>;
    delete process.env.SECRET_OF_THE_PARENT;
    expect(environment).toMatchObject({
      COLOUR: 'blue',
      TZ: 'Asia/Tokyo',
      AWS_ACCESS_KEY_ID: 'key-of-Various',
      AWS_REGION: 'ap-northeast-1',
      AWS_DEFAULT_REGION: 'ap-northeast-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'stack-Various',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/,
      ),
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THE_PARENT');
    expect(environment.HOME).not.toBe(process.env.HOME);
    await expect(various('cwd')).resolves.toBe(environment.LAMBDA_TASK_ROOT);
  });

  it('gets the caller’s trace id', async () => {
    const traceId = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1';
    const result = await lambda.service.invoke('Various', '{"case":"environment"}', { traceId });
    expect(JSON.parse(result.payload.toString())).toMatchObject({ _X_AMZN_TRACE_ID: traceId });
  });

  it('responds with an error’s type, message and trace when it throws', async () => {
    await expect(lambda.service.invoke('Various', '{"case":"throws"}')).resolves.toMatchObject({
      ok: false,
      errorType: 'TypeError',
      errorMessage: 'no such thing',
    });
    await expect(various('throws')).resolves.toEqual({
      errorType: 'TypeError',
      errorMessage: 'no such thing',
      trace: expect.arrayContaining(['TypeError: no such thing']),
    });
    await expect(various('throwsText')).resolves.toEqual({
      errorType: 'string',
      errorMessage: 'just text',
      trace: [],
    });
  });

  it('fails if its result is circular or a BigInt', async () => {
    const error = { errorType: 'Error', errorMessage: 'Unable to stringify response body' };
    await expect(various('circular')).resolves.toMatchObject(error);
    await expect(various('bigint')).resolves.toMatchObject(error);
  });

  it('fails with Runtime.UnhandledPromiseRejection, and the next invocation succeeds', async () => {
    await expect(various('unhandled')).resolves.toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: forgotten',
    });
    await expect(various('echo', { value: 1 })).resolves.toBe(1);
    expect(lambda.linesOf('Various')).toContainEqual(
      expect.stringMatching(
        /Error: Runtime exited with error: exit status 128\nRuntime.ExitError$/,
      ),
    );
  });

  it('fails with an error that was thrown outside of the handler', async () => {
    await expect(various('uncaught')).resolves.toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'later',
    });
  });

  it('fails with Runtime.NodeJsExit when its promise can never be settled', async () => {
    await expect(various('unsettled')).resolves.toMatchObject({ errorType: 'Runtime.NodeJsExit' });
  });

  it('fails with Runtime.ExitError when it ends the process', async () => {
    const result = await lambda.service.invoke('Various', '{"case":"exit"}');
    const errorMessage = `RequestId: ${result.requestId} Error: Runtime exited with error: exit status 3`;
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.ExitError', errorMessage });
    expect(JSON.parse(result.payload.toString())).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage,
    });
  });

  it('may respond with 6 MB and not more', async () => {
    const bytes = 6 * 1024 * 1024;
    await expect(
      lambda.service.invoke('Various', `{"case":"large","bytes":${bytes}}`),
    ).resolves.toMatchObject({
      ok: true,
    });
    await expect(
      lambda.service.invoke('Various', `{"case":"large","bytes":${bytes + 1000}}`),
    ).resolves.toMatchObject({
      ok: false,
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size (${bytes + 1000} bytes) exceeded maximum allowed payload size (6291556 bytes).`,
    });
    await expect(various('echo', { value: 'still here' })).resolves.toBe('still here');
  });

  it('may get 6 MB and not more', async () => {
    const value = 'é'.repeat(3 * 1024 * 1024 - 50);
    await expect(various('length', { value })).resolves.toBe(value.length);
    await expect(various('length', { value: `${value}${'é'.repeat(100)}` })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
  });

  it('logs as on Lambda: one line for each entry, with time, request id and level', async () => {
    lambda.lines.length = 0;
    const { requestId } = await lambda.service.invoke('Various', '{"case":"console"}');
    const start = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t${requestId}\t`;
    expect(lambda.lines.map(({ source, text }) => [source, text])).toEqual([
      ['platform', `START RequestId: ${requestId} Version: $LATEST`],
      ['stdout', expect.stringMatching(new RegExp(`${start}INFO\ta log { b: 1 }$`))],
      ['stdout', expect.stringMatching(new RegExp(`${start}WARN\ttwo\nlines$`))],
      ['stdout', expect.stringMatching(new RegExp(`${start}ERROR\tError: printed\n    at `))],
      ['stdout', 'raw'],
      ['stderr', 'to stderr'],
      ['platform', `END RequestId: ${requestId}`],
      [
        'platform',
        expect.stringMatching(
          /^REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\t$/,
        ),
      ],
    ]);
    expect(new Set(lambda.lines.map(({ logStream }) => logStream)).size).toBe(1);
  });

  it('may write 10 MB, with lines of any length', async () => {
    lambda.lines.length = 0;
    await expect(various('flood')).resolves.toBe('done');
    const written = lambda.lines.filter(({ source }) => source === 'stdout');
    expect(written.reduce((sum, { text }) => sum + text.length, 0)).toBe(10_000_000);
    expect(Math.max(...written.map(({ text }) => text.length))).toBe(256 * 1024);
  });

  it('logs the error that it threw in one line', async () => {
    lambda.lines.length = 0;
    await various('throws');
    expect(lambda.linesOf('Various')).toContainEqual(
      expect.stringMatching(
        /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"no such thing","stack":\[/,
      ),
    );
  });

  it('may be an ES module, a nested path and a nested name', async () => {
    await expect(lambda.call('Esm')).resolves.toBe('from ESM');
    await expect(lambda.call('Mjs')).resolves.toBe(1);
    await expect(lambda.call('Cjs')).resolves.toBe(2);
  });

  it('may use callbacks up to Node.js 22', async () => {
    const call = (how: string) => lambda.call('Callback', { how });
    await expect(call('callback')).resolves.toBe('called back');
    await expect(call('late')).resolves.toBe('waits');
    await expect(call('wasLate')).resolves.toBe(true);
    await expect(call('error')).resolves.toMatchObject({ errorMessage: 'called back' });
    await expect(call('succeed')).resolves.toBe('succeeded');
    await expect(call('fail')).resolves.toMatchObject({ errorMessage: 'handled' });
    await expect(call('return')).resolves.toBeNull();
    await expect(call('promise')).resolves.toBe('promised');
    await expect(call('notWaiting')).resolves.toBe('does not wait');
  });

  it('may not use callbacks with Node.js 24 and later', async () => {
    await expect(lambda.call('Callback24')).resolves.toMatchObject({
      errorType: 'Runtime.CallbackHandlerDeprecated',
    });
  });

  it('has traces of its sources with --enable-source-maps', async () => {
    const { trace } = (await lambda.call('SourceMaps')) as { trace: string[] };
    expect(trace[1]).toMatch(/\/original\.ts:1:/);
  });

  it('may stream its response', async () => {
    const result = await lambda.service.invoke('Streaming', '{}');
    expect(result).toMatchObject({ ok: true, contentType: 'application/octet-stream' });
    expect(result.payload.toString()).toBe('one two');
    await expect(lambda.service.invoke('Streaming', '{"fail":true}')).resolves.toMatchObject({
      ok: false,
      errorType: 'Error',
      errorMessage: 'half way',
    });
  });

  it('sends the status and headers before a streamed response', async () => {
    const result = await lambda.service.invoke('Streaming', '{"prelude":{"statusCode":201}}');
    expect(result).toMatchObject({
      contentType: 'application/vnd.awslambda.http-integration-response',
    });
    expect(result.payload.toString()).toBe(`{"statusCode":201}${'\0'.repeat(8)}one two`);
  });

  it.each([
    ['NoModule', 'Runtime.ImportModuleError', /^Error: Cannot find module 'absent-package'/],
    ['NoHandler', 'Runtime.HandlerNotFound', /^index\.handler is undefined or not exported$/],
    ['Syntax', 'Runtime.UserCodeSyntaxError', /^SyntaxError: Unexpected end of input$/],
    ['InitThrows', 'RangeError', /^at init$/],
    ['InitExits', 'Runtime.ExitError', /Runtime exited with error: exit status 9$/],
  ])('%s fails every invocation with %s', async (name, errorType, errorMessage) => {
    const result = await lambda.service.invoke(name, '{}');
    expect(result).toMatchObject({
      ok: false,
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
    const lines = lambda.linesOf(name);
    // As on AWS, init is repeated within the invocation.
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: init\tStatus: error\tError Type: ${errorType}$`,
        ),
      ),
    );
    expect(lines).toContainEqual(
      expect.stringContaining(`\tPhase: invoke\tStatus: error\tError Type: ${errorType}`),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^REPORT .*Status: error/));
    await expect(lambda.service.invoke(name, '{}')).resolves.toMatchObject({ errorType });
  });
});

describe('the AWS SDK of the runtime', () => {
  it('is found in the folder where sam-offline was started, or the error says how to install it', async () => {
    const requires = (name: string, runtime: string): [string, string] => [
      `exports.handler = async () => require.resolve('${name}');`,
      runtime,
    ];
    const workspace = temporaryFiles({
      'node_modules/@aws-sdk/client-of-workspace/index.js': '',
    });
    const startedIn = process.cwd();
    process.chdir(workspace);
    const functions = {
      Workspace: requires('@aws-sdk/client-of-workspace', 'nodejs22.x'),
      Absent: requires('@aws-sdk/client-that-is-absent', 'nodejs22.x'),
      Sdk2In16: requires('aws-sdk', 'nodejs16.x'),
      Sdk2In22: requires('aws-sdk/clients/s3', 'nodejs22.x'),
      Sdk3In16: requires('@aws-sdk/client-s3', 'nodejs16.x'),
    };
    const fixture = lambdaFixture(
      Object.entries(functions).map(([name, [source, runtime]]) =>
        lambdaFunction(name, source, { runtime }),
      ),
    );
    const results = await Promise.all(
      Object.keys(functions).map((name) => fixture.call(name)),
    ).finally(() => {
      process.chdir(startedIn);
    });
    await fixture.close();
    const message = (text: string): object => ({ errorMessage: expect.stringContaining(text) });
    expect(results).toMatchObject([
      expect.stringContaining('client-of-workspace'),
      message('run `npm install @aws-sdk/client-that-is-absent` where sam-offline is started'),
      message('run `npm install aws-sdk` where'),
      message("nodejs22.x has version 3 of the AWS SDK only: add aws-sdk to the function's own"),
      message('nodejs16.x has version 2 of the AWS SDK only: add @aws-sdk/client-s3'),
    ]);
  });
});

describe('start', () => {
  it('reports the functions that cannot run, and runs the others', async () => {
    const lambda = lambdaFixture([
      lambdaFunction('Ruby', '', { code: zip({}), runtime: 'ruby3.4' }),
      lambdaFunction('Absent', '', {
        code: { type: 'zip', directory: join(temporaryFiles({}), 'dist') },
      }),
      lambdaFunction('Unbuilt', '', { code: zip({ 'index.ts': '' }) }),
      lambdaFunction('Well', 'exports.handler = () => "well";'),
    ]);
    const problems = lambda.service.checkCode();
    expect(problems.map(({ functionLogicalId, reason }) => [functionLogicalId, reason])).toEqual([
      ['Ruby', 'unsupported'],
      ['Absent', 'missing-code'],
      ['Unbuilt', 'missing-code'],
    ]);
    expect(problems[0]?.message).toBe(
      'Function Ruby: its runtime ruby3.4 is not supported; sam-offline runs nodejs*, python3*, java* and provided*. To run it here, give it the runtime provided.al2023 and an executable named bootstrap that starts it',
    );
    expect(problems[2]?.message).toMatch(
      /no index\.js, index\.mjs, index\.cjs in .*is it built\?$/,
    );
    expect(lambda.events.warnings).toHaveLength(3);
    await expect(lambda.service.invoke('Ruby', '{}')).resolves.toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('ruby3.4'),
    });
    await expect(lambda.call('Well')).resolves.toBe('well');
    await expect(lambda.call('Unknown')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await lambda.close();
  });
});

it('does not pass the socket of its runtime to processes that a handler starts', async () => {
  const lambda = lambdaFixture([
    lambdaFunction(
      'Starts',
      `const { execFileSync } = require('node:child_process');
       const script = 'try { require("node:fs").fstatSync(3).isSocket() && console.log("open") } catch {}';
       exports.handler = async () => execFileSync(process.execPath, ['-e', script]).toString();`,
    ),
  ]);
  await expect(lambda.call('Starts')).resolves.toBe('');
  await lambda.close();
});
