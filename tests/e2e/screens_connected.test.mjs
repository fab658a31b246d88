// The screens of the connections with data.
import { LOOKS, TEXTS, visitConnections } from "./harness/every_screen.mjs";
import { tour } from "./harness/tour.mjs";
import { shared } from "./harness/walk.mjs";

const server = shared((app) => tour.connect(app), "--sandbox-speed", "600", "--sandbox-people", "2000");

visitConnections([...LOOKS, ...TEXTS], server);
