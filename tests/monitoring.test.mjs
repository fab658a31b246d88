// N2: alerts fire when they should and are quiet when all is well, and the dashboard asks what Prometheus understands.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { program } from "./hosts/web_servers.mjs";

const ROOT = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const promtool = (...given) => execFileSync(program("promtool"), given, { cwd: ROOT, stdio: "pipe", encoding: "utf8" });

test("n2: every alert fires in a case, and none where all is well", () => {
  promtool("test", "rules", "tests/monitoring/alerts.yml");
  const alerts = [...read("docs/monitoring/alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  assert.ok(alerts.length > 8);
  const [, well, ...failing] = read("tests/monitoring/alerts.yml").split("  - name: ");
  for (const alert of alerts) {
    assert.ok(well.includes(`alertname: ${alert} }`), `${alert} where all is well`);
    const fires = new RegExp(`alertname: ${alert}\\n +exp_alerts:`);
    assert.ok(
      failing.some((some) => fires.test(some)),
      `${alert} where it fires`,
    );
  }
});

test("n2: Prometheus understands every query of the dashboard", () => {
  const { panels } = JSON.parse(read("docs/monitoring/dashboard.json"));
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  assert.ok(queries.length > 5);
  const rules = queries.map((expr, at) => ({ record: `query:${at}`, expr }));
  const folder = mkdtempSync(join(tmpdir(), "msi-dashboard-"));
  try {
    // JSON is YAML as well.
    writeFileSync(join(folder, "queries.yml"), JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    promtool("check", "rules", join(folder, "queries.yml"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
