import type { IssueCode, Known, Operations, Recipient } from "./generated/types.js";

export type * from "./generated/types.js";

/** The name of an operation: `provider.verb_noun`. */
export type OperationName = keyof Operations;
/** What an operation takes. */
export type InputOf<O extends OperationName> = Operations[O]["input"];
/** What an operation takes from who calls a gateway: what that knows itself may be left out. */
export type AskedOf<O extends OperationName> = O extends keyof Known ? Omit<InputOf<O>, Known[O]> & Partial<Pick<InputOf<O>, Known[O] & keyof InputOf<O>>> : InputOf<O>;
/** What a provider answers to an operation. */
export type OutputOf<O extends OperationName> = Operations[O]["output"];

/** The operations that answer with pages of a list. */
export type ListName = { [O in OperationName]: OutputOf<O> extends { next: unknown; results: unknown[] } ? O : never }[OperationName];
/** What is in a list. */
export type ItemOf<O extends ListName> = OutputOf<O> extends { results: (infer Item)[] } ? Item : never;

/** An input that is still being filled in: any member may be missing or null. */
export type Draft<T> = T extends Blob | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? Draft<Item>[]
    : T extends object
      ? { [Name in keyof T]?: Draft<T[Name]> | null | undefined }
      : T;

/** JSON text, or JSON bytes in UTF-8. */
export type Json = string | Uint8Array;

/** How bad an issue is. Only an error blocks. */
export type Severity = "error" | "warning" | "info";

/** One step of an RFC 6902 patch. */
export type Change =
  | { op: "replace"; path: string; value: unknown }
  | { op: "remove"; path: string }
  | { op: "move"; from: string; path: string };

/** One thing that is wrong, or odd, about an input. */
export interface Issue {
  /** RFC 6901 JSON Pointer into the input; `""` is the whole. A missing member's path is the one that it should have. */
  path: string;
  code: IssueCode;
  severity: Severity;
  /** What is wrong, in English, with the value in it. */
  message: string;
  /** The values of the message, for saying it in another language. */
  params?: Record<string, string | number | string[] | number[]>;
  /** How to mend it. */
  hint?: string;
  /** RFC 6902 patch, where the mending is mechanical. */
  fix?: Change[];
  /** The id of the rule behind it, with its source: https://github.com/edgepost/edgepost/blob/main/docs/rules.md */
  rule?: string;
}

/** The outcome of a validation: every issue at once. */
export interface Report {
  /** No issue is an error. */
  ok: boolean;
  operation: OperationName;
  issues: Issue[];
}

/**
 * `strict`: as a request needs it. `lenient`: as a preview may have it, where a postal code, a country or a placeholder that is
 * not known is a warning. What is missing is an error in both.
 */
export type Mode = "strict" | "lenient";

export interface ValidateOptions {
  /** `strict`, if nothing is said. */
  mode?: Mode | undefined;
}

export interface BuildOptions extends ValidateOptions {
  /** Where to send it, in place of the provider's own address; `https`, or `http` on loopback. */
  baseUrl?: string | URL | undefined;
  /** Makes a repeated request count once; 1 to 140 printable ASCII characters. */
  idempotencyKey?: string | undefined;
  /** The language of the provider's messages. */
  acceptLanguage?: string | undefined;
}

/** A request, complete but for the secret. */
export interface Prepared {
  operation: OperationName;
  method: string;
  url: string;
  /** Never hold a secret. */
  headers: Record<string, string>;
  /** The exact bytes: the same input gives the same bytes on every platform. `null` for a read. */
  body: Uint8Array<ArrayBuffer> | null;
  /** The idempotency key in use. */
  key: string | null;
  /** `sha-256=:...:` of the body, RFC 9530; worked out when it is first looked at. */
  readonly digest: string;
}

/** An answer of a provider or of the gateway. */
export interface Answer {
  status: number;
  headers?: Headers | Iterable<readonly [string, string]> | Record<string, string | readonly string[] | undefined>;
  body: Json;
}

export interface ReadOptions {
  /** What was sent: the answer is held against it. */
  input?: object | Json | undefined;
  /** Whether a test key was used: an answer of the other mode is reported. */
  testMode?: boolean | undefined;
  /** Milliseconds since 1970; the present, if nothing is said. */
  now?: number | undefined;
}

