// Inputs to try: short heads, each with a text for its button. All names are made up.

/** Key of the button's text, and the input. */
export const EXAMPLES = [
  ["www_example_401", `HTTP/1.1 401 Unauthorized
WWW-Authenticate: Basic realm="Staff"
`],
  ["www_example_session", `GET /inbox HTTP/1.1
Host: app.example
Cookie: sessionid=x

HTTP/1.1 302 Found
Location: /login?next=/inbox

GET /login?next=/inbox HTTP/1.1
Host: app.example
Cookie: sessionid=x

HTTP/1.1 200 OK
Content-Type: text/html
`],
  ["www_example_loop", Array(10).fill(`GET /inbox HTTP/1.1
Host: app.example
Cookie: sessionid=x

HTTP/1.1 302 Found
Location: /login

GET /login HTTP/1.1
Host: app.example
Cookie: sessionid=x

HTTP/1.1 302 Found
Location: /inbox
`).join("\n")],
  ["www_example_cookies", `HTTP/1.1 400 Bad Request
Server: nginx
Content-Type: text/html

<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>
`],
  ["www_example_token", `curl -i https://api.example/v1/me -H 'Authorization: Bearer x'
HTTP/2 401
www-authenticate: Bearer error="invalid_token", error_description="The access token expired"
content-type: application/json
`],
  ["www_example_denied", `GET /admin HTTP/1.1
Host: app.example
Cookie: sessionid=x

HTTP/1.1 403 Forbidden
Content-Type: text/html
`],
  ["www_example_limit", `HTTP/1.1 429 Too Many Requests
Retry-After: 120
`],
];
