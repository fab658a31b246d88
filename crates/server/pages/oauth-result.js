// Tells the window that opened this one how the flow ended, and closes; without one, goes on in this window.
"use strict";

const { origins } = document.currentScript.dataset;
const query = new URLSearchParams(location.search);
const flow = query.get("flow");
const status = query.get("status");
history.replaceState(null, "", location.pathname);

if (flow === null || status === null) {
  window.close();
} else if (window.opener) {
  // The browser delivers it to the origin that the opener has, and to none that is not listed. It complains about each that the
  // opener has not, so this page's own is told apart first.
  const own = isOfThisOrigin(window.opener);
  const listed = origins.split(" ").filter((origin) => (origin === location.origin) === own);
  for (const origin of listed) window.opener.postMessage({ flow, status }, origin);
  window.close();
} else {
  location.replace(`flows/${encodeURIComponent(flow)}/end`);
}

function isOfThisOrigin(other) {
  try {
    return other.location.origin === location.origin;
  } catch {
    return false;
  }
}
