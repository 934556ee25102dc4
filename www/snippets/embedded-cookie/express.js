// Lets the session work inside pages of other sites: each of them gets a cookie of its own (CHIPS). Forms need tokens then.
// In app.js, before the routes (express-session 1.18):
import session from 'express-session';

app.set('trust proxy', 1);
app.use(session({
  name: '__Host-sid',
  secret: process.env.SESSION_SECRET,
  resave: false,
  saveUninitialized: false,
  cookie: { path: '/', secure: true, httpOnly: true, sameSite: 'none', partitioned: true },
}));
app.use((request, response, next) => {
  // Who may show the pages.
  response.set('Content-Security-Policy', "frame-ancestors 'self' https://partner.example");
  next();
});