/** Whether to ask again, and how. */
export interface Retry {
  /** `never`; `same_bytes` under the same key; as something new with a `new_key`; `check_first` whether it happened; or the same bytes `after` a while. */
  advice: "never" | "same_bytes" | "new_key" | "check_first" | "after";
  afterMs?: number;
}

/** What an answer means. */
export type Outcome<Value = unknown> =
  /** It happened. `issues` are what is odd about the answer; they are never errors. */
  | { kind: "ok"; value: Value; issues?: Issue[] }
  /**
   * It is to be paid for first. `challenges` are the lines of the header that says how, as they came: `PAYMENT-REQUIRED` over
   * x402, `WWW-Authenticate` over MPP. `value` is the answer; `null` where it is no JSON.
   */
  | { kind: "challenge"; challenges: string[]; value: unknown }
  /** It did not happen. `details` is the provider's answer, where it says more. */
  | { kind: "refused"; status: number; code: string; message: string; issues?: Issue[]; details?: unknown; retry: Retry }
  /**
   * Nobody knows whether it happened. `status` is `null` where there was no answer at all. `ledger` is what a gateway has
   * written down, where only a person can find out.
   */
  | { kind: "unknown"; status: number | null; excerpt: string; retry: Retry; ledger?: LedgerEntry };

/** What a gateway has written down of a refill: `POST /ledger/{id}/resolve` says what a person has found. */
export interface LedgerEntry {
  id: string;
  operation: OperationName;
  state: "sent" | "unknown";
  /** The provider's name of the request, by which its people find it. */
  transactionId?: string;
  /** What `pitneybowes.get_balance` answered before, and after where it did. */
  before: OutputOf<"pitneybowes.get_balance">;
  after: OutputOf<"pitneybowes.get_balance"> | null;
}

/** What a file is for. A PDF for PostalForm has to be there as a whole: it tells of its pages at its end. */
export type FileKind =
  | InputOf<"pieterpost.upload_asset">["kind"]
  | "postalform-letter"
  | `postalform-postcard-${NonNullable<InputOf<"postalform.create_order">["postcard_size"]>}`;

export interface InspectOptions {
  /** The length of the whole file, where only its head is given. */
  size?: number | undefined;
}

/** What is known about a file. */
export interface FileReport {
  /** No issue is an error. */
  ok: boolean;
  /** The media type, by what the file holds; `null` for anything that no provider takes. */
  type: string | null;
  /** In pixels, as they are stored; for pictures, where the head shows it. */
  width?: number;
  height?: number;
  /** How many pages a PDF has that was looked into; not there where that cannot be told. */
  pages?: number;
  /** Width and height of each of them, in points of a 72nd of an inch. */
  pageSizes?: [number, number][];
  /** Paths are `/file` and `/kind`. */
  issues: Issue[];
}

/** As much of a recipient as a template looks at. */
export interface Addressee {
  /** Full name; its first word is the variable `first_name`. */
  name?: string | null | undefined;
  customFields?: Record<string, string | null> | undefined;
}

/** What holds a recipient: a letter, or a row of a file. Its own `customFields` come first. */
export interface AddresseeRow {
  recipient: Addressee;
  customFields?: Record<string, string | null> | undefined;
}

export interface MergeOptions {
  /** `lenient`, if nothing is said. */
  mode?: Mode | undefined;
  /** Whose recipients they are; PieterPost's, if nothing is said, whose texts have a limit. */
  provider?: "pieterpost" | "postalform" | undefined;
  /** What it is printed on; a letter, if nothing is said. */
  requestType?: "letter" | "postcard" | undefined;
  /** `text`, if nothing is said: `O'Neil` stays `O'Neil`. For a page `html` escapes the values; the template is markup. */
  format?: "text" | "html" | undefined;
}

/** A preview of every recipient's text. */
export interface Merge {
  ok: boolean;
  /** `texts[i]` belongs to `recipients[i]`. Empty where the recipients cannot be read as a list. */
  texts: string[];
  /**
   * Paths are `/template` and `/recipients/i/...`. The params `start` and `end` are a part of a text, in UTF-16 code units
   * (`text.slice(start, end)`): of the template for what is said about a placeholder, of `texts[i]` for what is cut off,
   * of the text at the path for all else.
   */
  issues: Issue[];
}

/** The members of a recipient for which a column may be taken. */
export type ColumnMember = "name" | "streetAddress" | "street" | "number" | "extra" | "postalCode" | "city" | "state" | "country";

