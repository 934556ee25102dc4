// Asks for a name and password by a 401 that every browser can answer (RFC 7617).
// `isRight(name, password)` is your own check.
// In app.js, before the routes:
app.use('/private', (request, response, next) => {
  const [scheme, credentials = ''] = (request.get('Authorization') ?? '').split(' ');
  const [name, ...password] = Buffer.from(credentials, 'base64').toString().split(':');
  if (scheme.toLowerCase() === 'basic' && isRight(name, password.join(':'))) {
    next();
    return;
  }
  response.set('WWW-Authenticate', 'Basic realm="Members of app.example", charset="UTF-8"');
  response.status(401).send('Sign in to see this page.');
});
