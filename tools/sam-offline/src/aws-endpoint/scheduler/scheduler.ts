import { z } from 'zod';
import type { Schedules, StoredSchedule } from '../../schedules/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import {
  operation,
  serve,
  ServiceError,
  type ServiceDefinition,
  timeScalar,
} from '../protocol/index.ts';
import { schedulerInput, schedulerOperation } from '../scheduler-call.ts';
import { targetFields, targetFieldsOutput, targetInput } from '../target-input.ts';

const named = z.object({ Name: z.string(), GroupName: z.string().default('default') });
const scheduleInput = named.extend({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED'], 'is not a state').default('ENABLED'),
  Description: z.string().optional(),
  StartDate: timeScalar.optional(),
  EndDate: timeScalar.optional(),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE'], 'is not a mode'),
    MaximumWindowInMinutes: z.number().int().min(1).max(1440).optional(),
  }),
  Target: targetInput.extend({
    RoleArn: z.string(),
    EventBridgeParameters: z.object({ DetailType: z.string(), Source: z.string() }).optional(),
  }),
});

/** Makes EventBridge Scheduler's API for the schedules of a stack. */
export function createScheduler(schedules: Schedules): (call: AwsCall) => Promise<AwsResponse> {
  const definition: ServiceDefinition = {
    name: 'EventBridge Scheduler',
    operations: {
      CreateSchedule: operation(scheduleInput, (input) => ({
        ScheduleArn: schedules.create(settingsOf(input)).arn,
      })),
      UpdateSchedule: operation(scheduleInput, (input) => ({
        ScheduleArn: schedules.update(settingsOf(input)).arn,
      })),
      GetSchedule: operation(named, ({ Name: name, GroupName: group }) =>
        outputOf(schedules.scheduleOf(group, name)),
      ),
      DeleteSchedule: operation(named, ({ Name: name, GroupName: group }) => {
        schedules.delete(group, name);
        return {};
      }),
      ListSchedules: operation(
        z.object({
          GroupName: z.string().optional(),
          NamePrefix: z.string().default(''),
          State: z.string().optional(),
        }),
        ({ GroupName: group, NamePrefix: prefix, State: state }) => ({
          Schedules: [...schedules.all]
            .filter(
              (schedule) =>
                (group === undefined || schedule.groupName === group) &&
                schedule.name.startsWith(prefix) &&
                (state === undefined || stateOf(schedule) === state),
            )
            .map((schedule) => ({
              ...{ Arn: schedule.arn, Name: schedule.name, GroupName: schedule.groupName },
              ...{ State: stateOf(schedule), Target: { Arn: schedule.target.arn } },
              CreationDate: new Date(schedule.createdMs),
              LastModificationDate: new Date(schedule.modifiedMs),
            })),
        }),
      ),
      CreateScheduleGroup: operation(z.object({ Name: z.string() }), ({ Name: name }) => ({
        ScheduleGroupArn: schedules.createGroup(name),
      })),
      DeleteScheduleGroup: operation(z.object({ Name: z.string() }), ({ Name: name }) => {
        schedules.deleteGroup(name);
        return {};
      }),
      GetScheduleGroup: operation(z.object({ Name: z.string() }), ({ Name: name }) => {
        const arn = schedules.groups.get(name);
        if (arn === undefined) {
          throw new ServiceError(
            'ResourceNotFoundException',
            `Schedule group ${name} does not exist.`,
            { statusCode: 404 },
          );
        }
        return { Arn: arn, Name: name, State: 'ACTIVE' };
      }),
      ListScheduleGroups: operation(z.looseObject({}), () => ({
        ScheduleGroups: [...schedules.groups].map(([Name, Arn]) => ({
          Name,
          Arn,
          State: 'ACTIVE',
        })),
      })),
    },
    invalidInput: ({ parameter, message }) =>
      new ServiceError('ValidationException', `${parameter} ${message}`),
  };
  return (call) =>
    serve(
      definition,
      { ...call, body: Buffer.from(JSON.stringify(schedulerInput(call))) },
      schedulerOperation(call),
    );
}

function settingsOf(input: z.output<typeof scheduleInput>) {
  const { Target: target, FlexibleTimeWindow: window } = input;
  const { EventBridgeParameters: bridge } = target;
  return {
    ...{ name: input.Name, groupName: input.GroupName, expression: input.ScheduleExpression },
    ...(input.ScheduleExpressionTimezone !== undefined && {
      timeZone: input.ScheduleExpressionTimezone,
    }),
    enabled: input.State === 'ENABLED',
    ...(input.StartDate !== undefined && { startMs: input.StartDate }),
    ...(input.EndDate !== undefined && { endMs: input.EndDate }),
    flexibleWindowMs: window.Mode === 'OFF' ? 0 : (window.MaximumWindowInMinutes ?? 0) * 60_000,
    description: input.Description,
    actionAfterCompletion: input.ActionAfterCompletion,
    roleArn: target.RoleArn,
    target: {
      ...targetFields(target),
      ...(bridge && { eventBridge: { detailType: bridge.DetailType, source: bridge.Source } }),
    },
  };
}

function stateOf({ enabled }: StoredSchedule): string {
  return enabled ? 'ENABLED' : 'DISABLED';
}

function outputOf(schedule: StoredSchedule) {
  const { target, flexibleWindowMs: windowMs, startMs, endMs } = schedule;
  return {
    ...{ Arn: schedule.arn, Name: schedule.name, GroupName: schedule.groupName },
    ...{ ScheduleExpression: schedule.expression, State: stateOf(schedule) },
    ScheduleExpressionTimezone: schedule.timeZone ?? 'UTC',
    ...{ Description: schedule.description, ActionAfterCompletion: schedule.actionAfterCompletion },
    StartDate: startMs === undefined ? undefined : new Date(startMs),
    EndDate: endMs === undefined ? undefined : new Date(endMs),
    CreationDate: new Date(schedule.createdMs),
    LastModificationDate: new Date(schedule.modifiedMs),
    FlexibleTimeWindow:
      windowMs === 0
        ? { Mode: 'OFF' }
        : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMs / 60_000 },
    Target: {
      ...targetFieldsOutput(target),
      RoleArn: schedule.roleArn,
      RetryPolicy: {
        MaximumRetryAttempts: target.maximumRetryAttempts ?? 185,
        MaximumEventAgeInSeconds: (target.maximumEventAgeMs ?? 86_400_000) / 1000,
      },
    },
  };
}
