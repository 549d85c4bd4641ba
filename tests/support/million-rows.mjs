// Reads a million rows, made on the way, and prints what it took. A process of its own, so that its memory is.
import { recipientBatches } from "edgepost";

const ROWS = 1_000_000;
const PIECE = 500;

function* file() {
  yield "name,streetAddress,postalCode,city,state,country\n";
  for (let at = 0; at < ROWS; at += PIECE) {
    let text = "";
    for (let number = at; number < at + PIECE; number++) {
      // The last is the first again.
      const own = number === ROWS - 1 ? 0 : number;
      text += `Public Library ${own},${own} Main Street,02116,Boston,MA,United States\n`;
    }
    yield text;
  }
}

const start = performance.now();
let [rows, duplicates] = [0, 0];
for await (const list of recipientBatches(file())) {
  rows += list.rows.length;
  duplicates += list.issues.filter(({ code }) => code === "duplicate_recipient").length;
}
const seconds = (performance.now() - start) / 1_000;
const megabytes = process.resourceUsage().maxRSS / 1_000;
console.log(JSON.stringify({ rows, duplicates, megabytes, seconds }));
