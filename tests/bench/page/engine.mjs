// The Worker of the app, with an eye on its memory.
import init from "/worker/csv_worker.js";

self.words = await (await fetch("/worker/words.json")).json();
const wasm = await init();
const channel = new BroadcastChannel("bench-memory");
channel.onmessage = () => channel.postMessage(wasm.memory.buffer.byteLength);
