// PapaParse, streaming, with the same check. A classic Worker: PapaParse is no module.
importScripts("/modules/papaparse/papaparse.min.js");

const rules = import("./rules.mjs");

self.onmessage = async ({ data: file }) => {
  const { checker } = await rules;
  const check = checker();
  let header = true;
  Papa.parse(file, {
    chunk: ({ data }) => {
      for (const row of data) {
        if (header) header = false;
        else if (row.length > 1) check.row(row);
      }
    },
    complete: () => postMessage(check.result()),
  });
};

rules.then(() => postMessage("ready"));
