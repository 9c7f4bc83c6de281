// What a page gains with JavaScript; every page is whole without it.
import { Button, CharacterCount, ErrorSummary, PasswordInput, createAll } from "govuk-frontend";
import { initConditional } from "../conditional.js";
import { initCopy } from "./copy.js";
import { initGoOn } from "./go_on.js";
import { initKeys } from "./keys.js";
import { initPrint } from "./print.js";
import { initReplay } from "./replay.js";
import { initRows } from "./rows.js";

// govuk-frontend's own sign that its scripts may run; its inline script is not for our policy
document.body.classList.add("js-enabled", "govuk-frontend-supported");

createAll(Button);
createAll(CharacterCount);
createAll(ErrorSummary);
createAll(PasswordInput);
initConditional();
initCopy();
initGoOn();
initKeys();
initPrint();
initReplay();
initRows();
