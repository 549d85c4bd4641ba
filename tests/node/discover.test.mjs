// edgepost/client reads the manifest of x402 from the sandbox in this process, and holds it against what is to be paid.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Edgepost, EdgepostError, readManifest } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";

const HOST = "https://sandbox.test";
const ORDERS = "https://postalform.com/api/machine/orders";
const usd = (amount) => ({ amount, currency: "USD" });
const client = (fetch, options = {}) => new Edgepost({ baseUrl: HOST, fetch, ...options });
const vector = JSON.parse(readFileSync(new URL("../vectors/postalform.get_x402_manifest/discovery.json", import.meta.url), "utf8"));
const MANIFEST = vector.response.body;

/** A client of a provider that shows another manifest: `change` is what is put into its one resource. */
const showing = (change, options) => {
  const manifest = structuredClone(MANIFEST);
  Object.assign(manifest.resources["/api/machine/orders"], change);
  return client(async () => Response.json(manifest), options);
};

test("PFD-002 PF-094: the network has to be the mode's, and the least price within the cap", async () => {
  for (const [mode, network] of [["test", "eip155:84532"], ["live", "eip155:8453"]]) {
    const sandbox = new Sandbox({ postalform: { mode } });
    const sent = [];
    const fetch = (url, init) => (sent.push(`${init.method} ${url}`), sandbox.fetch(url, init));
    for (const testMode of [true, false, undefined]) {
      const edgepost = client(fetch, { testMode });
      const { ok, reasons, ...found } = await edgepost.discover({ maxAmount: usd("5.00") });
      const isSame = (testMode !== false) === (mode === "test");
      assert.deepEqual([ok, reasons], [isSame, isSame ? [] : ["other_network"]], `${mode} ${testMode}`);
      assert.deepEqual([found.network, found.minPrice, found.maxPrice, found.isWithinCap], [network, "3.40", "200.00", false]);
      assert.equal(found.read.kind, "ok");
      const named = await edgepost.discover({ maxAmount: usd("200"), networks: [network, "eip155:1"] });
      assert.deepEqual([named.ok, named.isWithinCap], [true, true]);
      assert.deepEqual((await edgepost.discover({ maxAmount: usd("200"), networks: [] })).reasons, ["other_network"]);
    }
    assert.deepEqual([...new Set(sent)], [`GET ${HOST}/postalform/.well-known/x402`]);
  }
});

test("PFS-008: a cap is held to the cent", async () => {
  const live = showing({}, { testMode: false });
  for (const [amount, reasons, isWithinCap] of [
    ["3.40", [], false],
    ["3.4", [], false],
    ["3.39", ["over_cap"], false],
    ["0", ["over_cap"], false],
    ["199.99", [], false],
    ["200.00", [], true],
  ]) {
    const found = await live.discover({ maxAmount: usd(amount) });
    assert.deepEqual([found.reasons, found.ok, found.isWithinCap], [reasons, reasons.length === 0, isWithinCap], amount);
  }
  for (const options of [{}, { maxAmount: 5 }, { maxAmount: usd("5.001") }, { maxAmount: { amount: "5", currency: "EUR" } }, { maxAmount: usd("5"), networks: "eip155:8453" }, { maxAmount: usd("5"), network: "x" }]) {
    await assert.rejects(live.discover(options), (error) => error instanceof EdgepostError && error.code === "invalid_options");
  }
});

test("PFD-002: terms that cannot be held are no terms", async () => {
  for (const change of [
    { minPrice: undefined },
    { maxPrice: "a lot" },
    { minPrice: "$3.405" },
    { minPrice: "-$1" },
    { minPrice: "$300.00" },
    { network: undefined },
    { scheme: "upto" },
    { token: "DAI" },
    { currency: "EUR" },
  ]) {
    const { ok, reasons } = await showing(change, { testMode: false }).discover({ maxAmount: usd("500") });
    assert.deepEqual([ok, reasons], [false, ["unknown_terms"]], JSON.stringify(change));
  }
  const other = client(async () => Response.json({ ...MANIFEST, resources: { "/elsewhere": MANIFEST.resources["/api/machine/orders"] } }));
  assert.deepEqual((await other.discover({ maxAmount: usd("5") })).reasons, ["not_offered"]);
  const html = client(async () => new Response("<html>", { headers: { "content-type": "text/html" } }));
  const { ok, reasons, network, read } = await html.discover({ maxAmount: usd("5"), attempts: 1 });
  assert.deepEqual([ok, reasons, network, read.kind], [false, ["not_read"], null, "unknown"]);
});

test("PFD-002: of several offers the one counts that the caller wants", async () => {
  const terms = MANIFEST.resources["/api/machine/orders"];
  const usual = { scheme: "exact", token: "USDC", currency: "USD", minPrice: "$3.40", maxPrice: "$200.00" };
  const offers = [{ ...usual, network: "eip155:1" }, { ...usual, network: terms.network }];
  for (const accepts of [offers, offers.toReversed()]) {
    const items = [{ resource: ORDERS, accepts }];
    const edgepost = client(async () => Response.json({ ...MANIFEST, items }), { testMode: false });
    const found = await edgepost.discover({ maxAmount: usd("5") });
    assert.deepEqual([found.ok, found.reasons, found.network], [true, [], terms.network]);
    const other = await edgepost.discover({ maxAmount: usd("5"), networks: ["eip155:10"] });
    assert.deepEqual([other.reasons, other.network], [["other_network"], accepts[0].network]);
  }
});

test("PFD-002: three kinds of manifest are in use, and each is read", () => {
  const own = readManifest(MANIFEST, "https://postalform.com");
  assert.deepEqual(own, [
    { url: ORDERS, networks: ["eip155:8453"], method: "POST", scheme: "exact", token: "USDC", currency: "USD", minPrice: "$3.40", maxPrice: "$200.00" },
  ]);
  const listed = { version: 1, resources: [ORDERS, "/api/other", 7], ownershipProofs: ["0x00"] };
  assert.deepEqual(readManifest(listed, "https://postalform.com"), [
    { url: ORDERS, networks: [] },
    { url: "https://postalform.com/api/other", networks: [] },
  ]);
  const accepts = [{ scheme: "exact", network: "eip155:8453", amount: "3400000" }, { scheme: "exact", network: "eip155:84532" }, null];
  const drafted = { x402Version: 2, items: [{ resource: { url: ORDERS }, type: "http", accepts }, { resource: ORDERS }, {}, null] };
  assert.deepEqual(readManifest(drafted, "https://postalform.com"), [
    { url: ORDERS, networks: ["eip155:8453", "eip155:84532"], scheme: "exact" },
    { url: ORDERS, networks: [] },
  ]);
  for (const none of [null, undefined, "x", 1, [], {}, { resources: null }, { resources: "x" }]) {
    assert.equal(readManifest(none, "https://postalform.com"), null, JSON.stringify(none));
  }
});
