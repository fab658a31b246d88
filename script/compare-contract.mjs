// Compares crates/sandbox/contract/marketo.json, which says what the client of Marketo and its stand-in rely on, with the swagger
// files that Adobe publishes. They are Adobe's, so the repository has no copy.
//
//   node script/compare-contract.mjs FOLDER
//
// FOLDER has swagger-identity.json, swagger-mapi.json and swagger-user.json. Prints what differs: as known where the contract
// gives the reason, under "swaggerErrors". Fails where something else differs, and where a reason is no longer needed.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const CONTRACT = join(import.meta.dirname, "../crates/sandbox/contract/marketo.json");
const FILES = ["swagger-identity.json", "swagger-mapi.json", "swagger-user.json"];
/** Headers that the swagger does not list. */
const OF_EVERY_CALL = new Set(["Authorization", "Content-Length"]);
/** What every answer with an envelope has beside its result. */
const ENVELOPE = { requestId: "string", success: "boolean", "errors?": "array", "warnings?": "array" };

/**
 * @typedef {{ type: string, required: boolean }} Property
 * @typedef {{ method: string, path: string, kind: string, name?: string, text: string }} Difference
 */

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
/** Paths are the same whatever their parameters are called. */
const nameless = (path) => path.replaceAll(/\{[^}]*\}/g, "{}");

/** The operations of some swagger files, by their paths and methods. */
function operations(files) {
  const found = new Map();
  for (const { paths, definitions = {} } of files) {
    for (const [path, methods] of Object.entries(paths)) {
      const byMethod = found.get(nameless(path)) ?? {};
      for (const [method, operation] of Object.entries(methods)) byMethod[method.toUpperCase()] = { operation, definitions };
      found.set(nameless(path), byMethod);
    }
  }
  return found;
}

/** A schema without references at its top. */
function resolved(schema, definitions) {
  return schema?.$ref ? resolved(definitions[schema.$ref.split("/").at(-1)], definitions) : schema;
}

/** The properties of an object in a swagger file. */
function swaggerProperties(schema, definitions) {
  const { properties = {}, required = [] } = resolved(schema, definitions) ?? {};
  const found = new Map();
  for (const [name, property] of Object.entries(properties)) {
    const type = resolved(property, definitions)?.type ?? "object";
    found.set(name, { type, required: required.includes(name) });
  }
  return found;
}

/** The properties of an object in the contract, where the names of optional ones end in a question mark. */
const ownProperties = (item = {}) =>
  new Map(Object.entries(item).map(([name, type]) => [name.replace(/\?$/, ""), { type, required: !name.endsWith("?") }]));

/** The parameters of an operation by place and name, such as `query fields`. */
function swaggerParameters({ operation, definitions }) {
  const found = new Map();
  for (const { in: place, name, required = false, schema } of operation.parameters ?? []) {
    if (place === "body") {
      for (const [property, { required }] of swaggerProperties(schema, definitions)) {
        found.set(`body ${property}`, { name: property, required });
      }
    } else if (place !== "path") {
      found.set(`${place === "formData" ? "form" : place} ${name}`, { name, required });
    }
  }
  return found;
}

/** The same of a path of the contract. */
function ownParameters({ query, headers, body, form }) {
  const found = new Map();
  for (const [place, parameters] of Object.entries({ query, header: headers, body, form })) {
    for (const [name, { required }] of Object.entries(parameters ?? {}))
      if (!OF_EVERY_CALL.has(name)) found.set(`${place} ${name}`, { name, required });
  }
  return found;
}

const optionality = ({ required }) => (required ? "required" : "optional");

function* parameterDifferences(own, theirs) {
  const kind = "parameter";
  for (const [key, { name, required }] of own) {
    const their = theirs.get(key);
    if (!their) yield { kind, name, text: `${key} is not in the swagger` };
    else if (their.required !== required) yield { kind, name, text: `${key} is ${optionality(their)} in the swagger` };
  }
  for (const [key, { name, required }] of theirs) {
    if (required && !own.has(key)) yield { kind, name, text: `${key} is required in the swagger and not in the contract` };
  }
}

