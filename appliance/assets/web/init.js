// The script of all pages. The build writes the served names into the imports.
import { initAll } from "./govuk-frontend.min.js";
import { stayFresh } from "./fresh.js";
import { offerPrinting } from "./print.js";
import { watchSession } from "./session.js";

stayFresh();
offerPrinting();
watchSession();
initAll();
