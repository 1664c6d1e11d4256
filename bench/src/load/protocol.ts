import type { Channel } from '@blogapp/shared-types';

/** The commands of the load process: the argument and the result of each. */
export interface LoadCommands {
  /** How many files (and so sockets) the load process may have open. */
  openFileLimit: { argument: undefined; result: number };
  open: { argument: OpenRequest; result: OpenResult };
  /** Stops opening further connections; those in flight finish. */
  stopOpening: { argument: undefined; result: undefined };
  echo: { argument: EchoRequest; result: EchoResult };
  /** Each open connection sends one message and waits for the response. */
  pingAll: { argument: PingRequest; result: PingResult };
  push: { argument: PushRequest; result: PushResult };
  flood: { argument: FloodRequest; result: FloodResult };
  /** Closes all connections as browsers do; returns how many there were. */
  close: { argument: undefined; result: number };
  /**
   * Starts clients that reconnect by themselves and subscribe to a channel; resolves when all are
   * connected.
   */
  follow: { argument: FollowRequest; result: undefined };
  /**
   * Returns what they received since `follow`, when they have everything or nothing more arrives.
   */
  followed: { argument: FollowedRequest; result: FollowedResult };
  broadcast: { argument: BroadcastRequest; result: BroadcastResult };
  /** Drops all connections without a close handshake. */
  drop: { argument: undefined; result: undefined };
}

export interface OpenRequest {
  readonly url: string;
  readonly count: number;
  /** How many handshakes are under way at once. */
  readonly inFlight: number;
  /** The time-out of a handshake (milliseconds); 30 s by default. */
  readonly handshakeTimeoutMs?: number;
}

export interface OpenResult {
  readonly opened: number;
  readonly failed: number;
  readonly seconds: number;
}

export interface EchoRequest {
  /** How many of the open connections send; each sends its next message when the response has come. */
  readonly connections: number;
  /**
   * The least duration of the warm-up (ms); it also lasts until every connection has had ten
   * responses.
   */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface EchoResult {
  /** All echoes, with those of the warm-up. */
  readonly echoed: number;
  /** Responses that were not the echo, such as `Internal server error`. */
  readonly failed: number;
  readonly echoesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface PingRequest {
  /** How many connections wait for a response at once. */
  readonly inFlight: number;
  readonly timeoutMs: number;
}

export interface PingResult {
  /** Connections that got their response in time. */
  readonly responded: number;
  readonly silent: number;
  readonly seconds: number;
}

export interface FloodRequest {
  /** How many of the open connections send. */
  readonly connections: number;
  /** How many messages each sends at once, without waiting for a response. */
  readonly messages: number;
  readonly text: string;
  /** When no response comes for this time, the missing ones count as missed (milliseconds). */
  readonly silenceMs: number;
}

export interface FloodResult {
  /** Responses of the type `pong`. */
  readonly pongs: number;
  /** Any other responses. */
  readonly wrong: number;
  /** Pongs with an earlier time than the one that the same client received before. */
  readonly unordered: number;
  readonly seconds: number;
}

export interface PushRequest {
  /** The base URL of the `@connections` API, with the stage. */
  readonly connectionsUrl: string;
  /** How many of the open connections get pushes, in turn. */
  readonly targets: number;
  /** How many requests are under way at once. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long after the response to the last push a message may arrive (ms). */
  readonly arrivalTimeoutMs: number;
}

export interface PushResult {
  /** All accepted pushes, with those of the warm-up. */
  readonly accepted: number;
  /** Accepted pushes a second, without those of the warm-up. */
  readonly pushesPerSecond: number;
  /** The number of responses other than 2xx, by status, with those of the warm-up. */
  readonly refused: Readonly<Record<string, number>>;
  /** Accepted pushes whose message never arrived. */
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface FollowRequest {
  readonly url: string;
  readonly channel: Channel;
  /** The id of the event after which they begin. */
  readonly since: string;
  readonly count: number;
  /** How many clients connect at once. */
  readonly inFlight: number;
  readonly client: 'ours' | 'plain';
}

export interface FollowedRequest {
  /** The events that each client should have. */
  readonly ids: readonly string[];
  /** When nothing changes for this time, nothing more is expected (milliseconds). */
  readonly silenceMs: number;
}

export interface FollowedResult {
  /** How many events clients did not receive. */
  readonly missed: number;
  /** How many events clients received more than once. */
  readonly repeated: number;
  /** How many clients are connected. */
  readonly connected: number;
  /**
   * The time from the first lost connection until the last client had reconnected (milliseconds).
   */
  readonly connectedMs: number;
  /** The time from the first lost connection until the last event arrived (milliseconds). */
  readonly caughtUpMs: number;
  /** The most connections that were opened within one second. */
  readonly mostASecond: number;
}

export interface BroadcastRequest {
  /** The URL of the request, which the operator signs. */
  readonly url: string;
  /** The request's body, as JSON. */
  readonly body: string;
  /** A text that only the expected message contains. */
  readonly marker: string;
  /** How many of the open connections must receive it. */
  readonly connections: number;
  readonly timeoutMs: number;
}

export interface BroadcastResult {
  readonly status: number;
  /** The response's body. */
  readonly response: string;
  /** How many connections have received the message. */
  readonly received: number;
  /** How many messages came more than once. */
  readonly repeated: number;
  /** The time from the request until the first connection had it (milliseconds). */
  readonly firstMs: number;
  /** The time from the request until the last connection had it (milliseconds). */
  readonly lastMs: number;
  /** The time from the request to its response (milliseconds). */
  readonly responseMs: number;
}

export type CommandName = keyof LoadCommands;

export interface CommandMessage {
  readonly id: number;
  readonly name: CommandName;
  readonly argument: unknown;
}

export type ResultMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
