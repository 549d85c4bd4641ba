// What Rust built of the inputs that the generators made, built again with the npm package. Runs in Node and, bundled, in
// Chromium. `cargo test` writes target/generated/builds.json (tests/properties_valid.rs).

/** How many inputs there are. Fewer would be another file, or half of one. */
const BUILT = 2_000;

/** @param edgepost the package's exports, ready to be called @returns how many requests were compared */
export function rebuild({ build, operations }, builds) {
  const known = new Set(builds.map(({ operation }) => operation));
  if (builds.length !== BUILT || known.size !== operations.length) {
    throw new Error(`${builds.length} builds of ${known.size} operations: run \`cargo test --package edgepost-tests\``);
  }
  const failed = [];
  let compared = 0;
  for (const { operation, input, url, digest } of builds) {
    const value = JSON.parse(input);
    const isForm = typeof value.file === "number";
    // JSON holds a file's size only: what is built has its bytes.
    const forms = isForm ? [{ ...value, file: new Uint8Array(value.file).fill(0x2d) }] : [input, new TextEncoder().encode(input), value];
    for (const form of forms) {
      const prepared = build(operation, form);
      compared += 1;
      if (prepared.url !== url || prepared.digest !== digest) failed.push(`${operation} ${prepared.url} ${input}`);
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${compared} differ:\n${failed.slice(0, 10).join("\n")}`);
  return compared;
}
