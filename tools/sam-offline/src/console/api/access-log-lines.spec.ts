import { accessLogReader, accessMessage } from './access-log-lines.ts';

function read(format: string, line: string) {
  return accessLogReader({ format })(line);
}

it('reads fields by the variables that the format has in them, whatever their names', () => {
  const format =
    '{"s":"$context.status","r":"$context.routeKey","timing":{"ms":"$context.responseLatency"},' +
    '"id":"$context.requestId","who":"$context.identity.sourceIp","m":"$context.httpMethod"}';
  const line = '{"s":"404","r":"GET /a","timing":{"ms":"12"},"id":"r-1","who":"1.2.3.4","m":"GET"}';
  const fields = read(format, line);
  expect(fields).toMatchObject({
    ...{ status: 404, route: 'GET /a', latency: 12, request: 'r-1', ip: '1.2.3.4', method: 'GET' },
  });
  expect(fields && accessMessage(fields)).toBe('GET GET /a 404 in 12 ms');
});

it('reads a format whose variables are not quoted', () => {
  const format = '{"status":$context.status,"latency":$context.integrationLatency}';
  expect(read(format, '{"status":200,"latency":3}')).toMatchObject({ status: 200, latency: 3 });
});

it('takes a dash for a missing value, and reads the next best variable instead', () => {
  const format =
    '{"all":"$context.responseLatency","part":"$context.integrationLatency","error":"$context.error.message"}';
  expect(read(format, '{"all":"-","part":"7","error":"-"}')).toEqual({ latency: 7 });
});

it('shows WebSocket events with their route and error', () => {
  const format =
    '{"e":"$context.eventType","r":"$context.routeKey","s":"$context.status","c":"$context.connectionId","x":"$context.integrationErrorMessage"}';
  const fields = read(
    format,
    '{"e":"MESSAGE","r":"$default","s":"500","c":"Abc=","x":"it failed"}',
  );
  expect(fields?.connection).toBe('Abc=');
  expect(fields && accessMessage(fields)).toBe('MESSAGE $default 500: it failed');
});

it.each([
  [
    'CLF',
    '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" $context.status',
    '127.0.0.1 - - [30/Nov/2026:19:00:00 +0000] "GET GET /a HTTP/1.1" 200',
  ],
  ['CSV', '$context.identity.sourceIp,$context.status', '127.0.0.1,200'],
  ['JSON that is cut off', '{"s":"$context.status"', '{"s":"200"'],
])('leaves a line of %s unchanged', (_name, format, line) => {
  expect(read(format, line)).toBeUndefined();
});
