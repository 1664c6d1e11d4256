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
  /** Closes all connections as browsers do; gives how many there were. */
  close: { argument: undefined; result: number };
  /** Clients that connect again by themselves follow a channel; resolves when all are connected. */
  follow: { argument: FollowRequest; result: undefined };
  /** What they got since `follow`, once they have everything or nothing more comes. */
  followed: { argument: FollowedRequest; result: FollowedResult };
  broadcast: { argument: BroadcastRequest; result: BroadcastResult };
  /** Drops all connections without a close handshake. */
  drop: { argument: undefined; result: undefined };
}

export interface OpenRequest {
  readonly url: string;
  readonly count: number;
  /** Handshakes under way at once. */
  readonly inFlight: number;
  /** What a handshake may take (milliseconds). Absent: 30 s. */
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
  /** At least so long, and until every connection has had ten responses. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface EchoResult {
  /** Echoes in all, those of the warm-up included. */
  readonly echoed: number;
  /** Responses that were not the echo, such as `Internal server error`. */
  readonly failed: number;
  readonly echoesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface PingRequest {
  /** Connections that wait for a response at once. */
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
  /** What each sends at once, without waiting for a response. */
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
  /** Pongs that are older than the pong that the same client got before. */
  readonly unordered: number;
  readonly seconds: number;
}

export interface PushRequest {
  /** Base of the `@connections` API, with the stage. */
  readonly connectionsUrl: string;
  /** How many of the open connections get pushes, in turn. */
  readonly targets: number;
  /** Requests under way at once. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long a message may still be on its way after the response to the last push. */
  readonly arrivalTimeoutMs: number;
}

export interface PushResult {
  /** Accepted pushes in all, those of the warm-up included. */
  readonly accepted: number;
  /** Accepted pushes a second, without those of the warm-up. */
  readonly pushesPerSecond: number;
  /** Responses by status, other than 2xx, over warm-up and measuring. */
  readonly refused: Readonly<Record<string, number>>;
  /** Accepted pushes whose message never arrived. */
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface FollowRequest {
  readonly url: string;
  readonly channel: Channel;
  /** The id of the event that they begin after. */
  readonly since: string;
  readonly count: number;
  /** Clients that are not connected yet, at once. */
  readonly inFlight: number;
  readonly client: 'ours' | 'plain';
}

export interface FollowedRequest {
  /** The events that each client should have. */
  readonly ids: readonly string[];
  /** When nothing changes for this time, nothing more is coming (milliseconds). */
  readonly silenceMs: number;
}

export interface FollowedResult {
  /** Events that clients lack (items). */
  readonly missed: number;
  /** Events that were handed on to a client more than once (items). */
  readonly repeated: number;
  /** Clients that are connected. */
  readonly connected: number;
  /** From the first lost connection until the last client was connected again (milliseconds). */
  readonly connectedMs: number;
  /** From the first lost connection until the last event came (milliseconds). */
  readonly caughtUpMs: number;
  /** Connections that were opened in the fullest second. */
  readonly mostASecond: number;
}

export interface BroadcastRequest {
  /** Where the request goes, signed as the operator. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** A text in the message that is waited for, and in no other. */
  readonly marker: string;
  /** How many of the open connections are waited for. */
  readonly connections: number;
  readonly timeoutMs: number;
}

export interface BroadcastResult {
  readonly status: number;
  /** The response's body. */
  readonly response: string;
  /** Connections that have the message. */
  readonly received: number;
  /** Messages that came again. */
  readonly repeated: number;
  /** From the request until the first connection had it (milliseconds). */
  readonly firstMs: number;
  /** From the request until the last connection had it (milliseconds). */
  readonly lastMs: number;
  /** From the request to its response (milliseconds). */
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
