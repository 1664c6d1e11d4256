/*
 * The web app's service worker. It answers only the navigations that the network does not answer,
 * with a page that says so. The page needs no other file, so nothing is kept in a cache.
 */
self.addEventListener('install', () => {
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  // A navigation is requested at once, and does not wait until this worker has started.
  event.waitUntil(self.registration.navigationPreload?.enable());
});

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  event.respondWith(fetchPage(event).catch(offlinePage));
});

async function fetchPage(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

function offlinePage() {
  const title = navigator.onLine ? 'The blog can not be reached' : 'You are offline';
  return new Response(pageOf(title), {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

// The colours and sizes are those of `src/ui/tokens.css`.
const pageOf = (title) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · blogapp</title>
<style>
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --surface: #fff; --ink: #1d1b18; --line: #e2ddd3; --accent: #0b5c52; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16171a; --surface: #1e2024; --ink: #ecebe8; --line: #33363c; --accent: #6fd0bf; --on-accent: #08211d;
  }
}
body {
  margin: 0 auto; padding: 1rem; max-width: 42rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main {
  margin-top: 3.5rem; padding: 1rem;
  border: 1px solid var(--line); border-inline-start: 4px solid var(--accent); border-radius: 0.5rem;
  background: var(--surface);
}
h1 { margin: 0; font-size: 1rem; }
p { margin: 0.75rem 0; }
a {
  display: inline-block; padding: 0.625rem 1rem; border-radius: 0.5rem;
  background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none;
}
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
</style>
<main>
<h1>${title}</h1>
<p>This page can not be loaded now. What you wrote is kept on this device, and is sent when you are back.</p>
<a href="">Try again</a>
</main>
</html>`;
