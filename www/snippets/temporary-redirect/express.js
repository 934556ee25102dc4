// Leads on for this time only: where it leads depends on who asks, so no browser may remember it (RFC 9110 §15.4.3).
// In app.js, among the routes:
app.get('/start', (request, response) => {
  response.set('Cache-Control', 'no-store');
  response.redirect(302, '/private/');
});
