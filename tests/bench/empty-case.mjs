// The process from which the memory of all others is counted.
import { peak } from "./memory-of.mjs";

console.log(JSON.stringify({ memory: peak() }));
