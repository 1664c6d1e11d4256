import { Hash } from '@smithy/core/serde';
import { encodeSegment } from '@blogapp/broadcast/signing-keys';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createSigner } from './sigv4.ts';

/** The hash function that the AWS SDK's signer needs. */
const Sha256 = Hash.bind(undefined, 'sha256');

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'ap-northeast-1';
const host = '127.0.0.1:4566';

it('signs as the AWS SDK does, whatever the connection id and the body contain', async () => {
  const reference = new SignatureV4({
    service: 'execute-api',
    region,
    credentials,
    sha256: Sha256,
    applyChecksum: true,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((id) => id !== '.' && id !== '..'),
      fc.string(),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      async (connectionId, body, now) => {
        const path = `/bench/@connections/${encodeSegment(connectionId)}`;
        const headers = createSigner({ ...credentials, region, host, body }).sign(path, now);
        const signed = await reference.sign(
          {
            method: 'POST',
            protocol: 'http:',
            hostname: '127.0.0.1',
            path,
            query: {},
            headers: { host, 'content-type': 'application/octet-stream' },
            body,
          },
          { signingDate: now },
        );
        expect(headers.authorization).toBe(signed.headers.authorization);
        expect(headers['x-amz-date']).toBe(signed.headers['x-amz-date']);
      },
    ),
    { numRuns: 200 },
  );
});
