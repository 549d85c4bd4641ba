// The fresh process: `node cold-case.mjs <module> <order> [<orders>]` prints as JSON the milliseconds from before the import to
// the first verdict, and the peak of the memory in bytes after all. Node's own start is over by then, its loader included:
// this file came through it.
import { peak } from "./memory-of.mjs";

const [, , file, order, orders = 1] = process.argv;
const bytes = new TextEncoder().encode(order);
const start = performance.now();
const { verdict } = await import(file);
let ok = verdict(bytes);
const elapsed = performance.now() - start;
for (let index = 1; index < orders; index += 1) ok &&= verdict(bytes);
if (!ok) throw new Error("the order was refused");
console.log(JSON.stringify({ elapsed, memory: peak() }));
