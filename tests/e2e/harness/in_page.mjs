// What drivers look up inside a page. Each function runs there and is sent as text, so it refers to nothing outside itself;
// several arguments come as one array.

/** The cells of rows, as texts; a list in a cell as an array, a select as the label of its choice. */
export function readCells(rows) {
  return rows.map((row) =>
    [...row.children].map((cell) => {
      const list = [...cell.querySelectorAll("li")];
      const select = cell.querySelector("select");
      if (select) return select.selectedOptions[0]?.label ?? "";
      return list.length > 0 ? list.map((item) => item.innerText.trim()) : cell.innerText.trim();
    }),
  );
}

/** Whether the row of a table that has something in it ends with these cells. */
export function endsWithCells([table, selector, cells]) {
  if (!table.isConnected) return "gone";
  const row = table.querySelector(selector)?.closest("tr");
  const last = [...(row?.cells ?? [])].slice(-cells.length).map((cell) => cell.textContent.trim());
  return last.join() === cells.join();
}

/** The value of a field, or the label of a select's choice. */
export function shownValue(field) {
  return field instanceof HTMLSelectElement ? field.selectedOptions[0]?.label : field.value;
}

export function optionLabels(select) {
  return [...select.options].map((option) => option.label);
}

/** Whether something is completely inside the window. */
export function isInWindow(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

/** Whether an element is hidden neither by something drawn over it nor by a scrolling container; "gone" once it is removed. */
export function isUncovered(element) {
  if (!element.isConnected) return "gone";
  const { left, top, height } = element.getBoundingClientRect();
  const drawn = document.elementFromPoint(left + 4, top + height / 2);
  return drawn === element || element.contains(drawn);
}

/** The element with the focus, if nothing shows that it has it. */
export function unseenFocus() {
  const at = document.activeElement;
  // Tab leaves a page at its end for the browser's own controls, and returns.
  if (!at || at === document.body) return null;
  const marks = [at, at.nextElementSibling].filter(Boolean).map((element) => getComputedStyle(element));
  const seen = marks.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return seen ? null : at.outerHTML.slice(0, 200);
}

/** Whether a picture is drawn. */
export function isPicture(element) {
  return element instanceof SVGGraphicsElement && element.getBBox().width > 0;
}

/** Whether nothing moves and no skeleton is shown. */
export function isSettled() {
  return (
    !document.querySelector(".skeleton") &&
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== "running" || effect?.getTiming().iterations === Infinity)
  );
}

/** Waits until the page has been drawn a few times. */
export async function drawFrames() {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}

/** In what way the page is wider than its window, if it is. */
export function widerThanWindow() {
  // Beside the rail the content is scrolled by itself.
  const scrolled = [document.documentElement, ...document.querySelectorAll(".shell > .main")];
  const tooWide = scrolled.find((element) => element.scrollWidth > element.clientWidth);
  if (!tooWide) return null;
  const { scrollWidth, clientWidth } = tooWide;
  const end = tooWide.getBoundingClientRect().left + clientWidth;
  const beyond = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > end + 1);
  return `${scrollWidth} > ${clientWidth}: ${beyond
    .slice(0, 3)
    .map((element) => element.outerHTML.slice(0, 120))
    .join(" | ")}`;
}

/** The ids that several elements have. Labels, descriptions and links find only the first. */
export function idsTwice() {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))];
}

/** Takes open menus, and bars that cover content at some scroll position, out of the way, or puts them back: that is no fault of the page. */
export function placeBars(position) {
  if (position)
    for (const scrolled of [document.documentElement, ...document.querySelectorAll(".shell > .main")]) scrolled.scrollTo(0, 0);
  for (const bar of document.querySelectorAll(".sticky-actions, .dialog-actions, .dock, .menu-list, .work-list"))
    bar.style.position = position;
}

/** Notes when the first element with a selector is there. */
export function markAppearance(selector) {
  new MutationObserver((_, observer) => {
    if (!document.querySelector(selector)) return;
    observer.disconnect();
    performance.mark(selector);
  }).observe(document, { childList: true, subtree: true });
}

/** The addresses that the page asked for only after such an appearance. */
export function askedForLater(selector) {
  const [{ startTime }] = performance.getEntriesByName(selector, "mark");
  return performance
    .getEntriesByType("resource")
    .filter((asked) => asked.startTime > startTime)
    .map(({ name }) => name);
}

/**
 * The content of this browser's databases, as text, and the keys that open it: those given, and that of the present session
 * where they do not suffice. What no key opens is only said to be there.
 */
