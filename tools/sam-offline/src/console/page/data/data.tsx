import { linkTo, type Place } from '../place.ts';
import { Buckets } from './buckets.tsx';
import { Functions } from './functions.tsx';
import { Queues } from './queues.tsx';
import { Rules } from './rules.tsx';
import { Schedules } from './schedules.tsx';
import { Tables } from './tables.tsx';
import { Topics } from './topics.tsx';

const ROOMS = {
  tables: Tables,
  queues: Queues,
  buckets: Buckets,
  topics: Topics,
  rules: Rules,
  schedules: Schedules,
  functions: Functions,
} as const;

/** What the stack keeps, sends and runs, by its kind. */
export function Data({ place }: { place: Place }) {
  const [, kind = 'tables', name] = place.path;
  const Room = kind in ROOMS ? ROOMS[kind as keyof typeof ROOMS] : Tables;
  return (
    <section class="page" tabIndex={0} aria-label="Data">
      <div class="tools" role="navigation" aria-label="Kinds of data">
        {Object.keys(ROOMS).map((one) => (
          <a
            key={one}
            class="tab"
            href={linkTo(['data', one])}
            aria-current={one === kind ? 'page' : undefined}
          >
            {one}
          </a>
        ))}
      </div>
      <Room key={kind} {...{ name, place }} />
    </section>
  );
}
