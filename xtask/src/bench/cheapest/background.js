// The cheapest extension that could see a failure: one listener, which does nothing.

const types = ["main_frame", "sub_frame", "xmlhttprequest"];
browser.webRequest.onCompleted.addListener(() => {}, { urls: ["http://*/*", "https://*/*"], types });
