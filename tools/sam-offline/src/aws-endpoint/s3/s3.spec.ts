import { mkdtempSync, rmSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { runStack, type TestStack } from '../../stack/testing/running-stack.ts';
import { until } from '../../testing/end-of-test.ts';

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: uploads
      NotificationConfiguration:
        EventBridgeConfiguration: {}
        QueueConfigurations:
          - { Event: 's3:ObjectRemoved:*', Queue: !GetAtt Told.Arn }
          - { Event: 's3:ObjectTagging:*', Queue: !GetAtt Closed.Arn }
      CorsConfiguration:
        CorsRules:
          - AllowedOrigins: ['http://*.example.com']
            AllowedMethods: [GET, PUT]
            AllowedHeaders: ['x-amz-*']
            ExposedHeaders: [ETag]
            MaxAge: 60
  Open:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: open-bucket
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false }
  OpenPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Open
      PolicyDocument:
        Statement:
          - { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '\${Open.Arn}/public/*' }
  Told: { Type: AWS::SQS::Queue, Properties: { QueueName: told } }
  Closed: { Type: AWS::SQS::Queue, Properties: { QueueName: closed } }
  ToldPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Told]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: s3.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt Told.Arn
            Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } }
  Seen:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      InlineCode: |
        const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');
        const s3 = new S3Client({});
        exports.handler = async (event) => {
          if (event.read === undefined) return console.log(JSON.stringify(event));
          try {
            const { Body } = await s3.send(new GetObjectCommand(event.read));
            return await Body.transformToString();
          } catch (error) { return error.name; }
        };
      Policies: [{ Statement: [{ Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/in/*' }] }]
      Events:
        Created:
          Type: S3
          Properties:
            Bucket: !Ref Uploads
            Events: s3:ObjectCreated:*
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }, { Name: suffix, Value: .txt }] } }
        Bridged:
          Type: EventBridgeRule
          Properties:
            Pattern: { source: [aws.s3], detail-type: [Object Deleted] }
`;

interface S3Event {
  readonly Records?: readonly {
    readonly eventName: string;
    readonly s3: { readonly object: { readonly key: string } };
  }[];
}

const Bucket = 'uploads';
const directory = mkdtempSync(join(tmpdir(), 'sam-offline-s3-'));
let stack: TestStack;
let s3: S3Client;

beforeAll(async () => {
  stack = await runStack(template, directory);
  s3 = new S3Client(stack.config);
});

afterAll(async () => {
  s3.destroy();
  await stack.close();
  rmSync(directory, { recursive: true, force: true });
});

const put = (Key: string, Body: string | Buffer = 'x', more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};

describe('objects', () => {
  it('are returned with their type, metadata, tags and a range of their bytes', async () => {
    await put('o/a', 'hello', {
      ContentType: 'text/plain',
      Metadata: { by: 'me' },
      Tagging: 'k=v',
    });
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'o/b', CopySource: `${Bucket}/o/a` }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'o/b', Range: 'bytes=1-3' }));
    expect(await got.Body?.transformToString()).toBe('ell');
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { by: 'me' }, TagCount: 1 });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'o/b' }));
    expect(TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'o/a' }))).toMatchObject({
      ContentLength: 5,
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
    });
  });

  it('are listed in the order of their keys’ bytes, page by page', async () => {
    for (const key of ['l/B', 'l/a/1', 'l/a/2', 'l/c']) await put(key);
    const pages: unknown[] = [];
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          ...{ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 1, ContinuationToken: token },
        }),
      );
      pages.push(page.Contents?.[0]?.Key ?? page.CommonPrefixes?.[0]?.Prefix);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(pages).toEqual(['l/B', 'l/a/', 'l/c']);
  });

  it('may be larger than other calls, have any key, and be uploaded in parts', async () => {
    await put('../../evil', Buffer.alloc(18 * 2 ** 20, 'z'));
    expect((await text('../../evil'))?.length).toBe(18 * 2 ** 20);
    const upload = { Bucket, Key: 'parts' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'one' }),
    );
    const { Parts = [] } = await s3.send(new ListPartsCommand({ ...upload, UploadId }));
    expect(Parts.map(({ Size }) => Size)).toEqual([3]);
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...{ ...upload, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } },
      }),
    );
    expect(await text('parts')).toBe('one');
  });

  it('are rejected if a condition is false, or if the bucket does not exist', async () => {
    await put('c');
    await expect(put('c', 'y', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(
      s3.send(new GetObjectCommand({ Bucket: 'missing-bucket', Key: 'x' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('notifications', () => {
  it('invoke a function with their events if prefix and suffix match', async () => {
    await put('in/red flower.png');
    await put('in/red flower.txt', 'hello');
    const event = await stack.logged<S3Event>(({ Records }) => Records !== undefined);
    expect(event).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'ap-northeast-1',
          eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: {
            'x-amz-request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
            'x-amz-id-2': expect.any(String),
          },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: expect.any(String),
            bucket: {
              name: 'uploads',
              ownerIdentity: { principalId: expect.any(String) },
              arn: 'arn:aws:s3:::uploads',
            },
            object: {
              key: 'in/red+flower.txt',
              size: 5,
              eTag: '5d41402abc4b2a76b9719d911017c592',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    });
  });

  it('are sent to a queue whose policy allows S3, and to the event bus; another queue is reported', async () => {
    await put('gone', 'x', { Tagging: 'a=b' });
    await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'gone' }, { Key: 'never' }] },
      }),
    );
    const sqs = new SQSClient(stack.config);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl: `${stack.config.endpoint}/123456789012/told`, WaitTimeSeconds: 5 },
      }),
    );
    sqs.destroy();
    expect(JSON.parse(Messages[0]?.Body ?? '{}').Records).toMatchObject([
      { eventName: 'ObjectRemoved:Delete', s3: { object: { key: 'gone' } } },
    ]);
    const bridged = await stack.logged<{ readonly detail?: object }>(
      ({ detail }) => detail !== undefined,
    );
    expect(bridged).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Deleted',
      resources: ['arn:aws:s3:::uploads'],
      detail: { bucket: { name: 'uploads' }, object: { key: 'gone' }, reason: 'DeleteObject' },
    });
    const response = await fetch(await presign('PUT', '/uploads/o/a', { tagging: '' }), {
      method: 'PUT',
      body: '<Tagging><TagSet><Tag><Key>x</Key><Value>1</Value></Tag></TagSet></Tagging>',
    });
    expect(response.status).toBe(200);
    await until(() => stack.events.of('delivery').some(({ outcome }) => outcome === 'failed'));
    expect(stack.events.of('permission.denied').at(-1)).toMatchObject({
      caller: 's3.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:ap-northeast-1:123456789012:closed',
    });
  });
});

/** Makes a presigned URL as the SDKs do. */
async function presign(method: string, path: string, query: Record<string, string> = {}) {
  const { endpoint, credentials, region } = stack.config;
  const { hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    ...{ service: 's3', region, credentials, sha256: Hash.bind(undefined, 'sha256') },
    ...{ uriEscapePath: false, applyChecksum: false },
  });
  const signed = await signer.presign({
    ...{ method, protocol: 'http:', hostname, port: Number(port), path, query },
    headers: { host: `${hostname}:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const parameters = Object.entries(signed.query as Record<string, string>).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return `${endpoint}${path}?${parameters.join('&')}`;
}

describe('requests of browsers', () => {
  it('are allowed with a presigned URL that was not changed and has not expired', async () => {
    const url = await presign('PUT', '/uploads/signed', {});
    expect((await fetch(url, { method: 'PUT', body: 'from a page' })).status).toBe(200);
    expect(await text('signed')).toBe('from a page');
    const wrong = await fetch(url.replace('signed', 'other'), { method: 'PUT', body: 'x' });
    expect([wrong.status, await wrong.text()]).toEqual([
      403,
      expect.stringContaining('<Code>SignatureDoesNotMatch</Code>'),
    ]);
    const named = await presign('GET', '/uploads/signed', {
      'response-content-disposition': 'attachment; filename="a b"',
    });
    const got = await fetch(named);
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="a b"');
  });

  it('are allowed with a URL of Signature Version 2, as boto3 makes it', async () => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const sign = (at: number): string => {
      const hmac = createHmac('sha1', 'local').update(`GET\n\n\n${at}\n/uploads/signed`);
      const parameters = {
        AWSAccessKeyId: 'local',
        Signature: hmac.digest('base64'),
        Expires: String(at),
      };
      return `${stack.config.endpoint}/uploads/signed?${new URLSearchParams(parameters).toString()}`;
    };
    expect(await (await fetch(sign(expires))).text()).toBe('from a page');
    expect((await fetch(sign(expires - 120))).status).toBe(403);
    expect((await fetch(sign(expires).replace('Signature=', 'Signature=x'))).status).toBe(403);
  });

  it('are allowed as a form that matches its signed policy', async () => {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = [date.slice(0, 8), 'ap-northeast-1', 's3', 'aws4_request'];
    const credential = ['local', ...scope].join('/');
    const conditions = [
      { bucket: 'uploads' },
      ['starts-with', '$key', 'forms/'],
      ['content-length-range', 1, 10],
      ...[{ 'x-amz-algorithm': 'AWS4-HMAC-SHA256' }, { 'x-amz-credential': credential }],
      { 'x-amz-date': date },
    ];
    const expiration = new Date(Date.now() + 60_000).toISOString();
    const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
    const key = scope.reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      'AWS4local',
    );
    const post = (fileKey: string, file: string) => {
      const form = new FormData();
      form.set('key', fileKey);
      form.set('x-amz-algorithm', 'AWS4-HMAC-SHA256');
      form.set('x-amz-credential', credential);
      form.set('x-amz-date', date);
      form.set('policy', policy);
      form.set('x-amz-signature', createHmac('sha256', key).update(policy).digest('hex'));
      form.set('file', new Blob([file]), 'name.txt');
      return fetch(`${stack.config.endpoint}/uploads`, { method: 'POST', body: form });
    };
    expect((await post('forms/${filename}', 'short')).status).toBe(204);
    expect(await text('forms/name.txt')).toBe('short');
    expect(await (await post('other/x', 'short')).text()).toContain('Policy Condition failed');
    expect(await (await post('forms/x', 'much too long')).text()).toContain('EntityTooLarge');
  });

  it('get the headers of the CORS rule that allows them', async () => {
    const url = `${stack.config.endpoint}/uploads/signed`;
    const ask = (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: {
          ...{ Origin: origin, 'Access-Control-Request-Method': 'PUT' },
          'Access-Control-Request-Headers': 'x-amz-date',
        },
      });
    const allowed = await ask('http://app.example.com');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'http://app.example.com',
    ]);
    expect((await ask('http://example.org')).status).toBe(403);
    const got = await fetch(await presign('GET', '/uploads/signed'), {
      headers: { Origin: 'http://app.example.com' },
    });
    expect(got.headers.get('access-control-expose-headers')).toBe('ETag');
  });

  it('are allowed without a signature by a public policy, and only by it', async () => {
    const open = { Bucket: 'open-bucket', Body: 'seen' };
    await s3.send(new PutObjectCommand({ ...open, Key: 'public/a' }));
    await s3.send(new PutObjectCommand({ ...open, Key: 'private/a' }));
    const get = (path: string) => fetch(`${stack.config.endpoint}/${path}`);
    expect(await (await get('open-bucket/public/a')).text()).toBe('seen');
    expect((await get('open-bucket/private/a')).status).toBe(403);
    expect((await get('uploads/signed')).status).toBe(403);
  });

  it('reach a bucket by its name in the host', async () => {
    const { request } = await import('node:http');
    const { hostname, port } = new URL(stack.config.endpoint);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        {
          ...{ hostname, port, path: '/public/a' },
          headers: { Host: 'open-bucket.s3.ap-northeast-1.amazonaws.com' },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('a function', () => {
  it('reads what its policies allow, and gets no error about a missing key', async () => {
    await put('in/a.json', 'mine');
    expect(await stack.invoke('Seen', { read: { Bucket, Key: 'in/a.json' } })).toBe('mine');
    expect(await stack.invoke('Seen', { read: { Bucket, Key: 'out/a' } })).toBe('AccessDenied');
    expect(await stack.invoke('Seen', { read: { Bucket, Key: 'in/missing' } })).toBe(
      'AccessDenied',
    );
    expect(stack.events.of('aws.call').at(-1)).toMatchObject({
      ...{ caller: 'Seen', service: 's3', operation: 'GetObject', resource: 'uploads' },
      statusCode: 403,
    });
  });
});

describe('a restart', () => {
  it('keeps the objects', async () => {
    await put('kept', 'still here', { Tagging: 'k=v' });
    await stack.close();
    s3.destroy();
    stack = await runStack(template, directory);
    s3 = new S3Client(stack.config);
    expect(await text('kept')).toBe('still here');
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'kept' }));
    expect(TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
  });
});
