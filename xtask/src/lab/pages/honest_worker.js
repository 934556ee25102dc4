// A service worker that asks the site for each page, and keeps what it answers for times without a network.
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function fresh(request) {
  const cache = await caches.open("pages");
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request.url)) ?? Response.error();
  }
}

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") event.respondWith(fresh(event.request));
});
