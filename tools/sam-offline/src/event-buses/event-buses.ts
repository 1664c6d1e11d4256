import { deliver, type DeliveryOptions } from '../delivery/index.ts';
import { matchesPattern, parsePattern } from '../event-pattern/index.ts';
import { newRequestId } from '../ids/index.ts';
import { parseExpression, startTimer, type Timer } from '../schedules/index.ts';
import type { Stack } from '../template/index.ts';
import { ServiceError } from '../service-error.ts';
import type { StoredRule, StoredTarget } from './rule.ts';
import { inputFor } from './target-input.ts';

/** An event of a `PutEvents` call. The other members of the event are made here. */
export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  /** The detail: an object, as JSON. */
  readonly detail: string;
  readonly resources: readonly string[];
  /** The event's time in ms since 1970; by default now. */
  readonly timeMs?: number | undefined;
  readonly traceHeader?: string | undefined;
  readonly traceId?: string | undefined;
}

/** The event buses of EventBridge: the default bus, the stack's buses, and their rules. */
export interface EventBuses {
  /** The ARN of each bus, by its name. */
  readonly buses: ReadonlyMap<string, string>;
  /** @throws ServiceError if there is no such bus */
  rulesOf(bus: string): readonly StoredRule[];
  /** @throws ServiceError */
  ruleOf(bus: string, name: string): StoredRule;
  /**
   * Gives the next time of a rule's schedule, in ms since 1970; undefined for a rule without a
   * schedule.
   */
  nextMsOf(rule: StoredRule): number | undefined;
  createBus(name: string): string;
  deleteBus(name: string): void;
  /**
   * Sends an event to the targets of the matching rules.
   * @returns the event's id
   */
  put(bus: string, event: NewEvent): string;
  /** @throws ServiceError if the pattern or the schedule expression is not valid */
  putRule(rule: RuleSettings): StoredRule;
  /** @throws ServiceError if the rule has targets */
  deleteRule(bus: string, name: string): void;
  /** Starts the schedules of the rules. */
  open(): void;
  close(): void;
}

