// Leads every http address to the same one on https, and tells browsers to go there by themselves for a year (RFC 6797).
// In app.js, before the routes:
// So that `request.secure` is what the proxy in front says with X-Forwarded-Proto; the proxy must set it always.
app.set('trust proxy', 1);
app.use((request, response, next) => {
  if (!request.secure) return response.redirect(301, `https://app.example${request.originalUrl}`);
  response.set('Strict-Transport-Security', 'max-age=31536000');
  next();
});
