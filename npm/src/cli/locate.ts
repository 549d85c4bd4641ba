/** Where something stands in a text: both are counted from 1, columns in UTF-16 code units. */
export interface Spot {
  line: number;
  column: number;
}

/** The members of interest, by name. */
interface Wanted {
  pointers: string[];
  inside: Map<string, Wanted>;
}

/**
 * Where JSON Pointers lead in a JSON text, in one pass. What is missing is where it would be: in the nearest thing around
 * it that is there.
 *
 * @param text valid JSON
 */
export function locate(text: string, pointers: Iterable<string>): Map<string, Spot> {
  const wanted: Wanted = { pointers: [], inside: new Map() };
  for (const pointer of pointers) {
    let at = wanted;
    for (const step of pointer.split("/").slice(1)) {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      let next = at.inside.get(name);
      if (next === undefined) at.inside.set(name, (next = { pointers: [], inside: new Map() }));
      at = next;
    }
    at.pointers.push(pointer);
  }
  const offsets = new Map<string, number>();
  new Walk(text, offsets).value(wanted);
  return spots(text, offsets);
}

/** Lines and columns of offsets. */
function spots(text: string, offsets: Map<string, number>): Map<string, Spot> {
  const found = new Map<string, Spot>();
  const lines = new Lines(text);
  for (const [pointer, offset] of [...offsets].sort(([, one], [, other]) => one - other)) {
    lines.to(offset);
    found.set(pointer, { line: lines.line, column: offset - lines.start + 1 });
  }
  return found;
}

/** The lines of a text, one after the other. Each break is looked for once: a text may be one long line. */
export class Lines {
  /** Counted from 1. */
  line = 1;
  start = 0;
  private next: number;

  constructor(private readonly text: string) {
    this.next = text.indexOf("\n");
  }

  /** Goes on to the line of an offset. */
  to(offset: number): void {
    while (this.next >= 0 && this.next < offset) {
      [this.line, this.start] = [this.line + 1, this.next + 1];
      this.next = this.text.indexOf("\n", this.start);
    }
  }
}

class Walk {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly offsets: Map<string, number>,
  ) {}

  /** Goes over a value. What is wanted of it, and is not met inside, is here. */
  value(wanted: Wanted | undefined): void {
    this.space();
    if (wanted === undefined) return this.skip();
    this.mark(wanted);
    const first = this.text[this.at];
    if (wanted.inside.size > 0 && (first === "{" || first === "[")) this.group(first === "{", wanted);
    else this.skip();
  }

  /** Each item of a list. */
  *items(): Generator<[number, number]> {
    this.space();
    for (this.at += 1; this.at < this.text.length; ) {
      this.space();
      if (this.text[this.at] === ",") this.at += 1;
      this.space();
      if (this.text[this.at] === "]") return;
      const start = this.at;
      this.skip();
      yield [start, this.at];
    }
  }

  private group(isObject: boolean, wanted: Wanted): void {
    this.at += 1;
    for (let index = 0; this.at < this.text.length; index += 1) {
      this.space();
      if (this.text[this.at] === ",") this.at += 1;
      this.space();
      if (this.text[this.at] === "}" || this.text[this.at] === "]") break;
      let name = String(index);
      if (isObject) {
        name = this.name();
        this.space();
        this.at += 1;
      }
      this.value(wanted.inside.get(name));
    }
    this.at += 1;
  }

  private mark({ pointers, inside }: Wanted): void {
    for (const pointer of pointers) this.offsets.set(pointer, this.at);
    for (const deeper of inside.values()) this.mark(deeper);
  }

  /** Over a value that holds nothing of interest, however deep it is. */
  private skip(): void {
    let depth = 0;
    do {
      this.space();
      const next = this.text[this.at];
      if (next === undefined) return;
      if (next === '"') this.string();
      else if (next === "{" || next === "[") [depth, this.at] = [depth + 1, this.at + 1];
      else if (next === "}" || next === "]") [depth, this.at] = [depth - 1, this.at + 1];
      else if (next === "," || next === ":") this.at += 1;
      else this.over(/[^\s,:\]}]+/y);
    } while (depth > 0);
  }

  private space(): void {
    this.over(/\s+/y);
  }

  private name(): string {
    const start = this.at;
    this.string();
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private string(): void {
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const next = this.text[this.at];
      if (next === "\\") this.at += 1;
      else if (next === '"') break;
    }
    this.at += 1;
  }

  private over(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    if (pattern.test(this.text)) this.at = pattern.lastIndex;
  }
}

/** Where each item of a JSON list starts and ends. */
export function* itemsOf(text: string): Generator<[start: number, end: number]> {
  yield* new Walk(text, new Map()).items();
}
