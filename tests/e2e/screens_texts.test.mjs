// Every screen in every language, and with longer texts, in a thorough run.
import { TEXTS, visitEveryScreen } from "./harness/every_screen.mjs";

visitEveryScreen(TEXTS);
