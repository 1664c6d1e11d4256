import { useEffect } from 'preact/hooks';
import { Alarms } from './alarms.tsx';
import { get } from './api.ts';
import { Connections } from './connections.tsx';
import { Dashboards } from './dashboards.tsx';
import { Data } from './data/data.tsx';
import { Invocations } from './invocations.tsx';
import { useLiveState } from './live.ts';
import { Logs } from './logs.tsx';
import { StackMap } from './map.tsx';
import { Permissions } from './permissions.tsx';
import {
  DEFAULT_RANGE,
  goTo,
  linkTo,
  type Place,
  RANGE_NAMES,
  setQuery,
  timeOf,
  usePlace,
} from './place.ts';
import { saveSnapshot } from './snapshot.ts';
import { applyTheme, nextTheme, useTheme } from './theme.ts';
import { Traces } from './traces.tsx';
import { useData } from './use-data.ts';

const VIEWS = [
  { path: 'logs', name: 'Logs', key: 'l', view: Logs },
  { path: 'traces', name: 'Traces', key: 't', view: Traces },
  { path: 'dashboards', name: 'Dashboards', key: 'd', view: Dashboards },
  { path: 'alarms', name: 'Alarms', key: 'r', view: Alarms },
  { path: 'map', name: 'Map', key: 'm', view: StackMap },
  { path: 'invocations', name: 'Invocations', key: 'i', view: Invocations },
  { path: 'connections', name: 'Connections', key: 'c', view: Connections },
  { path: 'data', name: 'Data', key: 'a', view: Data },
  { path: 'permissions', name: 'Permissions', key: 'p', view: Permissions },
] as const;

/**
 * The page: the list of views on the left, the time range at the top, and the view that the address
 * names.
 */
export function App() {
  const place = usePlace();
  const theme = useTheme();
  const current = VIEWS.find(({ path }) => path === place.path[0]) ?? VIEWS[0];
  const { data: stack } = useData('stack', () => get<{ readonly name: string }>('stack'));
  useKeys();
  useEffect(() => {
    document.title = `${current.name} · ${stack?.name ?? 'sam-offline'}`;
  }, [current, stack]);
  const View = current.view;
  return (
    <div class="app">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <nav aria-label="Views">
        <p class="brand">
          <span aria-hidden="true">◆</span> {stack?.name ?? 'sam-offline'}
        </p>
        <ul>
          {VIEWS.map(({ path, name, key }) => (
            <li key={path}>
              <a
                href={linkTo([path])}
                aria-current={path === current.path ? 'page' : undefined}
                title={`${name} (g ${key})`}
              >
                {name}
                <kbd aria-hidden="true">g {key}</kbd>
              </a>
            </li>
          ))}
        </ul>
        <p class="links">
          <a href="/api/openapi.json" target="_blank">
            API
          </a>
          <button
            type="button"
            class="small quiet"
            onClick={() => {
              applyTheme(nextTheme(theme));
            }}
          >
            Theme: {theme}
          </button>
          <button
            type="button"
            class="small quiet"
            onClick={() => {
              void saveSnapshot();
            }}
          >
            Save snapshot
          </button>
        </p>
      </nav>
      <main id="main" tabIndex={-1}>
        <Header name={current.name} place={place} />
        <View key={current.path} place={place} />
      </main>
    </div>
  );
}

function Header({ name, place }: { name: string; place: Place }) {
  const { isConnected, eventsPerSecond } = useLiveState();
  const { isLive, now } = timeOf(place);
  const { startMs, endMs } = now();
  return (
    <header class="bar">
      <h1>{name}</h1>
      <div class="spacer" />
      <span class={`live ${isConnected ? 'on' : 'off'}`} role="status">
        {isConnected
          ? `live · ${eventsPerSecond} events/s`
          : 'The stack does not respond; waiting for it'}
      </span>
      {!isLive && (
        <span class="fixed-range">
          {new Date(startMs).toLocaleTimeString()} – {new Date(endMs).toLocaleTimeString()}
        </span>
      )}
      <label>
        <span class="label">Last</span>
        <select
          value={isLive ? (place.query.range ?? DEFAULT_RANGE) : 'fixed'}
          onChange={(event) => {
            setQuery({ range: event.currentTarget.value, from: undefined, to: undefined });
          }}
        >
          {!isLive && <option value="fixed">fixed</option>}
          {RANGE_NAMES.map((range) => (
            <option key={range}>{range}</option>
          ))}
        </select>
      </label>
    </header>
  );
}

/** `g` and a letter opens a view, and `/` puts the cursor into the search field. */
function useKeys(): void {
  useEffect(() => {
    let isGoing = false;
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (/^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isGoing) {
        isGoing = false;
        const view = VIEWS.find(({ key }) => key === event.key);
        if (view !== undefined) goTo([view.path]);
      } else if (event.key === 'g') {
        isGoing = true;
      } else if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('input.search')?.focus();
      } else if (event.key === 'Escape') {
        document.querySelector<HTMLButtonElement>('[aria-label="Close details"]')?.click();
      }
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
}
