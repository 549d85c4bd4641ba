// PostalForm's tools on workerd, against the sandbox: a page completes an address and uploads a PDF.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { uploadPdf } from "edgepost/files";
import { mintGrant } from "edgepost/server";
import { CANARIES, startGateway, startSandbox } from "../support/servers.mjs";

const SEARCH = "postalform.search_addresses";
const UPLOAD = "postalform.create_pdf_upload";
const PDF = new Blob(["%PDF-1.7\n"], { type: "application/pdf" });

let sandbox, gateway, grant, edgepost;

before(async () => {
  sandbox = await startSandbox();
  gateway = await startGateway(sandbox, { vars: { POSTALFORM_URL: `${sandbox.url}/postalform` } });
  const claims = { sub: "page", mode: "test", ops: ["postalform.*"], exp: Math.floor(Date.now() / 1_000) + 600 };
  grant = await mintGrant(CANARIES.GRANT_SIGNING_KEY, claims);
  edgepost = new Edgepost({ baseUrl: gateway.url, grant });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
});

beforeEach(() => sandbox.reset());

const seen = async (operation) => (await sandbox.state()).requests[operation].seen;
const uploads = async () => (await sandbox.state()).postalform.uploads.map(({ token, size }) => [token, size]);

test("PFD-014 PFD-015 XT-012: a page goes from a beginning over a building to an address", async () => {
  const ask = (body, origin) =>
    fetch(`${gateway.url}/postalform/tools/search_addresses`, {
      method: "POST",
      headers: { "content-type": "application/json", "edgepost-grant": grant, origin },
      body: JSON.stringify(body),
    });
  const answer = await ask({ target: "recipient", query: "Library of Congress" }, gateway.url);
  assert.equal(answer.headers.get("access-control-allow-origin"), gateway.url);
  assert.deepEqual([answer.status, answer.headers.get("edgepost-source"), answer.headers.get("edgepost-operation")], [200, "provider", SEARCH]);
  const [building] = (await answer.json()).suggestions;
  assert.equal(building.type, "Container");
  const inside = await edgepost.call(SEARCH, { target: "recipient", query: "independence", container: building.id });
  const [address] = inside.value.suggestions;
  assert.deepEqual([address.type, `${address.text}, ${address.description}`], ["Address", "101 Independence Ave SE, Washington DC 20540"]);
  assert.equal((await ask({ query: "Library" }, "https://evil.example")).status, 403);
  const short = await ask({ query: "Li" }, gateway.url);
  assert.deepEqual([short.status, (await short.json()).issues.map(({ path, rule }) => [path, rule])], [422, [["/query", "PFD-013"]]]);
});

test("XT-005: the sandbox forgets its sessions, and nobody notices", async () => {
  assert.equal((await edgepost.call("postalform.list_forms", {})).kind, "ok");
  await sandbox.reset();
  const forms = await edgepost.call("postalform.list_forms", { q: "4506" });
  const schema = await edgepost.call("postalform.get_form_schema", { slug: forms.value.forms[0].slug });
  assert.equal(schema.value.slug, "4506-t");
});

test("PFD-020: what is refused, lost or no answer of the protocol's is told as what it is", async () => {
  const once = { attempts: 1 };
  for (const [kind, expected] of [
    ["status_429", ["refused", 429, "after"]],
    ["status_500_before", ["unknown", 500, "same_bytes"]],
    ["drop_after", ["unknown", 502, "same_bytes"]],
    ["html_body", ["unknown", 502, "same_bytes"]],
    ["redirect", ["unknown", 502, "same_bytes"]],
  ]) {
    await sandbox.fault(SEARCH, kind);
    const told = await edgepost.call(SEARCH, { query: `476 5th Ave ${kind}` }, once);
    assert.deepEqual([told.kind, told.status, told.retry.advice], expected, kind);
  }
  await sandbox.fault(SEARCH, "drop_before");
  assert.equal((await edgepost.call(SEARCH, { query: "700 Pennsylvania Ave" })).kind, "ok", "the client asks again by itself");
});

test("PFD-016: a PDF is uploaded, and each caller has a room of their own", async () => {
  const uploaded = await uploadPdf(edgepost, PDF, { name: "letter.pdf" });
  assert.equal(uploaded.kind, "ok", JSON.stringify(uploaded));
  assert.deepEqual(await uploads(), [[uploaded.value.upload_token, 9]]);
  const asked = { file_name: "letter.pdf" };
  const [one, other] = await Promise.all([edgepost.call(UPLOAD, asked), edgepost.call(UPLOAD, asked)]);
  assert.notEqual(one.value.upload_token, other.value.upload_token);
  const again = await edgepost.call(UPLOAD, asked, { idempotencyKey: one.key });
  assert.deepEqual([again.replayed, again.value.upload_token], [true, one.value.upload_token]);
});

test("PFD-016: what is no PDF, is too large, or has lost its room is refused, with what to do next", async () => {
  const told = ({ kind, status, code, retry }) => [kind, status, code, retry?.advice];
  assert.deepEqual(told(await uploadPdf(edgepost, new Blob(["GIF89a"]))), ["refused", 422, "upload_failed", "new_key"]);
  assert.deepEqual(told(await uploadPdf(edgepost, new Uint8Array(26_214_401))), ["refused", 413, "too_large", "new_key"]);
  await assert.rejects(uploadPdf(edgepost, "letter.pdf"), { code: "invalid_options" });
  assert.deepEqual((await uploads()).map(([, size]) => size), [null, null]);
  await sandbox.fault(UPLOAD, "drop_after", { times: 9 });
  assert.equal((await uploadPdf(edgepost, PDF, { attempts: 1 })).kind, "unknown");
  assert.ok((await seen(UPLOAD)) >= 3);
});
