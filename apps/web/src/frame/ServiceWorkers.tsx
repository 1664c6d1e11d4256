'use client';

import { useEffect } from 'react';

/** Removes the service workers of an earlier site at this origin. It renders nothing. */
export function ServiceWorkers() {
  useEffect(() => {
    // A browser that forbids them rejects this, and has none.
    void removeAll().catch(() => undefined);
  }, []);
  return null;
}

/**
 * Removes all service workers and their caches: the web app has none. `public/sw.js` replaces those
 * that answer navigations with an old page, because such a page does not run this.
 */
async function removeAll(): Promise<void> {
  // Pages that were loaded without TLS have no service workers.
  if (!('serviceWorker' in navigator)) return;
  const registrations = await navigator.serviceWorker.getRegistrations();
  if (registrations.length === 0) return;
  const removed = await Promise.all(registrations.map((one) => one.unregister()));
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  // A worker may have answered this page's requests, such as that for the configuration. One that
  // can not be removed would do it again.
  if (navigator.serviceWorker.controller && removed.every(Boolean)) location.reload();
}
