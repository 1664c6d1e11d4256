import { localizeUrls } from './local-urls.ts';

const url = 'a'.repeat(32);

const targets = {
  webSocket: new Map([['abcdefghij', 'http://127.0.0.1:3002']]),
  http: new Map([['0123456789', 'http://127.0.0.1:3001']]),
  functionUrls: new Map([[`${url}.lambda-url.eu-west-1.on.aws`, 'http://127.0.0.1:3004']]),
  queues: new Map([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/jobs', 'http://127.0.0.1:4566/jobs'],
  ]),
};

describe('localizeUrls', () => {
  it.each([
    ['https://0123456789.execute-api.eu-west-1.amazonaws.com', 'http://127.0.0.1:3001'],
    [
      'https://0123456789.execute-api.eu-west-1.amazonaws.com/prod/posts?a=b',
      'http://127.0.0.1:3001/prod/posts?a=b',
    ],
    ['wss://abcdefghij.execute-api.eu-west-1.amazonaws.com/dev', 'ws://127.0.0.1:3002/dev'],
    ['https://abcdefghij.execute-api.eu-west-1.amazonaws.com/dev', 'http://127.0.0.1:3002/dev'],
    ['https://abcdefghij.execute-api.eu-west-1.amazonaws.com:443/dev', 'http://127.0.0.1:3002/dev'],
    [`https://${url}.lambda-url.eu-west-1.on.aws/`, 'http://127.0.0.1:3004/'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/jobs', 'http://127.0.0.1:4566/jobs'],
    [
      'a=wss://abcdefghij.execute-api.eu-west-1.amazonaws.com/x,b=https://0123456789.execute-api.eu-west-1.amazonaws.com/y',
      'a=ws://127.0.0.1:3002/x,b=http://127.0.0.1:3001/y',
    ],
  ])('replaces %s with %s', (text, expected) => {
    expect(localizeUrls(text, targets)).toBe(expected);
  });

  it.each([
    'https://zzzzzzzzzz.execute-api.eu-west-1.amazonaws.com/prod',
    `https://${'b'.repeat(32)}.lambda-url.eu-west-1.on.aws/`,
    'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs2',
    'https://example.com/',
    'arn:aws:execute-api:eu-west-1:123456789012:0123456789/*',
  ])('does not change %s', (text) => {
    expect(localizeUrls(text, targets)).toBe(text);
  });
});
