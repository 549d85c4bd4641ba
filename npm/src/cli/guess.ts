import { described } from "../generated/describe.js";
import { validate } from "../index.node.js";
import type { OperationName } from "../types.js";

/** An order may be for a checkout link as well: where nothing tells them apart, it is taken for one that is paid directly. */
const FIRST: OperationName = "pieterpost.create_order";
/** Takes one recipient and needs nothing else. */
export const TAKES_RECIPIENT = "pieterpost.create_compose_link";

/** How many members of an object a schema does not have. */
const unknownOf = (names: readonly string[], known: object): number => names.filter((name) => !Object.hasOwn(known, name)).length;

/** Whether an object is rather a recipient than the input of any operation, by its members. */
export function isRecipient(value: object): boolean {
  const names = Object.keys(value);
  const inputs = Object.values(described).map(({ input }) => input["properties"] as object);
  const { Recipient } = described[TAKES_RECIPIENT].input["$defs"] as { Recipient: { properties: object } };
  const unknown = unknownOf(names, Recipient.properties);
  return unknown < names.length && inputs.every((known) => unknown <= unknownOf(names, known));
}

/** For which operation an object may be meant, by its members; nothing where none of them says so. */
export function guessOperation(value: object): OperationName | undefined {
  const names = Object.keys(value);
  const rated = (Object.keys(described) as OperationName[]).flatMap((operation) => {
    const known = described[operation].input["properties"] as object;
    const unknown = unknownOf(names, known);
    if (unknown === names.length) return [];
    const errors = validate(operation, JSON.stringify(value)).issues.filter(({ severity }) => severity === "error").length;
    return [{ operation, rank: [unknown, errors, operation === FIRST ? 0 : 1] }];
  });
  const byRank = (one: number[], other: number[]): number => one.map((rank, index) => rank - (other[index] ?? 0)).find(Boolean) ?? 0;
  return rated.sort((one, other) => byRank(one.rank, other.rank))[0]?.operation;
}
