// Compiled, never run: how exact the types are. Each line that must not compile says why.
import { build, merge, operations, read, validate } from "edgepost";
import type { Draft, InputOf, Issue, IssueCode, Json, Mode, OperationName, Outcome, OutputOf, Prepared, Report, Severity } from "edgepost";

/** Whether two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Whether a type is `any`, which takes and gives everything. */
type IsAny<T> = 0 extends 1 & T ? true : false;

const recipient = { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "Netherlands" };
const letters = [{ recipient, message: "Hello." }];

// Operations are literals, and each knows its own input and output.
const exact: true[] = [
  true satisfies Same<(typeof operations)[number], OperationName>,
  true satisfies Same<Parameters<typeof validate<"pieterpost.create_order">>[1], Draft<InputOf<"pieterpost.create_order">> | Json>,
  true satisfies Same<Parameters<typeof build<"pieterpost.create_order">>[1], InputOf<"pieterpost.create_order"> | Json>,
  true satisfies Same<ReturnType<typeof read<"pieterpost.get_wallet">>, Outcome<OutputOf<"pieterpost.get_wallet">>>,
  true satisfies Same<Issue["code"], IssueCode>,
  true satisfies Same<Severity, "error" | "warning" | "info">,
  true satisfies Same<Mode, "strict" | "lenient">,
  true satisfies Same<Report["operation"], OperationName>,
  true satisfies Same<Prepared["body"], Uint8Array<ArrayBuffer> | null>,
];
const never: false[] = [
  false satisfies IsAny<InputOf<"pieterpost.create_order">>,
  false satisfies IsAny<InputOf<"pieterpost.create_order">["letters"]>,
  false satisfies IsAny<OutputOf<"pieterpost.get_order">>,
  false satisfies IsAny<Issue["params"]>,
  // A union with one text that could be any would be text.
  false satisfies Same<string, IssueCode>,
  false satisfies Same<string, OperationName>,
];
void [exact, never];

// @ts-expect-error there is no such operation
validate("pieterpost.create_orders", {});
// @ts-expect-error nor one without its provider
build("create_order", { requestType: "letter", letters });
// @ts-expect-error nor any text that happens to be one
validate("pieterpost.create_order" as string, {});
// @ts-expect-error an input is an object, or JSON
validate("pieterpost.create_order", 5);
// @ts-expect-error and not a list of them
validate("pieterpost.create_order", [{ requestType: "letter", letters }]);

// @ts-expect-error a misspelt member
build("pieterpost.create_order", { requestType: "letter", leters: letters });
// @ts-expect-error a misspelt member beside the right one
build("pieterpost.create_order", { requestType: "letter", letters, extrenalId: "invoice-123" });
// @ts-expect-error a misspelt member, far inside
build("pieterpost.create_order", { requestType: "letter", letters: [{ recipient: { ...recipient, postcode: "1071 XX" }, message: "Hello." }] });
// @ts-expect-error the same in a form that is being filled in
validate("pieterpost.create_order", { letters: [{ recipient: { postcode: "1071 XX" } }] });
// @ts-expect-error one of two
build("pieterpost.create_order", { requestType: "parcel", letters });
// @ts-expect-error a recipient has a country
build("pieterpost.create_compose_link", { recipient: { ...recipient, country: undefined } });
// @ts-expect-error values of a template's variables are text
build("pieterpost.create_compose_link", { recipient: { ...recipient, customFields: { code: 7 } } });
// What is undefined is left out, so it may be there; with exactOptionalPropertyTypes and without.
build("pieterpost.create_compose_link", { recipient: { ...recipient, extra: undefined, state: undefined }, message: undefined });
validate("pieterpost.create_compose_link", { recipient: { name: undefined, extra: null } }, { mode: undefined });

// @ts-expect-error one of two
validate("pieterpost.create_order", {}, { mode: "loose" });
// @ts-expect-error nor any text
merge("Hello.", [], { mode: "strict" as string });
// @ts-expect-error a misspelt option
validate("pieterpost.create_order", {}, { Mode: "strict" });
// @ts-expect-error an option of another function
validate("pieterpost.create_order", {}, { idempotencyKey: "invoice-123" });
// @ts-expect-error a misspelt option
build("pieterpost.get_wallet", {}, { idempotencykey: "invoice-123" });
// @ts-expect-error its value is text
build("pieterpost.get_wallet", {}, { idempotencyKey: 123 });
// @ts-expect-error one of two
merge("Hello.", [], { requestType: "parcel" });
// @ts-expect-error an answer has a status
read("pieterpost.get_wallet", { body: "{}" });
// @ts-expect-error its body is not parsed
read("pieterpost.get_wallet", { status: 200, body: { wallet: {} } });
// @ts-expect-error a misspelt option
read("pieterpost.get_wallet", { status: 200, body: "{}" }, { testmode: true });

// An outcome is narrowed by its kind, and by nothing else.
function say(outcome: Outcome<OutputOf<"pieterpost.get_wallet">>): string {
  // @ts-expect-error before that nobody knows whether there is a value
  void outcome.value;
  switch (outcome.kind) {
    case "ok":
      // @ts-expect-error what happened is not tried again
      void outcome.retry;
      // @ts-expect-error a member that no wallet has
      void outcome.value.wallet.balance;
      return outcome.value.wallet.balanceCents.toFixed();
    case "challenge":
      // @ts-expect-error what is to be paid for has no state yet
      void outcome.value.wallet;
      return outcome.challenges.join();
    case "refused":
      // @ts-expect-error what did not happen has no value
      void outcome.value;
      return `${outcome.status.toFixed()} ${outcome.code} ${outcome.retry.advice}`;
    case "unknown":
      // @ts-expect-error there may have been no answer
      outcome.status.toFixed();
      return outcome.excerpt;
    // @ts-expect-error there is no other kind
    case "failed":
      return "";
    default:
      return outcome satisfies never;
  }
}
void say;

// Every issue code can be told from the others, and no other is there.
const words = { missing_member: "Fill this in.", invalid_postal_code: "Look at the postal code again." } satisfies { [C in IssueCode]?: string };
void words;
// @ts-expect-error there is no such code
const wrong = { missing_members: "Fill this in." } satisfies { [C in IssueCode]?: string };
void wrong;
