// Asks everybody to sign in, except in the parts that all may see.
// In app.js, behind the session and before the routes:
const PUBLIC = /^\/(assets\/|\.well-known\/|robots\.txt$|favicon\.ico$|login$)/;
app.use((request, response, next) => {
  if (request.session.user || PUBLIC.test(request.path)) return next();
  response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`);
});
