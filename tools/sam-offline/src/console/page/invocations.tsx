import { useState } from 'preact/hooks';
import type { InvocationResponse, InvocationRow } from '../api/index.ts';
import { get, part, problemOf, send } from './api.ts';
import { TextArea } from './fields.tsx';
import { clock, duration, pretty } from './format.ts';
import { ListView } from './list-view.tsx';
import { useLive } from './live.ts';
import { goTo, linkTo, type Place, timeOf } from './place.ts';
import { Badge, Code, download, Fields, Problem, ShowSecrets } from './ui.tsx';
import { useData } from './use-data.ts';

const ENDED = [
  'invocation.succeeded',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
];

/** The list of invocations in the range, or one invocation. */
export function Invocations({ place }: { place: Place }) {
  const [, id] = place.path;
  return id === undefined ? (
    <InvocationList place={place} />
  ) : (
    <Invocation key={id} id={id} place={place} />
  );
}

function InvocationList({ place }: { place: Place }) {
  const { q = '' } = place.query;
  const time = timeOf(place);
  const key = JSON.stringify([q, place.query.range, place.query.from, place.query.to]);
  const { data, error, reload } = useData(key, () =>
    get<{ invocations: readonly InvocationRow[]; left: number }>('invocations', {
      ...{ q, limit: 2000, ...time.now() },
    }),
  );
  useLive(time.isLive, ENDED, 1000, reload);
  return (
    <ListView
      name="Invocations"
      search={{
        value: q,
        label: 'Search invocations',
        placeholder: 'function:*-api outcome:failed duration>100 cold:true',
      }}
      count={
        <>
          {(data?.invocations.length ?? 0).toLocaleString()} invocations
          {data !== undefined && data.left > 0 && ` (newest; ${data.left.toLocaleString()} more)`}
        </>
      }
      error={error}
      rows={data?.invocations}
      rowHeight={28}
      label="Invocations, newest first"
      empty={{
        title: 'No invocations in this range',
        advice: 'Call one of the stack’s URLs, or invoke a function under Data → Functions.',
      }}
    >
      {(row) => (
        <div key={row.requestId} role="listitem" class="row">
          <a class="row-button invocation" href={linkTo(['invocations', row.requestId])}>
            <time>{clock(row.timeMs)}</time>
            <span class="message">{row.functionName}</span>
            <span>
              <Badge tone={row.outcome === 'succeeded' ? 'ok' : 'fault'}>{row.outcome}</Badge>
              {row.initDurationMs !== undefined && <Badge tone="cold">cold</Badge>}
            </span>
            <span class="number">{duration(row.durationMs)}</span>
            <span class="message">{row.error}</span>
          </a>
        </div>
      )}
    </ListView>
  );
}

