// Tells the window that opened this one how the flow ended, and closes; without one, goes on in this window.
"use strict";

const query = new URLSearchParams(location.search);
const flow = query.get("flow");
const status = query.get("status");
history.replaceState(null, "", location.pathname);

if (flow === null || status === null) {
  window.close();
} else if (window.opener) {
  window.opener.postMessage({ flow, status }, location.origin);
  window.close();
} else {
  location.replace(`flows/${encodeURIComponent(flow)}/end`);
}
