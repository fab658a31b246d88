// uDSV, streaming, with the same check.
import { inferSchema, initParser } from "/modules/udsv/dist/uDSV.mjs";
import { checker } from "./rules.mjs";

self.onmessage = async ({ data: file }) => {
  const check = checker();
  const decoder = new TextDecoderStream();
  let parser;
  const take = (rows) => rows.forEach(check.row);
  for await (const text of file.stream().pipeThrough(decoder)) {
    parser ??= initParser(inferSchema(text));
    parser.chunk(text, parser.stringArrs, take);
  }
  parser.end();
  postMessage(check.result());
};

postMessage("ready");
