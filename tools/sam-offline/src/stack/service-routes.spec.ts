import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { WebSocket } from 'ws';
import { loadText } from '../template/testing/load-text.ts';
import { runStack, type TestStack } from './testing/running-stack.ts';

const route = (name: string, key: string, integration: string) => `
  ${name}Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Http, RouteKey: '${key}', Target: !Sub 'integrations/\${${name}}' } }
  ${name}:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Http
      IntegrationType: AWS_PROXY
      PayloadFormatVersion: '1.0'
      ${integration}
`;

const messageRoute = (name: string, key: string, parameters: string, role = 'Caller') =>
  route(
    name,
    key,
    `IntegrationSubtype: SQS-SendMessage
      CredentialsArn: !GetAtt ${role}.Arn
      RequestParameters: ${parameters}`,
  );

const role = (name: string, statements: string) => `
  ${name}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: apigateway.amazonaws.com }, Action: 'sts:AssumeRole' }] }
      Policies: [{ PolicyName: p, PolicyDocument: { Version: '2012-10-17', Statement: ${statements} } }]
`;

const method = (name: string, resource: string, verb: string, integration: string) => `
  ${name}:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: ${resource}
      HttpMethod: ${verb}
      AuthorizationType: NONE
      Integration: ${integration}
`;

const ITEM_URI = (action: string): string =>
  `!Sub 'arn:aws:apigateway:\${AWS::Region}:dynamodb:action/${action}'`;

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Told: { Type: AWS::SQS::Queue, Properties: { QueueName: told } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { EventPattern: { source: [shop] }, Targets: [{ Id: t, Arn: !GetAtt Told.Arn }] }
  ToldPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Told]
      PolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: 'sqs:SendMessage', Resource: !GetAtt Told.Arn }] }
  Pets:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
${role('Caller', "[{ Effect: Allow, Action: ['sqs:*', 'events:PutEvents', 'dynamodb:PutItem', 'dynamodb:GetItem'], Resource: '*' }]")}
${role('Nobody', "[{ Effect: Allow, Action: 'sqs:ListQueues', Resource: '*' }]")}
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default, StageVariables: { color: red } } }
  Beta: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: beta, StageVariables: { color: blue } } }
