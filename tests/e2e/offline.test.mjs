// The console without a network, and how one version of it follows another in a browser.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { gzipSync } from "node:zlib";

import { openHost } from "../../examples/host/server.mjs";
import { Builds, buildIn } from "./harness/builds.mjs";
import { IS_THOROUGH, OFFLINE, SERVER_DOWN } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, Server, until } from "./harness/server.mjs";
import { openTampering } from "./harness/tampering.mjs";
import { update, versionOf } from "./harness/versions.mjs";
import { walk } from "./harness/walk.mjs";

const builds = new Builds();
after(() => builds.close());
const server = new Server([], { dist: builds.published });
after(() => server.close());

const OPTIONS = { serviceWorker: true, refused: [...SERVER_DOWN, OFFLINE] };
const CHUNKS = "/invitation-batches/{id}/chunks";

/** A walk that begins with the first build. */
function offlineWalk(name, steps) {
  walk(name, server, OPTIONS, async (app, another) => {
    builds.publish("a");
    await steps(app, another);
    // What the browser itself says of files that it could not get.
    app.driver.forgetTroubles(/Failed to fetch|dynamically imported/);
  });
}

// --- what happens in the browser

/** Waits until the page has a service worker; its version is installed then. Fails with how far that has come. */
async function installed({ driver }) {
  let howFar = "";
  await until(
    async () => {
      howFar = await driver.onPage(async () => {
        const worker = navigator.serviceWorker;
        if (worker.controller) return "";
        const { installing, waiting, active } = (await worker.getRegistration()) ?? {};
        const { held, pending } = await navigator.locks.query();
        const names = (locks) => locks.map(({ name }) => name);
        const states = [installing, waiting, active].map((one) => one?.state);
        return JSON.stringify({ states, held: names(held), pending: names(pending) });
      });
      return howFar === "";
    },
    () => `a service worker: ${howFar}`,
  );
}

const versionIn = (name) => buildIn(builds.folderOf(name)).version;

/** What the service worker keeps: the addresses below the origin, by the name of their cache. */
function keptBy({ driver }) {
  return driver.onPage(async () => {
    const names = await caches.keys();
    const addresses = async (name) =>
      (await (await caches.open(name)).keys()).map(({ url }) => url.slice(location.origin.length));
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await addresses(name)])));
  });
}

/** Waits until a page is of this build. */
async function seeVersion(app, name) {
  await until(
    async () => (await versionOf(app).catch(() => null)) === versionIn(name),
    () => `version ${name}`,
  );
}

const cacheOf = (name) => `msi / ${versionIn(name)}`;

/** How many pages hold a version, so that its files stay. */
function holdersOf({ driver }, name) {
  return driver.onPage(
    async (name) => (await navigator.locks.query()).held.filter((lock) => lock.name === name).length,
    cacheOf(name),
  );
}

/** The page and all its code are of one build. */
async function seeWhole(app, name) {
  const { version, asked } = await app.driver.onPage(() => ({
    version: document.querySelector("script[data-wasm]").dataset.version,
    asked: performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.slice(1)),
  }));
  assert.equal(version, versionIn(name));
  const { files } = buildIn(builds.folderOf(name));
  const code = asked.filter((path) => path.startsWith("assets/"));
  assert.ok(code.length > 3, `${code}`);
  for (const path of code) assert.ok(path in files, `${path} is of build ${name}`);
}

/** The first visit. */
async function visit(app) {
  await app.signIn.open();
  await installed(app);
}

/** The paths of all screens, with a value for each parameter. The sign-in window needs its opener, and is left alone. */
function paths() {
  const [, places] = readFileSync("src/domain/navigation/route.rs", "utf8").match(/places! \{(.*?)\n\}\n/s);
  // What shows one thing ends in a slash, which its id follows.
  const all = [...places.matchAll(/ = "([^"]+)"/g)].map(([, path]) => (path === "/" ? path : path.replace(/\/$/, "/1")));
  return [...all, "/validate"].filter((path) => path !== "/sign-in/window");
}

// --- without a network