export interface RuleSettings {
  readonly name: string;
  readonly eventBusName: string;
  readonly description?: string | undefined;
  readonly eventPattern?: string | undefined;
  readonly scheduleExpression?: string | undefined;
  readonly isEnabled: boolean;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_MS = 24 * 3_600_000;

export interface EventBusesOptions extends DeliveryOptions {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'eventBuses' | 'rules'>;
}

/**
 * Makes the buses and rules of a stack. Buses and rules that API calls make exist until the stack
 * stops.
 */
export function createEventBuses(options: EventBusesOptions): EventBuses {
  const { stack, events } = options;
  const base = `arn:aws:events:${stack.region}:${stack.accountId}:`;
  const buses = new Map<string, string>([['default', `${base}event-bus/default`]]);
  for (const { name, arn } of stack.eventBuses) buses.set(name, arn);
  const rules = new Map<string, StoredRule>();
  const timers = new Map<StoredRule, Timer>();
  let isOpen = false;
  const keyOf = (bus: string, name: string): string => `${bus}|${name}`;

  function send(
    rule: StoredRule,
    target: StoredTarget,
    event: object,
    id: string,
    cause: NewEvent,
  ): void {
    const { deadLetterArn } = target;
    const body = inputFor(target, event, rule);
    const by = { service: 'events.amazonaws.com', sourceArn: rule.arn };
    const isBus = target.arn.includes(':event-bus/');
    void deliver(
      {
        ...{ service: 'events', source: rule.name, targetArn: target.arn, messageId: id },
        // A rule sends events to another bus with the permissions of a role.
        by: isBus ? undefined : by,
        message: {
          body: isBus ? cause.detail : body,
          ...(cause.traceHeader !== undefined && { traceHeader: cause.traceHeader }),
          ...(target.messageGroupId !== undefined && { messageGroupId: target.messageGroupId }),
          ...(isBus && {
            event: {
              ...{ source: cause.source, detailType: cause.detailType, resources: cause.resources },
            },
          }),
        },
        traceId: cause.traceId,
        maximumRetryAttempts: target.maximumRetryAttempts ?? DEFAULT_RETRIES,
        maximumEventAgeMs: target.maximumEventAgeMs ?? DEFAULT_AGE_MS,
        ...(deadLetterArn !== undefined && {
          onFailure: (error, attempts) =>
            options.targets.send(
              deadLetterArn,
              {
                body,
                attributes: deadLetterAttributes(rule, target, error.code, error.message, attempts),
              },
              by,
            ),
        }),
      },
      options,
    );
  }

  function schedule(rule: StoredRule): void {
    timers.get(rule)?.close();
    timers.delete(rule);
    if (!isOpen || !rule.isEnabled || rule.scheduleExpression === undefined) return;
    const expression = parseExpression(rule.scheduleExpression, Date.now());
    const timer = startTimer({
      expression,
      onDue: (dueMs) => {
        const cause: NewEvent = {
          ...{ source: 'aws.events', detailType: 'Scheduled Event', detail: '{}' },
          ...{ resources: [rule.arn], timeMs: dueMs },
        };
        const { id, event } = eventOf(cause);
        for (const target of rule.targets.values()) send(rule, target, event, id, cause);
      },
    });
    timers.set(rule, timer);
  }

  function eventOf(given: NewEvent): { readonly id: string; readonly event: object } {
    const id = newRequestId();
    const time = new Date(given.timeMs ?? Date.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    return {
      id,
      event: {
        version: '0',
        id,
        'detail-type': given.detailType,
        source: given.source,
        account: stack.accountId,
        time,
        region: stack.region,
        resources: given.resources,
        detail: JSON.parse(given.detail) as unknown,
      },
    };
  }

  const self: EventBuses = {
    buses,
    rulesOf(bus) {
      requireBus(buses, bus);
      return [...rules.values()].filter(({ eventBusName }) => eventBusName === bus);
    },
    ruleOf(bus, name) {
      const rule = rules.get(keyOf(bus, name));
      if (rule !== undefined) return rule;
      throw new ServiceError(
        'ResourceNotFoundException',
        `Rule ${name} does not exist on EventBus ${bus}.`,
      );
    },
    nextMsOf: (rule) => timers.get(rule)?.nextMs,
    createBus(name) {
      if (buses.has(name)) {
        throw new ServiceError(
          'ResourceAlreadyExistsException',
          `Event bus ${name} already exists.`,
        );
      }
      const arn = `${base}event-bus/${name}`;
      buses.set(name, arn);
      return arn;
    },
    deleteBus(name) {
      if (name !== 'default') buses.delete(name);
    },
    put(bus, given) {
      const { id, event } = eventOf(given);
      // AWS accepts an event for a bus that does not exist, and drops it.
      if (!buses.has(bus)) {
        events.warn(
          'warn',
          `An event of ${given.source} is dropped: there is no event bus ${bus}.`,
        );
        return id;
      }
      for (const rule of rules.values()) {
        if (rule.eventBusName !== bus || !rule.isEnabled || rule.pattern === undefined) continue;
        if (!matchesPattern(rule.pattern, event)) continue;
        for (const target of rule.targets.values()) send(rule, target, event, id, given);
      }
      return id;
    },
    putRule(given) {
      const { name, eventBusName, scheduleExpression, eventPattern } = given;
      requireBus(buses, eventBusName);
      if (scheduleExpression === undefined && eventPattern === undefined) {
        throw new ServiceError(
          'ValidationException',
          'Parameter(s) EventPattern or ScheduleExpression must be specified.',
        );
      }
      const pattern = eventPattern === undefined ? undefined : patternOf(eventPattern);
      if (scheduleExpression !== undefined) expressionOf(scheduleExpression);
      const inBus = eventBusName === 'default' ? '' : `${eventBusName}/`;
      const rule: StoredRule = rules.get(keyOf(eventBusName, name)) ?? {
        ...{ name, eventBusName, arn: `${base}rule/${inBus}${name}` },
        ...{ isEnabled: true, targets: new Map() },
      };
      Object.assign(rule, {
        ...{ pattern, patternText: eventPattern, scheduleExpression },
        ...{ description: given.description, isEnabled: given.isEnabled },
      });
      rules.set(keyOf(eventBusName, name), rule);
      schedule(rule);
      return rule;
    },
    deleteRule(bus, name) {
      const rule = rules.get(keyOf(bus, name));
      if (rule === undefined) return;
      if (rule.targets.size > 0) {
        throw new ServiceError(
          'ValidationException',
          "Rule can't be deleted since it has targets.",
        );
      }
      timers.get(rule)?.close();
      timers.delete(rule);
      rules.delete(keyOf(bus, name));
    },
    open() {
      isOpen = true;
      for (const rule of rules.values()) schedule(rule);
    },
    close() {
      isOpen = false;
      for (const timer of timers.values()) timer.close();
      timers.clear();
    },
  };

  for (const { enabled, targets, ...rule } of stack.rules) {
    try {
      const made = self.putRule({ ...rule, isEnabled: enabled });
      for (const target of targets) made.targets.set(target.id, target);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // AWS would not create this rule. The stack starts without it.
      events.warn('error', `The rule ${rule.logicalId} is not made: ${error.message}`);
    }
  }
  return self;
}

function requireBus(buses: ReadonlyMap<string, string>, name: string): void {
  if (buses.has(name)) return;
  throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

function patternOf(text: string) {
  try {
    return parsePattern(text);
  } catch (error) {
    throw new ServiceError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function expressionOf(text: string): void {
  try {
    if (!text.startsWith('at(')) {
      parseExpression(text, 0);
      return;
    }
  } catch (error) {
    throw new ServiceError(
      'ValidationException',
      `Parameter ScheduleExpression is not valid. ${error instanceof Error ? error.message : ''}`,
    );
  }
  throw new ServiceError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function deadLetterAttributes(
  rule: StoredRule,
  target: StoredTarget,
  code: string,
  message: string,
  attempts: number,
) {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(code),
    ERROR_MESSAGE: text(message.slice(0, 1024)),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(attempts - 1) },
  };
}
