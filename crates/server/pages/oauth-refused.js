// Takes what Salesforce has added out of the address, and with it out of the browser's history.
"use strict";

history.replaceState(null, "", location.pathname);
