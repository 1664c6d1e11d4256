import { SamOfflineError } from '../../sam-offline-error.ts';
import type { IntegrationEnd } from '../invoke-integration.ts';

type Failed = Extract<IntegrationEnd<never>, { outcome: 'failed' }>;

/** Why an integration has no response of its own. */
export class IntegrationFailure extends SamOfflineError {
  override readonly name = 'IntegrationFailure';
  readonly end: Failed;

  constructor(reason: Failed['reason'], message: string) {
    super(message);
    this.end = { outcome: 'failed', reason, message };
  }
}
