import { z } from 'zod';
import { resolveDuration, resolveNumber, type Values } from './templates.ts';

/** The load of a scenario on a stack, as its file gives it. */
export interface Load {
  readonly connections: number;
  /** The minutes of all connections together. */
  readonly connectionMinutes: number;
  /** The messages that clients send over their connections. */
  readonly messagesIn: number;
  /** HTTP requests, including those that publish. */
  readonly requests: number;
  readonly publishes: number;
  /** Connections that subscribe. Each is assumed to get everything that is published. */
  readonly readers: number;
}

const phaseSchema = z.looseObject({
  duration: z.unknown().optional(),
  arrivalRate: z.unknown().optional(),
  arrivalCount: z.unknown().optional(),
  rampTo: z.unknown().optional(),
});
const scriptSchema = z.looseObject({
  config: z.looseObject({
    phases: z.array(phaseSchema).default([]),
    variables: z.record(z.string(), z.unknown()).default({}),
  }),
  scenarios: z
    .array(z.looseObject({ weight: z.number().default(1), flow: z.array(z.unknown()).default([]) }))
    .default([]),
});

/** The engine's steps, and those of Artillery's own HTTP engine. */
const REQUESTS = ['request', 'get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/**
 * Reads the load of a scenario from its file: the virtual users of each phase, times the steps of
 * each user. It is an upper bound: every reader is counted for every message, and loops with a
 * condition once.
 *
 * @param script the parsed YAML
 * @param values variables that were set for the run; they come before the file's
 */
export function estimateLoad(script: unknown, values: Values): Load {
  const { config, scenarios } = scriptSchema.parse(script);
  const all: Values = { ...config.variables, ...values };
  const users = config.phases.reduce((sum, phase) => sum + usersOf(phase, all), 0);
  const weights = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  const load = {
    connections: 0,
    connectionMinutes: 0,
    messagesIn: 0,
    requests: 0,
    publishes: 0,
    readers: 0,
  };
  for (const { weight, flow } of scenarios) {
    const here = { values: all, times: (users * weight) / weights, isOpen: false };
    // Readers hold until the other users have ended, so the duration of those has to be known
    // first.
    const holdSeconds = walk(flow, { ...here, holdSeconds: 0 }, { ...load });
    walk(flow, { ...here, holdSeconds }, load);
  }
  return load;
}

function usersOf(phase: z.infer<typeof phaseSchema>, values: Values): number {
  const number = (value: unknown): number => resolveNumber(value, values);
  if (phase.arrivalCount !== undefined) return number(phase.arrivalCount);
  const seconds = resolveDuration(phase.duration, values);
  const from = number(phase.arrivalRate ?? 0);
  const to = phase.rampTo === undefined ? from : number(phase.rampTo);
  return (seconds * (from + to)) / 2;
}

interface Walk {
  readonly values: Values;
  /** How many users run the steps. */
  readonly times: number;
  /** How long, in seconds, a `hold` lasts that ends with the other users. */
  readonly holdSeconds: number;
  isOpen: boolean;
}

type Counts = { -readonly [Name in keyof Load]: Load[Name] };

/**
 * Counts what the steps ask for. `here.isOpen` follows the connection.
 *
 * @returns how long the steps take, in seconds
 */
function walk(steps: readonly unknown[], here: Walk, load: Counts): number {
  let seconds = 0;
  for (const step of steps) {
    const named = typeof step === 'string' ? { [step]: null } : step;
    if (typeof named !== 'object' || named === null) continue;
    for (const [name, input] of Object.entries(named)) {
      const takes = count(name, input, named, here, load);
      if (here.isOpen) load.connectionMinutes += (here.times * takes) / 60;
      seconds += takes;
    }
  }
  return seconds;
}

/**
 * Counts one step.
 *
 * @returns how long it takes its user, in seconds
 */
function count(name: string, input: unknown, step: object, here: Walk, load: Counts): number {
  const { values, times } = here;
  const field = (key: string): unknown =>
    typeof input === 'object' && input !== null && key in input
      ? (input as Readonly<Record<string, unknown>>)[key]
      : undefined;
  switch (name) {
    case 'connect':
      load.connections += times;
      here.isOpen = true;
      return 0;
    case 'close':
    case 'vanish':
      here.isOpen = false;
      return 0;
    case 'subscribe':
      load.readers += times;
      if (field('passive') !== true) load.messagesIn += times;
      return 0;
    case 'send':
    case 'unsubscribe':
      load.messagesIn += times;
      return 0;
    case 'hold': {
      const most = resolveDuration(field('for') ?? input, values);
      const endsEarly = field('signal') !== undefined || field('publishers') !== undefined;
      return endsEarly ? Math.min(most, here.holdSeconds) : most;
    }
    case 'think':
    case 'stall':
      return resolveDuration(input, values);
    case 'publish': {
      const seconds = field('for') === undefined ? 0 : resolveDuration(field('for'), values);
      const messages = messagesOf(field, seconds, values);
      load.publishes += times * messages;
      load.requests += times * messages;
      return seconds;
    }
    case 'loop': {
      const rounds = roundsOf(step, values);
      return rounds * walk(stepsIn(input), inside(here, rounds), load);
    }
    case 'parallel':
      return Math.max(0, ...stepsIn(input).map((branch) => walk([branch], inside(here, 1), load)));
    case 'crowd': {
      const over = field('over') === undefined ? 0 : resolveDuration(field('over'), values);
      const crowd = { ...inside(here, resolveNumber(field('count'), values)), isOpen: false };
      return over + walk(stepsIn(field('steps')), crowd, load);
    }
    default:
      if (REQUESTS.includes(name)) load.requests += times;
      return 0;
  }
}

/** The number of messages of a `publish`: `count`, or `rate` times its duration, or one. */
function messagesOf(field: (key: string) => unknown, seconds: number, values: Values): number {
  if (field('count') !== undefined) return resolveNumber(field('count'), values);
  return field('rate') === undefined ? 1 : resolveNumber(field('rate'), values) * seconds;
}

/**
 * The number of rounds of a loop: `count` (for `3-5`, the largest), or the number of elements of
 * `over`.
 */
function roundsOf(
  step: { readonly count?: unknown; readonly over?: unknown },
  values: Values,
): number {
  const { count: rounds, over } = step;
  if (rounds !== undefined) {
    const most = typeof rounds === 'string' ? /-\s*(\S+)$/.exec(rounds)?.[1] : undefined;
    return resolveNumber(most ?? rounds, values);
  }
  const list = typeof over === 'string' ? values[over] : over;
  return Array.isArray(list) ? list.length : 1;
}

function inside(here: Walk, repeats: number): Walk {
  return { ...here, times: here.times * repeats };
}

function stepsIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
