// A link cleaner, by the rule of rules.json; it can be paused.

chrome.runtime.onMessage.addListener(({ paused }, _sender, answer) => {
  const change = paused ? { disableRulesetIds: ["rules"] } : { enableRulesetIds: ["rules"] };
  chrome.declarativeNetRequest.updateEnabledRulesets(change).then(() => answer(paused ? "paused" : "active"));
  return true;
});
