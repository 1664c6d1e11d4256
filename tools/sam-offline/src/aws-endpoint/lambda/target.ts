import type { EventBus } from '../../events/index.ts';
import type { LambdaInvoker } from '../../lambda/index.ts';
import type { Stack } from '../../template/index.ts';

/** What Lambda's API acts on. */
export interface LambdaTarget {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'functions'>;
  readonly invoker: LambdaInvoker;
  /** Where the lines for `LogType: Tail` come from; without it, there are none. */
  readonly events?: Pick<EventBus, 'subscribe'>;
}
