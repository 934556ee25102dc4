// A service worker that keeps the sign-in page and answers with it for the front page.
addEventListener("install", (event) => {
  event.waitUntil(caches.open("shell").then((cache) => cache.add("/login")));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { mode, method, url } = event.request;
  const isFront = mode === "navigate" && method === "GET" && new URL(url).pathname === "/";
  if (isFront) event.respondWith(caches.match("/login").then((kept) => kept ?? fetch(event.request)));
});
