import { createHash, X509Certificate } from 'node:crypto';

/** The password of Java's own trust store. It only detects damaged files. */
const PASSWORD = 'changeit';
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/**
 * Writes certificates in Java's key store format, because a JVM cannot read PEM.
 * sun.security.provider.JavaKeyStore in https://github.com/openjdk/jdk describes the format.
 *
 * @param certificates PEM texts with one certificate each
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
        // The time at which the certificate was added. Nothing reads it.
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

/** Encodes ASCII text as Java's `DataOutput.writeUTF` does: the length in bytes, then the text. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}
