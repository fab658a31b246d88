// Every screen in every look.
import { LOOKS, visitEveryScreen } from "./harness/every_screen.mjs";

visitEveryScreen(LOOKS);
