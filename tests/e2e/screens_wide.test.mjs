// Every screen on a desk.
import { walkWith } from "./harness/every_screen.mjs";
import { PSEUDO } from "./harness/words.mjs";

await walkWith(
  { locale: "en", dark: true, width: 1280 },
  { locale: "de", dark: true, width: 1280 },
  { locale: "pt-BR", dark: true, width: 1280 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: true, width: 1280 },
);
