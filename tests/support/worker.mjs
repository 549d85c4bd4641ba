// A Worker of the README's, on workerd.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const DIST = fileURLToPath(new URL("../../npm/dist/", import.meta.url));

/** Bundles a script in a folder, in which the package is found, and runs it. `bindings` are its vars and secrets. */
export async function startWorker(folder, script, bindings) {
  await writeFile(join(folder, "worker.mjs"), script);
  const options = { bundle: true, format: "esm", target: "es2022", conditions: ["workerd"], external: ["*.wasm?module"] };
  await build({ entryPoints: [join(folder, "worker.mjs")], outfile: join(folder, "out/worker.js"), ...options });
  const modules = [
    { type: "ESModule", path: join(folder, "out/worker.js") },
    ...["reader", "client", "pay"].map((name) => ({
      type: "CompiledWasm",
      path: join(folder, `out/${name}.wasm?module`),
      contents: readFileSync(join(DIST, `${name}.wasm`)),
    })),
  ];
  return new Miniflare({ modules, modulesRoot: join(folder, "out"), compatibilityDate: "2026-04-01", cf: false, host: "127.0.0.1", bindings });
}
