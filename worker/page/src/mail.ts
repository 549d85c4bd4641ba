// The gateway's form for PostalForm: addresses are searched, a PDF is looked into, and the order is paid, once. Who
// may order is said by a grant, which comes behind the # of this page's address.
import { ready } from "edgepost";
import { Edgepost, type Paid } from "edgepost/client";
import { byId, say, sayOrHide } from "./dom.js";
import { showMode, type Needed } from "./gateway.js";
import { forget, lastAttempt, renounce } from "./mail/attempt.js";
import { startCost, type Begun } from "./mail/cost.js";
import { drawParties } from "./mail/fields.js";
import { startForm, type MailForm } from "./mail/form.js";
import { startView } from "./mail/view.js";
import { isText, keep, recall, tab } from "./storage.js";

const POSTALFORM: Needed = { id: "postalform", lacks: "address of PostalForm", without: "you can fill the form in, but not send it" };
const GRANT = "edgepost.mail.grant";

const heading = byId("title", HTMLElement);
const notice = byId("notice", HTMLElement);
const mail = byId("mail", HTMLFormElement);
const cost = byId("cost", HTMLElement);

/** What this page may do. The address is cleaned: it is not to be passed on by accident. */
function takeGrant(): string | undefined {
  const grant = new URLSearchParams(location.hash.slice(1)).get("grant");
  if (grant !== null) {
    keep(tab, GRANT, { grant });
    history.replaceState(null, "", `${location.pathname}${location.search}`);
  }
  const kept = grant ?? (recall(tab, GRANT) as { grant?: unknown } | null)?.grant;
  return isText(kept) ? kept : undefined;
}

function entitle(text: string): void {
  say(heading, text);
  document.title = `${text} - Edgepost`;
}

const grant = takeGrant();
const client = new Edgepost({ baseUrl: location.origin, testMode: true, grant });
let form: MailForm | undefined;

const view = startView(client, {
  title: entitle,
  another(begun, kind) {
    // As long as money may move, its journal stays: the same order goes on with it, and so does a reload.
    if (kind === "paid") forget(begun);
    if (kind === "unpaid") renounce(begun);
    view.hide();
    mail.hidden = false;
    cost.hidden = false;
    entitle("Send a PDF by mail");
    form?.empty();
    heading.focus();
  },
});

/** Shows a payment in place of the form. */
function watch(begun: Begun, paid?: Paid): void {
  mail.hidden = true;
  cost.hidden = true;
  view.show(begun, paid);
}

async function start(): Promise<void> {
  // The form is never sent by the browser itself.
  mail.addEventListener("submit", (event) => event.preventDefault());
  void showMode(POSTALFORM);
  if (grant === undefined) {
    sayOrHide(notice, "Nobody has said that this page may order: open it as /mail#grant=..., with a grant for postalform.* of the gateway's operator.");
  }
  const attempt = lastAttempt();
  if (attempt !== null) watch(attempt);
  try {
    await ready();
  } catch {
    sayOrHide(notice, "The part of this page that checks orders could not be loaded. Reload the page to try again.");
    return;
  }
  drawParties();
  const costs = startCost(client, {
    ended(begun, paid) {
      watch(begun, paid);
      heading.focus();
    },
    issues: (issues) => form?.refuse(issues),
    busy: (isBusy) => (mail.inert = isBusy),
  });
  form = startForm(client, { submit: (order) => void costs.price(order), change: costs.hide });
}

void start();
