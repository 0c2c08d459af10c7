// On the page of a draft: the server has it, so the browser need not keep it.

import { forgetToken } from "./kept.js";

forgetToken(document.querySelector("[data-forget]").dataset.forget);
