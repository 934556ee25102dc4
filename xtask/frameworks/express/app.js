// The lab's Express sites: express-session with its own memory store, and passport-local, set up as their documents say.
// Run as `node app.js PORT FOLDER`: the folder has pages/ and gets access.log.

import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';

const [port, folder] = process.argv.slice(2);
const page = (name) => readFileSync(path.join(folder, 'pages', name), 'utf8');
const [wantedPage, prefsPage, signInPage] = ['in.html', 'prefs.html', 'sign-in.html'].map(page);

/** The wall of a host: `express-restart` of `express-restart.test`. */
const wallOf = (request) => request.hostname.replace(/\.test$/, '');

passport.use(
  new Strategy({ passReqToCallback: true }, (request, name, password, done) => {
    const right = name === 'mira' && password === `s3cret-password-${wallOf(request)}`;
    done(null, right ? { name } : false);
  }),
);
passport.serializeUser((user, done) => done(null, user.name));
passport.deserializeUser((name, done) => done(null, { name }));

/** A site for members. `cookie` is express-session's option, `failure` is passport's. */
function site({ cookie = {}, failure = { failureRedirect: '/login' } } = {}) {
  const app = express();
  app.use(
    session({
      secret: 's3cret-signing-key-express',
      resave: false,
      saveUninitialized: false,
      genid: (request) => `s3cret-session-${wallOf(request)}-${randomUUID()}`,
      cookie: { httpOnly: true, sameSite: 'lax', ...cookie },
    }),
  );
  app.use(passport.session());
  app.get('/login', (_request, response) => {
    response.send(signInPage.replace('{{ action }}', '/login').replace('{{ hidden }}', ''));
  });
  app.post(
    '/login',
    express.urlencoded({ extended: false }),
    passport.authenticate('local', { ...failure, successReturnToOrRedirect: '/', keepSessionInfo: true }),
  );
  // As from a mail: signs in without a password.
  app.get('/link', (request, response, next) => {
    request.login({ name: 'mira' }, (error) => (error ? next(error) : response.redirect('/inbox')));
  });
  app.get(['/', '/inbox'], (request, response) => {
    if (request.isAuthenticated()) {
      response.send(wantedPage);
      return;
    }
    // As connect-ensure-login does: the session of a visitor begins here, for the way back.
    request.session.returnTo = request.originalUrl;
    response.redirect('/login');
  });
  return app;
}

/** A page that makes the token of its requests itself, by the device's clock; the server allows a minute. */
function timed() {
  const app = express();
  app.get('/', (_request, response) => {
    response.send(timedPage);
  });
  app.get('/api/me', (request, response) => {
    const [, payload = 'e30'] = (request.get('authorization') ?? '').split('.');
    const { iat } = JSON.parse(Buffer.from(payload, 'base64url'));
    if (Math.abs(iat - Date.now() / 1000) < 60) {
      response.json({ name: 'Mira' });
      return;
    }
    const description = 'The token is not valid at this time';
    response.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="${description}"`);
    response.status(401).json({ error: 'invalid_token' });
  });
  return app;
}

const timedPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Your page</title>
<h1>Your page</h1><p id="status">Loading</p><script type="module">
const part = (value) => btoa(JSON.stringify(value)).replaceAll('=', '');
const iat = Math.floor(Date.now() / 1000);
const token = [part({ alg: 'HS256' }), part({ iat, exp: iat + 300 }), 's3cret-signature-clock-skew'].join('.');
const answer = await fetch('/api/me', { headers: { Authorization: 'Bearer ' + token } });
if (answer.ok) document.head.insertAdjacentHTML('beforeend', '<meta name="lab" content="OK">');
document.getElementById('status').textContent = answer.ok ? 'You are in.' : 'Your page could not be loaded.';
document.getElementById('status').id = answer.ok ? 'welcome' : 'refused';
</script></html>`;

const hour = 60 * 60 * 1000;
const sites = {
  'express-restart': site(),
  // Without `failureRedirect` passport answers a wrong password by 401.
  'passport-refusal': site({ failure: {} }),
  // express-session sends no cookie at all over http then: the sign-in works and is forgotten at once.
  'express-secure': site({ cookie: { secure: true } }),
  // express-session writes `Expires` by the server's clock alone; browsers count it from the answer's Date.
  'skewed-clock': site({ cookie: { maxAge: hour } }),
  'clock-skew': timed(),
};

const hosts = express();
hosts.use((request, response, next) => {
  // Not `finish`: Firefox hangs up on a redirect whose head it has read, and an answer that is cut off never finishes.
  response.on('close', () => {
    const { method, originalUrl, headers } = request;
    const scheme = (headers.authorization ?? '').split(' ')[0];
    const columns = [headers.host, method, originalUrl, response.statusCode, headers.cookie ?? '-', scheme];
    appendFileSync(path.join(folder, 'access.log'), `${columns.join('\t')}\n`);
  });
  next();
});
hosts.get('/__lab/prefs', (_request, response) => {
  response.cookie('prefs', '1', { maxAge: 365 * 24 * hour }).send(prefsPage);
});
hosts.use((request, response, next) => {
  const found = sites[wallOf(request)];
  if (found) found(request, response, next);
  else next();
});
hosts.listen(Number(port), '127.0.0.1');
