// Gives what a program takes from the script around it, and gives to it, short names: wasm-bindgen's have a number of sixteen digits
// each, in both files, which no compression makes shorter. Also removes classes of libraries of which the program makes no object.
//
//   node script/shorten-names.mjs FOLDER/NAME     for NAME.js and NAME_bg.wasm
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const IMPORTS = 2;
const EXPORTS = 7;

/** The sections of a wasm file: https://webassembly.github.io/spec/core/binary/modules.html */
function* sections(code) {
  for (let at = 8; at < code.length; ) {
    const id = code[at];
    const [size, from] = unsigned(code, at + 1);
    yield { id, from, to: from + size };
    at = from + size;
  }
}

/** A number in LEB128 at a place, and the place behind it. */
function unsigned(code, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = code[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function written(value) {
  const bytes = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) + (rest ? 0x80 : 0));
    value = rest;
  } while (value);
  return Buffer.from(bytes);
}

const text = (value) => Buffer.concat([written(Buffer.byteLength(value)), Buffer.from(value)]);
function read(code, at) {
  const [length, from] = unsigned(code, at);
  return [code.subarray(from, from + length).toString(), from + length];
}

/** The place behind the type of an import. */
function behindType(code, at) {
  const limits = (at) => {
    const [, least] = unsigned(code, at + 1);
    return code[at] & 1 ? unsigned(code, least)[1] : least;
  };
  const kind = code[at];
  if (kind === 0) return unsigned(code, at + 1)[1];
  if (kind === 1) return limits(at + 2);
  if (kind === 2) return limits(at + 1);
  if (kind === 3) return at + 3;
  throw new Error(`an import of the kind ${kind}, which script/shorten-names.mjs does not know`);
}

/** The wasm with other names: `imported(module, name)` and `exported(name)` return them; an export without a name is left out. */
export function renamed(code, imported, exported) {
  const parts = [code.subarray(0, 8)];
  for (const { id, from, to } of sections(code)) {
    let content = code.subarray(from, to);
    if (id === IMPORTS || id === EXPORTS) {
      const entries = [];
      let [, at] = unsigned(code, from);
      while (at < to) {
        let module = null;
        let name;
        if (id === IMPORTS) [module, at] = read(code, at);
        [name, at] = read(code, at);
        const type = at;
        at = id === IMPORTS ? behindType(code, at) : unsigned(code, at + 1)[1];
        const names = id === IMPORTS ? imported(module, name) : [exported(name)];
        if (names[0] !== null) entries.push(Buffer.concat([...names.map(text), code.subarray(type, at)]));
      }
      content = Buffer.concat([written(entries.length), ...entries]);
    }
    parts.push(Buffer.from([id]), written(content.length), content);
  }
  return Buffer.concat(parts);
}

/** a, b, ... z, aa, ab, ... */
function* shortNames() {
  for (let number = 0; ; number += 1) {
    let name = "";
    for (let rest = number; rest >= 0; rest = Math.floor(rest / 26) - 1) name = String.fromCharCode(97 + (rest % 26)) + name;
    yield name;
  }
}

/** Of the names of what the script calls, those with a number: wasm-bindgen's, and the linker's. */
const IS_LONG = /^_ZN|_h?[0-9a-f]{16}$/;

/** A class that libraries export, as wasm-bindgen writes it, with what it does when such an object is gone. */
const CLASS = /^export class (\w+) \{\n[\s\S]*?\n\}\nif \(Symbol\.dispose\) \1\.prototype.*\n/gm;
const finalization = (name) => new RegExp(`^const ${name}Finalization =[\\s\\S]*?;\\n`, "m");

/** A program and its script: with short names, and without the classes that the program never makes an object of. */
export function shortened(script, code, name) {
  const unused = [];
  let text = script.replaceAll(CLASS, (whole, made) => {
    if (script.includes(`${made}.__wrap`)) return whole;
    unused.push(made);
    return "";
  });
  for (const made of unused) text = text.replace(finalization(made), "");
  const isUnused = (long) => unused.some((made) => new RegExp(`^(?:__wbg_)?${made}_`, "i").test(long));

  const own = `./${name}_bg.js`;
  const names = shortNames();
  const short = new Map();
  const shorten = (long) => {
    if (!short.has(long)) short.set(long, names.next().value);
    return short.get(long);
  };
  shorten(own);
  const changed = renamed(
    code,
    (module, long) => (module === own ? [shorten(own), shorten(long)] : [module, long]),
    (long) => (isUnused(long) ? null : IS_LONG.test(long) ? shorten(long) : long),
  );
  const named = new Set();
  text = text.replaceAll(/(?<=^ *")[^"]+(?=": )|(?<=^ *)\w+(?=: function)|(?<=\bwasm\.)\w+/gm, (long) => {
    if (!short.has(long)) return long;
    named.add(long);
    return short.get(long);
  });
  const missing = [...short.keys()].filter((long) => !named.has(long));
  if (missing.length > 0) throw new Error(`the script of ${name} does not name ${missing.join(", ")}`);
  check(text, changed, name, short.get(own), unused);
  return { script: text, code: changed };
}

/** Throws where a program and its script do not fit together. */
function check(script, code, name, own, unused) {
  const program = new WebAssembly.Module(code);
  const exported = new Set(WebAssembly.Module.exports(program).map((one) => one.name));
  const called = [...script.matchAll(/\bwasm\.(\w+)/g)].map(([, one]) => one);
  const given = new Set([...script.matchAll(/^ *(\w+): function/gm)].map(([, one]) => one));
  const taken = WebAssembly.Module.imports(program).filter(({ module }) => module === own);
  const wrong = [
    ...called.filter((one) => !exported.has(one)),
    ...taken.map((one) => one.name).filter((one) => !given.has(one)),
    ...unused.filter((made) => new RegExp(`\\b${made}\\b`).test(script)),
  ];
  if (wrong.length > 0) throw new Error(`${name} and its script do not fit together: ${wrong.join(", ")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path] = process.argv.slice(2);
  const [script, code] = [`${path}.js`, `${path}_bg.wasm`];
  const result = shortened(readFileSync(script, "utf8"), readFileSync(code), basename(path));
  writeFileSync(script, result.script);
  writeFileSync(code, result.code);
}
