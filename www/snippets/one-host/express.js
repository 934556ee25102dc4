// Leads www.app.example to app.example, for every path, so that a session is never left at the other name.
// Behind a proxy, `hostname` is the name that was asked for where the proxy passes Host on.
// In app.js, before the session and the routes:
app.use((request, response, next) => {
  if (request.hostname !== 'www.app.example') return next();
  response.redirect(301, `https://app.example${request.originalUrl}`);
});
