// Sends a letter to each of 24 museums, libraries and town halls: checks the list, previews the letters, mints a payment
// link for each market through a gateway, pays it in the sandbox, and waits until everything is handed to the mail.
//
//   node examples/letters.mjs http://127.0.0.1:8787
import { readFile } from "node:fs/promises";
import { build, EdgepostError, merge, validate } from "edgepost";
import { Edgepost } from "edgepost/client";

const gateway = process.argv[2] ?? "http://127.0.0.1:8787";
const recipients = JSON.parse(await readFile(new URL("../tests/data/recipients.json", import.meta.url), "utf8"));
const templateMessage = "Dear friends at {{place}},\n\nour doors are open all spring. Your code is {{invitation}}.\n";

// A preview of every letter. A variable that somebody lacks is an issue with its place, never a hole in the text.
const preview = merge(templateMessage, recipients, { mode: "strict" });
console.log(`${recipients.length} letters. The first:\n\n${preview.texts[0].replace(/^/gm, "  | ")}`);

// US and other letters cannot share an order.
const isUs = ({ country }) => country === "United States";
const orders = [recipients.filter(isUs), recipients.filter((recipient) => !isUs(recipient))].map((some) => ({
  requestType: "letter",
  senderEmail: "sender@example.com",
  returnUrl: `${gateway}/`,
  composeMode: "template",
  templateMessage,
  variableKeys: ["place", "invitation"],
  letters: some.map((recipient) => ({ recipient })),
}));
const issues = orders.flatMap((order) => validate("pieterpost.create_checkout_link", order).issues).concat(preview.issues);
for (const { severity, path, message } of issues) console.log(`${severity} ${path}: ${message}`);
if (issues.some(({ severity }) => severity === "error")) throw new EdgepostError("invalid_input", "mend these first", issues);

const edgepost = new Edgepost({ baseUrl: gateway });
const table = [];
for (const order of orders) {
  const { body } = build("pieterpost.create_checkout_link", order);
  const minted = await edgepost.call("pieterpost.create_checkout_link", order);
  if (minted.kind !== "ok") throw new Error(JSON.stringify(minted));
  const { orderId, checkoutUrl } = minted.value;
  console.log(`\n${order.letters.length} letters: ${checkoutUrl}`);
  // What a person does on that page.
  await fetch(checkoutUrl, { method: "POST", body: new URLSearchParams({ action: "pay" }), redirect: "manual" });
  const onProgress = ({ value }) => value && console.log(`  ${value.status}`);
  const sent = await edgepost.wait("pieterpost.get_order", { orderId }, { onProgress });
  if (sent.kind !== "ok" || sent.value.status !== "fulfilled") throw new Error(JSON.stringify(sent));
  const { status, amountCents, recipientCount, fulfilledAt } = sent.value;
  table.push({ orderId, letters: recipientCount, bytes: body.length, cents: amountCents, status, fulfilledAt });
}
console.table(table);