export async function readDatabases(known) {
  const keys = [...known];
  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  async function askForKey() {
    try {
      const { api } = await (await fetch(`${document.documentElement.dataset.base}config.json`)).json();
      const headers = { Accept: "application/json", "X-MSI-CSRF": "1", "X-MSI-Background": "1" };
      const answer = await fetch(`${api.base_url}/session`, { credentials: "include", headers });
      const { rows_key: key } = await answer.json();
      if (key && !keys.includes(key)) keys.push(key);
    } catch {
      // There is no network, or nobody is signed in.
    }
  }
  async function opened(context, sealed) {
    for (const k of keys) {
      try {
        const key = await crypto.subtle.importKey("jwk", { kty: "oct", k }, "AES-GCM", false, ["decrypt"]);
        const cipher = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: new TextEncoder().encode(context) };
        return new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key, sealed.slice(12)));
      } catch {
        // Of another person.
      }
    }
    return null;
  }
  const rows = [];
  for (const { name } of await indexedDB.databases()) {
    const [, place] = name.match(/^msi (\S+) /) ?? [];
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store);
      const [at, values] = await Promise.all([asked(all.getAllKeys()), asked(all.getAll())]);
      for (const [index, value] of values.entries()) {
        rows.push({ value, context: `${place}\n${store}\n${JSON.stringify(at[index])}\n${value.head}` });
      }
    }
    database.close();
  }
  const kept = [];
  for (const { value, context } of rows) {
    if (!value.sealed) {
      kept.push(JSON.stringify(value));
      continue;
    }
    let content = await opened(context, value.sealed);
    if (content === null) {
      await askForKey();
      content = await opened(context, value.sealed);
    }
    kept.push(`${context}\n${content ?? "(sealed)"}`);
  }
  return { text: kept.join("\n"), keys };
}

/** The status of the answer to a request in the session of the page. */
export async function statusOf({ method, path, body }) {
  const response = await fetch(path, {
    method,
    headers: {
      "X-MSI-CSRF": "1",
      ...(body ? { "Content-Type": "application/json" } : {}),
      ...(method === "PATCH" ? { "If-Match": "*" } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  return response.status;
}

/**
 * The key that brings the focus nearer to an element, or to what holds it, such as the button around a text; none once it is
 * there. What moves the focus by itself on opening, as dialogs and menus do, is waited for.
 */
export async function keyTowards(element) {
  const nearest = element.closest("a[href], button, summary, input, select, textarea, label, [tabindex], [role=option]");
  const target = nearest instanceof HTMLLabelElement && nearest.control ? nearest.control : (nearest ?? element);
  const opened = target.closest("[role=menu], dialog[open], [role=dialog]");
  while (opened?.isConnected && !opened.contains(document.activeElement)) await new Promise(requestAnimationFrame);
  const at = document.activeElement;
  if (at === target) return "";
  const isBefore = (target.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const role = target.getAttribute("role") ?? "";
  if (role === "option") return at.getAttribute("aria-activedescendant") === target.id ? "" : "ArrowDown";
  if (role.startsWith("menuitem")) return isBefore ? "ArrowUp" : "ArrowDown";
  const isAmong = (group) => group?.contains(at);
  if (role === "tab" && isAmong(target.closest("[role=tablist]"))) return isBefore ? "ArrowLeft" : "ArrowRight";
  const isRadio = target instanceof HTMLInputElement && target.type === "radio";
  if (isRadio && at instanceof HTMLInputElement && at.name === target.name) return isBefore ? "ArrowUp" : "ArrowDown";
  return isBefore ? "Shift+Tab" : "Tab";
}

/** Whether an element, or the field that it labels, is ticked and cleared. */
export function isTickable(element) {
  const label = element.closest("label");
  const field = element instanceof HTMLInputElement ? element : label?.control;
  return field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
}

/** The element with the focus, if something covers all of it or it is scrolled away. */
export function coveredFocus() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { left, right, top, bottom } = at.getBoundingClientRect();
  // What is drawn in its place has a mark of its own.
  if (right - left < 3 || bottom - top < 3) return null;
  const xs = [left + 2, (left + right) / 2, right - 2];
  const ys = [top + 2, (top + bottom) / 2, bottom - 2];
  const isSeen = (x, y) => {
    const drawn = document.elementFromPoint(x, y);
    return drawn !== null && (drawn === at || at.contains(drawn) || drawn.closest("label")?.control === at);
  };
  return xs.some((x) => ys.some((y) => isSeen(x, y))) ? null : at.outerHTML.slice(0, 200);
}

/**
 * From the next page on, keeps what a screen reader announces: what changes within live regions that were there before, and
 * alerts that appear. Nothing is announced from behind an open dialog.
 */
export function keepAnnouncements() {
  const LIVE = "[role=status], [role=alert], [role=log], [aria-live]";
  const AT_ONCE = "[role=alert], [aria-live=assertive]";
  window.announced = [];
  const isHeard = (region) => {
    const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
    return !region.closest("[inert], [aria-hidden=true]") && (!dialog || dialog.contains(region));
  };
  const announce = (region) => {
    const text = region.textContent.replace(/\s+/g, " ").trim();
    if (text && region.isConnected && isHeard(region)) window.announced.push(text);
  };
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes].filter((node) => node instanceof Element));
    const isNew = (region) => added.some((node) => node.contains(region));
    const changed = new Set();
    for (const { target } of changes) {
      const region = (target instanceof Element ? target : target.parentElement)?.closest(LIVE);
      if (region && region.getAttribute("aria-live") !== "off" && !isNew(region)) changed.add(region);
    }
    for (const node of added) {
      for (const alert of [node, ...node.querySelectorAll(AT_ONCE)]) if (alert.matches(AT_ONCE)) changed.add(alert);
    }
    for (const region of changed) announce(region);
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

/** From now on, notes whether the document hears a press. */
export function expectPress() {
  window.hasHeardPress = false;
  addEventListener("pointerdown", () => (window.hasHeardPress = true), { capture: true, once: true });
}

/** Whether the document expects a press and has heard none. */
export function hasMissedPress() {
  return window.hasHeardPress === false;
}
