import { queryResponseAsJson } from './query-response.ts';

const asJson = (xml: string, statusCode = 200): unknown => {
  const headers = [['Content-Type', 'text/xml'] as const];
  const { body } = queryResponseAsJson({ statusCode, headers, body: Buffer.from(xml) });
  return JSON.parse(body.toString());
};

it('is the JSON that integrations of API Gateway get from SQS and SNS', () => {
  const metadata = '<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>';
  expect(
    asJson(
      `<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult><MessageId>m</MessageId><MD5OfMessageBody>b</MD5OfMessageBody></SendMessageResult>${metadata}</SendMessageResponse>`,
    ),
  ).toEqual({
    SendMessageResponse: {
      SendMessageResult: {
        ...{ MessageId: 'm', MD5OfMessageBody: 'b', SequenceNumber: null },
        ...{ MD5OfMessageAttributes: null, MD5OfMessageSystemAttributes: null },
      },
      ResponseMetadata: { RequestId: 'r' },
    },
  });
  const received = (messages: string) =>
    asJson(
      `<ReceiveMessageResponse><ReceiveMessageResult>${messages}</ReceiveMessageResult>${metadata}</ReceiveMessageResponse>`,
    );
  expect(received('')).toMatchObject({
    ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } },
  });
  expect(asJson(`<ReceiveMessageResponse>${metadata}</ReceiveMessageResponse>`)).toEqual(
    received(''),
  );
  expect(received('<Message><Body>&lt;a&gt; &amp;amp;</Body></Message>')).toMatchObject({
    ReceiveMessageResponse: {
      ReceiveMessageResult: { messages: [{ Body: '<a> &amp;', Attributes: null }] },
    },
  });
});

it('is an error without the element around it', () => {
  const xml =
    '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code></Error><RequestId>r</RequestId></ErrorResponse>';
  expect(asJson(xml, 403)).toEqual({
    Error: { Type: 'Sender', Code: 'AccessDenied' },
    RequestId: 'r',
  });
});

it('does not change what is not XML', () => {
  const response = { statusCode: 200, headers: [], body: Buffer.from('{}') };
  expect(queryResponseAsJson(response)).toBe(response);
});
