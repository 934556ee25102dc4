// Sets the session cookie so that browsers keep it, send it back by links, and let no other host change it (RFC 6265bis §4.1).
// A store of your own goes beside it (`store`): the built-in one forgets all sessions at each start.
// In app.js, before the routes:
import session from 'express-session';

// Behind a proxy that ends TLS: without it a Secure cookie is never sent.
app.set('trust proxy', 1);
app.use(session({
  name: '__Host-sid',
  secret: process.env.SESSION_SECRET,
  resave: false,
  saveUninitialized: false,
  cookie: { path: '/', secure: true, httpOnly: true, sameSite: 'lax', maxAge: 8 * 60 * 60 * 1000 },
}));
