// A file of its own: edge runtimes refuse what compiles wasm, which is in load.ts, wherever it is imported.

/** Starts something when it is first asked for; again only if it failed. */
export function once<T>(start: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= start();
    running.catch(() => (running = undefined));
    return running;
  };
}
