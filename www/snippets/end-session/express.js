// Begins a new session at each sign-in, and ends it so that it is over: in the store and in the browser (express-session).
// `isRight(name, password)` is your own check.
// In app.js, behind the session and `express.urlencoded()`:
app.post('/login', (request, response, next) => {
  const { name, password } = request.body;
  if (!isRight(name, password)) return response.status(422).send('Wrong name or password.');
  // A new id: none that somebody planted, and none of a session that is dead.
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.user = name;
    response.redirect(303, '/private/');
  });
});
app.post('/logout', (request, response, next) => {
  request.session.destroy((error) => {
    if (error) return next(error);
    // With the name, path and domain it was set with: otherwise it stays.
    response.clearCookie('__Host-sid', { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
    response.redirect(303, '/');
  });
});
