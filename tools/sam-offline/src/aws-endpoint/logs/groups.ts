import { z } from 'zod';
import type { LogStream } from '../../insights/index.ts';
import { booleanScalar, operation, pageToken, readPageToken } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';
import { groupInput, groupNameInput, groupOf, limitInput, streamNameInput } from './inputs.ts';
import type { LogsTarget } from './target.ts';

const MAXIMUM_DESCRIBED = 50;

const describeLogGroupsInput = z.object({
  logGroupNamePrefix: groupNameInput.optional(),
  logGroupNamePattern: z.string('is not a string').max(512, 'is too long').optional(),
  logGroupIdentifiers: z.array(z.string('is not a string')).max(50, 'has more than 50').optional(),
  logGroupClass: z.string().optional(),
  nextToken: z.string('is not a string').optional(),
  limit: limitInput(MAXIMUM_DESCRIBED).optional(),
});

/** Makes `DescribeLogGroups`. The groups are sorted by name. */
export function describeLogGroups({ groups, region, accountId }: LogsTarget) {
  return operation(describeLogGroupsInput, async ({ nextToken, limit, ...request }) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = request;
    if (prefix !== undefined && pattern !== undefined) {
      throw invalidParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive.',
      );
    }
    const identifiers = request.logGroupIdentifiers?.map((identifier) =>
      groupOf({ logGroupIdentifier: identifier }),
    );
    const after = positionOf(nextToken, request);
    const isStandard = (request.logGroupClass ?? 'STANDARD') === 'STANDARD';
    const rest = (await groups.list(prefix)).filter(
      ({ name }) =>
        isStandard &&
        name > after &&
        name.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
        (identifiers?.includes(name) ?? true),
    );
    const page = rest.slice(0, limit ?? MAXIMUM_DESCRIBED);
    return {
      logGroups: page.map(({ name, createdMs, storedBytes }) => {
        const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
        return {
          ...{ logGroupName: name, creationTime: Math.floor(createdMs), metricFilterCount: 0 },
          ...{ arn: `${arn}:*`, logGroupArn: arn, storedBytes, logGroupClass: 'STANDARD' },
        };
      }),
      nextToken:
        rest.length > page.length ? pageToken(page.at(-1)?.name ?? '', request) : undefined,
    };
  });
}

const describeLogStreamsInput = z.object({
  ...groupInput,
  logStreamNamePrefix: streamNameInput.optional(),
  orderBy: z.enum(['LogStreamName', 'LastEventTime']).optional(),
  descending: booleanScalar.optional(),
  nextToken: z.string('is not a string').optional(),
  limit: limitInput(MAXIMUM_DESCRIBED).optional(),
});

/** Makes `DescribeLogStreams`. */
export function describeLogStreams({ groups, region, accountId }: LogsTarget) {
  return operation(describeLogStreamsInput, async ({ nextToken, limit, ...request }) => {
    const group = groupOf(request);
    const { logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName' } = request;
    if (orderBy === 'LastEventTime' && prefix !== '') {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const after = positionOf(nextToken, request);
    const direction = request.descending === true ? -1 : 1;
    // If streams are sorted by time, a later event moves a stream. The next page starts after the
    // time that the stream had.
    const keyed = (await groups.streams(group))
      .filter(({ name }) => name.startsWith(prefix))
      .map((stream) => ({
        stream,
        key: orderBy === 'LastEventTime' ? timeKey(stream) : stream.name,
      }))
      .filter(({ key }) => after === '' || (key > after ? 1 : -1) * direction > 0)
      .filter(({ key }) => key !== after)
      .sort((a, b) => direction * (a.key < b.key ? -1 : 1));
    const page = keyed.slice(0, limit ?? MAXIMUM_DESCRIBED);
    return {
      logStreams: page.map(({ stream }) => ({
        logStreamName: stream.name,
        creationTime: Math.floor(stream.createdMs),
        firstEventTimestamp: finite(stream.firstEventMs),
        lastEventTimestamp: finite(stream.lastEventMs),
        lastIngestionTime: finite(stream.lastIngestionMs),
        arn: `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream.name}`,
        storedBytes: stream.storedBytes,
      })),
      nextToken:
        keyed.length > page.length ? pageToken(page.at(-1)?.key ?? '', request) : undefined,
    };
  });
}

/** Makes `CreateLogGroup`. */
export function createLogGroup({ groups }: LogsTarget) {
  return operation(z.object({ logGroupName: groupNameInput }), async ({ logGroupName }) => {
    await groups.createGroup(logGroupName);
    return undefined;
  });
}

/** Makes `CreateLogStream`. */
export function createLogStream({ groups }: LogsTarget) {
  const input = z.object({ logGroupName: groupNameInput, logStreamName: streamNameInput });
  return operation(input, async ({ logGroupName, logStreamName }) => {
    await groups.createStream(logGroupName, logStreamName);
    return undefined;
  });
}

function positionOf(token: string | undefined, request: unknown): string {
  const position = token === undefined ? '' : readPageToken(token, request);
  if (typeof position !== 'string') throw invalidParameter('The specified nextToken is invalid.');
  return position;
}

function timeKey({ lastEventMs, name }: LogStream): string {
  return `${String(Math.max(0, lastEventMs)).padStart(16, '0')} ${name}`;
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.floor(ms) : undefined;
}
