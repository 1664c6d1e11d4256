/*
 * Replaces a service worker of an earlier site at this origin, and removes itself. An old one that
 * answers all navigations from its cache would show the old pages for ever: browsers look for an
 * update of its script only, which is this one then. The web app's own is `offline-worker.js`.
 * https://developer.mozilla.org/docs/Web/API/ServiceWorkerRegistration/unregister
 */
self.addEventListener('install', () => {
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(remove());
});

async function remove() {
  await self.registration.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  // These pages came from the old worker. A navigation may wait for this worker, so it does not
  // wait for the navigation; it fails for a page that was closed.
  for (const page of await self.clients.matchAll({ type: 'window' })) {
    page.navigate(page.url).catch(() => undefined);
  }
}
