'use client';

import { useSyncExternalStore } from 'react';
import type { ReadState, Resource } from './resource.ts';

const UNREAD: ReadState<never> = { loading: true };
const nothing = (): (() => void) => () => undefined;

/**
 * Returns the state of a resource; the component renders again when it changes. It does not start a
 * read.
 *
 * @param resource undefined until it is known what to read: until then the state is loading
 */
export function useResource<T>(resource: Resource<T> | undefined): ReadState<T> {
  return useSyncExternalStore(
    resource?.subscribe ?? nothing,
    () => resource?.state ?? UNREAD,
    () => UNREAD,
  );
}
