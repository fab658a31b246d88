// Every screen on a phone's width.
import { walkWith } from "./harness/every_screen.mjs";
import { PSEUDO } from "./harness/words.mjs";

walkWith(
  { locale: "en", dark: false, width: 360 },
  { locale: "es", dark: false, width: 320, axe: false },
  { locale: "ko", dark: true, width: 360 },
  { locale: "ja", dark: false, width: 360, axe: false },
  { locale: "fr", dark: false, width: 360, axe: false },
  { locale: PSEUDO, dark: false, width: 360, axe: false },
);
