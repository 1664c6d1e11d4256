import { useEffect, useState } from 'preact/hooks';

/** The state of the page in the address's fragment: `#/traces/1-…?q=status:5*&range=30m`. */
export interface Place {
  /** `['traces', '1-…']` */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return {
    path: path
      .split('/')
      .filter((name) => name !== '')
      .map(decodeURIComponent),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** Returns the place, and renders again when it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const listen = (): void => {
      setPlace(read());
    };
    addEventListener('hashchange', listen);
    return () => {
      removeEventListener('hashchange', listen);
    };
  }, []);
  return place;
}

/**
 * Makes a link to a place. Parameters in `keep` (the time range) are taken from the present place.
 */
export function linkTo(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const { range, from, to } = read().query;
  const all: Readonly<Record<string, string | undefined>> = {
    ...(range !== undefined && { range }),
    ...(from && { from }),
    ...(to && { to }),
    ...query,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && value !== '') parameters.set(name, value);
  }
  const text = parameters.toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Goes to another place, as a link does. */
export function goTo(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): void {
  location.hash = linkTo(path, query);
}

/** Changes the query of the present place. It adds no step to the browser's history. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = read();
  const others = Object.fromEntries(
    ['range', 'from', 'to'].filter((name) => !(name in query)).map((name) => [name, undefined]),
  );
  history.replaceState(undefined, '', linkTo(path, { ...others, ...query, ...changes }));
  dispatchEvent(new Event('hashchange'));
}

const RANGES: Readonly<Record<string, number>> = {
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '3h': 180,
  '24h': 1440,
};
export const RANGE_NAMES = Object.keys(RANGES);
export const DEFAULT_RANGE = '30m';

/** The time range of the place: the last minutes, or from one time to another. */
export function timeOf({ query }: Place): {
  readonly isLive: boolean;
  readonly now: () => { readonly startMs: number; readonly endMs: number };
} {
  const from = Number(query.from);
  const to = Number(query.to);
  if (query.from !== undefined && query.to !== undefined && to > from) {
    return { isLive: false, now: () => ({ startMs: from, endMs: to }) };
  }
  const minutes = RANGES[query.range ?? DEFAULT_RANGE] ?? 30;
  return {
    isLive: true,
    now: () => ({ startMs: Date.now() - minutes * 60_000, endMs: Date.now() + 1000 }),
  };
}
