import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownConnection, ShownMessage } from '../api/index.ts';
import { get, part, problemOf, send } from './api.ts';
import { TextField } from './fields.tsx';
import { bytes, clock, duration, pretty } from './format.ts';
import { ListView } from './list-view.tsx';
import { useLive } from './live.ts';
import { linkTo, type Place } from './place.ts';
import { Badge, Empty, Fields, Problem, ShowSecrets } from './ui.tsx';
import { useData } from './use-data.ts';

/** The list of open WebSocket connections, or one connection. */
export function Connections({ place }: { place: Place }) {
  const [, id] = place.path;
  return id === undefined ? <ConnectionList place={place} /> : <Connection key={id} id={id} />;
}

interface ListResponse {
  readonly connections: readonly ShownConnection[];
  readonly total: number;
  readonly matching: number;
}

function ConnectionList({ place }: { place: Place }) {
  const { q = '' } = place.query;
  const { data, error, reload } = useData(q, () =>
    get<ListResponse>('connections', { q, limit: 2000 }),
  );
  const { data: stack } = useData('stack', () =>
    get<{ outputs: Readonly<Record<string, string>> }>('stack'),
  );
  useLive(true, ['connection.opened', 'connection.closed'], 1000, reload);
  const url = stack?.outputs.WebSocketUrl;
  const listed = data?.connections.length ?? 0;
  return (
    <ListView
      name="Connections"
      search={{
        value: q,
        label: 'Search connections',
        placeholder: 'an id, an address, or a value of the authorizer: userId:alice',
      }}
      count={
        <>
          {(data?.total ?? 0).toLocaleString()} open
          {data !== undefined && data.matching !== data.total && `, ${data.matching} match`}
          {data !== undefined &&
            data.matching > listed &&
            `; the newest ${listed.toLocaleString()} are listed`}
        </>
      }
      above={url !== undefined && <Client url={url} />}
      error={error}
      rows={data?.connections}
      rowHeight={28}
      label="Open connections, newest first"
      empty={
        stack !== undefined && url === undefined
          ? {
              title: 'The template has no WebSocket API',
              advice: 'Add an AWS::ApiGatewayV2::Api with the ProtocolType WEBSOCKET to it.',
            }
          : {
              title: 'No open connections',
              advice: 'Open one above, or connect a client to the stack’s WebSocketUrl.',
            }
      }
    >
      {(row) => (
        <div key={row.connectionId} role="listitem" class="row">
          <a class="row-button connection" href={linkTo(['connections', row.connectionId])}>
            <time>{clock(row.connectedAt)}</time>
            <code>{row.connectionId}</code>
            <span>{row.sourceIp}</span>
            <span>{duration(Math.max(0, Date.now() - row.connectedAt))}</span>
            <span class="message">{who(row)}</span>
          </a>
        </div>
      )}
    </ListView>
  );
}

function who({ authorizer = {} }: ShownConnection): string {
  return Object.entries(authorizer)
    .filter(([name]) => name !== 'integrationLatency')
    .map(([name, value]) => `${name}: ${value}`)
    .join('  ');
}

interface ConnectionResponse {
  readonly connection?: ShownConnection;
  readonly messages: readonly ShownMessage[];
  readonly left: number;
}

function Connection({ id }: { id: string }) {
  const [reveal, setReveal] = useState(false);
  const [text, setText] = useState('');
  const [code, setCode] = useState('1000');
  const [problem, setProblem] = useState<string>();
  const { data, error, reload } = useData(`${id} ${reveal}`, () =>
    get<ConnectionResponse>(`connections/${part(id)}`, { reveal: reveal || undefined }),
  );
  useLive(
    true,
    ['message.received', 'route.integrated', 'frame.sent', 'connections.call', 'connection.closed'],
    500,
    reload,
  );
  const act = async (work: Promise<unknown>): Promise<void> => {
    setProblem(undefined);
    try {
      await work;
      await reload();
    } catch (failure) {
      setProblem(problemOf(failure));
    }
  };
  const connection = data?.connection;
  return (
    <section class="page" tabIndex={0} aria-label="Connection">
      <div class="tools">
        <a href={linkTo(['connections'])}>← Connections</a>
        <code>{id}</code>
        {data !== undefined && (
          <Badge tone={connection === undefined ? 'fault' : 'ok'}>
            {connection === undefined ? 'closed' : 'open'}
          </Badge>
        )}
        <a href={linkTo(['logs'], { q: `connection:${id}`, level: 'trace' })}>Logs</a>
        <a href={linkTo(['traces'], { q: `connection:${id}` })}>Traces</a>
        <ShowSecrets isOn={reveal} onChange={setReveal} />
      </div>
      <Problem text={error ?? problem} />
      {connection !== undefined && (
        <>
          <Fields
            of={{
              since: new Date(connection.connectedAt).toLocaleString(),
              'last active': new Date(connection.lastActiveAt).toLocaleTimeString(),
              from: connection.sourceIp,
              'user agent': connection.userAgent,
              API: `${connection.api}, stage ${connection.stage}`,
              who: who(connection),
            }}
          />
          <form
            class="tools"
            onSubmit={(event) => {
              event.preventDefault();
              void act(send('POST', `connections/${part(id)}/messages`, { text }));
            }}
          >
            <TextField
              kind="grow"
              label="Text to send to this connection"
              placeholder="Text to send to this connection"
              value={text}
              onType={setText}
            />
            <button type="submit">Send</button>
            <label>
              <span class="label">Code</span>
              <input
                class="narrow"
                inputMode="numeric"
                value={code}
                onInput={(event) => {
                  setCode(event.currentTarget.value);
                }}
              />
            </label>
            <button
              type="button"
              class="danger"
              onClick={() =>
                void act(send('POST', `connections/${part(id)}/close`, { code: Number(code) }))
              }
            >
              Close it
            </button>
          </form>
        </>
      )}
      {data !== undefined && (
        <>
          <h2>Messages ({data.messages.length + data.left})</h2>
          {data.messages.length === 0 ? (
            <Empty title="No messages yet">What the client sends and gets appears here.</Empty>
          ) : (
            [...data.messages]
              .reverse()
              .map((message) => <Message key={message.id} message={message} />)
          )}
        </>
      )}
    </section>
  );
}

