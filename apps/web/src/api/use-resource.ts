'use client';

import { useSyncExternalStore } from 'react';
import type { ReadState, Resource } from './resource.ts';

const UNREAD: ReadState<never> = { loading: true };
const nothing = (): (() => void) => () => undefined;

/**
 * What is known of a resource; the component renders again when that changes. It reads nothing by
 * itself.
 *
 * @param resource undefined until there is something to read: then it counts as being loaded
 */
export function useResource<T>(resource: Resource<T> | undefined): ReadState<T> {
  return useSyncExternalStore(
    resource?.subscribe ?? nothing,
    () => resource?.state ?? UNREAD,
    () => UNREAD,
  );
}
