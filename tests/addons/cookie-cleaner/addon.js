// A cookie cleaner: it removes each session cookie of the lab's wall about it as soon as it is set; it can be paused.

const { cookies, runtime, storage } = chrome;

cookies.onChanged.addListener(async ({ removed, cookie }) => {
  if (removed || cookie.name !== "sid" || !cookie.domain.endsWith("cleaned.test")) return;
  const { paused } = await storage.session.get("paused");
  if (!paused) await cookies.remove({ url: `http://${cookie.domain}${cookie.path}`, name: cookie.name, storeId: cookie.storeId });
});
runtime.onMessage.addListener(({ paused }, _sender, answer) => {
  storage.session.set({ paused }).then(() => answer(paused ? "paused" : "active"));
  return true;
});
