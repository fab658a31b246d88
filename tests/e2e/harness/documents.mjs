// The code of docs/embedding.md, by the name that stands behind its language.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../../docs/embedding.md", import.meta.url), "utf8");

/** A block of code as it stands in the document, without the indentation of the list that it is in. */
export function codeOf(name) {
  const block = page.match(new RegExp(`^( *)\`\`\`\\w+ ${name.replaceAll(".", "\\.")}\\n([\\s\\S]*?)^\\1\`\`\`$`, "m"));
  if (!block) throw new Error(`docs/embedding.md has no code that is called ${name}`);
  const [, indentation, code] = block;
  return code.replaceAll(new RegExp(`^${indentation}`, "gm"), "");
}
