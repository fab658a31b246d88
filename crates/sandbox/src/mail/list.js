// Keeps the list up to date without loading the page again, and tells exact times in the reader's zone.
const PAUSE = 2000;

function tellTimes(page) {
  for (const time of page.querySelectorAll("time")) {
    time.title = new Date(time.dateTime).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "long" });
  }
}

/** This page as the server would send it now; null without an answer. */
function load() {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => done(request.status === 200 ? request.response : null);
    request.onerror = () => done(null);
    request.send();
  });
}

/** Replaces what has changed; the focus stays on its mail. */
function show(page) {
  tellTimes(page);
  for (const id of ["count", "mails"]) {
    const [old, now] = [document, page].map((where) => where.getElementById(id));
    if (!old || !now || old.isEqualNode(now)) continue;
    const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    old.replaceChildren(...now.childNodes);
    if (focused) [...old.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  }
}

async function refresh() {
  const page = document.hidden ? null : await load();
  if (page) show(page);
}

async function keepUp() {
  await refresh();
  setTimeout(keepUp, PAUSE);
}

tellTimes(document);
setTimeout(keepUp, PAUSE);
// What is shown again, from memory or from the background, is old.
addEventListener("pageshow", ({ persisted }) => void (persisted && refresh()));
document.addEventListener("visibilitychange", refresh);
