// The server stops and starts again: pages, lists and the logo recover without any action of the user.
import assert from "node:assert/strict";

import { SERVER_DOWN } from "./harness/driver.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const server = serveWith([{ email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", isInvited: true }]);

walk(
  "r15: a list that could not be read is there once the server is back, and so is a screen that was not loaded; a change that did not get through is not said to be made",
  server,
  { refused: SERVER_DOWN },
  async (app) => {
    await app.enter();
    await server.kill();
    await app.users.search("nobody at all");
    await app.users.seeFailed(app.say("failure.unreachable"));
    await app.frame.seeUnreachable();
    // A screen whose code is not loaded yet.
    await app.frame.openSettings("nav.diagnostics");
    await app.frame.seeSaid(app.say("app.screen_failed"));
    assert.ok(await app.frame.hasLogo());
    await server.restart();
    await app.frame.seeReachable();
    await app.diagnostics.arrive();
    app.driver.forgetTroubles(/Failed to fetch|dynamically imported/);

    await app.users.open();
    await server.kill();
    await app.users.search("ana");
    await app.users.seeFailed(app.say("failure.unreachable"));
    await app.frame.seeUnreachable();
    await server.restart();
    await app.users.seeTotal(1);
    await app.frame.seeReachable();

    await server.kill();
    await app.users.chooseRole("Ana Ruiz", "role.admin");
    await app.users.seeQuestion(app.say("users.grant_title", { name: "Ana Ruiz" }));
    await app.users.confirm("users.grant");
    await app.users.seeRefusal(app.say("failure.unreachable"));
    assert.equal(await app.frame.hasUndo(), false);
    await server.restart();
    await app.frame.seeReachable();
    await app.users.confirm("users.grant");
    await app.frame.seeUndoable();
  },
);
