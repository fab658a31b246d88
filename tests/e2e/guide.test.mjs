// The user guide: its labels are the app's, its pages exist in every language, and screens link to them.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { faults, strayLabels } from "../../script/guide/check.mjs";
import { keysOfPages } from "../../script/guide/screens.mjs";
import { headingOf, readGuide, readPage } from "../../script/guide/read.mjs";
import { IS_THOROUGH } from "./harness/driver.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();
const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readGuide(join(root, "docs/guide"), join(root, "locales"));

test("every bold text of the guide is a label that its own screen shows, in the language of its page", () => {
  const keys = keysOfPages(root);
  assert.deepEqual(
    [...guide.editions.values()].flatMap((edition) => strayLabels(edition, keys)),
    [],
  );
});

test("a label of another screen is found", () => {
  const pages = new Map([["invite", readPage("invite", "# Invite\n\n**Invite**, then **Next**")]]);
  const texts = { "users.invite": "Invite", "common.next": "Next" };
  assert.deepEqual(strayLabels({ locale: "en", pages, texts }, keysOfPages(root)), ["en/invite.md: Next"]);
});

test("what would lead nowhere, or differ between languages, is found", () => {
  const edition = (locale, pages) => ({
    locale,
    pages: new Map(Object.entries(pages).map(([name, text]) => [name, readPage(name, text)])),
  });
  const broken = {
    folder: "nowhere",
    editions: new Map([
      ["en", edition("en", { index: "# Guide\n\n- [Users](users.md#find)", users: "# Users\n\n## Find {#find}" })],
      ["es", edition("es", { index: "# Guía\n\n[x](gone.md) ![](x.webp) <b>x</b>" })],
    ]),
  };
  assert.deepEqual(faults(broken), [
    "es/users.md is missing",
    "es/index.md: it has markup: <b>",
    "es/index.md: it has other pictures than en",
    "es/index.md: gone.md leads nowhere",
    "es/index.md: the picture x.webp is missing",
  ]);
});

/** Where each step of the guide begins, and which persona does it. */
const STEPS = [
  ["set-up-marketo-sales-account", "marketo"],
  ["connect-marketo-sales-account-to-salesforce", "marketo", "salesforce"],
  ["connect-marketo-to-your-sales-apps-account", "marketo"],
  ["initiate-data-sync", "marketo"],
  ["invite-users", "marketo"],
  ["install-or-upgrade-the-msi-package", "salesforce"],
  ["configure-msi-actions-in-salesforce", "salesforce"],
];

test("the guide leads through all seven steps, each with its personas, in every language", () => {
  for (const { locale, pages, texts } of guide.editions.values()) {
    const rows = pages.get("index").tokens.find(({ type }) => type === "table").rows;
    assert.equal(rows.length, STEPS.length, locale);
    const headings = pages
      .get("setup-guide")
      .tokens.filter(({ type }) => type === "heading")
      .map(headingOf);
    for (const [index, [anchor, ...personas]] of STEPS.entries()) {
      const title = texts[`step.${index + 1}`];
      const [step, who, where] = rows[index].map(({ text }) => text);
      assert.equal(step, `${index + 1}. ${title}`, locale);
      for (const persona of ["marketo", "salesforce"]) {
        const isTheirs = personas.includes(persona);
        assert.equal(who.includes(texts[`persona.${persona}_admin`]), isTheirs, `${locale}: ${step}, ${who}`);
      }
      assert.match(where, /\]\([a-z-]+\.md\)/, `${locale}: ${step} leads to a page`);
      const { text } = headings.find((heading) => heading.anchor === anchor) ?? {};
      assert.ok(text?.includes(title) && text.includes(`${index + 1}`), `${locale}: ${anchor}: ${text}`);
    }
    for (const anchor of ["invite-individual-users-to-msi-actions", "invite-users-via-csv-to-msi-actions"]) {
      assert.ok(
        headings.some((heading) => heading.anchor === anchor),
        `${locale}: ${anchor}`,
      );
    }
  }
});

test("pictures are small", () => {
  const images = join(root, "docs/guide/images");
  const files = readdirSync(images, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    assert.ok(statSync(path).size <= 60_000, path);
  }
});

/** Colours depend on the theme, what is cut off on the window and the language. */
const EDITIONS = [
  { locale: "en", width: 1280, axe: "all" },
  { locale: "es", width: 320, dark: true, axe: false },
  { locale: "ko", width: 360, axe: false },
];
for (const settings of IS_THOROUGH ? EDITIONS : EDITIONS.slice(0, 2)) {
  walk(`u1 u7: every page of the guide with ${JSON.stringify(settings)}`, server, settings, async ({ driver }) => {
    const pages = [...guide.editions.get(settings.locale).pages.values()];
    for (const [index, page] of pages.entries()) {
      await driver.goto(`/guide/${settings.locale}/${page.name}.html`);
      await driver.see({ role: "heading", name: page.title });
      assert.equal(await driver.language(), settings.locale);
      const looks = settings.axe ? [false, true].map((dark) => ({ ...settings, dark })) : [settings];
      for (const look of IS_THOROUGH ? looks : [looks[index % looks.length]]) {
        await driver.adapt(look);
        await driver.inspect(`guide, ${page.name}`);
      }
    }
  });
}

walk(
  "a screen leads to its page of the guide, in its own language or else in English",
  server,
  { locale: "ko" },
  async (app, another) => {
    const seeHelp = async (person, help, language) => {
      await person.enter();
      const href = await person.driver.attributeOf({ role: "link", name: help }, "href");
      assert.equal(href, `/guide/${language}/users.html`);
      await person.driver.goto(href);
      await person.driver.see({ role: "heading", name: guide.editions.get(language).pages.get("users").title });
    };
    await seeHelp(app, "도움말", "ko");
    await seeHelp(await another({ locale: "fr" }), "Aide", "en");
  },
);
