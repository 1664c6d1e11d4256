import { goTo } from '../place.ts';

/** A field to select one of the tables, queues or functions. */
export function Chooser({
  names,
  chosen,
  kind,
}: {
  names: readonly string[];
  chosen: string | undefined;
  kind: string;
}) {
  return (
    <label>
      <span class="label">{kind}</span>
      <select
        value={chosen}
        onChange={(event) => {
          goTo(['data', kind, event.currentTarget.value]);
        }}
      >
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
