// Lets the site's own forms name their page, and tells other sites the host alone (Referrer Policy §3).
// In app.js, before the routes; with Helmet: `helmet({ referrerPolicy: { policy: 'strict-origin-when-cross-origin' } })`, as it is no-referrer by itself:
app.use((request, response, next) => {
  response.set('Referrer-Policy', 'strict-origin-when-cross-origin');
  next();
});
