// Times the engine's steps in the shipped wasm, under Node: medians in microseconds, beside the cheapest step there is.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { default: init, Core } = await import(pathToFileURL(`${folder}/core.js`));
await init({ module_or_path: await readFile(`${folder}/core_bg.wasm`) });

const FIELDS = [["content-type", "text/html"], ["date", "Mon, 23 Nov 2026 12:00:00 GMT"], ["server", "nginx"]];
let time = Date.now();

function requestOf(id, tabId) {
  const url = `https://www.example.com/inbox/${id % 7}`;
  return { requestId: String(id), tabId, resourceType: "main_frame", method: "GET", url, site: "example.com", initiator: null, store: null, time };
}

function answer(status, challenge) {
  return { status, wwwAuthenticate: challenge, proxyAuthenticate: [], setCookies: [], fields: FIELDS, fieldsSeen: true, fromCache: false };
}

const cookies = Array.from({ length: 12 }, (_, n) => ({ name: `c${n}`, size: 40 })).concat({ name: "sid", size: 36 });
const sent = { authorization: null, proxyAuthorization: null, cookies, referer: true, originIsNull: null };

/** Runs one visit a round in the given number of tabs, and gives the median times of its last step and of what that changes. */
function visits(status, challenge, tabs, rounds) {
  const core = new Core(false, [], undefined);
  const steps = [];
  const changes = [];
  for (let id = 0; id < rounds; id += 1) {
    time += 50;
    const request = requestOf(id, id % tabs);
    core.step(JSON.stringify({ "request-sent": { request, sent } }));
    core.step(JSON.stringify({ "headers-received": { request, answer: answer(status, challenge) } }));
    const last = { completed: { request, answer: answer(status, challenge) } };
    core.changes();
    const start = performance.now();
    core.step(JSON.stringify(last));
    const stepped = performance.now();
    core.changes();
    changes.push((performance.now() - stepped) * 1000);
    steps.push((stepped - start) * 1000);
  }
  return [median(steps.slice(rounds / 2)), median(changes.slice(rounds / 2))];
}

function cheapest(rounds) {
  const core = new Core(false, [], undefined);
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    core.step(JSON.stringify({ access: { granted: true } }));
    times.push((performance.now() - start) * 1000);
  }
  return median(times.slice(rounds / 2));
}

/** An event as long as the last one of a document, which is read and then dropped: it belongs to no tab. */
function dropped(rounds) {
  const core = new Core(false, [], undefined);
  const times = [];
  for (let id = 0; id < rounds; id += 1) {
    const request = { ...requestOf(id, -1), resourceType: "xmlhttprequest" };
    const event = JSON.stringify({ completed: { request, answer: answer(200, refused) } });
    const start = performance.now();
    core.step(event);
    times.push((performance.now() - start) * 1000);
  }
  return median(times.slice(rounds / 2));
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

const refused = ['Basic realm="Staff", charset="UTF-8"'];
const base = cheapest(4000);
const [works, fails, among] = [visits(200, [], 20, 4000), visits(401, refused, 20, 4000), visits(401, refused, 200, 4000)];
const rows = [
  ["a step that does nothing", base],
  ["an event that is read and dropped", dropped(4000)],
  ["a document that works, last step", works[0]],
  ["a document that fails, last step", fails[0]],
  ["the same with 200 tabs remembered", among[0]],
  ["what is kept and shown once it works", works[1]],
  ["what is kept and shown once it fails", fails[1]],
];
for (const [what, micros] of rows) console.log(`${what.padEnd(40)}${micros.toFixed(1).padStart(8)} µs${(micros / base).toFixed(1).padStart(8)} ×`);