offlineWalk("o1: after one visit every route opens in a new tab with the server gone", async (app) => {
  await visit(app);
  await server.kill();
  await app.driver.offline(true);
  const all = paths();
  assert.ok(all.length > 20);
  const isOpenToAll = ["/sign-in", "/forgot-password", "/reset-password", "/activate", "/validate"];
  // All others show the same to who is not signed in.
  const some = all.filter((path, index) => IS_THOROUGH || isOpenToAll.includes(path) || index % 8 === 0);
  for (const path of [...some, "/settings/admin/users?search=ana", "/no/such/screen"]) {
    const tab = await app.tab();
    await tab.driver.goto(path);
    if (path === "/no/such/screen") await tab.frame.seeNotFound();
    else if (isOpenToAll.includes(path)) await tab.driver.see({ role: "heading", name: /./ });
    else await tab.driver.see({ role: "heading", name: tab.say("app.offline_title") });
    await seeWhole(tab, "a");
    await tab.driver.closeTab();
  }
});

offlineWalk(
  "o1 o11: a tab that was open goes on offline with screens that it had not loaded; what was prepared survives it, which cannot know who is signed in, claims nothing, and is sent once when the person agrees",
  async (app) => {
    await app.enter();
    await installed(app);
    await app.inviteCsv.open();
    await app.inviteCsv.prepare(fileOf("held.csv", "Email,First name\nana@held.example,Ana\nbo@held.example,Bo\n"));
    await server.kill();
    await app.driver.offline(true);
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeHeld(2);
    await app.driver.seeAttribute({ role: "button", name: app.say("sending.send_now") }, "aria-disabled", "true");
    const { requests } = app.driver.listen();
    // Its code is asked for now.
    await app.frame.openSettings("nav.diagnostics");
    await app.driver.see({ role: "heading", name: app.say("nav.diagnostics"), within: { role: "main" } });
    await seeWhole(app, "a");
    await app.driver.reload();
    await app.frame.seeUnknown();
    const isSignedOut = await app.driver.has({ role: "heading", name: app.say("sign_in.title") });
    assert.equal(isSignedOut, false, "nobody is said to be signed out");
    await server.restart();
    await app.driver.offline(false);
    await app.frame.openWork();
    await app.inviteCsv.sending.seeHeldBack(2);
    await app.users.open();
    await app.frame.seeWorkMarked("work.held");
    await app.frame.openWork();
    await app.inviteCsv.sending.seeHeldBack(2);
    assert.deepEqual(
      requests.filter(({ method }) => method === "POST"),
      [],
      "nothing is sent by itself, and a reload loses nothing",
    );
    assert.equal((await server.mails("@held.example")).length, 0);
    const second = await app.tab();
    await second.users.open();
    await second.frame.seeInWork("sending.elsewhere");
    await app.inviteCsv.sending.sendNow();
    await app.frame.seeBatchEnded("held.csv");
    await server.mailsOnceThere("@held.example", 2);
    assert.equal((await (await server.admin()).users({ search: "held.example" })).length, 2);
    assert.equal((await server.mails("@held.example")).length, 2, "nobody got two mails");
  },
);

// --- files of the system

/** Runs steps with `share(path, text)`, which does what the system does when the person chooses the console for a file. */
async function sharing({ driver }, steps) {
  const { share_target: target } = await driver.onPage(async () => (await fetch("manifest.webmanifest")).json());
  const system = await openHost(
    { pages: { "share.html": "<!doctype html><title>Share</title><body></body>" } },
    { name: "localhost" },
  );
  const share = async (path, text) => {
    await driver.goto(`${system.origin}/share.html`);
    await driver.onPage(
      ({ action, method, enctype, name, text }) => {
        const form = Object.assign(document.createElement("form"), { action, method, enctype });
        const input = Object.assign(document.createElement("input"), { type: "file", name });
        if (text) {
          const chosen = new DataTransfer();
          chosen.items.add(new File([text], "shared.csv", { type: "text/csv" }));
          input.files = chosen.files;
        }
        form.append(input);
        document.body.append(form);
        form.submit();
      },
      { ...target, action: `${server.origin}/${path}`, name: target.params.files[0].name, text },
    );
  };
  try {
    await steps(share, target);
  } finally {
    system.close();
  }
}

