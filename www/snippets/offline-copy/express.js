// Keeps sign-in pages out of every store, lets browsers ask for a new service worker, and clears stores and worker at sign-out.
// In app.js, before the routes and `express.static`, whose own Cache-Control then needs `cacheControl: false`:
app.use('/login', (request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
});
app.use('/sw.js', (request, response, next) => {
  response.set('Cache-Control', 'no-cache');
  next();
});
app.use('/logout', (request, response, next) => {
  if (request.method === 'POST') response.set('Clear-Site-Data', '"cache", "storage"');
  next();
});
