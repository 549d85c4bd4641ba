// `node tests/bench/main.mjs [--quick]`: every figure beside its peers', measured in the same run. Ends with 1 if ours
// is slower than it has to be.
import { availableParallelism } from "node:os";
import { agreement } from "./agreement.mjs";
import { candidates } from "./bundles.mjs";
import { cold } from "./cold.mjs";
import { latency } from "./latency.mjs";
import { lists } from "./lists.mjs";
import { memory } from "./memory.mjs";
import { allPeers } from "./peers/all.mjs";
import { sizes } from "./sizes.mjs";
import { speed } from "./speed.mjs";

const FULL = { speed: { rounds: 80, processes: 3 }, lists: { rounds: 15, processes: 3 }, starts: 15, calls: 60 };
const QUICK = { speed: { rounds: 20, processes: 1 }, lists: { rounds: 5, processes: 1 }, starts: 3, calls: 10 };

const unknown = process.argv.slice(2).filter((argument) => argument !== "--quick");
if (unknown.length > 0) {
  console.error(`There is no option ${unknown.join(" ")}. There is --quick, a short run while developing.`);
  process.exit(2);
}
const effort = process.argv.includes("--quick") ? QUICK : FULL;
const start = performance.now();

console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores.`);
console.log("Gated figures say so. Compare figures of one run only: times differ from run to run.");
agreement(allPeers());
const slow = await speed(effort.speed);
const modules = await candidates();
slow.push(...(await cold(modules, effort.starts)));
await memory(modules, effort.lists.processes);
await lists(effort.lists);
await sizes(modules);
await latency(effort.calls);
console.log(`\nMeasured in ${((performance.now() - start) / 1000).toFixed(0)} s.`);

if (slow.length > 0) {
  console.error(`\nToo slow in ${slow.length} gated figures:\n  ${slow.join("\n  ")}`);
  process.exitCode = 1;
} else {
  console.log("Every gated figure holds.");
}
