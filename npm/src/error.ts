import type { Issue } from "./types.js";

/** What went wrong on this side; but for `aborted` and `incomplete` before anything was sent. */
export class EdgepostError extends Error {
  override readonly name = "EdgepostError";

  constructor(
    /** `invalid_input` has `issues`; `invalid_options`: one is not what it has to be; `not_ready`: await `ready()` once before the first call in a browser; `unknown_operation`; `aborted` by the caller's signal; `incomplete`: a list could not be read to its end; `journal`: a payment's journal cannot be read or written. */
    readonly code: "invalid_input" | "invalid_options" | "not_ready" | "unknown_operation" | "aborted" | "incomplete" | "journal",
    message: string,
    /** What is wrong with the input. */
    readonly issues: Issue[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** One of another copy of this class is one too: `edgepost` for Node is one file with a copy in it, and bundlers make others. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== EdgepostError) return super[Symbol.hasInstance](value);
    return value instanceof Error && value.name === "EdgepostError";
  }
}

/** The error for an input that cannot be sent. */
export function invalidInput(operation: string, issues: Issue[]): EdgepostError {
  const errors = issues.filter((issue) => issue.severity === "error");
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const message = first ? `${first.path || "the input"}: ${first.message}${more}` : "the input cannot be sent";
  return new EdgepostError("invalid_input", `${operation}: ${message}`, issues);
}
