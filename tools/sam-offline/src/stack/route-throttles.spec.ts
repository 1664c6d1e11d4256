import { closeServers, startServer } from '../http-api/testing/harness.ts';
import { loadText } from '../template/testing/load-text.ts';
import { startGateway } from '../websocket-api/testing/gateway-builder.ts';

const FUNCTION = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        List: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: /posts } }
        Read: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: '/posts/{id}' } }
  Api:
    Type: AWS::Serverless::HttpApi
`;

const succeeding = () => ({ statusCode: 200 });

/** The statuses of requests to paths of the HTTP API, one after the other. */
async function ask(settings: string, ...paths: string[]): Promise<number[]> {
  const { httpApis } = loadText(`${FUNCTION}    Properties:\n${settings}`);
  const { url } = await startServer({ Reader: succeeding }, { apis: httpApis });
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await fetch(`${url}${path}`)).status);
  return statuses;
}

/** A rate so low that no token comes back while a test runs. */
const once = '{ ThrottlingRateLimit: 0, ThrottlingBurstLimit: 1 }';
const never = '{ ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 }';

afterEach(closeServers);

describe('the throttles that a template sets', () => {
  it('hold for each route of an HTTP API by itself', async () => {
    const settings = `      DefaultRouteSettings: ${once}\n`;
    const statuses = await ask(settings, '/posts', '/posts', '/posts/1', '/posts/2');
    expect(statuses).toEqual([200, 429, 200, 429]);
  });

  it('are those of a route where RouteSettings names it', async () => {
    const settings = `      RouteSettings: { 'GET /posts': ${never} }\n`;
    expect(await ask(settings, '/posts', '/posts/1', '/posts/2')).toEqual([429, 200, 200]);
  });

  it('respond to a request with Too Many Requests', async () => {
    const { httpApis } = loadText(`${FUNCTION}    Properties: { DefaultRouteSettings: ${never} }`);
    const { url, invoker } = await startServer({ Reader: succeeding }, { apis: httpApis });
    const response = await fetch(`${url}/posts`);
    expect(await response.text()).toBe('{"message":"Too Many Requests"}');
    expect(invoker.invocations).toEqual([]);
  });

  it('hold for single routes of a WebSocket API', async () => {
    const { webSocketApis } = loadText(`${FUNCTION}
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: live
      RouteSettings: { $default: ${never} }
      Routes:
        $default: { FunctionArn: !GetAtt Reader.Arn }
        ping: { FunctionArn: !GetAtt Reader.Arn }
`);
    await using gateway = await startGateway({ Reader: succeeding }, { apis: webSocketApis });
    const client = await gateway.connect('/live');
    client.send({ action: 'other' });
    expect(await client.nextJson()).toMatchObject({ message: 'Too Many Requests' });
    client.send({ action: 'ping' });
    expect((await gateway.invoker.nth('Reader')).requestContext.routeKey).toBe('ping');
  });
});
