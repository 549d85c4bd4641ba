// The same as crates/gateway/src/token.rs, which has the pieces of it that need no network. It is in JavaScript here because
// the module that calls providers is loaded by browsers, where no token ever is.
import type { Fetch } from "./client.js";

/** A token is renewed when so much of its time is left, in milliseconds. */
const SPARE_MS = 60_000;
/** A token that does not come in this time is asked for anew by the next call. */
const LONGEST_MS = 20_000;

/** Why there is no token. Nothing was sent with one. */
type NoToken = { status: number; code: string; detail: string; retry: { advice: string; afterMs?: number } };
interface Token {
  authorization: string;
  /** From when on another one is to be fetched; 0 for one that nobody may keep. */
  renewMs: number;
}

/** The tokens of a provider that wants them (RFC 6749, section 4.4): one at a time, fetched once for all who wait. */
export function tokens(url: string, authorization: string, send: Fetch) {
  let kept: Token | undefined;
  let coming: Promise<Token | NoToken> | undefined;

  /** PB-020: asks for a token. */
  async function fetched(): Promise<Token | NoToken> {
    const asked = Date.now();
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", authorization };
    const signal = AbortSignal.timeout(LONGEST_MS);
    try {
      const answer = await send(url, { method: "POST", headers, body: "grant_type=client_credentials", redirect: "manual", signal });
      const { status } = answer;
      if ([400, 401, 403].includes(status)) return none(401, "token_refused", "The provider does not take key and secret.", { advice: "never" });
      const body: unknown = JSON.parse(new TextDecoder().decode(await answer.arrayBuffer()));
      const token = status >= 200 && status < 300 && tokenOf(body, asked);
      if (token) return (kept = token);
    } catch {
      // No answer, or none that can be read: either way there is no token.
    }
    return none(503, "token_unavailable", "The provider gives no token.", { advice: "after", afterMs: 1_000 });
  }

  /** A token that is good, and is not the one that was refused. */
  async function token(refused?: string): Promise<Token | NoToken> {
    if (kept && Date.now() < kept.renewMs && kept.authorization !== refused) return kept;
    coming ??= fetched().finally(() => (coming = undefined));
    return coming;
  }

  return {
    /** Shows a token with every request; another one, once, where the provider understood a request and refused the first. */
    through:
      (shown: (authorization: string) => Fetch): Fetch =>
      async (url, init) => {
        const first = await token();
        if (!("authorization" in first)) return problem(first);
        // Who gave up meanwhile was told that nobody knows whether it was sent: so it is not sent now.
        init.signal?.throwIfAborted();
        const answer = await shown(first.authorization)(url, init);
        if (answer.status !== 401) return answer;
        const body = await answer.arrayBuffer();
        const second = isRefusal(body) ? await token(first.authorization) : undefined;
        if (!second || !("authorization" in second)) return new Response(body, { status: 401, headers: new Headers(answer.headers) });
        init.signal?.throwIfAborted();
        return shown(second.authorization)(url, init);
      },
  };
}

/** PB-021 to PB-023: the token in an answer. Its time counts from when it was asked for. */
function tokenOf(body: unknown, asked: number): Token | undefined {
  const { access_token: token, expiresIn } = (body ?? {}) as { access_token?: unknown; expiresIn?: unknown };
  // What is no token of RFC 6750, section 2.1, could be a header of its own.
  if (typeof token !== "string" || !/^[\w.~+/=-]+$/.test(token)) return undefined;
  const seconds = /^\d+$/.test(String(expiresIn)) ? Number(expiresIn) : 0;
  const lasts = seconds * 1_000;
  // A tenth of its time before it ends, and a minute at least.
  return { authorization: `Bearer ${token}`, renewMs: asked + lasts - Math.max(SPARE_MS, Math.floor(lasts / 10)) };
}

/** PB-012, PB-022: whether the provider has understood a request and refused it, so that nothing happened. */
function isRefusal(body: ArrayBuffer): boolean {
  try {
    const read = JSON.parse(new TextDecoder().decode(body)) as { errors?: unknown };
    return [read.errors ?? read].flat().some((error) => {
      const { errorCode, key } = (error ?? {}) as { errorCode?: unknown; key?: unknown };
      return (errorCode ?? key) !== undefined;
    });
  } catch {
    return false;
  }
}

const none = (status: number, code: string, detail: string, retry: NoToken["retry"]): NoToken => ({ status, code, detail, retry });

/** Said as a gateway would. */
function problem({ status, ...why }: NoToken): Response {
  const headers = { "content-type": "application/problem+json", "edgepost-source": "gateway" };
  return new Response(JSON.stringify(why), { status, headers });
}
