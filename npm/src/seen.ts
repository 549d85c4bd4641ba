/** After so many places a search ends. Only a file that was made for it fills so many neighbours. */
const REACH = 64;

/** Fingerprints of recipients, each with the line in which it was met first: twelve bytes a place, half of them in use. */
export class Seen {
  #keys = new Uint32Array(128);
  /** 0 is a free place. */
  #lines = new Uint32Array(64);
  #count = 0;

  /** The line in which it was met first; 0 if this is the first time, or if there is nobody. */
  meet(low: number, high: number, line: number): number {
    if (low === 0 && high === 0) return 0;
    if (this.#count * 2 >= this.#lines.length) this.#grow();
    const first = this.#put(low, high, line);
    if (first === 0) this.#count++;
    return first;
  }

  #put(low: number, high: number, line: number): number {
    const [keys, lines] = [this.#keys, this.#lines];
    for (let step = 0; step < REACH; step++) {
      const at = (low + step) & (lines.length - 1);
      if (lines[at] === 0) {
        keys[2 * at] = low;
        keys[2 * at + 1] = high;
        lines[at] = line;
        return 0;
      }
      if (keys[2 * at] === low && keys[2 * at + 1] === high) return lines[at] as number;
    }
    return 0;
  }

  #grow(): void {
    const [keys, lines] = [this.#keys, this.#lines];
    this.#keys = new Uint32Array(keys.length * 2);
    this.#lines = new Uint32Array(lines.length * 2);
    lines.forEach((line, at) => line && this.#put(keys[2 * at] as number, keys[2 * at + 1] as number, line));
  }
}
