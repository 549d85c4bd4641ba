// PostalForm's lists: read, merged for a preview, and sent as they are.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build, merge, recipients, validate } from "edgepost";

const { input } = JSON.parse(readFileSync(new URL("../vectors/postalform.validate_order/example_request_bulk.json", import.meta.url), "utf8"));
const provider = "postalform";

test("PFB-040 PFB-043: the vendor's list and its template are merged row by row", () => {
  const { csv_content, template_text } = input.bulk;
  const list = recipients(csv_content, { provider });
  assert.deepEqual([list.ok, list.issues, list.rows.map(({ line }) => line)], [true, [], [2, 3]]);
  assert.equal(list.rows[1].customFields.line2, "Apt 2");
  assert.equal(list.rows[1].recipient.zip, "60601");
  const { texts, issues } = merge(template_text, list.rows, { provider });
  assert.deepEqual(texts, ["Hello Jane Doe, your account reference is ACCT-100.", "Hello John Smith, your account reference is ACCT-200."]);
  assert.ok(issues.every(({ severity }) => severity === "info"));
});

test("PFB-011: a page shows values as they are, and the request holds what was given", () => {
  const csv_content = input.bulk.csv_content.replace("Jane Doe", '"<b>""Jane"" & Co</b>"');
  const { texts } = merge("<p>{{recipient_name}}</p>", recipients(csv_content, { provider }).rows, { provider, format: "html" });
  assert.equal(texts[0], "<p>&lt;b&gt;&quot;Jane&quot; &amp; Co&lt;/b&gt;</p>");
  const bulk = { csv_content, content_mode: "html", template_html: "<p>{{recipient_name}}</p>" };
  const { body } = build("postalform.create_order", { ...input, bulk });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(body)).bulk, bulk);
});

test("PFB-030: names of columns are taken exactly where the provider reads the list, and guessed elsewhere", () => {
  const csv = "Name,LINE1,City,State,Zip\nJane,123 Main St,Springfield,IL,62701\n";
  const codes = ({ issues }) => issues.filter(({ severity }) => severity === "error").map(({ code }) => code);
  assert.deepEqual(codes(recipients(csv, { provider })), Array(4).fill("misnamed_column"));
  assert.deepEqual(codes(recipients(csv, { country: "US" })), []);
  const { ok, issues } = validate("postalform.create_order", { ...input, bulk: { ...input.bulk, csv_content: csv, template_text: "Hello" } });
  assert.equal(ok, false);
  assert.ok(issues.some(({ code, path, params }) => code === "misnamed_column" && path === "/bulk/csv_content" && params.line === 1 && params.column === 2));
});

test("PP-047: a text of any length is one of PostalForm's", () => {
  const rows = [{ recipient: {}, customFields: { a: "x".repeat(7_000) } }];
  assert.deepEqual(merge("{{a}}", rows).issues.map(({ code }) => code), ["message_will_be_truncated"]);
  assert.deepEqual(merge("{{a}}", rows, { provider }).issues, []);
  assert.throws(() => merge("{{a}}", rows, { provider: "postpay" }), /pieterpost or postalform/);
});
