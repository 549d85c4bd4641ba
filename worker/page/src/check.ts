import { merge, validate, type Issue } from "edgepost";
import { order, type Order, type Values } from "./fields.js";

/** The form, as the rules see it. */
export interface Checked {
  order: Order;
  /** Whether it can be sent. */
  ok: boolean;
  issues: Issue[];
  /** What will be printed. */
  text: string;
}

/** Checks what stands in the fields; nothing is sent anywhere. */
export function check(values: Values): Checked {
  const plain = order(values, "plain");
  const { ok, issues } = validate("pieterpost.create_checkout_link", plain);
  // Whether there are placeholders is for the library to say.
  if (!issues.some((issue) => issue.code === "placeholder_not_merged")) {
    return { order: plain, ok, issues, text: values.message };
  }
  const template = order(values, "template");
  const report = validate("pieterpost.create_checkout_link", template);
  const { texts } = merge(values.message, [{ name: values.name }]);
  return { order: template, ok: report.ok, issues: report.issues, text: texts[0] ?? values.message };
}
