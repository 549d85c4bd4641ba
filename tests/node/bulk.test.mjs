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

test("PFB-022 PFB-030: a list is sent as the provider reads it, and is merged as it is sent", () => {
  const csv = "\ufeffrecipient_name,LINE1,City,State, Zip\nJane,123 Main St,Springfield,IL,62701\n";
  const codes = ({ issues }) => issues.map(({ severity, code }) => `${severity} ${code}`);
  const mended = ["info byte_order_mark", ...Array(4).fill("warning header_normalised")];
  const list = recipients(csv, { provider });
  assert.deepEqual([list.ok, codes(list)], [true, mended]);
  assert.deepEqual(merge("{{line1}}, {{zip}}", list.rows, { provider }).texts, ["123 Main St, 62701"]);
  const order = { ...input, bulk: { ...input.bulk, csv_content: csv, template_text: "Hello {{zip}}" } };
  const { ok, issues } = validate("postalform.create_order", order);
  assert.equal(ok, true);
  assert.ok(issues.some(({ code, path, params }) => code === "header_normalised" && path === "/bulk/csv_content" && params.line === 1 && params.column === 2));
  const { body } = build("postalform.create_order", order);
  assert.equal(JSON.parse(new TextDecoder().decode(body)).bulk.csv_content, "recipient_name,line1,city,state,zip\nJane,123 Main St,Springfield,IL,62701\n");
  assert.deepEqual(build("postalform.create_order", JSON.parse(new TextDecoder().decode(body))).body, body);
  // PieterPost reads rows that were read here: its columns are guessed, and keep their names.
  assert.ok(codes(recipients(csv, { country: "US" })).every((code) => !code.startsWith("error")));
});

test("PP-047: a text of any length is one of PostalForm's", () => {
  const rows = [{ recipient: {}, customFields: { a: "x".repeat(7_000) } }];
  assert.deepEqual(merge("{{a}}", rows).issues.map(({ code }) => code), ["message_will_be_truncated"]);
  assert.deepEqual(merge("{{a}}", rows, { provider }).issues, []);
  assert.throws(() => merge("{{a}}", rows, { provider: "postpay" }), /pieterpost or postalform/);
});
