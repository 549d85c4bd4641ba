// Compiled, never run: what has to compile, and what must not.
import { build, merge, plan, read, readReturn, recipientBatches, recipients, validate } from "edgepost";
import type { BuildOptions, InputOf, Issue, MergeOptions, Outcome, OutputOf, PlanOptions, ReadOptions, RecipientsOptions, ReturnState, ValidateOptions } from "edgepost";
import { Edgepost, type CallOptions, type EdgepostOptions, type PreflightOptions, type WaitOptions } from "edgepost/client";
import { describe } from "edgepost/describe";
import { inspectBlob, inspectFile, type FileReport } from "edgepost/files";
import { countries, place, recipientSchema, validateRecipient, type PlaceInfo, type RecipientReport } from "edgepost/recipient";
import { Sandbox } from "edgepost/sandbox";
import { Edgepost as Direct, mintGrant } from "edgepost/server";

const recipient = { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "Netherlands" };

const letter: InputOf<"pieterpost.create_checkout_link"> = {
  requestType: "letter",
  senderEmail: "sender@example.com",
  letters: [{ recipient, message: "Hello." }],
};
build("pieterpost.create_checkout_link", letter);
build("pieterpost.create_checkout_link", JSON.stringify(letter));
build("pieterpost.get_order", { orderId: "ord_1" });
build("pieterpost.create_checkout_link", {
  requestType: "postcard",
  senderEmail: "sender@example.com",
  postcard: { message: "Hello.", recipients: [{ ...recipient, streetAddress: undefined as never, street: "Museumstraat", number: 1 }] },
});

// A form that is still being filled in.
validate("pieterpost.create_checkout_link", { requestType: "letter", letters: [{ recipient: { name: null } }] });

// @ts-expect-error a letter order has letters
build("pieterpost.create_checkout_link", { requestType: "letter", senderEmail: "sender@example.com" });
// @ts-expect-error and no postcard
build("pieterpost.create_checkout_link", { ...letter, postcard: { message: "Hello.", recipient } });
// @ts-expect-error a street, or a street and a number
build("pieterpost.create_checkout_link", { ...letter, letters: [{ recipient: { ...recipient, streetAddress: undefined } }] });
// @ts-expect-error one of three
build("pieterpost.create_checkout_link", { ...letter, paymentMethod: "cash" });
// @ts-expect-error a misspelt member
validate("pieterpost.create_checkout_link", { requestTyp: "letter" });
// @ts-expect-error no such operation
validate("pieterpost.create_checkout", {});
// @ts-expect-error a read has no body to type
build("pieterpost.get_order", { order: "ord_1" });

