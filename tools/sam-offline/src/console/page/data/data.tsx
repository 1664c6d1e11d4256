import { linkTo, type Place } from '../place.ts';
import { Buckets } from './buckets.tsx';
import { Functions } from './functions.tsx';
import { Queues } from './queues.tsx';
import { Rules } from './rules.tsx';
import { Schedules } from './schedules.tsx';
import { Tables } from './tables.tsx';
import { Topics } from './topics.tsx';

const VIEWS = {
  tables: Tables,
  queues: Queues,
  buckets: Buckets,
  topics: Topics,
  rules: Rules,
  schedules: Schedules,
  functions: Functions,
} as const;

/** The data of the stack, by the kind of resource. */
export function Data({ place }: { place: Place }) {
  const [, kind = 'tables', name] = place.path;
  const View = kind in VIEWS ? VIEWS[kind as keyof typeof VIEWS] : Tables;
  return (
    <section class="page" tabIndex={0} aria-label="Data">
      <div class="tools" role="navigation" aria-label="Kinds of data">
        {Object.keys(VIEWS).map((one) => (
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
      <View key={kind} {...{ name, place }} />
    </section>
  );
}
