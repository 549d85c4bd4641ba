// The fresh process: `node cold-case.mjs <module> <order>` prints the milliseconds from before the import to the first
// verdict. Node's own start is over by then, its loader included: this file came through it.
const [, , file, order] = process.argv;
const bytes = new TextEncoder().encode(order);
const start = performance.now();
const { verdict } = await import(file);
const ok = verdict(bytes);
const elapsed = performance.now() - start;
if (!ok) throw new Error("the order was refused");
console.log(elapsed);