${messageRoute('Send', 'POST /jobs/{kind}', `{ QueueUrl: !Ref Queue, MessageBody: $request.body.job.name, MessageAttributes: '{"kind":{"DataType":"String","StringValue":"\${request.path.kind}, \${request.header.X-By}, \${stageVariables.color}"}}' }`)}
${messageRoute('Body', 'POST /body', '{ QueueUrl: !Ref Queue, MessageBody: $request.body }')}
${messageRoute('List', 'POST /list', '{ QueueUrl: !Ref Queue, MessageBody: $request.body.a }')}
${messageRoute('Query', 'POST /query', '{ QueueUrl: !Ref Queue, MessageBody: $request.querystring.q }')}
${messageRoute('Context', 'POST /context', '{ QueueUrl: !Ref Queue, MessageBody: $context.httpMethod }')}
${messageRoute('Text', 'POST /text', '{ QueueUrl: !Ref Queue, MessageBody: plain text }')}
${messageRoute('Missing', 'POST /missing', '{ QueueUrl: !Ref Queue, MessageBody: $request.body.nothing }')}
${messageRoute('Denied', 'POST /denied', '{ QueueUrl: !Ref Queue, MessageBody: x }', 'Nobody')}
${route(
  'Receive',
  'GET /jobs',
  `IntegrationSubtype: SQS-ReceiveMessage
      CredentialsArn: !GetAtt Caller.Arn
      RequestParameters: { QueueUrl: !Ref Queue, MaxNumberOfMessages: '1' }`,
)}
${route(
  'Delete',
  'DELETE /jobs',
  `IntegrationSubtype: SQS-DeleteMessage
      CredentialsArn: !GetAtt Caller.Arn
      RequestParameters: { QueueUrl: !Ref Queue, ReceiptHandle: $request.querystring.handle }`,
)}
${route(
  'Purge',
  'DELETE /all',
  `IntegrationSubtype: SQS-PurgeQueue
      CredentialsArn: !GetAtt Caller.Arn
      RequestParameters: { QueueUrl: !Ref Queue }`,
)}
${route(
  'Put',
  'POST /events',
  `IntegrationSubtype: EventBridge-PutEvents
      CredentialsArn: !GetAtt Caller.Arn
      RequestParameters: { Source: shop, DetailType: order, Detail: $request.body }`,
)}
  Rest: { Type: AWS::ApiGateway::RestApi, Properties: { Name: r } }
  PetsPath: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !GetAtt Rest.RootResourceId, PathPart: pets } }
  PetPath: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !Ref PetsPath, PathPart: '{id}' } }
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: [PutPet], Properties: { RestApiId: !Ref Rest, StageName: live } }
${method(
  'PutPet',
  '!Ref PetPath',
  'PUT',
  `
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: ${ITEM_URI('PutItem')}
        Credentials: !GetAtt Caller.Arn
        RequestTemplates:
          application/json: !Sub |
            {"TableName":"\${Pets}","Item":{"id":{"S":"$input.params('id')"},"name":{"S":"$util.escapeJavaScript($input.path('$.name'))"}}}
        IntegrationResponses:
          - { StatusCode: 201, ResponseTemplates: { application/json: '{"id":"$context.resourcePath"}' } }
          - { StatusCode: 422, SelectionPattern: '4\\d{2}', ResponseTemplates: { application/json: '{"error":$input.json("$.__type")}' } }`,
)}
${method(
  'GetPet',
  '!Ref PetPath',
  'GET',
  `
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: ${ITEM_URI('GetItem')}
        Credentials: !GetAtt Caller.Arn
        RequestTemplates:
          application/json: !Sub '{"TableName":"\${Pets}","Key":{"id":{"S":"$input.params(''id'')"}}}'
        IntegrationResponses:
          - StatusCode: 200
            ResponseTemplates:
              application/json: |
                #set($item = $input.path('$.Item'))
                #if($item == "")#set($context.responseOverride.status = 404){"message":"no pet"}#else{"name":"$item.name.S"}#end`,
)}
${method(
  'DeniedPet',
  '!Ref PetPath',
  'DELETE',
  `
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: ${ITEM_URI('DeleteItem')}
        Credentials: !GetAtt Caller.Arn
        RequestTemplates:
          application/json: !Sub '{"TableName":"\${Pets}","Key":{"id":{"S":"1"}}}'
        IntegrationResponses:
          - { StatusCode: 200 }
          - { StatusCode: 403, SelectionPattern: '400' }`,
)}
${method(
  'SendPet',
  '!Ref PetsPath',
  'POST',
  `
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub 'arn:aws:apigateway:\${AWS::Region}:sqs:path/\${AWS::AccountId}/\${Queue.QueueName}'
        Credentials: !GetAtt Caller.Arn
        RequestParameters: { integration.request.header.Content-Type: "'application/x-www-form-urlencoded'" }
        RequestTemplates: { application/json: 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' }
        IntegrationResponses: [{ StatusCode: 202 }]`,
)}
${method(
  'ToHttp',
  '!Ref PetsPath',
  'PUT',
  `
        Type: HTTP_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub 'https://\${Http}.execute-api.\${AWS::Region}.amazonaws.com/body'`,
)}
${method(
  'ReceivePets',
  '!Ref PetsPath',
  'GET',
  `
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub 'arn:aws:apigateway:\${AWS::Region}:sqs:path/\${AWS::AccountId}/\${Queue.QueueName}'
        Credentials: !GetAtt Caller.Arn
        RequestParameters: { integration.request.header.Content-Type: "'application/x-www-form-urlencoded'", integration.request.querystring.Action: "'ReceiveMessage'", integration.request.querystring.MaxNumberOfMessages: method.request.querystring.count }
        IntegrationResponses: [{ StatusCode: 200 }]`,
)}
  Ws: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: w, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action } }
  WsStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Ws, StageName: live } }
  WsDefault: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Ws, RouteKey: $default, Target: !Sub 'integrations/\${WsPut}' } }
  WsResponse: { Type: AWS::ApiGatewayV2::RouteResponse, Properties: { ApiId: !Ref Ws, RouteId: !Ref WsDefault, RouteResponseKey: $default } }
  WsPut:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Ws
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: ${ITEM_URI('PutItem')}
      CredentialsArn: !GetAtt Caller.Arn
      TemplateSelectionExpression: \\$default
      RequestTemplates: { $default: !Sub '{"TableName":"\${Pets}","Item":{"id":{"S":"$input.path(''$.id'')"},"by":{"S":"$context.connectionId"}}}' }
  WsPutResponse:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties:
      ApiId: !Ref Ws
      IntegrationId: !Ref WsPut
      IntegrationResponseKey: $default
      ResponseTemplates: { $default: '{"stored":"$context.messageId"}' }
      TemplateSelectionExpression: \\$default
