import { Edgepost as Client, type Fetch } from "./client.js";
import { providers } from "./generated/types.js";
import { ADDRESS, checked, functions, invalidOption } from "./options.js";

export { mintGrant, type GrantClaims } from "./grant.js";
export { EdgepostError } from "./error.js";
export type * from "./client.js";

/** How to reach a provider without a gateway. */
export interface DirectAccess {
  /** The account's secret: `pp_test_...` or `pp_live_...`. It shows in no error, log or inspection. */
  key: string;
  /** In place of the provider's own address; `https`, or `http` on loopback. */
  baseUrl?: string | URL | undefined;
}

export interface ServerOptions {
  direct: { pieterpost: DirectAccess };
  /** In place of the platform's own fetch. It is handed the request with the key on it. */
  fetch?: Fetch | undefined;
}

/** No such host exists: each request is turned to its provider before it leaves. */
const NOWHERE = "https://direct.invalid";

/**
 * The same client, which calls the providers directly with keys: for programs on a server that need no gateway, and so
 * have no ledger either: keep the `key` of a call to repeat it. A `grant` is for gateways and is not sent.
 */
export class Edgepost extends Client {
  /** @throws EdgepostError with code `invalid_options` */
  constructor(options: ServerOptions) {
    const { direct, fetch } = checked(options, [["direct"], functions("fetch")]);
    const { key, baseUrl, testMode } = accessOf(direct);
    const send: Fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
    super({
      baseUrl: NOWHERE,
      testMode,
      fetch: (url, init) => {
        const headers = Object.entries(init.headers).filter(([name]) => !name.startsWith("edgepost-"));
        const address = baseUrl + url.slice(`${NOWHERE}/pieterpost`.length);
        // The one place where the key is put on. A redirect would carry it elsewhere.
        const authorization = `Bearer ${key}`;
        return send(address, { ...init, headers: { ...Object.fromEntries(headers), authorization }, redirect: "manual" });
      },
    });
  }
}

function accessOf(direct: ServerOptions["direct"] | undefined): { key: string; baseUrl: string; testMode: boolean } {
  const access = direct?.pieterpost;
  if (typeof access !== "object" || access === null) throw invalidOption("direct.pieterpost", access, "an object with a key");
  const { test, live } = providers.pieterpost;
  const { key, baseUrl } = checked(access, [["key"], ADDRESS]);
  // PP-002. What is no visible ASCII would be shown by the platform, in its complaint about the header.
  const isKey = typeof key === "string" && /^[!-~]+$/.test(key) && [test, live].some(({ prefix }) => key.startsWith(prefix) && key !== prefix);
  if (!isKey) throw invalidOption("direct.pieterpost.key", key, `a key that starts with ${test.prefix} or ${live.prefix}`);
  const testMode = key.startsWith(test.prefix);
  const address = (baseUrl ?? (testMode ? test : live).base).replace(/\/+$/, "");
  if (!isSafe(address)) throw invalidOption("direct.pieterpost.baseUrl", address, "an https address, or http on loopback");
  return { key, baseUrl: address, testMode };
}

/** Whether a key may be sent to an address. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return (protocol === "https:" || (protocol === "http:" && isLoopback)) && username === "" && password === "";
}
