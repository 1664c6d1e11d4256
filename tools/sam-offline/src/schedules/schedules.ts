import {
  deliver,
  DeliveryError,
  type DeliveryOptions,
  type DeliveryReceipt,
  type TargetMessage,
} from '../delivery/index.ts';
import type { Enforcement } from '../iam/index.ts';
import { newRequestId } from '../ids/index.ts';
import { ServiceError } from '../service-error.ts';
import type { Schedule, ScheduleTarget, Stack } from '../template/index.ts';
import { parseExpression, ScheduleExpressionError } from './expression.ts';
import { startTimer, type Timer } from './timer.ts';

/** A schedule of the template, or one that an API call made. */
export interface StoredSchedule extends Omit<Schedule, 'logicalId' | 'role'> {
  readonly roleArn: string;
  readonly description?: string | undefined;
  /** `DELETE` removes the schedule after its last time. */
  readonly actionAfterCompletion: 'NONE' | 'DELETE';
  /** When the schedule was made, in ms since 1970. */
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export type ScheduleSettings = Omit<StoredSchedule, 'arn' | 'createdMs' | 'modifiedMs'>;

/** EventBridge Scheduler: schedules in groups. */
export interface Schedules {
  readonly groups: ReadonlyMap<string, string>;
  readonly all: Iterable<StoredSchedule>;
  /** Gives the next time of a schedule, in ms since 1970; undefined if it is never due again. */
  nextMsOf(schedule: Pick<StoredSchedule, 'groupName' | 'name'>): number | undefined;
  /** @throws ServiceError `ResourceNotFoundException` */
  scheduleOf(group: string, name: string): StoredSchedule;
  /** @throws ServiceError if the schedule already exists, or its expression is not valid */
  create(settings: ScheduleSettings): StoredSchedule;
  /** @throws ServiceError */
  update(settings: ScheduleSettings): StoredSchedule;
  /** @throws ServiceError */
  delete(group: string, name: string): void;
  createGroup(name: string): string;
  deleteGroup(name: string): void;
  open(): void;
  close(): void;
}

export interface SchedulesOptions extends DeliveryOptions {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'schedules' | 'scheduleGroups'>;
  readonly permissions: Enforcement;
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_MS = 86_400_000;

/** Makes the schedules of a stack. */
export function createSchedules(options: SchedulesOptions): Schedules {
  const { stack } = options;
  const base = `arn:aws:scheduler:${stack.region}:${stack.accountId}:`;
  const groups = new Map([['default', `${base}schedule-group/default`]]);
  for (const { name, arn } of stack.scheduleGroups) groups.set(name, arn);
  const schedules = new Map<string, StoredSchedule>();
  const timers = new Map<string, Timer>();
  let isOpen = false;
  const keyOf = (group: string, name: string): string => `${group}/${name}`;

  function put(
    settings: ScheduleSettings,
    createdMs: number,
    modifiedMs = createdMs,
  ): StoredSchedule {
    const { groupName, name } = settings;
    if (!groups.has(groupName)) {
      throw new ServiceError(
        'ResourceNotFoundException',
        `Schedule group ${groupName} does not exist.`,
        { statusCode: 404 },
      );
    }
    expressionOf(settings, createdMs);
    const key = keyOf(groupName, name);
    const schedule = { ...settings, arn: `${base}schedule/${key}`, createdMs, modifiedMs };
    schedules.set(key, schedule);
    start(schedule);
    return schedule;
  }

  function start(schedule: StoredSchedule): void {
    const key = keyOf(schedule.groupName, schedule.name);
    timers.get(key)?.close();
    timers.delete(key);
    if (!isOpen || !schedule.enabled) return;
    const timer = startTimer({
      expression: expressionOf(schedule, schedule.createdMs),
      ...{ startMs: schedule.startMs, endMs: schedule.endMs },
      onDue: (dueMs) => {
        // AWS may invoke the target at any time within a flexible time window. Here it is invoked
        // at the start of the window.
        invoke(schedule, dueMs, options);
      },
      onEnd: () => {
        if (schedule.actionAfterCompletion === 'DELETE') schedules.delete(key);
      },
    });
    timers.set(key, timer);
  }

  const self: Schedules = {
    groups,
    get all() {
      return schedules.values();
    },
    nextMsOf: ({ groupName, name }) => timers.get(keyOf(groupName, name))?.nextMs,
    scheduleOf(group, name) {
      const schedule = schedules.get(keyOf(group, name));
      if (schedule !== undefined) return schedule;
      throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, {
        statusCode: 404,
      });
    },
    create(settings) {
      if (schedules.has(keyOf(settings.groupName, settings.name))) {
        throw new ServiceError('ConflictException', `Schedule ${settings.name} already exists.`, {
          statusCode: 409,
        });
      }
      return put(settings, Date.now());
    },
    update(settings) {
      const { createdMs } = self.scheduleOf(settings.groupName, settings.name);
      return put(settings, createdMs, Date.now());
    },
    delete(group, name) {
      self.scheduleOf(group, name);
      timers.get(keyOf(group, name))?.close();
      timers.delete(keyOf(group, name));
      schedules.delete(keyOf(group, name));
    },
    createGroup(name) {
      if (groups.has(name)) {
        throw new ServiceError('ConflictException', `Schedule group ${name} already exists.`, {
          statusCode: 409,
        });
      }
      const arn = `${base}schedule-group/${name}`;
      groups.set(name, arn);
      return arn;
    },
    deleteGroup(name) {
      groups.delete(name);
      for (const { groupName, name: of } of [...schedules.values()]) {
        if (groupName === name) self.delete(groupName, of);
      }
    },
    open() {
      isOpen = true;
      for (const schedule of schedules.values()) start(schedule);
    },
    close() {
      isOpen = false;
      for (const timer of timers.values()) timer.close();
      timers.clear();
    },
  };

