// Every screen with the longest texts.
import { TEXTS, visitEveryScreen } from "./harness/every_screen.mjs";

visitEveryScreen(TEXTS);
