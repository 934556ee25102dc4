// Uses a link from a mail up at the press of a button alone: mail scanners open links before their reader does (RFC 9110 §9.2.1).
// `take(token)` uses it up in your store: true the first time, false where it is used or too old.
// In app.js, among the routes:
app.get('/confirm', (request, response) => {
  // The secret stays out of caches and other sites' logs.
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'same-origin' });
  response.send('<!doctype html><title>Confirm</title><form method="post"><button>Confirm my address</button></form>');
});
app.post('/confirm', async (request, response) => {
  if (await take(String(request.query.token))) return response.redirect(303, '/');
  response.status(410).send('<p>This link was used or is too old. <a href="/confirm/new">Get a new one</a>.');
});
