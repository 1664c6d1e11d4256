import { useMemo, useRef, useState } from 'preact/hooks';
import type { LogsResponse, LogDetail, LogLine } from '../api/index.ts';
import { get } from './api.ts';
import { clock, duration } from './format.ts';
import { ListView } from './list-view.tsx';
import { useLive } from './live.ts';
import { linkTo, type Place, setQuery, timeOf } from './place.ts';
import { Aside, Badge, Code, Fields, Problem, ShowSecrets } from './ui.tsx';
import { useData } from './use-data.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
/** The most lines that the page holds. Older ones are removed from the page, not from the store. */
const MAXIMUM_LINES = 10_000;
/** The number of lines of the first page. More are loaded when the reader asks for them. */
const FIRST_LINES = 1000;
/**
 * The most lines that are loaded at once while they come. If there are more, the page shows a
 * sample.
 */
const LINES_OF_A_TICK = 200;

/** The log lines of all functions and gateways, while they come. */
export function Logs({ place }: { place: Place }) {
  const { q = '', level = 'info', line: selected } = place.query;
  const time = timeOf(place);
  const [isFollowing, setIsFollowing] = useState(time.isLive);
  const [limit, setLimit] = useState(FIRST_LINES);
  const added = useRef<{
    /** The first page, to which these lines were added. */
    to: LogsResponse;
    lines: readonly LogLine[];
    skipped: number;
    position: number;
  }>(undefined);
  const [, redraw] = useState(0);
  const { range, from, to } = place.query;
  const key = JSON.stringify([q, level, range, from, to, limit]);
  const search = [q, level === 'trace' ? '' : levelTerm(level)].filter(Boolean).join(' ');

  const { data, error, reload } = useData(key, () =>
    get<LogsResponse>('logs', { q: search, limit, ...time.now() }),
  );
  const refresh = async (isAnew: boolean): Promise<void> => {
    if (data === undefined) return;
    if (isAnew) {
      // The lines on the page may be older than the range by now, and there may be too many new
      // lines to be added.
      await reload();
      return;
    }
    const before = added.current?.to === data ? added.current : undefined;
    const afterId = before?.position ?? data.position;
    const response = await get<LogsResponse>('logs', {
      ...{ q: search, afterId, limit: LINES_OF_A_TICK },
      ...time.now(),
    });
    if (response.position === afterId) return;
    const lines = [...(before?.lines ?? []), ...response.lines].slice(-MAXIMUM_LINES);
    const skipped = (before?.skipped ?? 0) + response.left;
    added.current = { to: data, lines, skipped, position: response.position };
    redraw((count) => count + 1);
  };
  useLive(time.isLive && data !== undefined, undefined, 400, refresh);

  const extra = added.current?.to === data ? added.current : undefined;
  const lines = useMemo(
    () => [...(data?.lines ?? []), ...(extra?.lines ?? [])].slice(-MAXIMUM_LINES),
    [data, extra],
  );
  const left = (data?.left ?? 0) + (extra?.skipped ?? 0);

  return (
    <ListView
      name="Log lines"
      search={{
        value: q,
        label: 'Search log lines',
        placeholder: 'words, key:value — function:*-api correlation:… status>499 -"health"',
      }}
      tools={
        <>
          <label>
            <span class="label">Level</span>
            <select
              value={level}
              onChange={(event) => {
                setQuery({ level: event.currentTarget.value });
              }}
            >
              {LEVELS.map((one) => (
                <option key={one} value={one}>
                  {one === 'trace' ? 'all' : one === 'error' ? 'error' : `${one} and above`}
                </option>
              ))}
            </select>
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={isFollowing}
              onChange={(event) => {
                setIsFollowing(event.currentTarget.checked);
              }}
            />
            Follow
          </label>
        </>
      }
      count={
        <>
          {lines.length.toLocaleString()} lines
          {left > 0 && ` (a sample: ${left.toLocaleString()} more are kept and not shown) `}
          {left > 0 && limit < MAXIMUM_LINES && (
            <button
              type="button"
              class="small"
              onClick={() => {
                setLimit(MAXIMUM_LINES);
              }}
            >
              Show up to {MAXIMUM_LINES.toLocaleString()}
            </button>
          )}
        </>
      }
      error={error}
      rows={data === undefined ? undefined : lines}
      rowHeight={24}
      label="Log lines, oldest first"
      empty={{
        title: 'No log lines in this range',
        advice:
          q === ''
            ? 'Call the stack, for example with curl on one of its URLs; lines appear here as they are written.'
            : 'Nothing matches the search; widen the range, or search for less.',
      }}
      follow={isFollowing}
      onLeaveEnd={(isAtEnd) => {
        if (isFollowing && !isAtEnd) setIsFollowing(false);
      }}
      aside={selected !== undefined && <Detail id={selected} />}
    >
      {(line) => <Row key={line.id} line={line} isSelected={selected === String(line.id)} />}
    </ListView>
  );
}