export interface RecipientsOptions {
  /** `lenient`, if nothing is said. */
  mode?: Mode | undefined;
  /**
   * Whose recipients they are; PieterPost's, if nothing is said. PostalForm reads a list itself (`bulk.csv_content`), so
   * nothing is guessed: its six columns are taken in any capitals, as they are sent, and every column is in `customFields`,
   * for `merge`.
   */
  provider?: "pieterpost" | "postalform" | undefined;
  /** The country of all rows, where the file has no column for it. */
  country?: string | undefined;
  /** For headers, as they stand in the file: what their columns are; `null` leaves one out. Several for one member are joined with a space. */
  columns?: Readonly<Record<string, ColumnMember | `customFields.${string}` | null>> | undefined;
  /** What stands between cells; a comma, if nothing is said. A first line `sep=;`, as spreadsheets take it, goes before. */
  delimiter?: "," | ";" | "\t" | "|" | undefined;
}

/** A file, piece by piece. A text is CSV, never where a file is. */
export type CsvSource =
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>
  | ReadableStream<Uint8Array>
  | Blob
  | Uint8Array
  | string;

/** An issue, and where in the file it stands. */
export interface ListIssue extends Issue {
  /** The line of the cell, or else of the row, counted from 1. LF, CRLF and CR each end one. */
  line: number;
  /** The number of the column, counted from 1. */
  column?: number;
  /** At which byte the cell starts, or else the row. */
  offset?: number;
}

/** Recipients from a file. */
export interface RecipientList {
  /** No issue is an error. */
  ok: boolean;
  /** Every row of the file. One with an error may lack members; where the cells do not line up, it has none. */
  rows: {
    /** The line in which it starts, counted from 1. */
    line: number;
    recipient: Recipient;
    /** The same as the recipient's. */
    customFields: Record<string, string>;
  }[];
  /** What each column is taken for: a member, `customFields.name`, or `""` for nothing. */
  columns: { header: string; member: string; guessed: boolean }[];
  /** In the order of the lines. Paths are `/rows/i/recipient/...`. */
  issues: ListIssue[];
}

/** Recipients from a part of a file. */
export interface RecipientBatch extends RecipientList {
  /** How many bytes of the file were read up to here; of text its bytes in UTF-8. For showing how far it is. */
  bytes: number;
}

/** A recipient, or a row that holds one. */
export type Planned = Recipient | { readonly recipient: Recipient };

export interface PlanOptions {
  /** `strict`, if nothing is said: whom no order takes is left over. */
  mode?: Mode | undefined;
  /** `letter`, if nothing is said. */
  requestType?: "letter" | "postcard" | undefined;
  /** Makes other ids of the same recipients, so that they can be sent to again. */
  campaign?: string | undefined;
  /** Orders a UTC day; 100, if nothing is said. */
  perDay?: number | undefined;
  /** How many of them were made today. */
  usedToday?: number | undefined;
  /** Requests a minute; 60, if nothing is said. */
  perMinute?: number | undefined;
}

/** A large list as orders within the provider's limits. */
export interface Plan {
  orders: {
    /** From what the order holds: for `idempotencyKey` and `externalId`. */
    id: string;
    /** At most 25 places in the list. */
    indexes: number[];
    /** Letters to the United States and to other countries are not combined; postcards are. */
    market: "us" | "non_us" | "all";
  }[];
  perDay: number;
  /** UTC days that it takes, today included. */
  days: number;
  /** Seconds that the requests take, not counting the wait for the next day. */
  seconds: number;
  /** Whom no order can take, by their place in the list; there is an issue for each. */
  leftOver: number[];
  /** Paths are `/recipients/i/...`. */
  issues: Issue[];
}

/** What was delivered to a hook. */
export interface Delivery {
  headers: NonNullable<Answer["headers"]>;
  /** As they came: the bytes are signed, not what they mean. */
  body: Uint8Array | string;
  /** The hook's secret; several while one takes another's place. */
  secret: string | readonly string[];
  /** Milliseconds since 1970; the clock's where it is left out. A delivery may be five minutes old. */
  now?: number;
}

/** Whether a delivery is the provider's. */
export type WebhookResult =
  | {
      ok: true;
      provider: string;
      /** Seconds since 1970 at which it was signed. */
      timestamp: number;
      /** What was sent, read as JSON if it is; a hint, not a proof. */
      event: unknown;
    }
  | { ok: false; reason: "malformed_header" | "stale" | "future" | "mismatch" | "missing_header" | "plain_digest" };
