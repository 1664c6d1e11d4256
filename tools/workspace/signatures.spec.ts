import { judgeSignatures } from './signatures.ts';

const judged = (status: number, report: unknown) =>
  judgeSignatures({ status, stdout: JSON.stringify(report) });

test('a signature for every package is verified', () => {
  expect(judged(0, { invalid: [], missing: [] })).toEqual({
    summary: 'signatures verified',
    faults: [],
  });
});

test('a wrong or missing signature is a fault that names the package', () => {
  const invalid = [{ name: 'a', version: '1.0.0', code: 'EINTEGRITYSIGNATURE' }];
  const missing = [{ name: '@b/c', version: '2.0.0' }];
  expect(judged(1, { invalid, missing }).faults).toEqual([
    'a@1.0.0: its signature is wrong (EINTEGRITYSIGNATURE)',
    '@b/c@2.0.0: it has no signature',
  ]);
});

test.each(['ENOTFOUND', 'ECONNREFUSED', 'ERR_SOCKET_TIMEOUT', 'E503'])(
  'a host that does not respond (%s) is reported, and is not a fault',
  (code) => {
    const summary = 'request to https://tuf-repo-cdn.sigstore.dev/15.root.json failed';
    const verdict = judged(1, { error: { code, summary } });
    expect(verdict).toEqual({
      summary: `signatures NOT checked: no network (${code}): ${summary}`,
      faults: [],
    });
  },
);

test('a registry without keys, such as a mirror, is reported', () => {
  const summary = 'found no dependencies to audit that were installed from a supported registry';
  const verdict = judged(1, { error: { summary } });
  expect(verdict.summary).toContain('the registry has no signing keys');
  expect(verdict.faults).toEqual([]);
});

test('any other failure is a fault, whatever npm printed', () => {
  expect(judged(1, { error: { code: 'EINTEGRITYSIGNATURE', summary: 'x' } }).faults).toEqual([
    'npm audit signatures: EINTEGRITYSIGNATURE x',
  ]);
  expect(judged(1, { invalid: [], missing: [] }).faults).toHaveLength(1);
  expect(judgeSignatures({ status: 0, stdout: '' }).faults).toHaveLength(1);
  expect(judgeSignatures({ status: null, stdout: 'oops' }).faults).toHaveLength(1);
});