/** @param {Map<string, Property>} own @param {Map<string, Property>} theirs */
function* propertyDifferences(own, theirs) {
  for (const [name, { type, required }] of own) {
    const their = theirs.get(name);
    if (!their) {
      yield { kind: "name", name, text: `${name} is not in the swagger` };
      continue;
    }
    const types = type.split("|");
    if (their.required !== required) yield { kind: "required", name, text: `${name} is ${optionality(their)} in the swagger` };
    if (types.includes("null")) yield { kind: "null", name, text: `${name} is never null in the swagger` };
    if (!types.includes("any") && !types.includes(their.type)) {
      yield { kind: "type", name, text: `${name} is of type ${their.type} in the swagger, and of type ${type} in the contract` };
    }
  }
  for (const [name, { required }] of theirs) {
    const text = `${name} is required in the swagger and not in the contract`;
    if (required && !own.has(name)) yield { kind: "name", name, text };
  }
}

/** What the answer is: an object, a list, or nothing that is described. */
function shapeOf(schema) {
  if (!schema) return "none";
  return schema.type === "array" ? "list" : "object";
}

function* answerDifferences({ envelope, result, item, page }, schema, definitions) {
  const top = resolved(schema, definitions);
  let inner = top;
  if (envelope) {
    const outer = swaggerProperties(top, definitions);
    outer.delete("result");
    yield* propertyDifferences(ownProperties({ ...ENVELOPE, ...page }), outer);
    inner = resolved(top?.properties?.result, definitions);
  }
  const shape = shapeOf(inner);
  if (shape !== result) {
    const what = envelope ? "result" : "answer";
    yield { kind: "shape", text: `the shape of the ${what} is "${shape}" in the swagger, and "${result}" in the contract` };
  } else if (item) {
    const their = shape === "list" ? inner.items : inner;
    yield* propertyDifferences(ownProperties(item), swaggerProperties(their, definitions));
  }
}

/** Every difference between the contract and the swagger. @returns {Difference[]} */
function differences(paths, swagger) {
  return paths.flatMap((own) => {
    const { method, path } = own;
    const at = (difference) => ({ method, path, ...difference });
    const methods = swagger.get(nameless(path));
    if (!methods) return [at({ kind: "path", text: "is not in the swagger" })];
    const their = methods[method];
    if (!their) return [at({ kind: "method", text: `the swagger has ${Object.keys(methods).join(", ")} instead` })];
    const schema = their.operation.responses["200"]?.schema;
    return [
      ...parameterDifferences(ownParameters(own), swaggerParameters(their)),
      ...answerDifferences(own.answers["200"], schema, their.definitions),
    ].map(at);
  });
}

/**
 * Whether one of the contract's reasons is about a difference. A path stands for all that begin like it.
 * @param {{ path: string, kind: string, names?: string[] }} known
 * @param {Difference} difference
 */
const explains = (known, { path, kind, name }) =>
  (known.path === "*" || path.startsWith(known.path)) && known.kind === kind && (!known.names || known.names.includes(name));

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node script/compare-contract.mjs FOLDER");
  process.exit(2);
}
const { paths, swaggerErrors } = read(CONTRACT);
const swaggers = FILES.map((file) => read(join(folder, file)));
const found = differences(paths, operations(swaggers));
const line = ({ method, path, text }) => `  ${method} ${path}: ${text}`;

let outdated = 0;
for (const known of swaggerErrors) {
  const explained = found.filter((difference) => explains(known, difference));
  if (explained.length === 0) outdated += 1;
  console.log(explained.length === 0 ? `no longer differs: ${known.says}` : `known: ${known.says}`);
  for (const difference of explained) console.log(line(difference));
}
const unknown = found.filter((difference) => !swaggerErrors.some((known) => explains(known, difference)));
if (unknown.length > 0) console.log("differs:");
for (const difference of unknown) console.log(line(difference));
console.log(
  `${paths.length} paths compared with ${FILES.length} files: ${found.length - unknown.length} known differences in ` +
    `${swaggerErrors.length} groups, ${unknown.length} unknown, ${outdated} reasons that are no longer needed`,
);
process.exit(unknown.length > 0 || outdated > 0 ? 1 : 0);
