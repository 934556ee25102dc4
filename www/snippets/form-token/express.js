// Draws a form again, with what was typed and a fresh token, where its token is over.
// In app.js, behind the session and `express.urlencoded()`:
import { randomUUID } from 'node:crypto';

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
const form = (request, note, text) => {
  request.session.token ??= randomUUID();
  return `<!doctype html><title>Comment</title><p>${note}<form method="post" action="/comments">
<textarea name="text">${escaped(text)}</textarea>
<input type="hidden" name="token" value="${request.session.token}"><button>Send</button></form>`;
};
app.get('/comments', (request, response) => response.send(form(request, '', '')));
app.post('/comments', (request, response, next) => {
  const { text = '', token } = request.body ?? {};
  if (token && token === request.session.token) return next();
  const note = 'This page was open for too long. Nothing is lost: look at it, and send it again.';
  response.status(403).send(form(request, note, String(text)));
});
