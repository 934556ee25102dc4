// Makes room for Cookie fields of up to 32 kB with all other fields; Node answers longer ones with 431 (RFC 6585 §5).
// In app.js, in place of `app.listen(3000)`:
import http from 'node:http';

http.createServer({ maxHeaderSize: 32 * 1024 }, app).listen(3000);
