import { type AwsHostProxy, createAwsHostProxy } from '../aws-hosts/index.ts';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  waitUntil,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const zip = (files: Record<string, string>) =>
  ({ type: 'zip', directory: temporaryFiles(files) }) as const;

/**
 * Pushes as AWS's chat sample does: without its own node_modules, and with the endpoint of the
 * event.
 */
const POST_TO_CONNECTION = `
  import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
  export const handler = async ({ apiId }) => {
    const client = new ApiGatewayManagementApiClient({
      endpoint: \`https://\${apiId}.execute-api.\${process.env.AWS_REGION}.amazonaws.com/Prod\`,
    });
    const { $metadata } = await client.send(new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'hello' }));
    return $metadata.httpStatusCode;
  };`;

/** A program that sam-offline does not load: it reads `HTTPS_PROXY` and `NODE_EXTRA_CA_CERTS`. */
const CUSTOM_BOOTSTRAP = `#!/usr/bin/env node
const https = require('node:https');
const agent = new https.Agent({ proxyEnv: process.env });
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
(async () => {
  for (;;) {
    const next = await fetch(base + 'next');
    const { url } = await next.json();
    const got = await new Promise((resolve) => {
      https.get(url, { agent }, (response) => resolve(response.resume().statusCode)).on('error', (error) => resolve(error.message));
    });
    const id = next.headers.get('lambda-runtime-aws-request-id');
    await fetch(base + id + '/response', { method: 'POST', body: JSON.stringify(got) });
  }
})();
`;

/**
 * Clients that connect as botocore, urllib and aiohttp do: with TLS over a socket, with and without
 * a context, and over asyncio's buffers.
 */
const PYTHON_CLIENTS = `
import asyncio, http.client, ssl, urllib.request

def attempt(client, url):
    try:
        return client(url)
    except Exception as error:
        return str(error)

def by_http_client(url):
    context = ssl.create_default_context()
    context.check_hostname = False
    connection = http.client.HTTPSConnection(url.split("/")[2], context=context)
    connection.request("POST", "/http-client", "by http.client")
    response = connection.getresponse()
    return [response.status, connection.sock.getpeercert()["subjectAltName"][0][1]]

async def by_asyncio(url):
    reader, writer = await asyncio.open_connection(url.split("/")[2], 443, ssl=True)
    writer.write(b"POST /asyncio HTTP/1.1\\r\\nHost: aws\\r\\nContent-Length: 10\\r\\nConnection: close\\r\\n\\r\\nby asyncio")
    return int((await reader.read()).split()[1])

def handler(event, context):
    clients = [
        lambda url: urllib.request.urlopen(url + "urllib", b"by urllib").status,
        by_http_client,
        lambda url: asyncio.run(by_asyncio(url)),
    ]
    return [attempt(client, event["url"]) for client in clients]`;

