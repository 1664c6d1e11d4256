import type { Usage } from '@blogapp/aws-prices';
import { observingUsage, type MonthOfUse } from '@blogapp/dashboard';

/** What a month is estimated from. */
export interface Load {
  /** Readers who are connected, at any time of the month on average. */
  readonly readers: number;
  /** Comments that are written a minute, in all. */
  readonly commentsPerMinute: number;
  /** Readers of a post at a time: who gets an event of it. */
  readonly readersPerPost: number;
  /** How long a reader stays connected (minutes). */
  readonly sessionMinutes: number;
}

export interface Month {
  readonly usage: Usage;
  readonly pushes: number;
  readonly connections: number;
  readonly connectionMinutes: number;
  /** Minutes that posts have readers: of a service that counts active channels. */
  readonly channelMinutes: number;
  /** Pushes a second, on average. */
  readonly pushesPerSecond: number;
}

const MINUTES_A_MONTH = 43_800;
/** Of a comment: the comment itself, and its post's counts. */
const EVENTS_PER_COMMENT = 2;
/** Of a connection: `subscribe` and its response. */
const MESSAGES_PER_CONNECTION = 2;
/** A client pings within API Gateway's idle time-out of ten minutes; ping and pong. */
const MESSAGES_PER_PING = 2;
const MINUTES_BETWEEN_PINGS = 5;
/** Of a connection: the post and its comments. */
const REQUESTS_PER_CONNECTION = 2;

/** Bytes that go out: an event with WebSocket's and TLS's share, and a page of comments. */
const BYTES = { push: 700, response: 8_000 };
const GIGABYTE = 1024 ** 3;

/**
 * What a session takes of the web app, when one of four begins with an empty cache: requests and compressed bytes, as
 * Chromium counts them on a post's page.
 */
const WEB = { requests: 0.25 * 25 + 0.75 * 4, bytes: 0.25 * 230_000 + 0.75 * 10_000 };

/**
 * What S3 holds, and is asked for, whatever the load: the web app and the bundles of the last deployments; a deployment a
 * day that replaces all of some hundred files; and CloudFront, whose caches of the region ask again once a minute for the
 * pages and `config.json`.
 */
const STORAGE = { gigabytes: 0.5, filesPerDeployment: 120, deployments: 30, readsPerMinute: 20 };

/**
 * GB-seconds. A push: `npm run bench -- million`, 20 ms away. The others are an invocation's time with
 * one or two calls of DynamoDB, at the function's memory.
 */
const GIGABYTE_SECONDS = { push: 0.00036, message: 0.01, request: 0.015, comment: 0.03 };

/** Write units: see "What it costs" in libs/broadcast, and a comment with its index, counts and limits. */
const WRITE_UNITS = { connection: 1 + 4 + 2, comment: 8 };
/** Read units: 45 rows of a channel are one, a shard at least one; a page of comments about ten. */
const READ_UNITS = { rowsPerUnit: 45, perShard: 1, request: 10 };
const SHARDS = 4;

/**
 * What a month of a load uses, by the names of the price list.
 *
 * @param template the stack's template, whose alarms and metrics cost as well
 */
export function monthOf(load: Load, template: string): Month {
  const { readers, commentsPerMinute, sessionMinutes } = load;
  const readersPerPost = Math.min(load.readersPerPost, readers);
  const connectionMinutes = readers * MINUTES_A_MONTH;
  const connections = connectionMinutes / sessionMinutes;
  const comments = commentsPerMinute * MINUTES_A_MONTH;
  const events = comments * EVENTS_PER_COMMENT;
  const pushes = events * readersPerPost;
  const pings = connectionMinutes / MINUTES_BETWEEN_PINGS;
  const requests = connections * REQUESTS_PER_CONNECTION + comments;
  // $connect, $disconnect and subscribe.
  const messages = connections * 3 + pings;
  const month: MonthOfUse = { requests, connections, comments, readers: readersPerPost };
  const rows = Math.max(readersPerPost / READ_UNITS.rowsPerUnit, SHARDS * READ_UNITS.perShard);
  return {
    ...{ pushes, connections, connectionMinutes },
    channelMinutes: (readers / readersPerPost) * MINUTES_A_MONTH,
    pushesPerSecond: pushes / MINUTES_A_MONTH / 60,
    usage: {
      webSocketMessage: pushes + connections * MESSAGES_PER_CONNECTION + pings * MESSAGES_PER_PING,
      webSocketConnectionMinute: connectionMinutes,
      httpApiRequest: requests,
      invocation: messages + requests + events,
      gigabyteSecond:
        pushes * GIGABYTE_SECONDS.push +
        messages * GIGABYTE_SECONDS.message +
        requests * GIGABYTE_SECONDS.request +
        comments * GIGABYTE_SECONDS.comment,
      readUnit: events * rows + requests * READ_UNITS.request,
      writeUnit: connections * WRITE_UNITS.connection + comments * WRITE_UNITS.comment,
      dataOutGigabyte: (pushes * BYTES.push + requests * BYTES.response) / GIGABYTE,
      webGigabyte: (connections * WEB.bytes) / GIGABYTE,
      webRequest: connections * WEB.requests,
      webFunctionInvocation: connections * WEB.requests,
      storedGigabyteMonth: STORAGE.gigabytes,
      storageWrite: STORAGE.filesPerDeployment * STORAGE.deployments,
      storageRead: STORAGE.readsPerMinute * MINUTES_A_MONTH,
      ...observingUsage(month, template),
    },
  };
}
