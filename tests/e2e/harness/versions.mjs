// The versions of the console in a person's browser.

/** The version of the page; undefined where it is none of the console. */
export const versionOf = ({ driver }) => driver.onPage(() => document.querySelector("script[data-wasm]")?.dataset.version);

/** Looks for another version, and waits for what becomes of it: `installed`, or `redundant` where it failed. */
export function update({ driver }) {
  return driver.onPage(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const next = new Promise((found) =>
      registration.addEventListener("updatefound", () => found(registration.installing), { once: true }),
    );
    await registration.update();
    // The page and the browser look by themselves, too, and may have been first.
    const worker = registration.installing ?? registration.waiting ?? (await next);
    const isOver = () => !["parsed", "installing"].includes(worker.state);
    if (!isOver()) await new Promise((over) => worker.addEventListener("statechange", () => isOver() && over()));
    return worker.state;
  });
}
