// Serves every site of the snippets for Express, each on ports of its own.
// Run as `node snippets.js FOLDER`: the folder has the sites' modules, and sites.json with [module, port] pairs; a site at port 0 listens by itself.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const sites = JSON.parse(readFileSync(path.join(folder, 'sites.json'), 'utf8'));
// In order: the last port listens when all do.
for (const [file, port] of sites) {
  const { default: app } = await import(pathToFileURL(path.join(folder, file)));
  if (port === 0) continue;
  await new Promise((listening) => {
    app.listen(port, '127.0.0.1', listening);
  });
}
