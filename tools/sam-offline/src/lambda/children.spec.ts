import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type AwsHostProxy, createAwsHostProxy } from '../aws-hosts/index.ts';
import { findOnPath } from './find-on-path.ts';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const HOST = 'abc.execute-api.us-east-1.amazonaws.com';
/** Programs that sam-offline does not load. Each of them requests its last argument. */
const PROGRAMS = {
  curl: ['curl', '--silent', '--show-error'],
  node: [
    process.execPath,
    '-e',
    'require("https").get(process.argv[1], (got) => got.pipe(process.stdout))',
  ],
  python: [
    'python3',
    '-c',
    'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode(), end="")',
  ],
};
const missing = (['curl', 'python3'] as const).filter((name) => findOnPath(name) === undefined);

/** Each way to start a program in Node.js; all give what it wrote. */
const NODE_CHILDREN = `
  import * as childProcess from 'node:child_process';
  import { execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
  import { text } from 'node:stream/consumers';
  import { promisify } from 'node:util';
  import { Worker } from 'node:worker_threads';
  const quoted = (args) => args.map((arg) => "'" + arg.replaceAll("'", "'\\\\''") + "'").join(' ');
  const ways = {
    spawn: ([file, ...args]) => text(spawn(file, args).stdout),
    spawnWithEmptyEnvironment: ([file, ...args]) => text(spawn(file, args, { env: { PATH: process.env.PATH } }).stdout),
    exec: async (args) => (await promisify(childProcess.exec)(quoted(args))).stdout,
    execFile: async ([file, ...args]) => (await promisify(execFile)(file, args)).stdout,
    spawnSync: ([file, ...args]) => spawnSync(file, args).stdout.toString(),
    execFileSync: ([file, ...args]) => execFileSync(file, args).toString(),
    execSync: (args) => execSync(quoted(args)).toString(),
    fork: (args) => text(fork(new URL('child.mjs', import.meta.url), args.slice(-1), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] }).stdout),
    worker: async (args) => {
      const worker = new Worker(new URL('child.mjs', import.meta.url), { argv: args.slice(-1), stdout: true });
      return text(worker.stdout);
    },
    workerThatSpawns: async (args) => {
      const code = 'process.stdout.write(require("child_process").execFileSync(process.argv[2], process.argv.slice(3)).toString())';
      return text(new Worker(code, { eval: true, argv: args, stdout: true }).stdout);
    },
  };
  export const handler = async ({ way, command }) => {
    const before = JSON.stringify(process.env);
    const output = await ways[way](command);
    return { output, isSame: before === JSON.stringify(process.env), names: Object.keys(process.env).filter((name) => /proxy|_CA_|SSL|OFFLINE|OPTIONS/i.test(name)) };
  };`;

/** A program with the SDK of Lambda's runtime and a host of its own, as a child of a function has it. */
const SDK_CHILD = `
  const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require('@aws-sdk/client-apigatewaymanagementapi');
  new ApiGatewayManagementApiClient({ endpoint: process.argv[1] })
    .send(new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'hello' }))
    .then(() => console.log('sent'));`;

const PYTHON_CHILDREN = `
import asyncio, os, subprocess, tempfile

def spawned(command, start):
    with tempfile.TemporaryFile() as file:
        with_output = ["sh", "-c", 'exec "$@" >&%d' % file.fileno(), "sh", *command]
        os.set_inheritable(file.fileno(), True)
        start(with_output)
        file.seek(0)
        return file.read().decode()

def waited(pid):
    os.waitpid(pid, 0)

async def by_asyncio(command):
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    return (await process.communicate())[0].decode()

def shell(command):
    return " ".join("'" + part.replace("'", "'\\\\''") + "'" for part in command)

ways = {
    "run": lambda command: subprocess.run(command, capture_output=True).stdout.decode(),
    "runWithEmptyEnvironment": lambda command: subprocess.run(command, capture_output=True, env={"PATH": os.environ["PATH"]}).stdout.decode(),
    "check_output": lambda command: subprocess.check_output(shell(command), shell=True).decode(),
    "popen": lambda command: os.popen(shell(command)).read(),
    "system": lambda command: spawned(command, lambda args: os.system(shell(args))),
    "asyncio": lambda command: asyncio.run(by_asyncio(command)),
    "posix_spawn": lambda command: spawned(command, lambda args: waited(os.posix_spawn("/bin/sh", args, os.environ))),
    "spawnv": lambda command: spawned(command, lambda args: os.spawnv(os.P_WAIT, "/bin/sh", args)),
}

def handler(event, context):
    before = dict(os.environ)
    output = ways[event["way"]](event["command"])
    return {"output": output, "isSame": before == dict(os.environ), "names": [name for name in os.environ if "PROXY" in name.upper() or "CA_" in name or "OFFLINE" in name]}
`;