  for (const { logicalId, role, ...schedule } of stack.schedules) {
    try {
      put({ ...schedule, roleArn: role?.arn ?? '', actionAfterCompletion: 'NONE' }, Date.now());
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      options.events.warn('error', `The schedule ${logicalId} is not made: ${error.message}`);
    }
  }
  return self;
}

function expressionOf({ expression, timeZone, startMs }: ScheduleSettings, createdMs: number) {
  try {
    return parseExpression(expression, startMs ?? createdMs, timeZone);
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    throw new ServiceError('ValidationException', `Invalid Schedule Expression ${error.message}.`);
  }
}

function invoke(schedule: StoredSchedule, dueMs: number, options: SchedulesOptions): void {
  const { stack, permissions, targets } = options;
  const { target } = schedule;
  const id = newRequestId();
  const body = inputOf(schedule, dueMs, id, stack);
  const principal = {
    name: schedule.roleArn,
    arn: `${schedule.roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${schedule.name}`,
  };
  const send: Send = async (arn, action, message) => {
    const denial = permissions.refuse(principal, { action, resource: arn });
    if (denial !== undefined) throw new DeliveryError('AccessDeniedException', denial.message);
    return targets.send(arn, message, undefined);
  };
  const { deadLetterArn } = target;
  void deliver(
    {
      ...{ service: 'scheduler', source: schedule.name, targetArn: target.arn, messageId: id },
      ...{ message: { body }, by: undefined },
      maximumRetryAttempts: target.maximumRetryAttempts ?? DEFAULT_RETRIES,
      maximumEventAgeMs: target.maximumEventAgeMs ?? DEFAULT_AGE_MS,
      send: () => sendTo(target, body, stack.region, send),
      ...(deadLetterArn !== undefined && {
        onFailure: (error) =>
          send(deadLetterArn, 'sqs:SendMessage', {
            body,
            attributes: {
              SCHEDULE_ARN: { DataType: 'String', StringValue: schedule.arn },
              TARGET_ARN: { DataType: 'String', StringValue: target.arn },
              ERROR_CODE: { DataType: 'String', StringValue: error.code },
              ERROR_MESSAGE: { DataType: 'String', StringValue: error.message.slice(0, 1024) },
            },
          }),
      }),
    },
    options,
  );
}

type Send = (arn: string, action: string, message: TargetMessage) => Promise<DeliveryReceipt>;

const ACTIONS: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  events: 'events:PutEvents',
};

/** Sends the input to a templated target, or makes the API call of a universal target. */
function sendTo(
  target: ScheduleTarget,
  body: string,
  region: string,
  send: Send,
): Promise<DeliveryReceipt> {
  const universal = /^arn:[\w-]+:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(target.arn);
  if (universal !== null) {
    return callOf(`${universal[1] ?? ''}:${universal[2] ?? ''}`, body, region, send);
  }
  const action = ACTIONS[target.arn.split(':')[2] ?? ''] ?? 'unknown:Unknown';
  const { eventBridge, messageGroupId } = target;
  return send(target.arn, action, {
    body,
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(eventBridge && { event: eventBridge }),
  });
}

/**
 * Makes the API call of a universal target such as `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`.
 * Its input is the input of the API.
 */
function callOf(call: string, body: string, region: string, send: Send): Promise<DeliveryReceipt> {
  const input = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = input[name];
    return typeof value === 'string' ? value : '';
  };
  switch (call) {
    case 'lambda:invoke': {
      const arn = text('FunctionName');
      return send(arn, 'lambda:InvokeFunction', { body: text('Payload') || '{}' });
    }
    case 'sqs:sendMessage': {
      const [accountId, name] = text('QueueUrl').split('/').slice(-2);
      const arn = `arn:aws:sqs:${region}:${accountId ?? ''}:${name ?? ''}`;
      return send(arn, 'sqs:SendMessage', { body: text('MessageBody') });
    }
    case 'sns:publish':
      return send(text('TopicArn'), 'sns:Publish', { body: text('Message') });
    default:
      return Promise.reject(
        new DeliveryError('INVALID_TARGET', `sam-offline does not make the call ${call}`),
      );
  }
}

/**
 * Gives the target's input with the values of context attributes. Without an input, it is an event
 * that names the schedule.
 */
function inputOf(
  schedule: StoredSchedule,
  dueMs: number,
  id: string,
  { region, accountId }: Pick<Stack, 'region' | 'accountId'>,
): string {
  const time = new Date(dueMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const { input } = schedule.target;
  if (input === undefined) {
    return JSON.stringify({
      ...{ version: '0', id, 'detail-type': 'Scheduled Event', source: 'aws.scheduler' },
      ...{ account: accountId, time, region, resources: [schedule.arn], detail: '{}' },
    });
  }
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': schedule.arn,
    'scheduled-time': time,
    'execution-id': id,
    'attempt-number': '1',
  };
  return input.replace(
    /<aws\.scheduler\.([\w-]+)>/g,
    (all, name: string) => attributes[name] ?? all,
  );
}
