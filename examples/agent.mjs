// An agent that pays for its own mail: it searches the recipient's address, uploads a PDF, and pays PostalForm from a wallet of
// its own, once, and no more than it may. Whatever becomes of it, run it again: it goes on with the same order. The same PDF to
// the same address is the same order, until its folder is gone.
//
//   npm install viem
//   EDGEPOST_GRANT=... WALLET_KEY=0x... node examples/agent.mjs http://127.0.0.1:8787 letter.pdf "Library of Congress > 101 Independence Ave" 5.00
//
// In test mode it pays on Base Sepolia. The grant: npx edgepost grant --sub agent --ops 'postalform.*'
import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Edgepost } from "edgepost/client";
import { inspectFile, uploadPdf } from "edgepost/files";
import { privateKeyToAccount } from "viem/accounts";

const [gateway, file, address, amount = "5.00"] = process.argv.slice(2);
const edgepost = new Edgepost({ baseUrl: gateway, grant: process.env.EDGEPOST_GRANT });
const signer = privateKeyToAccount(process.env.WALLET_KEY);
const maxAmount = { amount, currency: "USD" };
const pdf = await readFile(file);
const hash = createHash("sha256").update(address).update("\0").update(pdf).digest("hex");
// It holds what was signed: keep it as one keeps money.
const folder = `${basename(file, ".pdf")}-${hash.slice(0, 16)}.mail`;
await mkdir(folder, { recursive: true, mode: 0o700 });

/** What is written down is written whole, and in nobody's place. */
async function put(name, text) {
  const draft = join(folder, randomUUID());
  await writeFile(draft, text, { mode: 0o600, flush: true });
  const isFirst = await link(draft, join(folder, name)).then(() => true, (error) => error.code !== "EEXIST" && Promise.reject(error));
  await rm(draft);
  return isFirst;
}
const numberOf = (name) => Number(/^journal-(\d+)\.json$/.exec(name)?.[1] ?? 0);
const journal = {
  async load() {
    const last = Math.max(0, ...(await readdir(folder)).map(numberOf));
    return last === 0 ? null : readFile(join(folder, `journal-${last}.json`), "utf8");
  },
  save: (_, text, replaces) => put(`journal-${replaces + 1}.json`, text),
};

function must(called) {
  if (called.kind !== "ok") throw new Error(called.message ?? "No answer came: run it again.");
  return called.value;
}

/** The one address that is meant. What leads to several, such as a building, is searched in for what comes next. */
async function find([query, ...inside], container) {
  const asked = { target: "recipient", query, ...(container && { container }) };
  const { suggestions } = must(await edgepost.call("postalform.search_addresses", asked));
  const [first, ...others] = suggestions;
  if (first?.type === "Container" && others.length === 0 && inside.length > 0) return find(inside, first.id);
  if (first?.type !== "Address" || others.length > 0) throw new Error(`Which one is it? ${suggestions.map(({ text }) => text).join("; ")}`);
  return { recipient_address_type: "Address", recipient_address_id: first.id, recipient_address_text: `${first.text}, ${first.description}` };
}

/** The order, with an id that stays the same for every try. */
async function draft() {
  const { ok, issues } = inspectFile("postalform-letter", pdf);
  if (!ok) throw new Error(issues.map(({ message }) => message).join(" "));
  const found = await find(address.split(" > "));
  const { upload_token } = must(await uploadPdf(edgepost, pdf, { name: basename(file) }));
  return {
    request_id: randomUUID(),
    buyer_name: "New York Public Library",
    buyer_email: "buyer@example.com",
    pdf: { upload_token },
    sender_name: "New York Public Library",
    sender_address_type: "Manual",
    sender_address_manual: { line1: "476 5th Ave", city: "New York", state: "NY", zip: "10018" },
    recipient_name: "Library of Congress",
    ...found,
  };
}

const kept = () => readFile(join(folder, "order.json"), "utf8").catch((error) => (error.code === "ENOENT" ? null : Promise.reject(error)));
if ((await kept()) === null) {
  const { ok, reasons } = await edgepost.discover({ maxAmount });
  if (!ok) throw new Error(`PostalForm cannot be paid like this: ${reasons.join(", ")}`);
  await put("order.json", JSON.stringify(await draft()));
}

const paid = await edgepost.pay("postalform.create_order", await kept(), { maxAmount, signer, journal });
console.log(JSON.stringify(paid, null, 2));
// 0: the money has moved, once. 1: nothing was paid. 2: not known yet; run it again.
process.exitCode = { paid: 0, settled: 0, open: 2 }[paid.kind] ?? 1;
