// Tables of aligned text.

/** The first column to the left, the others to the right, but for a last one of words. */
export function print(title, header, rows, notes = []) {
  const last = header.length - 1;
  const isNumber = (cell) => /^[\d.,-]+x?$/.test(cell);
  const left = (column) => column === 0 || (column === last && rows.some((row) => !isNumber(String(row[column]))));
  const all = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const pad = (cell, column) => (left(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  const line = (row) => row.map(pad).join("  ").trimEnd();
  console.log(`\n${title}`);
  all.forEach((row, index) => {
    console.log(`  ${line(row)}`);
    if (index === 0) console.log(`  ${"-".repeat(line(row).length)}`);
  });
  for (const note of notes) console.log(`  ${note}`);
}

/** The middle one. */
export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const fixed = (value, digits = 1) => value.toFixed(digits);
export const times = (ratio) => `${ratio.toFixed(2)}x`;
