// Keeps the state of each try to sign in by another service for ten minutes, and offers a fresh start where it is gone.
// `finish(code)` is your library's exchange of the code for tokens (RFC 6749 §4.1.3).
// In app.js, among the routes:
import { randomUUID } from 'node:crypto';

// Lax: the answer comes by a link from another site. One cookie for each try, so that two tabs do not disturb each other.
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' };
app.get('/sign-in', (request, response) => {
  const state = randomUUID();
  response.cookie(`__Host-state-${state}`, '1', { ...COOKIE, maxAge: 10 * 60 * 1000 });
  const query = new URLSearchParams({ response_type: 'code', client_id: 'app', state });
  response.set('Cache-Control', 'no-store').redirect(302, `https://id.example/authorize?${query}`);
});
app.get('/callback', async (request, response) => {
  const name = `__Host-state-${request.query.state}`;
  const sent = (request.get('Cookie') ?? '').split('; ');
  if (!sent.includes(`${name}=1`)) {
    return response.status(400).send('<p>This sign-in took too long. <a href="/sign-in">Begin anew</a>.');
  }
  response.clearCookie(name, COOKIE);
  await finish(request.query.code);
  response.redirect(303, '/');
});
