// Notes every failing document, keeps a variable that a restart forgets, and speaks when told to.
let memory = "unmarked";

browser.webRequest.onHeadersReceived.addListener(details => {
  if (details.statusCode < 400) return;
  const { url, statusCode } = details;
  browser.storage.session.set({ [`view:${details.tabId}`]: { state: "wall", url, status: statusCode } });
}, { urls: ["*://*/*"], types: ["main_frame"] });

browser.runtime.onMessage.addListener((message, _sender, respond) => {
  if (message === "mark") memory = "marked";
  if (message === "speak") console.log("spoken by the " + "background");
  respond(memory);
});
