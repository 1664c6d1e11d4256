import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import { StepError } from '../session/index.ts';
import type { Step } from './step.ts';

type Input = Extract<StepInput, { name: 'connect' }>['input'];

/** `connect`: opens a connection to the endpoint, or to a URL or a path of it. */
export function connect(input: Input): Step {
  const spec = typeof input === 'string' ? { url: input } : (input ?? {});
  return async (user) => {
    const { settings } = user.worker;
    const wanted = user.template(spec);
    const base = settings.endpoints.websocket;
    const url = new URL(resolveUrl(wanted.url, base));
    for (const [name, value] of Object.entries(wanted.query ?? {})) {
      url.searchParams.append(name, String(value));
    }
    await user.connect({
      url: url.href,
      subprotocols: wanted.subprotocols === undefined ? [] : [wanted.subprotocols].flat(),
      headers: Object.fromEntries(
        Object.entries(wanted.headers ?? {}).map(([name, value]) => [name, String(value)]),
      ),
      timeoutMs:
        wanted.timeout === undefined
          ? settings.connectTimeoutMs
          : parseDuration(wanted.timeout, 'connect.timeout'),
    });
  };
}

function resolveUrl(url: string | undefined, base: string | undefined): string {
  if (url !== undefined && /^wss?:/.test(url)) return url;
  if (base === undefined) {
    throw new StepError(
      'connect: no URL',
      'there is no WebSocket URL: set config.target to one (ws://…), or config.websocketPush.endpoints',
    );
  }
  return base + (url ?? '');
}
