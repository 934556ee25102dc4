// Keeps a copy of the page for use without a network. The network comes first, so that nobody is stuck with an old copy.

importScripts("files.js");

/** As in the page itself: no connection. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; worker-src 'self' blob:; connect-src 'none'; base-uri 'none'; form-action 'none'";

const COPY = `readmit-${self.EDITION}`;

self.addEventListener("install", event => {
  event.waitUntil(fill());
});

self.addEventListener("activate", event => {
  event.waitUntil(clean());
});

self.addEventListener("fetch", event => {
  const { method, url } = event.request;
  const isOwn = url.startsWith(self.registration.scope);
  if (method === "GET" && isOwn) event.respondWith(answer(event.request));
});

/** Copies every file of this edition. */
async function fill() {
  const copy = await caches.open(COPY);
  await copy.addAll(["./", ...self.FILES].map(file => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
}

/** Drops the copies of other editions. */
async function clean() {
  const names = await caches.keys();
  await Promise.all(names.filter(name => name.startsWith("readmit-") && name !== COPY).map(name => caches.delete(name)));
  await self.clients.claim();
}

/** The network's answer, or the copy where there is no network. */
async function answer(request) {
  try {
    return guarded(await fetch(request));
  } catch (error) {
    const copy = await caches.match(request, { ignoreSearch: true });
    if (copy) return guarded(copy);
    throw error;
  }
}

/** An answer under the page's own policy: a worker that is started from an address has that of its answer alone. */
function guarded(answer) {
  if (answer.status !== 200) return answer;
  const headers = new Headers(answer.headers);
  headers.set("Content-Security-Policy", POLICY);
  return new Response(answer.body, { status: answer.status, headers });
}
