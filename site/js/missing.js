/** The page for an address that leads nowhere. */

import { translatePage } from "./text.js";

translatePage();
