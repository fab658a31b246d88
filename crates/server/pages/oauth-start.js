// Leads the window to the same address from this site, so that the browser sends the session's cookie.
"use strict";

const address = new URL(location.href);
address.searchParams.set("from", "here");
location.replace(address);
