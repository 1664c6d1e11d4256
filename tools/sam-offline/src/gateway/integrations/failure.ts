import { SamOfflineError } from '../../sam-offline-error.ts';
import type { IntegrationEnd } from '../invoke-integration.ts';

type Failed = Extract<IntegrationEnd<never>, { outcome: 'failed' }>;

/** An integration failed before it had a response. The error says why. */
export class IntegrationFailure extends SamOfflineError {
  override readonly name = 'IntegrationFailure';
  readonly end: Failed;

  constructor(reason: Failed['reason'], message: string) {
    super(message);
    this.end = { outcome: 'failed', reason, message };
  }
}