describe('programs that a function starts', () => {
  const requests: string[] = [];
  const bundleFile = join(temporaryFiles({}), 'bundle.pem');
  let endpoint: Server;
  let proxy: AwsHostProxy;
  let lambda: LambdaFixture;

  beforeAll(async () => {
    endpoint = createServer((request, response) => {
      requests.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
      response.end('local');
    });
    endpoint.listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const awsEndpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
    proxy = createAwsHostProxy({ bundleFile, awsEndpoint: () => awsEndpoint });
    const code = (files: Record<string, string>) =>
      ({ type: 'zip', directory: temporaryFiles(files) }) as const;
    const child =
      'import { get } from "node:https"; get(process.argv[2], (got) => got.pipe(process.stdout));';
    const limits = { memorySizeMb: 256, timeoutMs: 120_000 };
    lambda = lambdaFixture(
      [
        lambdaFunction('Node', '', {
          ...limits,
          code: code({ 'index.mjs': NODE_CHILDREN, 'child.mjs': child }),
        }),
        lambdaFunction('Python', '', {
          ...limits,
          code: code({ 'index.py': PYTHON_CHILDREN }),
          runtime: 'python3.13',
        }),
      ],
      {
        proxy,
        environmentFor: () => ({
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL: awsEndpoint,
        }),
      },
    );
  });
  beforeEach(() => {
    requests.length = 0;
  });
  afterAll(async () => {
    await lambda.close();
    await proxy.close();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  const expectLocal = async (fn: string, way: string, program: readonly string[]) => {
    const command = [...program, `https://${HOST}/${way}`];
    await expect(lambda.call(fn, { way, command })).resolves.toEqual({
      output: 'local',
      isSame: true,
      names: [],
    });
    expect(requests).toEqual([`${HOST}/${way}`]);
  };
  const withPrograms = missing.length === 0 ? describe : describe.skip;

  it('do not start the proxy while there are none', async () => {
    const call = lambda.call('Node', { way: 'none', command: [] });
    await expect(call).resolves.toMatchObject({ errorType: 'TypeError' });
    expect(existsSync(bundleFile)).toBe(false);
  });

  it.each(['spawn', 'exec', 'execFile', 'spawnSync', 'execFileSync', 'execSync', 'fork', 'worker'])(
    'call the local endpoint if they are Node.js: %s',
    async (way) => {
      await expectLocal('Node', way, PROGRAMS.node);
    },
  );

  withPrograms('of other languages', () => {
    it.each(['spawn', 'spawnWithEmptyEnvironment', 'exec', 'execSync', 'workerThatSpawns'])(
      'call the local endpoint from Node.js: %s',
      async (way) => {
        await expectLocal('Node', way, PROGRAMS.curl);
      },
    );

    it.each(Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[])(
      'call the local endpoint from Python: %s',
      async (program) => {
        await expectLocal('Python', 'run', PROGRAMS[program]);
      },
    );

    it.each([
      'runWithEmptyEnvironment',
      'check_output',
      'popen',
      'system',
      'asyncio',
      'posix_spawn',
      'spawnv',
    ])('call the local endpoint from Python: %s', async (way) => {
      await expectLocal('Python', way, PROGRAMS.curl);
    });
  });

  it('call the local endpoint with AWS’s SDK and a host of their own', async () => {
    const command = [process.execPath, '-e', SDK_CHILD, `https://${HOST}/Prod`];
    const call = lambda.call('Node', { way: 'spawn', command });
    await expect(call).resolves.toMatchObject({ output: 'sent\n' });
    expect(requests).toEqual([`${HOST}/Prod/@connections/abc%3D`]);
  });
});
