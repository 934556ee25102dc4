// What many public pages do for a visitor who is not signed in; each request fails and nothing is wrong.
const image = new Image();
const missing = new Promise((done) => { image.onload = image.onerror = done; });
image.src = "/missing.png";
const visitor = fetch("/api/me").then((answer) => answer.ok);
navigator.sendBeacon("/beacon", "seen");
await Promise.allSettled([missing, visitor]);
document.documentElement.dataset.settled = "";
