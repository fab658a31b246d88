// A one-time link in the address of the page.
import { until } from "../harness/server.mjs";

/** Waits until the page has taken the token out of its address. A link that is pasted over another one loads nothing. */
export async function linkTaken(driver) {
  await until(
    () => driver.onPage(() => location.hash === "").catch(() => false),
    () => "the token of the link to be taken",
  );
}
