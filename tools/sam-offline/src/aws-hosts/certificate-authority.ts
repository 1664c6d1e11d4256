import { generateKeyPair, randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import forge from 'node-forge';

/**
 * Makes certificates for hosts. One authority signs all of them, and it exists only for one run.
 */
export interface CertificateAuthority {
  /** The certificate that clients have to trust, as PEM. */
  readonly certificate: string;
  /** Gives the key and the certificate of a host. They are made once for each host. */
  contextFor(host: string): SecureContext;
}

const DAY_MS = 86_400_000;

/**
 * Makes an authority. Its private key is only in memory: with a file of the key, everybody who can
 * read it could pretend to be any host to the clients that trust the certificate.
 */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const [authority, shared] = await Promise.all([newKeyPair(), newKeyPair()]);
  const issuer = [{ name: 'commonName', value: 'sam-offline, for functions of this run' }];
  const sign = (
    publicKey: forge.pki.PublicKey,
    subject: forge.pki.CertificateField[],
    extensions: unknown[],
  ): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = publicKey;
    // The first byte 01 makes the number positive.
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
    // Apple's clients reject certificates that are valid for more than 825 days.
    certificate.validity.notAfter = new Date(Date.now() + 90 * DAY_MS);
    certificate.setSubject(subject);
    certificate.setIssuer(issuer);
    certificate.setExtensions(extensions);
    certificate.sign(authority.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const key = forge.pki.privateKeyToPem(shared.privateKey);
  const contexts = new Map<string, SecureContext>();
  return {
    certificate: sign(authority.publicKey, issuer, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ]),
    contextFor(host) {
      const known = contexts.get(host);
      if (known !== undefined) return known;
      // A common name may have at most 64 characters. Clients check the alternative names instead.
      const cert = sign(
        shared.publicKey,
        [{ name: 'commonName', value: host.slice(-64) }],
        [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
        ],
      );
      const context = createSecureContext({ key, cert });
      contexts.set(host, context);
      return context;
    },
  };
}

/** Makes a key pair with node:crypto, in its thread pool. forge's own code takes seconds. */
async function newKeyPair(): Promise<forge.pki.rsa.KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return {
    privateKey: forge.pki.privateKeyFromPem(privateKey),
    publicKey: forge.pki.publicKeyFromPem(publicKey),
  };
}
