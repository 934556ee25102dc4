// The cheapest extension that could see that a page is refused: one listener for pages alone, which does nothing.

browser.webRequest.onCompleted.addListener(() => {}, { urls: ["http://*/*", "https://*/*"], types: ["main_frame"] });
