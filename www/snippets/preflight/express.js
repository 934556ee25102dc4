// Answers the preflights of a partner's pages without asking who it is.
// In app.js, before whatever checks sessions or tokens:
const PARTNERS = new Set(['https://partner.example']);
app.use('/api', (request, response, next) => {
  const origin = request.get('Origin');
  response.vary('Origin');
  if (PARTNERS.has(origin)) response.set('Access-Control-Allow-Origin', origin);
  if (request.method !== 'OPTIONS') return next();
  if (PARTNERS.has(origin)) {
    response.set('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
    response.set('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  }
  response.status(204).end();
});
