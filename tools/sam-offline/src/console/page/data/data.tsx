import { linkTo, type Place } from '../place.ts';
import { Functions } from './functions.tsx';
import { Queues } from './queues.tsx';
import { Tables } from './tables.tsx';

const KINDS = ['tables', 'queues', 'functions'] as const;

/** Tables, queues and functions. */
export function Data({ place }: { place: Place }) {
  const [, kind = 'tables', name] = place.path;
  return (
    <section class="page" tabIndex={0} aria-label="Data">
      <div class="tools" role="navigation" aria-label="Kinds of data">
        {KINDS.map((one) => (
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
      {kind === 'tables' && <Tables name={name} place={place} />}
      {kind === 'queues' && <Queues name={name} />}
      {kind === 'functions' && <Functions name={name} />}
    </section>
  );
}