Outputs:
  Pets: { Value: !Ref Pets }
  Queue: { Value: !Ref Queue }
  Told: { Value: !Ref Told }
`;

let stack: TestStack;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  stack = await runStack(TEMPLATE);
  sqs = new SQSClient(stack.config);
  dynamodb = new DynamoDBClient(stack.config);
});

afterAll(async () => {
  sqs.destroy();
  dynamodb.destroy();
  await stack.close();
});

const url = (path: string, output = 'HttpApiUrl.Http'): string =>
  `${stack.outputs[output] ?? ''}${path}`;
const restUrl = (path: string): string => url(path, 'HttpApiUrl');

function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url(path), { method: 'POST', body, headers });
}

/** Receives and deletes the messages of a queue. */
async function received(queue = 'Queue') {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      ...{ QueueUrl: stack.outputs[queue], MaxNumberOfMessages: 10 },
      ...{ MessageAttributeNames: ['All'], WaitTimeSeconds: queue === 'Told' ? 2 : 0 },
    }),
  );
  for (const { ReceiptHandle: handle = '' } of messages) {
    await fetch(url(`/jobs?handle=${encodeURIComponent(handle)}`), { method: 'DELETE' });
  }
  return messages;
}

describe('a service integration of an HTTP API', () => {
  it('sends what a route selects of its request to a queue, and responds as SQS does', async () => {
    const response = await post('/jobs/fast', '{"job":{"name":"sweep"}}', { 'x-by': 'me' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml']);
    const [message, ...others] = await received();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      Body: 'sweep',
      MessageAttributes: { kind: { StringValue: 'fast, me, red' } },
    });
    expect(await response.text()).toContain(`<MessageId>${String(message?.MessageId)}</MessageId>`);
  });

  it.each([
    ['/body', '{"a":[1]}'],
    ['/list', '[1]'],
    ['/query?q=x%20y', 'x y'],
    ['/context', 'POST'],
    ['/text', 'plain text'],
  ])('sends by %s what its parameter says', async (path, expected) => {
    await post(path, '{"a":[1]}');
    expect(await received()).toMatchObject([{ Body: expected }]);
  });

  it('responds with the error of SQS where a parameter selects nothing', async () => {
    const response = await post('/missing', '{}');
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/<ErrorResponse.*<Code>\w+/);
  });

  it('receives, deletes and purges', async () => {
    await post('/body', 'one');
    const text = await (await fetch(url('/jobs'))).text();
    expect(text).toMatch(/<Body>one<\/Body>/);
    const handle = /<ReceiptHandle>([^<]+)</.exec(text)?.[1] ?? '';
    const deleted = await fetch(url(`/jobs?handle=${encodeURIComponent(handle)}`), {
      method: 'DELETE',
    });
    expect(deleted.status).toBe(200);
    await post('/body', 'two');
    expect((await fetch(url('/all'), { method: 'DELETE' })).status).toBe(200);
    expect(await received()).toEqual([]);
  });

  it('puts events on a bus', async () => {
    const response = await post('/events', '{"total":3}');
    expect(await response.json()).toMatchObject({ FailedEntryCount: 0 });
    const [message] = await received('Told');
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      ...{ source: 'shop', 'detail-type': 'order', detail: { total: 3 } },
    });
  });

  it('is refused what the role of the integration does not allow', async () => {
    const response = await post('/denied', '');
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('sqs:SendMessage');
    expect(stack.events.of('permission.denied')).toMatchObject([{ action: 'sqs:SendMessage' }]);
  });

  it('has the variables of the stage that its address names', async () => {
    expect(stack.outputs['HttpApiUrl.Http.beta']).toBe(`${url('')}/beta`);
    await post('/beta/jobs/slow', '{"job":{"name":"sweep"}}');
    expect(await received()).toMatchObject([
      { MessageAttributes: { kind: { StringValue: 'slow, , blue' } } },
    ]);
  });

  it.each([
    ['MessageBody', 'CredentialsArn: r'],
    ['the ARN of the role', ''],
  ])('names what is missing: %s', (expected, credentials) => {
    const parameters = credentials === '' ? '{ QueueUrl: q, MessageBody: m }' : '{ QueueUrl: q }';
    const template = `
