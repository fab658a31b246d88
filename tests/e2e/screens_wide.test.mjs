// Every screen in a desktop window.
import { walkWith } from "./harness/every_screen.mjs";
import { PSEUDO } from "./harness/words.mjs";

walkWith(
  { locale: "en", dark: true, width: 1280 },
  { locale: "de", dark: true, width: 1280, axe: false },
  { locale: "pt-BR", dark: true, width: 1280, axe: false },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: true, width: 1280, axe: false },
);