offlineWalk(
  "o2: a file that the system shares to the installed console is checked without a network, and no other POST is taken",
  async (app) => {
    await visit(app);
    await sharing(app, async (share, target) => {
      await share("livez", "Email\nana@shared.example\n");
      await app.driver.seeAddress(/livez$/);
      await app.driver.goto(`${server.origin}/validate`);
      await app.validate.arrive();
      app.driver.forgetTroubles(/405/);

      await server.kill();
      await share(target.action, "Email,First name\nana@shared.example,Ana\n");
      await app.validate.arrive();
      await app.driver.see({ text: "shared.csv", within: { role: "main" } });
      await app.validate.file.arriveChosen();
      // It is handed over once.
      await app.driver.reload();
      await app.validate.arrive();
      assert.equal(await app.driver.has({ text: "shared.csv" }), false);
      await share(target.action, "");
      await app.validate.arrive();
      assert.equal(await app.driver.has({ role: "alert" }), false);
    });
  },
);

offlineWalk(
  "o2 a18: a shared file outlives the service worker's end, is kept for a minute at most, and is removed once the page has it",
  async (app) => {
    await visit(app);
    await app.driver.holdMessagesToServiceWorker();
    const isKept = async (driver) => "msi / shared" in (await keptBy({ driver }));
    await sharing(app, async (share, target) => {
      await share(target.action, "Email,First name\nana@shared.example,Ana\n");
      await app.validate.arrive();
      assert.equal(await isKept(app.driver), true);
      await app.driver.endServiceWorkers();
      await app.driver.onPage(() => window.letMessagesPass());
      await app.driver.see({ text: "shared.csv", within: { role: "main" } });
      await app.validate.file.arriveChosen();
      assert.equal(await isKept(app.driver), false);

      // No page takes this one, and the service worker's own clock ends with it.
      await share(target.action, "Email,First name\nbo@shared.example,Bo\n");
      await app.validate.arrive();
      await app.driver.endServiceWorkers();
      await app.driver.onPage(async () => {
        const cache = await caches.open("msi / shared");
        const [request] = await cache.keys();
        const kept = await cache.match(request);
        const headers = { ...Object.fromEntries(kept.headers), "x-shared-at": `${Date.now() - 60_000}` };
        await cache.put(request, new Response(await kept.blob(), { headers }));
      });
      await app.driver.reload();
      await app.validate.arrive();
      await until(
        async () => !(await isKept(app.driver)),
        () => "the file to be removed",
      );
      await app.driver.onPage(() => window.letMessagesPass());
      assert.equal(await app.driver.has({ text: "shared.csv" }), false);
    });
  },
);

// --- what is kept

