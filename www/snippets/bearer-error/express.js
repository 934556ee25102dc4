// Says why a bearer token is refused, so that programs know whether to renew it (RFC 6750 §3).
// `readToken(token)` is your library's check: it throws where the token is not valid.
// In app.js, before the routes of /api:
app.use('/api', async (request, response, next) => {
  const refuse = (status, ...params) => {
    const challenge = ['Bearer realm="app.example"', ...params].join(', ');
    response.status(status).set('WWW-Authenticate', challenge).json({ status });
  };
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.get('Authorization') ?? '') ?? [];
  // No error where no token was sent.
  if (!token) return refuse(401);
  try {
    request.claims = await readToken(token);
  } catch (error) {
    const why = error.name === 'TokenExpiredError' ? 'The access token expired' : 'The access token is not valid';
    return refuse(401, 'error="invalid_token"', `error_description="${why}"`);
  }
  const wanted = request.method === 'GET' ? 'read' : 'write';
  if (!request.claims.scope.split(' ').includes(wanted)) {
    return refuse(403, 'error="insufficient_scope"', `scope="${wanted}"`);
  }
  next();
});
