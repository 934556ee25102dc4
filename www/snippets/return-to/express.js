// Leads visitors to the sign-in page, and from there back to the page that they wanted; never to another site.
// `isRight(name, password)` is your own check. The form posts to the address that it was shown at, with its `next`.
// In app.js, behind the session:
const SITE = 'https://app.example';
const ownPage = (next) => {
  // As browsers read it: tabs, backslashes and two slashes lead away too.
  const page = URL.canParse(next, SITE) ? new URL(next, SITE) : new URL(SITE);
  return page.origin === SITE ? page.href : `${SITE}/`;
};
app.use('/private', (request, response, next) => {
  if (request.session.user) return next();
  response.set('Cache-Control', 'no-store');
  response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`);
});
app.post('/login', express.urlencoded(), (request, response, next) => {
  if (!isRight(request.body.name, request.body.password)) return response.status(422).send('Wrong name or password.');
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.user = request.body.name;
    response.redirect(303, ownPage(String(request.query.next ?? '/')));
  });
});