offlineWalk(
  "o6 o4 o7 o12 o14: the files of the version are kept, nothing else and within 3 MB; parts and the backend come from the network; the script that ends it removes all of it, and open pages go on",
  async (app) => {
    await app.enter();
    await installed(app);
    // Screens that ask the API.
    await app.teams.open();
    await app.profile.open();
    const folder = builds.folderOf("a");
    const { files } = buildIn(folder);
    const kept = await keptBy(app);
    assert.deepEqual(Object.keys(kept).toSorted(), [cacheOf("a"), "msi / config"].toSorted());
    assert.deepEqual(kept["msi / config"], ["/config.json"]);
    assert.deepEqual(kept[cacheOf("a")].toSorted(), ["/", ...Object.keys(files).map((path) => `/${path}`)].toSorted());
    const bytes = ["index.html", ...Object.keys(files)].reduce(
      (sum, path) => sum + gzipSync(readFileSync(join(folder, path)), { level: 9 }).length,
      0,
    );
    assert.ok(bytes <= 3e6, `${bytes} bytes`);
    assert.deepEqual(app.driver.troubles, []);

    const asset = Object.keys(files).find((path) => path.endsWith(".wasm"));
    const seen = await app.driver.onPage(async (asset) => {
      const part = await fetch(`/${asset}`, { headers: { Range: "bytes=0-3" }, cache: "no-store" });
      const { enabled } = await (await navigator.serviceWorker.getRegistration()).navigationPreload.getState();
      return { part: part.status, length: (await part.arrayBuffer()).byteLength, enabled };
    }, asset);
    assert.deepEqual(seen, { part: 206, length: 4, enabled: false });
    const tab = await app.driver.tab();
    assert.equal(await tab.isAnsweredByServiceWorker("/settings"), true);
    for (const path of [
      "/mailbox",
      "/livez",
      "/readyz",
      "/oauth/callback",
      "/flows/none/start",
      "/embed/users",
      "/api/v1/session",
      "/sw-off.js",
    ]) {
      assert.equal(await tab.isAnsweredByServiceWorker(path), false, path);
    }
    await tab.closeTab();
    app.driver.forgetTroubles();

    const off = builds.folderOf("off");
    writeFileSync(join(off, "sw.js"), readFileSync(join(off, "sw-off.js")));
    for (const end of ["br", "gz"]) rmSync(join(off, `sw.js.${end}`));
    builds.publish("off");
    await app.driver.onPage(async () => (await navigator.serviceWorker.getRegistration()).update());
    const isGone = () =>
      app.driver.onPage(async () => (await caches.keys()).length === 0 && !(await navigator.serviceWorker.getRegistration()));
    await until(isGone, () => "the service worker to be gone");
    await app.teams.open();
    await until(isGone, () => "the service worker to stay away");
    assert.equal(await app.driver.onPage(() => navigator.serviceWorker.controller), null);
  },
);

/** A site on another port, with pages that show the console in a frame, and send to it. */
function openNeighbour({ origin }) {
  const pages = {
    "frame.html": `<!doctype html><html lang="en"><title>Frame</title><iframe src="${origin}/settings"></iframe></html>`,
    "form.html": `<!doctype html><html lang="en"><title>Form</title><form method="post" action="${origin}/settings"><button>Send</button></form></html>`,
  };
  return openHost({ pages, headers: { "Content-Security-Policy": "frame-src *" } }, { name: "127.0.0.1" });
}

offlineWalk(
  "o14: what is sent by POST and what is shown in a frame comes from the network, and a page that was redirected opens without",
  async (app) => {
    const proxy = await openTampering(server);
    // The service worker sees what pages of its own site do, and another port is the same site.
    const neighbour = await openNeighbour(proxy);
    try {
      const { driver } = app;
      driver.options.origin = proxy.origin;
      proxy.redirect("/", "/index.html");
      await driver.goto(`${proxy.origin}/sign-in`);
      await installed(app);
      assert.ok(proxy.asked.includes("GET /index.html"), "the page was redirected");
      const [file] = Object.keys(buildIn(builds.folderOf("a")).files).filter((path) => path.endsWith(".css"));
      const taken = async (steps) => {
        proxy.asked.length = 0;
        await steps();
        return proxy.asked.filter((request) => /\/(settings|assets)/.test(request));
      };
      const fetched = (options) =>
        driver.onPage(({ file, options }) => fetch(file, options).then(({ ok }) => ok), { file, options });
      assert.deepEqual(await taken(() => fetched({})), [], "what is kept is not asked for");
      assert.deepEqual(await taken(() => fetched({ method: "POST" })), [`POST /${file}`]);
      const tab = await driver.tab();
      assert.equal(await tab.isAnsweredByServiceWorker(`${proxy.origin}/settings`), true);
      await tab.goto(`${neighbour.origin}/frame.html`);
      const inFrame = await taken(async () => {
        await tab.reload();
        await tab.frames();
      });
      assert.deepEqual(inFrame, ["GET /settings"], "a frame");
      await tab.goto(`${neighbour.origin}/form.html`);
      const sent = await taken(async () => {
        await tab.click({ role: "button", name: "Send" });
        await tab.seeAddress(`${proxy.origin}/settings`);
      });
      assert.ok(sent.includes("POST /settings"), `${sent}`);

      await driver.offline(true);
      for (const path of ["/", "/validate"]) {
        const opened = await app.tab();
        assert.equal(await opened.driver.isAnsweredByServiceWorker(`${proxy.origin}${path}`), true);
        await seeWhole(opened, "a");
      }
      driver.forgetTroubles();
    } finally {
      proxy.close();
      neighbour.close();
    }
  },
);

