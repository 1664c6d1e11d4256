import type { EventPattern } from '../event-pattern/index.ts';
import type { RuleTarget } from '../template/index.ts';

export type StoredTarget = RuleTarget;

export interface StoredRule {
  readonly name: string;
  readonly arn: string;
  readonly eventBusName: string;
  description?: string | undefined;
  patternText?: string | undefined;
  pattern?: EventPattern | undefined;
  scheduleExpression?: string | undefined;
  isEnabled: boolean;
  /** The targets by their ids. */
  readonly targets: Map<string, StoredTarget>;
}
