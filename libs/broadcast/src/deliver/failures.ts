/** Recipients that a run could not deliver to, and why. */
export class Failures {
  #connectionIds: string[] = [];
  readonly #reasons = new Map<string, number>();

  get size(): number {
    return this.#connectionIds.length;
  }

  add(connectionId: string, reason: string): void {
    this.#connectionIds.push(connectionId);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  /** Returns the failed recipients and their reasons, and forgets them. */
  take(): { readonly connectionIds: readonly string[]; readonly reason: string } {
    const connectionIds = this.#connectionIds;
    const reason = [...this.#reasons].map(([text, count]) => `${count} x ${text}`).join(', ');
    this.#connectionIds = [];
    this.#reasons.clear();
    return { connectionIds, reason };
  }
}

/**
 * The reason for a failure, without ids and addresses, so that many failures have few different
 * texts.
 */
export function reasonOf(status: number, error: Error | undefined): string {
  const name = error?.name ?? 'Error';
  if (status !== 0) return `HTTP ${status} ${name}`;
  const code = error !== undefined && 'code' in error ? String(error.code) : undefined;
  return code === undefined ? name : `${name} ${code}`;
}
