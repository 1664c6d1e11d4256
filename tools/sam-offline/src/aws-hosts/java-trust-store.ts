import { createHash, X509Certificate } from 'node:crypto';

/** The password that Java's own trust store has; it only guards against accidents. */
const PASSWORD = 'changeit';
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/**
 * Certificates as a JVM reads them: Java's key store format, since a JVM reads no PEM
 * (sun.security.provider.JavaKeyStore in https://github.com/openjdk/jdk says how it is laid out).
 *
 * @param certificates PEM, one each
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const store = Buffer.concat([
    uint32(MAGIC),
    uint32(VERSION),
    uint32(certificates.length),
    ...certificates.flatMap((pem, index) => {
      const { raw } = new X509Certificate(pem);
      return [
        uint32(TRUSTED_CERTIFICATE),
        text(`certificate-${index}`),
        // When it was added: nobody looks.
        Buffer.alloc(8),
        ...[text('X.509'), uint32(raw.length), raw],
      ];
    }),
  ]);
  const digest = createHash('sha1')
    .update(Buffer.from(PASSWORD, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(store)
    .digest();
  return Buffer.concat([store, digest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `DataOutput.writeUTF` of Java: the length in bytes, and ASCII as it is. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}
