// Compiled, never run: a schema of ours is a Standard Schema, and knows what it takes.
import type { StandardSchemaV1 as Spec } from "@standard-schema/spec";
import { schema } from "edgepost";
import type { InputOf, Issue, OperationName, StandardSchemaV1 } from "edgepost";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const order = schema("pieterpost.create_order");
type Order = InputOf<"pieterpost.create_order">;

// The specification's own types take it, and see through it.
const spec: Spec<Order> = order;
void spec;
const exact: true[] = [
  true satisfies Same<Spec.InferInput<typeof order>, Order>,
  true satisfies Same<Spec.InferOutput<typeof order>, Order>,
  true satisfies Same<StandardSchemaV1.InferInput<typeof order>, Order>,
  true satisfies Same<StandardSchemaV1.InferOutput<typeof order>, Order>,
];
void exact;
const all: { [O in OperationName]?: Spec<InputOf<O>> } = { "pieterpost.create_order": order };
void all;
// @ts-expect-error another operation takes another input
const other: Spec<InputOf<"pieterpost.get_order">> = order;
void other;
// @ts-expect-error there is no such operation
schema("pieterpost.create_orders");
// @ts-expect-error a schema says which it is of
schema();

/** As a library has it that takes any schema. */
function parsed<Schema extends Spec>(taken: Schema, value: unknown): Spec.InferOutput<Schema> {
  const result = taken["~standard"].validate(value);
  if (result instanceof Promise || result.issues) throw new Error();
  return result.value as Spec.InferOutput<Schema>;
}
const { requestType } = parsed(order, {});
const known: "letter" | "postcard" = requestType;
void known;

// Ours answers at once, with what is known about an issue beside what the specification asks for.
const result = order["~standard"].validate({}, { libraryOptions: { mode: "lenient" } });
// @ts-expect-error before it is known whether there are issues, there may be no value
void result.value.requestType;
if (result.issues === undefined) {
  const value: Order = result.value;
  void value;
} else {
  for (const { path, code, hint } of result.issues) {
    const steps: readonly (string | number)[] = path;
    const literal: Issue["code"] = code;
    void [steps, literal, hint?.toUpperCase()];
    // @ts-expect-error codes are a closed set
    if (code === "wrong") void code;
  }
  // @ts-expect-error an input with issues is not given back
  void result.value;
}
