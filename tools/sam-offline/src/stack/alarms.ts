import { type Alarms, startAlarms } from '../alarms/index.ts';
import type { Targets } from '../delivery/index.ts';
import type { Insights } from '../insights/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { StartStackOptions } from './start-stack-options.ts';

/**
 * Starts the template's alarms. Their actions invoke functions of the stack and publish to its
 * topics.
 */
export function startStackAlarms(
  { stack, events }: Pick<StartStackOptions, 'stack' | 'events'>,
  metrics: Insights['metrics'],
  invoker: Pick<LambdaInvoker, 'invokeAsync'>,
  targets: Targets,
): Alarms {
  const { region, accountId } = stack;
  return startAlarms({
    ...{ alarms: stack.alarms, metrics, events },
    actions: {
      ...{ region, accountId, functions: stack.functions, topics: stack.topics },
      invokeAsync: (logicalId, payload) => {
        invoker.invokeAsync(logicalId, payload);
      },
      publish: (topicArn, subject, message, sourceArn) => {
        // A topic that has no policy of its own lets the account's alarms publish.
        const by = stack.resourcePolicies.has(topicArn)
          ? { service: 'cloudwatch.amazonaws.com', sourceArn }
          : undefined;
        targets.send(topicArn, { body: message, subject }, by).catch((error: unknown) => {
          events.warn('error', `The change of an alarm was not published: ${String(error)}`);
        });
      },
    },
  });
}
