import type { Issue } from "./types.js";

/**
 * A schema that form and router libraries take as it is: version 1 of https://standardschema.dev. Answers at once, never
 * with a promise.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    /** There for the compiler alone; holds nothing. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly validate: (value: unknown, options?: SchemaOptions) => SchemaResult<Output>;
  };
}

export declare namespace StandardSchemaV1 {
  /** What a schema takes. */
  type InferInput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["input"];
  /** What a schema gives back. */
  type InferOutput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["output"];
}

/** What a library may hand through: `libraryOptions: { mode: "lenient" }`, as `validate` takes it. */
export interface SchemaOptions {
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/** The value as it was given, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** An issue with its path in steps: a place in a list is a number. */
export type SchemaIssue = Omit<Issue, "path"> & { readonly path: readonly (string | number)[] };

/** A schema around a check. Warnings stand in nobody's way: only errors are issues of a schema. */
export function standardSchema<Input>(check: (value: object, options: object) => readonly Issue[]): StandardSchemaV1<Input> {
  return {
    "~standard": {
      version: 1,
      vendor: "edgepost",
      validate(value, options) {
        // A schema is about values: text is no order here, even if it is JSON.
        const isText = typeof value === "string" || value instanceof Uint8Array;
        // What else a library hands through is for the schemas of others.
        const { mode } = options?.libraryOptions ?? {};
        const found = check((isText ? '""' : value) as object, mode === undefined ? {} : { mode });
        const issues = found.filter(({ severity }) => severity === "error").map((issue) => ({ ...issue, path: steps(issue.path, value) }));
        return issues.length > 0 ? { issues } : { value: value as Input };
      },
    },
  };
}

/** The steps of a JSON Pointer into a value. */
function steps(pointer: string, value: unknown): (string | number)[] {
  let inside = value;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(inside) ? Number(name) : name;
      inside = (inside as Record<string, unknown> | null | undefined)?.[name];
      return step;
    });
}
