// The switch: the page /addon/pause or /addon/resume of the lab's controls turns this add-on off or on, and then says so.

const act = location.pathname.split("/").at(-1);
if (location.pathname.startsWith("/addon/")) {
  chrome.runtime.sendMessage({ paused: act === "pause" }, (state) => {
    document.documentElement.dataset.addon = state;
  });
}