function levelTerm(level: string): string {
  const hidden = LEVELS.slice(0, LEVELS.indexOf(level as (typeof LEVELS)[number]));
  return hidden.map((one) => `-level:${one}`).join(' ');
}

/** The prefix of the source of a line that no function wrote. */
const KINDS: Partial<Record<LogLine['kind'], string>> = {
  gateway: 'gateway',
  'access-log': 'access log',
};

function Row({ line, isSelected }: { line: LogLine; isSelected: boolean }) {
  return (
    <div
      role="listitem"
      class={`row log ${line.level} of-${line.kind}${isSelected ? ' selected' : ''}`}
    >
      <button
        type="button"
        class="row-button"
        onClick={() => {
          setQuery({ line: String(line.id) });
        }}
      >
        <time>{clock(line.timeMs)}</time>
        <span class="level">{line.level}</span>
        <span class="source" title={line.source}>
          {KINDS[line.kind] !== undefined && <small class="kind">{KINDS[line.kind]}</small>}
          {line.source}
        </span>
        <span class="message">{line.message}</span>
      </button>
    </div>
  );
}

function Detail({ id }: { id: string }) {
  const [reveal, setReveal] = useState(false);
  const { data: line, error } = useData(`${id} ${reveal}`, () =>
    get<LogDetail>(`logs/${id}`, { reveal: reveal || undefined }),
  );
  const close = (): void => {
    setQuery({ line: undefined });
  };
  return (
    <Aside title="Log line" onClose={close}>
      <Problem text={error} />
      {line !== undefined && (
        <>
          <Fields
            of={{
              time: new Date(line.timeMs).toISOString(),
              level: <Badge tone={line.level}>{line.level}</Badge>,
              source: (
                <>
                  <a href={linkTo(['logs'], { q: `source:"${line.source}"` })}>{line.source}</a>{' '}
                  {line.aliases?.map((name) => (
                    <small key={name}>{name} </small>
                  ))}
                </>
              ),
              kind: line.kind,
              status: line.access?.status,
              method: line.access?.method,
              path: line.access?.path,
              route: line.access?.route,
              event: line.access?.event,
              latency:
                line.access?.latency === undefined ? undefined : duration(line.access.latency),
              from: line.access?.ip,
              error: line.access?.error,
              request: line.requestId && (
                <>
                  <a href={linkTo(['logs'], { q: `request:${line.requestId}`, level: 'trace' })}>
                    {line.requestId}
                  </a>{' '}
                  <a href={linkTo(['invocations', line.requestId])}>invocation</a>
                </>
              ),
              trace: line.traceId && <a href={linkTo(['traces', line.traceId])}>{line.traceId}</a>,
              correlation: line.correlationId && (
                <a
                  href={linkTo(['logs'], {
                    q: `correlation:${line.correlationId}`,
                    level: 'trace',
                  })}
                >
                  {line.correlationId} — follow
                </a>
              ),
              connection: line.connectionId && (
                <a href={linkTo(['connections', line.connectionId])}>{line.connectionId}</a>
              ),
              group: line.logGroup,
              stream: line.logStream,
            }}
          />
          {line.stack !== undefined && (
            <>
              <h3>Stack</h3>
              <Code text={line.stack} label="Stack, mapped to the sources" />
            </>
          )}
          <Code text={line.text} label="Text of the line" />
          <ShowSecrets isOn={reveal} onChange={setReveal} />
        </>
      )}
    </Aside>
  );
}
