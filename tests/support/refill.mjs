// What the tests of refills use: the gateway with Pitney Bowes, in front of the sandbox.
import { randomUUID } from "node:crypto";
import { grant } from "./direct.mjs";
import { CANARIES, startGateway, startSandbox } from "./servers.mjs";

/** Secrets that are easy to find wherever they should not be. */
export const REFILL_CANARIES = {
  PITNEYBOWES_KEY_TEST: "fake-key-canary-61d0",
  PITNEYBOWES_SECRET_TEST: "fake-secret-canary-0c7e",
  PITNEYBOWES_DEVELOPER_ID_TEST: "fake-developer-canary-9a42",
};
export const ALL_CANARIES = { ...CANARIES, ...REFILL_CANARIES };

/** The merchant of the tests, and what is in the postage account at first. */
export const MERCHANT = "3005550100";
export const CENTS = 7_189;

/** A sandbox that knows the canary developer, whose tokens are good for so many seconds. */
export function startPostage(tokenSeconds = 35_999) {
  const [key, secret, developerId] = Object.values(REFILL_CANARIES);
  const merchants = [{ developerId, postalReportingNumber: MERCHANT, fullName: "City Library", cents: CENTS }];
  return startSandbox({ pitneybowes: { tokenSeconds, developers: [{ developerId, key, secret }], merchants } });
}

/** A gateway in front of it, where one refill may add USD 600. */
export const startRefills = (sandbox, { vars = {}, ...options } = {}) =>
  startGateway(sandbox, {
    ...options,
    policy: { requests_per_minute: 10_000, ...options.policy },
    vars: { ...REFILL_CANARIES, PITNEYBOWES_URL: `${sandbox.url}/pitneybowes`, PITNEYBOWES_MAX_AMOUNT: "600", ...vars },
  });

/** A grant for one operation of Pitney Bowes, each for another caller. A refill's is for USD 500.00. */
export const allow = (operation, claims = {}) =>
  grant({ ops: [`pitneybowes.${operation}`], ...(operation === "fund_account" && { amount: { usd: 50_000 } }), ...claims });

/** An operator's grant. */
export const operator = () => grant({ sub: "the operator", ops: ["ledger.*"] });

const DEVELOPERS = "/pitneybowes/shippingservices/v1/developers";

/** Asks below a developer's merchants; the developer is the gateway's own, unless another one is named. */
export const look = (gateway, path, token, developer = "-") =>
  fetch(`${gateway.url}${DEVELOPERS}/${developer}/merchants${path}`, { headers: { "edgepost-grant": token } });

/** Refills with USD 500.00, unless something else is said. */
export function refill(gateway, { token, key = randomUUID(), body = {}, developer = "-", merchant = MERCHANT }) {
  return fetch(`${gateway.url}${DEVELOPERS}/${developer}/merchants/${merchant}/account/fund`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key, ...(token && { "edgepost-grant": token }) },
    body: JSON.stringify({ amount: 500, currencyCode: "USD", ...body }),
  });
}

/** Asks the ledger as an operator: for an entry, or to write down what was found. */
export async function ledger(gateway, id, found, token) {
  const url = `${gateway.url}/ledger/${id}${found ? "/resolve" : ""}`;
  const headers = { "edgepost-grant": token ?? (await operator()), ...(found && { "content-type": "application/json" }) };
  return fetch(url, { method: found ? "POST" : "GET", headers, body: found && JSON.stringify(found) });
}

/** What the sandbox has of it: the merchant's money, refills, tokens. */
export async function postage(sandbox) {
  const { merchants, refills, tokens, tokensRefused } = (await sandbox.state()).pitneybowes;
  const { cents } = merchants.find(({ postalReportingNumber }) => postalReportingNumber === MERCHANT);
  return { cents, refills: refills.length, ids: refills.map(({ transactionId }) => transactionId), tokens: tokens.length, tokensRefused };
}
