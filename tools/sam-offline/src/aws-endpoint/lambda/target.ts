import type { EventBus } from '../../events/index.ts';
import type { LambdaInvoker } from '../../lambda/index.ts';
import type { Stack } from '../../template/index.ts';

/** What Lambda's API reads and invokes. */
export interface LambdaTarget {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'functions'>;
  readonly invoker: LambdaInvoker;
  /** The source of the lines for `LogType: Tail`. Without it, there are no lines. */
  readonly events?: Pick<EventBus, 'subscribe'>;
}
