import type { Usage } from '@blogapp/aws-prices';
import { observingUsage, type MonthOfUse } from '@blogapp/dashboard';

/** The load from which a month is estimated. */
export interface Load {
  /** How many readers are connected on average. */
  readonly readers: number;
  /** How many comments are written a minute, by all users together. */
  readonly commentsPerMinute: number;
  /** How many readers a post has at a time, which get its events. */
  readonly readersPerPost: number;
  /** How long a reader stays connected (minutes). */
  readonly sessionMinutes: number;
}

export interface Month {
  readonly usage: Usage;
  readonly pushes: number;
  readonly connections: number;
  readonly connectionMinutes: number;
  /** Minutes in which posts have readers, for services that count active channels. */
  readonly channelMinutes: number;
  /** The average number of pushes a second. */
  readonly pushesPerSecond: number;
}

const MINUTES_A_MONTH = 43_800;
/** A comment causes two events: the comment itself, and its post's counts. */
const EVENTS_PER_COMMENT = 2;
/** A connection has two messages: `subscribe` and its response. */
const MESSAGES_PER_CONNECTION = 2;
/**
 * A ping has two messages, ping and pong. A client sends one within API Gateway's idle time-out of
 * ten minutes.
 */
const MESSAGES_PER_PING = 2;
const MINUTES_BETWEEN_PINGS = 5;
/** A connection makes two requests: for the post and for its comments. */
const REQUESTS_PER_CONNECTION = 2;

/** Bytes that are sent: an event with the overhead of WebSocket and TLS, and a page of comments. */
const BYTES = { push: 700, response: 8_000 };
const GIGABYTE = 1024 ** 3;

/**
 * The requests and compressed bytes of a session in the web app, when one of four sessions begins
 * with an empty cache, as Chromium counts them on a post's page.
 */
const WEB = { requests: 0.25 * 25 + 0.75 * 4, bytes: 0.25 * 230_000 + 0.75 * 10_000 };

/**
 * The content and requests of S3, which do not depend on the load: the web app and the bundles of
 * the last deployments, a deployment a day that replaces all of about a hundred files, and
 * CloudFront, whose caches in the region request the pages and `config.json` again once a minute.
 */
const STORAGE = { gigabytes: 0.5, filesPerDeployment: 120, deployments: 30, readsPerMinute: 20 };

/**
 * GB-seconds. That of a push is from `npm run bench -- million`, 20 ms away. The others are the
 * time of an invocation with one or two calls of DynamoDB, times the function's memory.
 */
const GIGABYTE_SECONDS = { push: 0.00036, message: 0.01, request: 0.015, comment: 0.03 };

/**
 * Write units: for a connection, see "What it costs" in libs/broadcast/README.md; a comment has its
 * index, counts and limits.
 */
const WRITE_UNITS = { connection: 1 + 4 + 2, comment: 8 };
/**
 * Read units: one for 45 rows of a channel, at least one for each shard, and about ten for a page
 * of comments.
 */
const READ_UNITS = { rowsPerUnit: 45, perShard: 1, request: 10 };
const SHARDS = 4;

/**
 * Estimates the usage of a load in a month, by the names of the price list.
 *
 * @param template the stack's template, whose alarms and metrics cost too
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
  // Each connection has $connect, $disconnect and subscribe.
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
