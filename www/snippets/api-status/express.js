// Answers scripts and programs with 401, and leads people to the sign-in page.
// In app.js, behind the session and before the routes:
app.use('/api', (request, response, next) => {
  if (request.session.user) return next();
  // No browser prompts for Bearer.
  response.set('WWW-Authenticate', 'Bearer realm="app.example"');
  response.status(401).json({ status: 401, signIn: '/login' });
});
app.use('/private', (request, response, next) => {
  if (request.session.user) return next();
  response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`);
});
