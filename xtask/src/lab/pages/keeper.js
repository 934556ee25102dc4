// Installs the service worker; marks the page once it answers for the site.
await navigator.serviceWorker.register("/worker.js");
await navigator.serviceWorker.ready;
document.documentElement.dataset.kept = "";
