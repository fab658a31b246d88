// Every screen, in the usual looks or in every one.
import { LOOKS, visitEveryScreen } from "./harness/every_screen.mjs";

visitEveryScreen(LOOKS);
