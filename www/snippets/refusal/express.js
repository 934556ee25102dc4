// Says with a 403 which account is in use, who can give access, and how to change the account.
// `isAllowed(name, part)` is your own check.
// In app.js, behind the session and before the routes:
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
app.use('/admin', (request, response, next) => {
  const { user } = request.session;
  if (!user) return response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`);
  if (isAllowed(user, 'admin')) return next();
  // Never back to the sign-in page: who is signed in would go in circles.
  response.status(403).set('Cache-Control', 'no-store').send(`<!doctype html><title>No access</title>
<p>You are signed in as ${escaped(user)}, who may not see this page. Ask help@app.example for access, or change the account:
<form method="post" action="/logout"><button>Sign out</button></form>`);
});
