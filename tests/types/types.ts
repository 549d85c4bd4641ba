// Compiled, never run: what has to compile, and what must not.
import { build, merge, read, validate } from "edgepost";
import type { BuildOptions, InputOf, Issue, MergeOptions, Outcome, ReadOptions, ValidateOptions } from "edgepost";
import { Edgepost, type CallOptions, type EdgepostOptions, type WaitOptions } from "edgepost/client";
import { describe } from "edgepost/describe";
import { inspectBlob, inspectFile, type FileReport } from "edgepost/files";
import { Sandbox } from "edgepost/sandbox";

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
describe("pieterpost.get_order").input["$schema"];

async function client(): Promise<void> {
  const edgepost = new Edgepost({ baseUrl: "https://mail.example.com" });
  const called = await edgepost.call("pieterpost.create_checkout_link", letter, { onProgress: ({ phase }) => phase });
  if (called.kind === "ok") called.value.checkoutUrl?.toUpperCase();
  const waited = await edgepost.wait("pieterpost.get_order", { orderId: "ord_1" }, { until: ({ status }) => status === "paid" });
  const done: boolean = waited.done;
  void done;
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

const inspected: FileReport = inspectFile("postcard-image", new Uint8Array(24), { size: 51_000_000 });
const { type, width }: { type: string | null; width?: number } = inspected;
void [type, width, inspectBlob("letter-attachment", new Blob([]))];
// @ts-expect-error one of three
inspectFile("postcard", new Uint8Array(24));

const response: Promise<Response> = new Sandbox().fetch("https://a.test/_sandbox/state");
void response;

// PP-007: every option of what runs in a browser, and none is a key. A new one is looked at, and listed.
type Known =
  | ("baseUrl" | "grant" | "fetch" | "idempotencyKey" | "acceptLanguage" | "attempts" | "timeoutMs" | "signal" | "onProgress")
  | ("until" | "waitMs" | "mode" | "input" | "testMode" | "now" | "requestType");
type Options = EdgepostOptions & CallOptions & WaitOptions & BuildOptions & MergeOptions & ReadOptions & ValidateOptions;
const unlisted: Record<Exclude<keyof Options, Known>, never> = {};
void unlisted;
