// Slows down sign-ins to an account after five failed ones, and says when to come back (RFC 6585 §4, RFC 9110 §10.2.3).
// Several processes need one place for the counts, and old names are to be cleared from it now and then.
// In app.js, before the routes:
const WINDOW = 60_000;
const failed = new Map();
app.post('/login', express.urlencoded(), (request, response, next) => {
  const name = request.body?.name ?? '';
  const tries = (failed.get(name) ?? []).filter((time) => Date.now() - time < WINDOW);
  if (tries.length >= 5) {
    // A try during the wait does not make it longer.
    const seconds = Math.max(1, Math.ceil((tries[0] + WINDOW - Date.now()) / 1000));
    response.set('Retry-After', String(seconds));
    return response.status(429).send(`Too many tries. Come back in ${seconds} seconds.`);
  }
  response.on('finish', () => {
    if (response.statusCode < 400) failed.delete(name);
    else failed.set(name, [...tries, Date.now()]);
  });
  next();
});
