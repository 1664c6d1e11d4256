'use client';

import { useEffect } from 'react';

/** The app's worker: it shows a page of the app when there is no network. */
const OFFLINE_WORKER = '/offline-worker.js';

/** Registers the app's service worker, and removes those of an earlier site. It renders nothing. */
export function ServiceWorker() {
  useEffect(() => {
    // A browser that forbids them rejects this, and has none.
    void prepare().catch(() => undefined);
  }, []);
  return null;
}

async function prepare(): Promise<void> {
  // Pages that were loaded without TLS have no service workers.
  if (!('serviceWorker' in navigator)) return;
  // In development, the worker would answer for every other project at the same port.
  const registered = process.env.NODE_ENV === 'production' ? OFFLINE_WORKER : undefined;
  const registrations = await navigator.serviceWorker.getRegistrations();
  const others = registrations.filter((one) => pathOf(one) !== registered);
  if (others.length > 0 && (await remove(others))) return;
  if (registered !== undefined) await navigator.serviceWorker.register(registered);
}

/**
 * Removes service workers of an earlier site at this origin, and their caches: the app's own worker
 * has none. `public/sw.js` replaces those that answer navigations with an old page, because such a
 * page does not run this.
 *
 * @returns whether the page is loaded again
 */
async function remove(registrations: readonly ServiceWorkerRegistration[]): Promise<boolean> {
  const removed = await Promise.all(registrations.map((one) => one.unregister()));
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  // A worker may have answered this page's requests, such as that for the configuration. One that
  // can not be removed would do it again.
  const isAgain = navigator.serviceWorker.controller !== null && removed.every(Boolean);
  if (isAgain) location.reload();
  return isAgain;
}

function pathOf({ active, waiting, installing }: ServiceWorkerRegistration): string | undefined {
  const worker = active ?? waiting ?? installing;
  return worker ? new URL(worker.scriptURL).pathname : undefined;
}
