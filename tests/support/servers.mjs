// Starts what the tests talk to: the sandbox in this process, the gateway as a workerd of its own. Loopback only.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../npm/dist/serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** How long workerd may take to start. */
const START_MS = 60_000;

/** Secrets that are easy to find wherever they should not be. */
export const CANARIES = {
  PIETERPOST_KEY_TEST: "pp_test_canary_4d1f0a",
  GRANT_SIGNING_KEY: "grant-signing-canary-93b7-of-more-than-32-bytes",
  LEDGER_ENCRYPTION_KEY: "ledger-encryption-canary-77c2-of-32-bytes",
};

/** wrangler.toml for another folder, with other limits. */
async function configuration({ perMinute, perDay }, policy, wallet) {
  let text = (await readFile(join(ROOT, "wrangler.toml"), "utf8")).replaceAll('"worker/', `"${ROOT}worker/`);
  const replace = (pattern, line) => {
    if (!pattern.test(text)) throw new Error(`wrangler.toml has no ${pattern}`);
    text = text.replace(pattern, line);
  };
  replace(/limit = \d+/, `limit = ${perMinute}`);
  replace(/^per_day = .*$/m, `per_day = ${perDay}`);
  for (const [name, value] of Object.entries(policy)) replace(new RegExp(`^${name} = .*$`, "m"), `${name} = ${JSON.stringify(value)}`);
  const caps = Object.entries(wallet ?? {}).map(([name, value]) => `${name} = ${value}\n`);
  return wallet ? `${text}\n[vars.policy.wallet]\n${caps.join("")}` : text;
}

/** A port that nobody uses. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The sandbox on a port of its own. It knows the canary key. */
export async function startSandbox(options = {}) {
  const keys = [{ key: CANARIES.PIETERPOST_KEY_TEST, account: "acct_sandbox", standing: "active" }];
  const { pieterpost = {}, ...rest } = options;
  const server = await serve(0, { ...rest, pieterpost: { keys, ...pieterpost } });
  const url = `http://127.0.0.1:${server.address().port}`;
  const control = async (path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, body && { method: "POST", body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url,
    state: () => control("state"),
    reset: () => control("reset", {}),
    clock: (advanceMs) => control("clock", { advanceMs }),
    fault: (operation, kind, more = {}) =>
      control("faults", { operation: operation.includes(".") ? operation : `pieterpost.${operation}`, kind, ...more }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Limits that a test of something else does not run into. */
export const GENEROUS = { perMinute: 10_000, perDay: 10_000 };

/**
 * The gateway on workerd, with the repository's own configuration. `vars` are vars and secrets in place of the
 * tests' own, `policy` replaces lines of the policy, `wallet` are caps, `signer` is the address of who signs for it; `persistTo` keeps the ledger over a restart.
 */
export async function startGateway(sandbox, { vars = {}, policy = {}, limits = GENEROUS, wallet, signer, persistTo, port } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "edgepost-gateway-"));
  const config = join(folder, "wrangler.toml");
  await writeFile(config, await configuration(limits, policy, wallet));
  const file = join(folder, "vars");
  const all = { ...CANARIES, PIETERPOST_URL: `${sandbox.url}/pieterpost`, ...vars };
  await writeFile(file, Object.entries(all).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join(""));
  port ??= await freePort();
  const args = [join(ROOT, "tests/support/gateway.mjs"), config, file, persistTo ?? join(folder, "state"), String(port), ...(signer ? [signer] : [])];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    // A group of its own: it and workerd end together.
    detached: true,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", CI: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const gone = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The gateway did not start:\n${log}`)), START_MS);
    const read = (chunk) => {
      log += chunk;
      if (!log.includes("Ready")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    gone.then((code) => reject(new Error(`The gateway ended with ${code}:\n${log}`)));
  });
  let isEnding = false;
  gone.then((code) => isEnding || console.error(`The gateway ended by itself with ${code}:\n${log.slice(-4_000)}`));
  const end = async (signal) => {
    isEnding = true;
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    await gone;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Its process, the parent of workerd. */
    pid: child.pid,
    log: () => log,
    /** Waits until the log says this: its lines come a moment after the answers. */
    async logged(says) {
      for (let tries = 0; !says.test(log); tries += 1) {
        if (tries === 100) throw new Error(`The log does not say ${says}:\n${log}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    /** As if the machine lost its power. */
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
