// The gateway on workerd, as wrangler.toml has it: what `wrangler dev` starts, without the proxy that it puts in front.
// Under load that proxy now and then leaves a request without an answer, or ends.
//
//   node gateway.mjs <wrangler.toml> <file of vars> <folder for the state> <port> [<address of what is bound as SIGNER>]
import { dirname, join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptions } from "wrangler";

const [, , config, vars, state, port, signer] = process.argv;
const { main, workerOptions: options } = workerOptions(config, undefined, { envFiles: [vars] });
const folder = dirname(main);
const modules = [
  { type: "ESModule", path: main },
  { type: "CompiledWasm", path: join(folder, "index_bg.wasm") },
];
const gateway = new Miniflare({
  host: "127.0.0.1",
  port: Number(port),
  cf: false,
  log: new Log(LogLevel.WARN),
  defaultPersistRoot: state,
  workers: [
    { ...options, modulesRoot: folder, modules, ...(signer && { serviceBindings: { SIGNER: { external: { address: signer, http: {} } } } }) },
  ],
});
const end = () => gateway.dispose().then(() => process.exit(0));
process.on("SIGTERM", end);
// A test run that is killed tells nobody.
const parent = process.ppid;
setInterval(() => process.ppid === parent || end(), 1_000);
await gateway.ready;
console.log("Ready");