offlineWalk(
  "c10: the configuration comes from the network, and a bad or missing one is replaced by the last good one",
  async (app) => {
    const folder = builds.folderOf("config");
    builds.publish("config");
    const file = join(folder, "config.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    await visit(app);
    const read = () => app.driver.onPage(async () => (await fetch("/config.json", { cache: "no-cache" })).json());
    writeFileSync(file, JSON.stringify({ ...config, default_locale: "ko" }));
    assert.equal((await read()).default_locale, "ko");
    writeFileSync(file, "<!doctype html><title>Sign in to this network</title>");
    assert.equal((await read()).default_locale, "ko");
    writeFileSync(file, JSON.stringify({ ...config, default_locale: "fr" }));
    assert.equal((await read()).default_locale, "fr");
    await app.driver.offline(true);
    assert.equal((await read()).default_locale, "fr");
    assert.ok((await keptBy(app))["msi / config"].length === 1);
  },
);

// --- from one version to another

offlineWalk(
  "o5 o13: another version, or the one before, waits, is offered, and takes over only when the person says so",
  async (app) => {
    await app.enter();
    await installed(app);
    builds.publish("b");
    // What happens when the person returns to the tab.
    await app.driver.onPage(() => document.dispatchEvent(new Event("visibilitychange")));
    await app.version.seeReady();
    await app.teams.open();
    await seeWhole(app, "a");
    await app.version.seeReady();
    await app.version.reload();
    await seeVersion(app, "b");
    await app.teams.arrive();
    await seeWhole(app, "b");
    assert.equal(await app.version.isReady(), false);
    const isTidy = async () => !(cacheOf("a") in (await keptBy(app)));
    await app.driver.reload();
    await app.teams.arrive();
    await until(isTidy, () => "the files of the version before to be removed");

    for (const name of ["a", "b"]) {
      builds.publish(name);
      assert.equal(await update(app), "installed");
      await app.version.seeReady();
      await app.version.reload();
      await seeVersion(app, name);
      await app.teams.arrive();
      await seeWhole(app, name);
    }
    await app.driver.offline(true);
    await app.driver.reload();
    await app.frame.seeUnknown();
    await seeWhole(app, "b");
  },
);

offlineWalk(
  "o5: a page that stays open looks for another version after 24 hours, and not before; where that is asked to take over and does not, the page is reloaded, and it is offered again",
  async (app) => {
    const { driver, version } = app;
    await driver.ownClock();
    await app.enter();
    await installed(app);
    await driver.onPage(async () => {
      const { update } = ServiceWorkerRegistration.prototype;
      window.looks = 0;
      ServiceWorkerRegistration.prototype.update = function () {
        window.looks += 1;
        return update.call(this);
      };
    });
    const looks = () => driver.onPage(() => window.looks);
    await driver.skipTime((24 * 60 - 2) * 60_000);
    assert.equal(await looks(), 0, "nothing before");
    assert.equal(await version.isReady(), false);
    // Not earlier: the browser looks by itself some time after a page was opened, and would find it.
    builds.publish("b");
    await driver.skipTime(5 * 60_000);
    assert.equal(await looks(), 1);
    await version.seeReady();

    await driver.onPage(() => {
      ServiceWorker.prototype.postMessage = () => {};
      const mark = document.createElement("p");
      mark.textContent = "before the reload";
      document.body.append(mark);
    });
    await version.reload();
    await driver.skipTime(5_000);
    await driver.gone({ text: "before the reload" });
    await version.seeReady();
    assert.equal(await versionOf(app), versionIn("a"));
    await version.reload();
    await seeVersion(app, "b");
  },
);

offlineWalk("o5: in the middle of work a reload is asked about first, and nothing is lost by it", async (app) => {
  await app.enter();
  await installed(app);
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("work.csv", "Email,First name\nana@work.example,Ana\n"));
  builds.publish("b");
  assert.equal(await update(app), "installed");
  await app.version.seeReady();
  await app.version.reload();
  await app.version.seeAsked(app.say("version.draft", { file: "work.csv" }));
  await app.version.stay();
  await app.inviteCsv.mapping.arrive();
  await app.inviteCsv.mapping.next();
  await app.inviteCsv.review.arrive();
  await app.inviteCsv.review.next();
  await app.inviteCsv.invite.arrive();
  await app.fault(CHUNKS, "503", { method: "post", times: 1_000_000 });
  await app.inviteCsv.invite.invite(1);
  await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
  await app.version.reload();
  await app.version.seeAsked(app.say("version.sending"));
  await app.version.agree();
  await seeVersion(app, "b");
  await app.fault(CHUNKS, "503", { method: "post", times: 0 });
  await app.frame.seeBatchEnded("work.csv");
});