function Message({ message }: { message: ShownMessage }) {
  const { direction, timeMs, routeKey, cause, refused, traceId, text, isBinary, left } = message;
  return (
    <div class={`chat ${direction}`}>
      <p>
        <span aria-label={direction === 'in' ? 'from the client' : 'to the client'}>
          {direction === 'in' ? '→' : '←'}
        </span>{' '}
        <time>{clock(timeMs)}</time> <small>{routeKey ?? cause}</small>{' '}
        {traceId !== undefined && <a href={linkTo(['traces', traceId])}>trace</a>}{' '}
        <small>{bytes(message.bytes)}</small>
        {isBinary && <Badge tone="cold">binary, as hexadecimal digits</Badge>}
        {refused !== undefined && <Badge tone="fault">{refused}</Badge>}
      </p>
      <pre>{text === undefined ? '(its content is not kept)' : isBinary ? text : pretty(text)}</pre>
      {left > 0 && <small>{left.toLocaleString()} more characters are not shown</small>}
    </div>
  );
}

/** A WebSocket client, with which the page itself connects. */
function Client({ url }: { url: string }) {
  const [query, setQueryText] = useState('');
  const [text, setText] = useState('');
  const [lines, setLines] = useState<readonly string[]>([]);
  const [state, setState] = useState<'closed' | 'connecting' | 'open'>('closed');
  const socket = useRef<WebSocket>(undefined);
  useEffect(() => () => socket.current?.close(), []);
  const say = (line: string): void => {
    setLines((before) => [...before.slice(-199), `${clock(Date.now())} ${line}`]);
  };
  const connect = (): void => {
    const opened = new WebSocket(url + (query === '' ? '' : `?${query.replace(/^\?/, '')}`));
    socket.current = opened;
    setState('connecting');
    opened.onopen = () => {
      setState('open');
      say('connected');
    };
    opened.onmessage = (event: MessageEvent<unknown>) => {
      say(`← ${typeof event.data === 'string' ? event.data : 'binary'}`);
    };
    opened.onclose = ({ code, reason }) => {
      setState('closed');
      say(code === 1006 ? 'refused, or gone (1006); see Logs' : `closed with ${code} ${reason}`);
    };
  };
  return (
    <details class="client">
      <summary>A client of your own</summary>
      <div class="tools">
        <code>{url}?</code>
        <TextField
          kind="grow"
          label="Query string to connect with"
          placeholder="query string, for example a token"
          value={query}
          onType={setQueryText}
        />
        {state === 'closed' ? (
          <button type="button" onClick={connect}>
            Connect
          </button>
        ) : (
          <button type="button" onClick={() => socket.current?.close(1000)}>
            {state === 'open' ? 'Disconnect' : 'Cancel'}
          </button>
        )}
      </div>
      <form
        class="tools"
        onSubmit={(event) => {
          event.preventDefault();
          socket.current?.send(text);
          say(`→ ${text}`);
        }}
      >
        <TextField
          kind="grow"
          label="Message to send"
          placeholder='{"action":"…"}'
          value={text}
          onType={setText}
        />
        <button type="submit" disabled={state !== 'open'}>
          Send
        </button>
      </form>
      {lines.length > 0 && (
        <pre tabIndex={0} aria-label="What the client sent and got">
          {lines.join('\n')}
        </pre>
      )}
    </details>
  );
}
