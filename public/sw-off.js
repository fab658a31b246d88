// Ends the use of the console without a network: served in place of sw.js, it removes the service worker and what it kept.
// Pages that are open go on, with files from the network. See docs/hosting.md.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(remove()));

async function remove() {
  const prefix = `msi ${new URL(registration.scope).pathname} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => caches.delete(name)));
  await registration.unregister();
}