/** Whether two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same: true[] = [
  true satisfies Same<InputOf<"pieterpost.upload_asset">["file"], Blob | Uint8Array>,
  true satisfies Same<InputOf<"pieterpost.upload_asset">["kind"], "postcard-image" | "letter-attachment" | "letter-stamp-image">,
  true satisfies Same<OutputOf<"pieterpost.upload_asset">["publicUrl"], string | null>,
  true satisfies Same<OutputOf<"pieterpost.get_wallet">["wallet"]["balanceCents"], number>,
  true satisfies Same<OutputOf<"pieterpost.create_topup">["checkoutUrl"], string | null>,
  true satisfies Same<ReturnState["status"], "approved" | "denied" | "cancelled" | "success" | "unknown">,
  true satisfies Same<ReturnState["proven"], false>,
];
void same;

const { requestType, letters } = letter;
build("pieterpost.create_order", { requestType: "letter", letters: letters ?? [] });
build("pieterpost.create_compose_link", { recipient });
build("pieterpost.create_topup", { amountCents: 2_500, currency: "eur" });
build("pieterpost.get_wallet", {});
build("pieterpost.upload_asset", { kind: "letter-attachment", name: "receipt.pdf", file: new Uint8Array(8) });
validate("pieterpost.upload_asset", { file: new Blob([]), name: null });
// @ts-expect-error a direct order has no payer to come back
build("pieterpost.create_order", { requestType: "letter", letters: letters ?? [], returnUrl: "https://example.com/" });
// @ts-expect-error a compose link is for one recipient
build("pieterpost.create_compose_link", { recipients: [recipient] });
// @ts-expect-error money is a number of cents
build("pieterpost.create_topup", { amountCents: "25.00", currency: "eur" });
// @ts-expect-error an upload has a name
build("pieterpost.upload_asset", { kind: "letter-attachment", file: new Uint8Array(8) });
// @ts-expect-error a file, not its size
build("pieterpost.upload_asset", { kind: "letter-attachment", name: "receipt.pdf", file: 148_024 });
// @ts-expect-error nor where it is
validate("pieterpost.upload_asset", { file: "receipt.pdf" });
// @ts-expect-error one of three
validate("pieterpost.upload_asset", { kind: "letter" });
// @ts-expect-error nobody else's pages are known
readReturn("postalform", location.href);
void requestType;

const outcome: Outcome<{ status: string }> = read("pieterpost.get_order", { status: 200, body: "{}" });
if (outcome.kind === "ok") outcome.value.status.toUpperCase();
if (outcome.kind === "refused") outcome.code.toUpperCase();
if (outcome.kind === "unknown") {
  const status: number | null = outcome.status;
  void status;
}
// @ts-expect-error only a success has a value
outcome.value;

const code: Issue["code"] = "mixed_markets";
// @ts-expect-error codes are a closed set
const wrong: Issue["code"] = "mixed_market";
void code;
void wrong;

merge("Hi {{first_name}}", [{ name: "Ada Lovelace" }]).texts.join();
merge("Hi {{first_name}}", letter.letters ?? [], { format: "html" });
merge("Hi {{a}}", [{ recipient, customFields: { a: "b" } }]).issues.map(({ params }) => params?.["start"]);
merge("Hi", '[{ "name": "Ada" }]', { requestType: "postcard" });
// @ts-expect-error a value is text
merge("Hi {{a}}", [{ customFields: { a: 1 } }]);
// @ts-expect-error one of two
merge("Hi", [], { format: "markdown" });
describe("pieterpost.get_order").input["$schema"];

const listed = recipients("name\nAda Lovelace", { columns: { name: "name", Code: "customFields.code", id: null }, delimiter: ";" });
const places: (number | undefined)[] = listed.issues.flatMap(({ line, column, offset }) => [line, column, offset]);
const markets: ("us" | "non_us" | "all")[] = plan(listed, { campaign: "autumn", requestType: "postcard" }).orders.map(({ market }) => market);
merge("Hi {{first_name}}", listed.rows);
plan(listed.rows);
void [places, markets];
// @ts-expect-error no such member
recipients("", { columns: { Name: "nmae" } });
// @ts-expect-error one character of four
recipients("", { delimiter: "::" });
// @ts-expect-error no such type
plan([], { requestType: "parcel" });
async function batches(): Promise<void> {
  for await (const { rows } of recipientBatches(new Blob([]))) rows[0]?.recipient.name.toUpperCase();
}
void batches;

async function client(): Promise<void> {
  const edgepost = new Edgepost({ baseUrl: "https://mail.example.com" });
  const called = await edgepost.call("pieterpost.create_checkout_link", letter, { onProgress: ({ phase }) => phase });
  if (called.kind === "ok") called.value.checkoutUrl?.toUpperCase();
  const waited = await edgepost.wait("pieterpost.get_order", { orderId: "ord_1" }, { until: ({ status }) => status === "paid" });
  const done: boolean = waited.done;
  void done;
  const { ok, reasons, read: wallet } = await edgepost.preflight({ currency: "eur" }, { amountCents: 200 });
  if (!ok && reasons.includes("insufficient_credits") && wallet.kind === "ok") wallet.value.accountId.toUpperCase();
  // @ts-expect-error a reason that there is not
  reasons.includes("approval_missing");
  const found = await edgepost.discover({ maxAmount: { amount: "5.00", currency: "USD" }, networks: ["eip155:8453"] });
  if (!found.ok && found.reasons.includes("over_cap")) found.minPrice?.toUpperCase();
  // @ts-expect-error a cap is needed
  await edgepost.discover({});
  // PP-007: no option of what runs in a browser takes a key, under whatever name.
  // @ts-expect-error nor may the client be made with one
  new Edgepost({ baseUrl: "https://mail.example.com", key: "pp_test_x" });
  // @ts-expect-error nor a call
  await edgepost.call("pieterpost.create_checkout_link", letter, { authorization: "Bearer pp_test_x" });
  // @ts-expect-error nor a wait
  await edgepost.wait("pieterpost.get_order", { orderId: "ord_1" }, { headers: { authorization: "Bearer pp_test_x" } });
  // @ts-expect-error nor a request that is built
  build("pieterpost.create_checkout_link", letter, { key: "pp_test_x" });
}
void client;

async function server(): Promise<void> {
  const edgepost = new Direct({ direct: { pieterpost: { key: "pp_test_x" } } });
  const called = await edgepost.call("pieterpost.upload_asset", { kind: "postcard-image", name: "front.jpg", file: new Blob([]) });
  if (called.kind === "ok") called.value.assetId.toUpperCase();
  const token: string = await mintGrant("key", { sub: "shop", mode: "test", ops: ["pieterpost.*"], exp: 0, max_amount: { eur: 5_000 } });
  void token;
  // @ts-expect-error it calls providers, not a gateway
  new Direct({ baseUrl: "https://mail.example.com" });
  // @ts-expect-error a key is needed
  new Direct({ direct: { pieterpost: {} } });
  // @ts-expect-error no such operation
  await mintGrant("key", { sub: "shop", mode: "test", ops: ["pieterpost.create_orders"], exp: 0 });
  // @ts-expect-error a misspelt limit would be none
  await mintGrant("key", { sub: "shop", mode: "test", ops: ["ledger.*"], exp: 0, max_amonut: { eur: 1 } });
  // @ts-expect-error a grant ends
  await mintGrant("key", { sub: "shop", mode: "test", ops: ["ledger.*"] });
}
void server;

const inspected: FileReport = inspectFile("postcard-image", new Uint8Array(24), { size: 51_000_000 });
const { type, width }: { type: string | null; width?: number } = inspected;
void [type, width, inspectBlob("letter-attachment", new Blob([]))];
void inspectFile("postalform-postcard-11x6", new Uint8Array(24)).pageSizes?.[0]?.[1].toFixed();
// @ts-expect-error the longer side comes first, as the vendor writes it
inspectFile("postalform-postcard-6x11", new Uint8Array(24));
// @ts-expect-error none of them
inspectFile("postcard", new Uint8Array(24));

const checkedRecipient: RecipientReport = validateRecipient({ ...recipient, postalCode: null }, { provider: "pieterpost", mode: "lenient" });
const form: PlaceInfo | null = place("Netherlands");
const codes: string[] = countries().map(({ code }) => code);
void [checkedRecipient, form, codes, recipientSchema()["~standard"].validate(recipient)];
// @ts-expect-error no such provider
validateRecipient(recipient, { provider: "post" });
// @ts-expect-error not the name of a member
validateRecipient({ name: "Rijksmuseum", country: "NL", postcode: "1071 XX" });

const response: Promise<Response> = new Sandbox().fetch("https://a.test/_sandbox/state");
void response;

// PP-007: every option of what runs in a browser, and none is a key. A new one is looked at, and listed.
type Known =
  | ("baseUrl" | "grant" | "fetch" | "idempotencyKey" | "acceptLanguage" | "attempts" | "timeoutMs" | "signal" | "onProgress")
  | ("until" | "waitMs" | "mode" | "input" | "testMode" | "now" | "requestType" | "format" | "amountCents")
  | ("country" | "columns" | "delimiter" | "provider" | "campaign" | "perDay" | "usedToday" | "perMinute");
type Options = EdgepostOptions & CallOptions & WaitOptions & PreflightOptions & BuildOptions & MergeOptions & ReadOptions & ValidateOptions & RecipientsOptions & PlanOptions;
const unlisted: Record<Exclude<keyof Options, Known>, never> = {};
void unlisted;
