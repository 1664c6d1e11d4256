/** The output of `npm audit signatures --json`, and its exit code. */
export interface AuditResult {
  readonly status: number | null;
  readonly stdout: string;
}

/** The result of the check of the registry's signatures. */
export interface SignatureVerdict {
  readonly summary: string;
  /**
   * The packages whose signature is wrong or missing, or a failure that the network did not cause.
   */
  readonly faults: readonly string[];
}

interface NamedPackage {
  readonly name: string;
  readonly version: string;
  readonly code?: string;
}

/** Codes of Node.js and of npm for a host that does not respond. https://nodejs.org/api/errors.html#common-system-errors */
const NETWORK = new Set([
  ...['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  ...['ERR_SOCKET_TIMEOUT', 'ETIMEDOUT', 'E500', 'E502', 'E503', 'E504'],
]);
/** npm's message for a registry, such as a mirror, that has no keys and so no signatures. */
const NO_KEYS = 'found no dependencies to audit that were installed from a supported registry';

/**
 * Judges the output of `npm audit signatures --json`. If a host cannot be reached, this is not a
 * fault of a package, and it does not prove its signature either, so the summary reports it.
 *
 * @see https://docs.npmjs.com/about-registry-signatures
 */
export function judgeSignatures({ status, stdout }: AuditResult): SignatureVerdict {
  const report = parse(stdout);
  if (report?.error !== undefined) {
    const { code, summary = '' } = report.error;
    if (code !== undefined && NETWORK.has(code)) {
      return { summary: `signatures NOT checked: no network (${code}): ${summary}`, faults: [] };
    }
    if (summary.includes(NO_KEYS)) {
      return { summary: 'signatures NOT checked: the registry has no signing keys', faults: [] };
    }
    return failed(`npm audit signatures: ${code ?? ''} ${summary}`.trim());
  }
  if (report?.invalid === undefined || report.missing === undefined) {
    return failed(`npm audit signatures ended with ${String(status)}, and printed: ${stdout}`);
  }
  const faults = [
    ...report.invalid.map(
      ({ name, version, code }) => `${name}@${version}: its signature is wrong (${code ?? ''})`,
    ),
    ...report.missing.map(({ name, version }) => `${name}@${version}: it has no signature`),
  ];
  if (faults.length > 0) return { summary: 'signatures WRONG', faults };
  return status === 0
    ? { summary: 'signatures verified', faults }
    : failed(`npm audit signatures ended with ${String(status)}, and named no package`);
}

function failed(fault: string): SignatureVerdict {
  return { summary: 'signatures NOT verified', faults: [fault] };
}

interface Report {
  readonly error?: { readonly code?: string; readonly summary?: string };
  readonly invalid?: readonly NamedPackage[];
  readonly missing?: readonly NamedPackage[];
}

function parse(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}
