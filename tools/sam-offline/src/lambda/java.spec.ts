import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsHostProxy, createAwsHostProxy } from '../aws-hosts/index.ts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StagedCode } from './code/index.ts';
import { javaRuntime } from './java.ts';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const fn = lambdaFunction('Java', '', { runtime: 'java21', handler: 'example.App::handle' });

const codeOf = (files: Record<string, string>): StagedCode => {
  const taskRoot = temporaryFiles(files);
  return {
    ...{ taskRoot, handler: 'example.App::handle', runtime: 'java21', environment: {} },
    ...{ workingDirectory: taskRoot, notes: [] },
  };
};

/** Runs an action while the PATH contains only these programs. */
function onPath<Result>(programs: readonly string[], action: () => Result): Result {
  const path = process.env.PATH;
  const folder = temporaryFiles(Object.fromEntries(programs.map((name) => [name, ''])));
  for (const name of programs) chmodSync(join(folder, name), 0o755);
  process.env.PATH = folder;
  try {
    return action();
  } finally {
    process.env.PATH = path;
  }
}

describe('javaRuntime', () => {
  it('reports a class that is not built', () => {
    expect(() => javaRuntime(fn, codeOf({ 'src/App.java': '' }))).toThrow(
      /^Function Java: its handler is example\.App::handle, and there is no example\/App\.class and no lib folder with jars in .*; is it built\?$/,
    );
  });

  it('reports how to install AWS’s runtime interface client', () => {
    const attempt = () => javaRuntime(fn, codeOf({ 'example/App.class': '' }), temporaryFiles({}));
    expect(() => onPath(['java'], attempt)).toThrow(
      /runtime interface client; mvn dependency:get -Dartifact=com\.amazon/,
    );
    expect(() => onPath([], attempt)).toThrow(
      'its runtime java21 needs java, which is not on the PATH',
    );
  });

  it('uses the newest client, the code, its libraries in their order, and those of layers', () => {
    const jars = (name: string, version: string) =>
      `com/amazonaws/${name}/${version}/${name}-${version}.jar`;
    const repository = temporaryFiles({
      [jars('aws-lambda-java-runtime-interface-client', '2.9.0')]: '',
      [jars('aws-lambda-java-runtime-interface-client', '2.10.0')]: '',
      [jars('aws-lambda-java-core', '1.2.3')]: '',
      [jars('aws-lambda-java-serialization', '1.1.5')]: '',
    });
    const code = codeOf({ 'lib/b.jar': '', 'lib/a.jar': '', 'lib/notes.txt': '' });
    const optDirectory = temporaryFiles({ 'java/lib/layer.jar': '' });
    const { args } = onPath(['java'], () => javaRuntime(fn, { ...code, optDirectory }, repository));

    expect(args.slice(-2)).toEqual([
      'com.amazonaws.services.lambda.runtime.api.client.AWSLambda',
      'example.App::handle',
    ]);
    expect(args[2]?.split(':')).toEqual([
      join(repository, jars('aws-lambda-java-runtime-interface-client', '2.10.0')),
      join(repository, jars('aws-lambda-java-core', '1.2.3')),
      join(repository, jars('aws-lambda-java-serialization', '1.1.5')),
      code.taskRoot,
      join(code.taskRoot, 'lib/a.jar'),
      join(code.taskRoot, 'lib/b.jar'),
      join(optDirectory, 'java/lib/layer.jar'),
    ]);
  });
});

const APP = `package example;
import java.net.*; import java.util.*;
public class App {
  public Map<String, Object> handle(Map<String, Object> event) throws Exception {
    if (event.containsKey("fail")) throw new IllegalStateException("as asked");
    HttpURLConnection connection = (HttpURLConnection) new URL((String) event.get("url")).openConnection();
    return Map.of("status", connection.getResponseCode(), "own", System.getProperty("own", "none"));
  }
}`;

/**
 * Compiles the application.
 * @returns undefined if this machine has no Java, or Maven has no runtime interface client
 */
function builtApp(): string | undefined {
  const directory = temporaryFiles({ 'src/App.java': APP });
  try {
    execFileSync('javac', ['-d', directory, join(directory, 'src/App.java')], { stdio: 'ignore' });
    javaRuntime(fn, { ...codeOf({}), taskRoot: directory });
    return directory;
  } catch {
    return undefined;
  }
}

const directory = builtApp();

(directory === undefined ? describe.skip : describe)('a Java function', () => {
  let lambda: LambdaFixture;
  let proxy: AwsHostProxy;
  let endpoint: Server;

  beforeAll(async () => {
    endpoint = createServer((_request, response) => response.writeHead(418).end());
    await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
    const { port } = endpoint.address() as AddressInfo;
    proxy = createAwsHostProxy({
      bundleFile: join(temporaryFiles({}), 'with space', 'bundle.pem'),
      awsEndpoint: () => `http://127.0.0.1:${port}`,
    });
    lambda = lambdaFixture(
      [
        {
          ...fn,
          code: { type: 'zip', directory: directory ?? '' },
          timeoutMs: 20_000,
          memorySizeMb: 512,
          environment: { JAVA_TOOL_OPTIONS: '-Down=kept' },
        },
      ],
      { proxy },
    );
  });
  afterAll(async () => {
    await lambda.close();
    await proxy.close();
    await new Promise((done) => endpoint.close(done));
  });

  it('runs in AWS’s runtime, and its calls to AWS stay on this machine', async () => {
    const url = 'https://sqs.us-east-1.amazonaws.com/';
    await expect(lambda.call('Java', { url })).resolves.toEqual({ status: 418, own: 'kept' });
    await expect(lambda.call('Java', { fail: true })).resolves.toMatchObject({
      errorType: 'java.lang.IllegalStateException',
      errorMessage: 'as asked',
    });
  });
});
