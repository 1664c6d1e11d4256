import { join } from 'node:path';
import { loadStack } from './load-stack.ts';

const load = (name: string, parameterOverrides: Record<string, string> = {}) =>
  loadStack({
    templatePath: join(import.meta.dirname, 'fixtures', name),
    stackName: 'sample',
    region: 'eu-central-1',
    parameterOverrides,
  });

describe('whole templates', () => {
  it('reads a chat application of AWS::ApiGatewayV2 resources', () => {
    const stack = load('chat.yaml');
    const [api] = stack.webSocketApis;
    expect(stack.warnings).toEqual([
      expect.objectContaining({ property: 'ProvisionedThroughput' }),
    ]);
    expect(api).toMatchObject({
      stageName: 'Prod',
      routeSelectionExpression: '$request.body.message',
      routes: [
        { routeKey: '$connect', integration: { functionLogicalId: 'ConnectFunction' } },
        { routeKey: '$disconnect', integration: { functionLogicalId: 'DisconnectFunction' } },
        { routeKey: 'sendmessage', integration: { functionLogicalId: 'SendFunction' } },
      ],
    });
    expect(stack.functions).toHaveLength(3);
    for (const one of stack.functions) {
      expect(one).toMatchObject({
        memorySizeMb: 256,
        environment: { CONNECTIONS_TABLE: 'chat_connections' },
      });
    }
    expect(stack.outputs).toEqual({
      TableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/chat_connections',
      WebSocketUri: `wss://${api?.apiId}.execute-api.eu-central-1.amazonaws.com/Prod`,
    });
  });

  it('reads a larger SAM template', () => {
    const stack = load('orders.yaml');
    const [api, onOrder, socket] = stack.functions;
    const [live] = stack.webSocketApis;
    const [http] = stack.httpApis;
    const host = 'execute-api.eu-central-1.amazonaws.com';
    expect(stack.warnings).toEqual([]);
    expect(api).toMatchObject({
      code: { type: 'image', dockerfile: expect.stringMatching(/fixtures\/api\/Dockerfile$/) },
      architecture: 'arm64',
      memorySizeMb: 256,
      timeoutMs: 29_000,
      environment: {
        ENVIRONMENT: 'development',
        LOG_LEVEL: 'DEBUG',
        ORDERS_TABLE: 'sample-orders',
        CONNECTIONS_ENDPOINT: `https://${live?.apiId}.${host}/development`,
      },
      functionUrls: [{ authType: 'NONE' }],
    });
    expect(api?.environment).not.toHaveProperty('ARCHIVE_TABLE');
    expect(onOrder).toMatchObject({ runtime: 'nodejs24.x', handler: 'index.handler' });
    expect(http).toMatchObject({
      cors: { allowOrigins: ['http://localhost:3000'] },
      routes: [{ method: 'ANY', path: '/{proxy+}' }],
    });
    expect(live?.routes.map((route) => [route.routeKey, route.hasRouteResponse])).toEqual([
      ['$connect', false],
      ['$disconnect', false],
      ['$default', true],
    ]);
    expect(stack.eventSourceMappings.map(({ source }) => source.type)).toEqual(['dynamodb', 'sqs']);
    expect(stack.tables.map(({ logicalId }) => logicalId)).toEqual(['OrdersTable']);
    expect(socket?.functionUrls).toBeUndefined();
    expect(stack.outputs).toEqual({
      HttpApiUrl: `https://${http?.apiId}.${host}`,
      FunctionUrl: `https://${api?.functionUrls?.[0]?.urlId}.lambda-url.eu-central-1.on.aws/`,
      WebSocketUrl: `wss://${live?.apiId}.${host}/development`,
    });
  });

  it('uses the conditions and mappings of another environment', () => {
    const stack = load('orders.yaml', { Environment: 'production' });
    const archive = stack.tables.find(({ logicalId }) => logicalId === 'ArchiveTable');
    expect(stack.functions[0]).toMatchObject({
      memorySizeMb: 1024,
      environment: { LOG_LEVEL: 'INFO', ARCHIVE_TABLE: archive?.tableName },
    });
    expect(stack.httpApis[0]?.cors?.allowOrigins).toEqual(['https://example.com']);
    expect(stack.outputs.Archive).toBe(archive?.tableName);
  });
});
