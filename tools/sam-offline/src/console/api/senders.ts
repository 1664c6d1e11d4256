import * as z from 'zod';
import { newTraceId } from '../../ids/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { Kept } from '../kept/index.ts';
import type { ConsoleContext } from './context.ts';
import { type DeliveryRow, DeliveryRows } from './delivery-rows.ts';
import { range, rangeKey, rangeOf } from './ranges.ts';
import type { RuleView, ScheduleView, TopicView } from './service-access.ts';

/** A sender, with its latest deliveries, newest first. */
type WithDeliveries<Of> = Of & {
  /** Absent for a sender that a call created. */
  readonly logicalId?: string | undefined;
  readonly deliveries: readonly DeliveryRow[];
};

export type TopicRow = WithDeliveries<TopicView>;
export type RuleRow = WithDeliveries<RuleView>;
export type ScheduleRow = WithDeliveries<ScheduleView>;

/** Topics, rules and schedules, with their messages and targets. */
export function senderRoutes({ stack, insights, actions, nowMs }: ConsoleContext): Route[] {
  const kept = new Kept((wanted) => new DeliveryRows(insights, wanted), nowMs);
  const query = z.object(range);
  type Query = z.output<typeof query>;

  /** Adds logical ids and deliveries to the data of a service. */
  async function withDeliveries<Of extends { readonly arn: string }>(
    service: string,
    asked: Query,
    all: readonly Of[],
    definitions: readonly { readonly arn: string; readonly logicalId: string }[],
    nameOf: (one: Of) => string,
  ): Promise<WithDeliveries<Of>[]> {
    const time = rangeOf(asked, nowMs());
    const rows = await kept.of(time, rangeKey(time));
    return all.map((one) => ({
      ...one,
      logicalId: definitions.find(({ arn }) => arn === one.arn)?.logicalId,
      deliveries: rows.of(service, nameOf(one), time.startMs),
    }));
  }

  return [
    route({
      method: 'GET',
      path: '/api/topics',
      operationId: 'listTopics',
      summary:
        'Topics with their subscriptions, and the messages that were sent to them in a time range.',
      response: 'Topics with the latest 50 deliveries of each.',
      query,
      async handle(request): Promise<{ topics: TopicRow[] }> {
        const all = await actions.services.topics();
        const nameOf = (one: TopicView): string => one.topicName;
        return { topics: await withDeliveries('sns', request.query, all, stack.topics, nameOf) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/topics/{topic}/messages',
      operationId: 'publishMessage',
      summary: 'Publishes a message to a topic, as SNS’s Publish does.',
      response: 'The message’s id, and the trace that begins with it.',
      body: z.object({
        message: z.string().min(1),
        subject: z.string().optional(),
        messageGroupId: z.string().optional().describe('For FIFO topics.'),
        deduplicationId: z.string().optional().describe('For FIFO topics.'),
      }),
      async handle({ path, body }) {
        const name = parameter(path, 'topic');
        const topic = (await actions.services.topics()).find((one) => one.topicName === name);
        if (topic === undefined) throw new RequestError(404, `There is no topic ${name}.`);
        const traceId = newTraceId();
        try {
          const message = { ...body, traceHeader: `Root=${traceId}` };
          return { messageId: await actions.services.publish(topic.arn, message), traceId };
        } catch (error) {
          throw new RequestError(400, error instanceof Error ? error.message : String(error));
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/rules',
      operationId: 'listRules',
      summary:
        'Rules of the event buses: pattern or schedule, targets, and their latest deliveries.',
      response: 'Rules with the latest 50 deliveries of each in the time range.',
      query,
      async handle(request): Promise<{ rules: RuleRow[] }> {
        const all = await actions.services.rules();
        const nameOf = (one: RuleView): string => one.name;
        return { rules: await withDeliveries('events', request.query, all, stack.rules, nameOf) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/schedules',
      operationId: 'listSchedules',
      summary: 'Schedules: expression, next run, target, and their latest deliveries.',
      response: 'Schedules with the latest 50 deliveries of each in the time range.',
      query,
      async handle(request): Promise<{ schedules: ScheduleRow[] }> {
        const all = await actions.services.schedules();
        const nameOf = (one: ScheduleView): string => one.name;
        const { schedules } = stack;
        return {
          schedules: await withDeliveries('scheduler', request.query, all, schedules, nameOf),
        };
      },
    }),
  ];
}