function Invocation({ id, place }: { id: string; place: Place }) {
  const [reveal, setReveal] = useState(false);
  const { data, error } = useData(`${id} ${reveal}`, () =>
    get<InvocationResponse>(`invocations/${part(id)}`, { reveal: reveal || undefined }),
  );
  const { before } = place.query;
  return (
    <section class="page" tabIndex={0} aria-label="Invocation">
      <div class="tools">
        <a href={linkTo(['invocations'])}>← Invocations</a>
        <strong>{data?.functionName}</strong>
        {data !== undefined && (
          <Badge tone={data.outcome === 'succeeded' ? 'ok' : 'fault'}>{data.outcome}</Badge>
        )}
        <ShowSecrets isOn={reveal} onChange={setReveal} />
      </div>
      <Problem text={error} />
      {data !== undefined && (
        <>
          <Fields
            of={{
              ended: new Date(data.timeMs).toISOString(),
              duration: duration(data.durationMs),
              'cold start':
                data.initDurationMs === undefined ? undefined : duration(data.initDurationMs),
              memory:
                data.maxMemoryUsedMb === undefined
                  ? undefined
                  : `${data.maxMemoryUsedMb} of ${data.memorySizeMb ?? '?'} MB`,
              error: data.error,
              trace: data.traceId && <a href={linkTo(['traces', data.traceId])}>{data.traceId}</a>,
              correlation: data.correlationId && (
                <a
                  href={linkTo(['logs'], {
                    q: `correlation:${data.correlationId}`,
                    level: 'trace',
                  })}
                >
                  {data.correlationId}
                </a>
              ),
              report: data.report && <code>{data.report.replaceAll('\t', '  ')}</code>,
            }}
          />
          {before !== undefined && <Differences before={before} after={data} />}
          <Again invocation={data} reveal={reveal} />
          <div class="columns">
            <div>
              <h2>Event</h2>
              {data.event === undefined ? (
                <p class="muted">It is no longer kept in memory.</p>
              ) : (
                <>
                  <Code text={data.event} label="Event" />
                  <button
                    type="button"
                    class="small"
                    disabled={data.isMasked && !reveal}
                    title={
                      data.isMasked && !reveal
                        ? 'Show its secrets first: the event is saved as it is shown.'
                        : ''
                    }
                    onClick={() => {
                      download(
                        `${data.logicalId ?? 'event'}.json`,
                        'application/json',
                        pretty(data.event ?? ''),
                      );
                    }}
                  >
                    Save for `sam-offline invoke --event`
                  </button>
                </>
              )}
            </div>
            <div>
              <h2>Result</h2>
              {data.result === undefined ? (
                <p class="muted">There is none, or it is no longer kept.</p>
              ) : (
                <Code text={data.result} label="Result" />
              )}
            </div>
          </div>
          <h2>AWS calls ({data.calls.length})</h2>
          {data.calls.length === 0 ? (
            <p class="muted">It called no AWS service.</p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th>began</th>
                  <th>call</th>
                  <th>resource</th>
                  <th>status</th>
                  <th class="number">RCU</th>
                  <th class="number">WCU</th>
                  <th class="number">duration</th>
                </tr>
              </thead>
              <tbody>
                {data.calls.map((call, index) => (
                  <tr key={index}>
                    <td>{clock(call.timeMs)}</td>
                    <td>
                      {call.service} {call.operation}
                    </td>
                    <td>{call.resource}</td>
                    <td>{call.errorType ?? call.statusCode}</td>
                    <td class="number">{call.readUnits || ''}</td>
                    <td class="number">{call.writeUnits || ''}</td>
                    <td class="number">{duration(call.durationMs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <h2>Log ({data.logs.length})</h2>
          {data.logs.map((line) => (
            <a
              key={line.id}
              class={`log-line ${line.level}`}
              href={linkTo(['logs'], { line: String(line.id), q: `request:${id}`, level: 'trace' })}
            >
              <time>{clock(line.timeMs)}</time> {line.message}
            </a>
          ))}
        </>
      )}
    </section>
  );
}

function Again({ invocation, reveal }: { invocation: InvocationResponse; reveal: boolean }) {
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isRunning, setIsRunning] = useState(false);
  const { requestId, logicalId, event } = invocation;
  if (event === undefined || logicalId === undefined) return null;
  const invoke = async (edited: string | undefined): Promise<void> => {
    setIsRunning(true);
    setProblem(undefined);
    try {
      const invoked =
        edited === undefined
          ? await send<{ requestId: string }>('POST', `invocations/${part(requestId)}/again`)
          : await send<{ requestId: string }>('POST', `functions/${part(logicalId)}/invocations`, {
              event: edited,
            });
      goTo(['invocations', invoked.requestId], { before: requestId });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <div class="again">
      <div class="tools">
        <button type="button" disabled={isRunning} onClick={() => void invoke(undefined)}>
          Invoke again
        </button>
        {text === undefined ? (
          <button
            type="button"
            class="quiet"
            disabled={invocation.isMasked && !reveal}
            title={
              invocation.isMasked && !reveal
                ? 'Show its secrets first: an edited event is sent as it is shown.'
                : ''
            }
            onClick={() => {
              setText(pretty(event));
            }}
          >
            Edit the event
          </button>
        ) : (
          <button type="button" disabled={isRunning} onClick={() => void invoke(text)}>
            Invoke with the edited event
          </button>
        )}
        {isRunning && <span role="status">It runs …</span>}
      </div>
      <Problem text={problem} />
      {text !== undefined && (
        <TextArea label="Event to invoke with" rows={14} value={text} onType={setText} />
      )}
    </div>
  );
}

/** The differences between the invocation and the one that it repeats. */
function Differences({ before, after }: { before: string; after: InvocationResponse }) {
  const { data } = useData(before, () => get<InvocationResponse>(`invocations/${part(before)}`));
  if (data === undefined) return null;
  const of = (one: InvocationResponse): Readonly<Record<string, string>> => ({
    event: pretty(one.event ?? ''),
    result: pretty(one.result ?? one.error ?? ''),
    'AWS calls': one.calls
      .map(({ service, operation, resource }) => `${service} ${operation} ${resource ?? ''}`)
      .join('\n'),
    log: one.logs
      .filter(({ kind }) => kind === 'function')
      .map(({ level, message }) => `${level} ${message}`)
      .join('\n'),
  });
  const earlier = of(data);
  const later = of(after);
  const different = Object.keys(later).filter((name) => earlier[name] !== later[name]);
  return (
    <section class="differences" aria-label="Differences">
      <h2>
        Compared with <a href={linkTo(['invocations', before])}>the first time</a>:{' '}
        {duration(data.durationMs)} → {duration(after.durationMs)}
      </h2>
      {different.length === 0 ? (
        <p>Event, result, AWS calls and log are the same.</p>
      ) : (
        different.map((name) => (
          <div key={name}>
            <h3>{name}</h3>
            <pre tabIndex={0} aria-label={`Difference of the ${name}`}>
              {lineDifference(earlier[name] ?? '', later[name] ?? '').map(([sign, line], index) => (
                <div key={index} class={sign === '+' ? 'added' : sign === '-' ? 'removed' : ''}>
                  {sign} {line}
                </div>
              ))}
            </pre>
          </div>
        ))
      )}
    </section>
  );
}

/**
 * The most lines that are compared one by one. The table of the comparison grows with the square of
 * their number.
 */
const MAXIMUM_COMPARED = 1500;

/** Makes a line-by-line difference by the longest common subsequence. */
function lineDifference(before: string, after: string): ['+' | '-' | ' ', string][] {
  const a = before.split('\n').slice(0, MAXIMUM_COMPARED);
  const b = after.split('\n').slice(0, MAXIMUM_COMPARED);
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: ['+' | '-' | ' ', string][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i] ?? '']);
      i++;
      j++;
    } else if (j < b.length && (i >= a.length || at(i, j + 1) > at(i + 1, j))) {
      lines.push(['+', b[j++] ?? '']);
    } else {
      lines.push(['-', a[i++] ?? '']);
    }
  }
  return lines;
}