offlineWalk("o5 o3: another tab goes on whole with the version that it has, although the host no longer has it", async (app) => {
  await app.enter();
  await installed(app);
  const second = await app.tab();
  await second.users.open();
  // Its lock is what keeps the files.
  await until(
    async () => (await holdersOf(second, "a")) === 2,
    () => "both tabs to hold their version",
  );
  builds.publish("b");
  assert.equal(await update(app), "installed");
  await app.version.seeReady();
  await app.version.reload();
  await seeVersion(app, "b");
  await app.users.arrive();
  await second.version.seeReady();
  assert.equal(await versionOf(second), versionIn("a"), "nothing was reloaded");
  await second.frame.openSettings("nav.diagnostics");
  await second.driver.see({ role: "heading", name: second.say("nav.diagnostics"), within: { role: "main" } });
  await seeWhole(second, "a");
  await second.version.reload();
  await seeVersion(second, "b");
});

offlineWalk("o5: the sign-in screens offer another version too, unless a reload would lose the token of a link", async (app) => {
  await visit(app);
  builds.publish("b");
  assert.equal(await update(app), "installed");
  await app.version.seeReady();
  await app.driver.click({ role: "link", name: app.say("sign_in.forgot") });
  await app.driver.see({ role: "heading", name: app.say("forgot.title") });
  await app.version.seeReady();
  await app.signIn.open();
  await app.version.seeReady();
  await app.signIn.openLink(await server.signInLink());
  await app.version.seeNone();
  await app.signIn.submit();
  await app.setupGuide.arrive();
  await app.version.seeReady();
  await app.frame.signOut(ADMIN);
  await app.frame.seeSignedOut();
  await app.version.reload();
  await seeVersion(app, "b");
  await app.signIn.seeOffered();
});

offlineWalk(
  "o5 o2: whoever only checks files is offered another version, which the browser finds by itself, and asked before work is lost",
  async (app) => {
    await visit(app);
    builds.publish("b");
    const heard = app.driver.listen();
    await app.validate.open();
    const count = heard.requests.length;
    await app.validate.file.choose(fileOf("lost.csv", "Email,First name\nana@lost.example,Ana\n"));
    await app.validate.file.arriveChosen();
    await app.version.seeReady();
    assert.equal(await holdersOf(app, "a"), 1, "its files are kept as long as it is open");
    await app.version.reload();
    await app.version.seeAsked(app.say("version.lost", { file: "lost.csv" }));
    await app.version.stay();
    await app.driver.see({ text: "lost.csv", within: { role: "main" } });
    const asked = heard.requests.slice(count).filter(({ isOfServiceWorker }) => !isOfServiceWorker);
    assert.deepEqual(
      asked.map(({ url }) => url),
      [],
      "the page has asked for nothing",
    );
    await app.version.reload();
    await app.version.agree();
    await seeVersion(app, "b");
    await app.validate.arrive();
    assert.equal(await app.version.isReady(), false);

    // Whoever closes the tab instead has it next time.
    builds.publish("a");
    await app.driver.reload();
    await app.validate.arrive();
    await app.version.seeReady();
    assert.equal(await versionOf(app), versionIn("b"));
    await app.driver.closeTab();
    const next = await app.tab();
    // It takes over once the browser has noticed that no page is open.
    await until(
      async () => {
        await next.validate.open();
        return (await versionOf(next)) === versionIn("a");
      },
      () => "the other version",
    );
    await seeWhole(next, "a");
    assert.equal(await next.version.isReady(), false);
  },
);