describe('AWS’s hosts', () => {
  let endpoint: Server;
  let lambda: LambdaFixture;
  let proxy: AwsHostProxy;
  const requests: {
    method?: string;
    host?: string;
    url?: string;
    body: string;
    signed: boolean;
  }[] = [];

  beforeAll(async () => {
    endpoint = createServer((request, response) => {
      void read(request).then((body) => {
        const { method = '', url = '', headers } = request;
        requests.push({
          method,
          url,
          body,
          host: headers.host ?? '',
          signed: headers.authorization?.startsWith('AWS4-HMAC-SHA256') === true,
        });
        response.setHeader('Content-Type', 'application/json').end('{"TableNames":["local"]}');
      });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const address = endpoint.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const undici = dirname(createRequire(import.meta.url).resolve('undici/package.json'));
    const withUndici = temporaryFiles({});
    cpSync(undici, join(withUndici, 'node_modules', 'undici'), { recursive: true });
    cpSync(
      temporaryFiles({
        'index.mjs': `import { request, fetch } from 'undici';
          export const handler = async ({ url }) => {
            const { statusCode, body } = await request(url, { method: 'POST', body: 'by request' });
            await body.dump();
            return [statusCode, (await fetch(url, { method: 'POST', body: 'by fetch' })).status];
          };`,
      }),
      withUndici,
      { recursive: true },
    );
    proxy = createAwsHostProxy({
      bundleFile: join(temporaryFiles({}), 'bundle.pem'),
      awsEndpoint: () => `http://127.0.0.1:${port}`,
    });
    // The proxy's keys take long to make on a busy machine, so they are made before the tests.
    await proxy.variables();
    lambda = lambdaFixture(
      [
        lambdaFunction('Custom', '', {
          code: zip({ bootstrap: CUSTOM_BOOTSTRAP }),
          runtime: 'provided.al2023',
          timeoutMs: 29_000,
        }),
        lambdaFunction(
          'Variables',
          'exports.handler = async () => Object.keys(process.env).filter((name) => /proxy|_CA_|SSL/i.test(name))',
        ),
        lambdaFunction('Sdk', '', {
          code: zip({ 'index.mjs': POST_TO_CONNECTION }),
          memorySizeMb: 256,
        }),
        lambdaFunction('Required', '', {
          memorySizeMb: 256,
          code: zip({
            'index.js': `const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
              require('@aws-sdk/lib-dynamodb');
              exports.handler = async () => (await new DynamoDBClient({}).send(new ListTablesCommand({}))).TableNames;`,
          }),
        }),
        lambdaFunction('Clients', '', {
          code: zip({
            'index.mjs': `import https from 'node:https';
              import http from 'node:http';
              import tls, { connect } from 'node:tls';
              const viaHttp = (client, url) => new Promise((resolve, reject) => {
                client.request(url, { method: 'PUT' }, (response) => {
                  const { authorized, encrypted } = response.socket;
                  response.resume().on('end', () => resolve({ status: response.statusCode, authorized, encrypted }));
                }).on('error', reject).end('by ' + url.slice(0, 5));
              });
              export const handler = async ({ url }) => {
                const { status } = await fetch(url, { method: 'PATCH', body: 'by global fetch' });
                const socket = connect({ host: new URL(url).hostname, port: 443 });
                await new Promise((resolve) => socket.once('secureConnect', resolve));
                socket.destroy();
                return { fetch: status, https: await viaHttp(https, url), http: await viaHttp(http, url.replace('https', 'http')), same: connect === tls.connect };
              };`,
          }),
        }),
        ...[
          'fetch',
          '(url) => new WebSocket(url.replace("https", "wss")).addEventListener("error", Object)',
          '(url) => process.getBuiltinModule("https").get(url, (response) => response.resume())',
          '(url) => require("tls").connect({ host: new URL(url).hostname, port: 443 }, function () { this.end("GET " + new URL(url).pathname + " HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"); })',
          '(url) => import("node:https").then(({ get }) => get(url, (response) => response.resume()))',
        ].map((first, index) =>
          lambdaFunction(
            `First${index}`,
            `exports.handler = async ({ url }) => { (${first})(url); await new Promise((resolve) => setTimeout(resolve, 2_000).unref()); }`,
          ),
        ),
        ...['Python', 'PythonWithoutEndpoint'].map((name) =>
          lambdaFunction(name, '', {
            code: { type: 'inline', source: PYTHON_CLIENTS },
            runtime: 'python3.13',
            memorySizeMb: 256,
            timeoutMs: 10_000,
          }),
        ),
        lambdaFunction('Undici', '', { code: { type: 'zip', directory: withUndici } }),
        lambdaFunction('NoEndpoint', '', {
          code: zip({
            'index.mjs': `export const handler = async () => {
              const get = (url) => fetch(url).catch((error) => error.cause.code + ': ' + error.cause.message);
              return [await get('https://sqs.us-east-1.amazonaws.com/'), await get('http://sqs.us-east-1.amazonaws.com/')];
            };`,
          }),
        }),
      ],
      {
        proxy,
        environmentFor: ({ logicalId }) => ({
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          ...(!/No|Without/.test(logicalId) && { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
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

  it('lead to the local endpoint in AWS SDK v3 with its own https endpoint', async () => {
    await expect(lambda.call('Sdk', { apiId: 'abcde12345' })).resolves.toBe(200);
    expect(requests).toEqual([
      {
        method: 'POST',
        url: '/Prod/@connections/abc%3D',
        host: 'abcde12345.execute-api.ap-northeast-1.amazonaws.com',
        body: 'hello',
        signed: true,
      },
    ]);
  });

  it('lead to the local endpoint in AWS SDK v3 that is required, not imported', async () => {
    await expect(lambda.call('Required')).resolves.toEqual(['local']);
  });

  it('lead to the local endpoint in fetch, node:https, node:http and node:tls', async () => {
    const url = 'https://xyz.lambda-url.us-east-1.on.aws/path?a=1';
    await expect(lambda.call('Clients', { url })).resolves.toEqual({
      fetch: 200,
      https: { status: 200, authorized: true, encrypted: true },
      http: { status: 200 },
      same: true,
    });
    expect(requests.map(({ host, url, body }) => [host, url, body])).toEqual(
      ['by global fetch', 'by https', 'by http:'].map((body) => [
        'xyz.lambda-url.us-east-1.on.aws',
        '/path?a=1',
        body,
      ]),
    );
  });

  it('lead to the local endpoint in a bundled undici', async () => {
    await expect(
      lambda.call('Undici', { url: 'https://sqs.us-east-1.amazonaws.com/q' }),
    ).resolves.toEqual([200, 200]);
    expect(requests.map(({ body }) => body)).toEqual(['by request', 'by fetch']);
  });

  it.each([0, 1, 2, 3, 4])(
    'lead to the local endpoint, whichever module opens a connection first: %i',
    async (index) => {
      const call = lambda.call(`First${index}`, {
        url: `https://sqs.us-east-1.amazonaws.com/${index}`,
      });
      await waitUntil(() => requests.some(({ url }) => url === `/${index}`));
      await call;
    },
  );

  it('lead to the local endpoint in Python’s clients, and are refused without one', async () => {
    const host = 'abc.execute-api.us-east-1.amazonaws.com';
    const url = `https://${host}/`;
    await expect(lambda.call('Python', { url })).resolves.toEqual([200, [200, host], 200]);
    expect(requests.map(({ url: path, body, host: named }) => [path, body, named])).toEqual([
      ['/urllib', 'by urllib', host],
      ['/http-client', 'by http.client', host],
      ['/asyncio', 'by asyncio', 'aws'],
    ]);
    const refused = expect.stringContaining('AWS_ENDPOINT_URL is not set');
    await expect(lambda.call('PythonWithoutEndpoint', { url })).resolves.toEqual([
      refused,
      refused,
      refused,
    ]);
  });

  it('lead to the local endpoint in a custom runtime, by a proxy that other runtimes do not get', async () => {
    const host = 'abc.execute-api.us-east-1.amazonaws.com';
    await expect(lambda.call('Custom', { url: `https://${host}/Prod` })).resolves.toBe(200);
    expect(requests).toMatchObject([{ host, url: '/Prod' }]);
    await expect(lambda.call('Variables')).resolves.toEqual([]);
  });

  it('are refused if there is no local endpoint', async () => {
    const refused = expect.stringMatching(/^ECONNREFUSED: .*AWS_ENDPOINT_URL is not set$/);
    await expect(lambda.call('NoEndpoint')).resolves.toEqual([refused, refused]);
  });
});

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
