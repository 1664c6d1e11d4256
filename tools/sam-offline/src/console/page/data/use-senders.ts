import { get } from '../api.ts';
import { useLive } from '../live.ts';
import { type Place, timeOf } from '../place.ts';
import { type Loaded, useData } from '../use-data.ts';

/**
 * Loads the senders of a kind with their deliveries in the selected range, and loads them again
 * after each new delivery.
 */
export function useSenders<Data>(kind: string, place: Place): Loaded<Data> {
  const time = timeOf(place);
  const { range, from, to } = place.query;
  const loaded = useData(JSON.stringify([kind, range, from, to]), () =>
    get<Data>(kind, time.now()),
  );
  useLive(time.isLive, ['delivery'], 1000, loaded.reload);
  return loaded;
}