offlineWalk("o5 o3: a tab that checks a file keeps the files of its version while another tab changes over", async (app) => {
  await visit(app);
  await app.validate.open();
  const second = await app.tab();
  await second.signIn.open();
  builds.publish("b");
  assert.equal(await update(second), "installed");
  await second.version.seeReady();
  await second.version.reload();
  await seeVersion(second, "b");
  // Each navigation tidies up.
  await second.driver.reload();
  await second.signIn.seeOffered();
  await app.version.seeReady();
  await app.validate.toSignIn();
  await app.signIn.byLink(await server.signInLink());
  await app.setupGuide.arrive();
  await seeWhole(app, "a");
});

offlineWalk("o3: each request of an installation that breaks off in turn leaves the version before whole", async (app) => {
  const proxy = await openTampering(server);
  try {
    const { driver } = app;
    driver.options.origin = proxy.origin;
    await driver.goto(`${proxy.origin}/sign-in`);
    await installed(app);
    builds.publish("b");
    const { files } = buildIn(builds.folderOf("b"));
    const escaped = (path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const all = ["", ...Object.keys(files)];
    assert.ok(all.length > 30, `${all.length} files`);
    // In every run the last one of each kind.
    const each = IS_THOROUGH ? all : [...new Map(all.map((path) => [path.split(".").at(-1), path])).values()];
    for (const path of each) {
      proxy.breakOff(new RegExp(`^/${escaped(path)}$`));
      assert.equal(await update(app), "redundant", path);
      assert.ok(proxy.broken.length > 0, `/${path} was asked for`);
      const kept = await keptBy(app);
      assert.deepEqual(Object.keys(kept).toSorted(), [cacheOf("a"), "msi / config"].toSorted(), path);
    }
    proxy.breakOff(null);
    // A changed byte is refused like a missing file.
    proxy.change(/\.css$/);
    assert.equal(await update(app), "redundant", "c6: a changed byte");
    proxy.change(null);
    // The host is gone altogether, the old version works whole, and the new one is installed when it is back.
    proxy.breakOff(/./);
    await driver.reload();
    await driver.see({ role: "heading", name: app.say("sign_in.title") });
    await seeWhole(app, "a");
    proxy.breakOff(null);
    assert.equal(await update(app), "installed");
    // It takes over with the host gone: nothing is missing for that.
    proxy.breakOff(/./);
    await driver.onPage(async () => {
      const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
      const registration = await navigator.serviceWorker.getRegistration();
      const ask = () => registration.waiting?.postMessage("take over");
      ask();
      // While the one before is at work, Chromium leaves it there, and may look no sooner than it is asked again.
      const again = setInterval(ask, 1_000);
      await changed;
      clearInterval(again);
    });
    await driver.goto(`${proxy.origin}/sign-in`);
    await driver.see({ role: "heading", name: app.say("sign_in.title") });
    await seeWhole(app, "b");
    driver.forgetTroubles();
  } finally {
    proxy.close();
  }
});

// --- where it cannot be

offlineWalk(
  "o8 o10: where the storage is full nothing is installed, and the console works as before and says what is not kept",
  async (app) => {
    await app.driver.storageOf(10_000);
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("full.csv", "Email,First name\nana@full.example,Ana\n"));
    await app.frame.seeSaid(app.say("draft.not_stored"));
    await app.driver.inspect("a draft that is not kept");
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
    await app.inviteCsv.review.next();
    await app.inviteCsv.invite.arrive();
    await app.fault(CHUNKS, "503", { method: "post", times: 1_000_000 });
    await app.inviteCsv.invite.invite(1);
    await app.inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await app.frame.seeSaid(app.say("sending.not_kept"));
    await app.fault(CHUNKS, "503", { method: "post", times: 0 });
    await app.inviteCsv.sending.seeAccepted(1);
    assert.equal(await app.driver.onPage(() => navigator.serviceWorker.controller), null);
  },
);
