// Nothing but the bytes of the file.
self.onmessage = async ({ data: file }) => {
  let bytes = 0;
  for await (const part of file.stream()) bytes += part.length;
  postMessage({ bytes });
};

postMessage("ready");