Resources:
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default } }
${route('I', 'POST /a', `IntegrationSubtype: SQS-SendMessage\n      RequestParameters: ${parameters}\n      ${credentials}`)}`;
    expect(() => loadText(template)).toThrow(expected);
  });
});

describe('an AWS integration of a REST API', () => {
  it('stores and reads an item with templates', async () => {
    const put = await fetch(restUrl('/pets/a%20b'), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Rex \\"the best\\""}',
    });
    expect([put.status, await put.json()]).toEqual([201, { id: '/pets/{id}' }]);
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: stack.outputs.Pets, Key: { id: { S: 'a b' } } }),
    );
    expect(item).toEqual({ id: { S: 'a b' }, name: { S: 'Rex "the best"' } });
    const none = await fetch(restUrl('/pets/nobody'));
    expect([none.status, await none.json()]).toEqual([404, { message: 'no pet' }]);
  });

  it('chooses the response by the status of the service', async () => {
    const response = await fetch(restUrl('/pets/1'), {
      method: 'PUT',
      body: '{"name":{}}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(201);
    const wrong = await fetch(restUrl('/pets/1'), {
      method: 'PUT',
      body: '{',
      headers: { 'content-type': 'text/plain' },
    });
    expect(wrong.status).toBe(422);
  });

  it('is refused what the role of the integration does not allow', async () => {
    expect((await fetch(restUrl('/pets/1'), { method: 'DELETE' })).status).toBe(403);
  });

  it('speaks the Query protocol with a form', async () => {
    const response = await fetch(restUrl('/pets'), {
      ...{ method: 'POST', body: '{"a":"1&2"}' },
      headers: { 'content-type': 'application/json' },
    });
    expect([response.status, await response.json()]).toMatchObject([
      202,
      { SendMessageResponse: { SendMessageResult: { SequenceNumber: null } } },
    ]);
    expect(await received()).toMatchObject([{ Body: '{"a":"1&2"}' }]);
  });
});

it('takes the parameters of the Query protocol from the query', async () => {
  const response = await fetch(restUrl('/pets?count=1'));
  expect(await response.json()).toMatchObject({
    ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } },
  });
});

it('reaches another API of the stack by its address on AWS', async () => {
  const response = await fetch(restUrl('/pets'), { method: 'PUT', body: 'from REST' });
  expect(response.status).toBe(200);
  expect(await received()).toMatchObject([{ Body: 'from REST' }]);
});

it('stores what a message of a WebSocket API says, and responds with what the template makes', async () => {
  const socket = new WebSocket(stack.outputs.WebSocketUrl ?? '');
  const response = new Promise<string>((resolve, reject) => {
    socket.once('open', () => {
      socket.send('{"id":"ws"}');
    });
    socket.once('message', (data: Buffer) => {
      resolve(data.toString());
    });
    socket.once('error', reject);
  });
  expect(JSON.parse(await response)).toEqual({ stored: expect.stringMatching(/=$/) });
  socket.close();
  const { Items: items = [] } = await dynamodb.send(
    new ScanCommand({ TableName: stack.outputs.Pets }),
  );
  expect(items).toContainEqual({ id: { S: 'ws' }, by: { S: expect.stringMatching(/=$/) } });
});
