import { loadText } from '../template/testing/load-text.ts';
import { stackOutputs } from './outputs.ts';

it('names every address: the first of a kind plainly, the others with their logical id', () => {
  const stack = loadText(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Chat: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: a, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.a } }
  ChatStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Chat, StageName: live } }
  News: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: b, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.a } }
  NewsStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref News, StageName: live } }
`);
  const [, news] = stack.webSocketApis;
  expect(
    stackOutputs(stack, {
      httpApis: { Shop: 'http://127.0.0.1:1', Admin: 'http://127.0.0.1:2' },
      functionUrls: { Greet: 'http://127.0.0.1:3/', Ping: 'http://127.0.0.1:4/' },
      webSocketOrigin: 'http://127.0.0.1:5',
      awsEndpoint: 'http://127.0.0.1:6',
    }),
  ).toEqual({
    HttpApiUrl: 'http://127.0.0.1:1',
    'HttpApiUrl.Admin': 'http://127.0.0.1:2',
    FunctionUrl: 'http://127.0.0.1:3/',
    'FunctionUrl.Ping': 'http://127.0.0.1:4/',
    WebSocketUrl: 'ws://127.0.0.1:5/live',
    'WebSocketUrl.News': `ws://127.0.0.1:5/${news?.apiId ?? ''}/live`,
    ConnectionsUrl: 'http://127.0.0.1:5/live',
    'ConnectionsUrl.News': `http://127.0.0.1:5/${news?.apiId ?? ''}/live`,
    AwsEndpointUrl: 'http://127.0.0.1:6',
  });
});

it('has the API keys of the template, each once', () => {
  const stack = loadText(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: { Type: AWS::Serverless::Api, Properties: { StageName: a, Auth: { UsagePlan: { CreateUsagePlan: SHARED } } } }
  Other: { Type: AWS::Serverless::Api, Properties: { StageName: a, Auth: { UsagePlan: { CreateUsagePlan: SHARED } } } }
  Own: { Type: AWS::Serverless::Api, Properties: { StageName: a, Auth: { UsagePlan: { CreateUsagePlan: PER_API } } } }
`);
  const outputs = stackOutputs(stack, {
    ...{ httpApis: {}, functionUrls: {}, awsEndpoint: 'http://127.0.0.1:6' },
  });
  expect(outputs).toEqual({
    ApiKeyValue: expect.stringMatching(/^\w{40}$/),
    'ApiKeyValue.OwnApiKey': expect.stringMatching(/^\w{40}$/),
    AwsEndpointUrl: 'http://127.0.0.1:6',
  });
  expect(outputs.ApiKeyValue).not.toBe(outputs['ApiKeyValue.OwnApiKey']);
});
