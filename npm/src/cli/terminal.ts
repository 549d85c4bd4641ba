import { once } from "node:events";

/** What a text may look like. */
export type Look = "bold" | "dim" | "red" | "yellow" | "blue";
/** Gives a text a look, or leaves it as it is where there are no colours. */
export type Paint = (look: Look, text: string) => string;

const CODES: Record<Look, [on: number, off: number]> = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], blue: [34, 39] };

/** Colours are for terminals; `NO_COLOR` forbids them (https://no-color.org), `FORCE_COLOR` asks for them elsewhere. */
export function painter(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  const isWanted = FORCE_COLOR === undefined ? isTerminal && TERM !== "dumb" : isForced;
  if (!isWanted || (NO_COLOR ?? "") !== "") return (_, text) => text;
  return (look, text) => `\u001b[${CODES[look][0]}m${text}\u001b[${CODES[look][1]}m`;
}

/** A text with its control and direction characters written out: what a file holds must not steer a terminal. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return ESCAPES[character] ?? `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same for a text of many lines, which stay lines; so do its tabs. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/[^\n\t]+/g, visible);
}

/** A value as JSON in one line, with what would steer a terminal as escapes: it may go to one. */
export function jsonText(value: unknown): string {
  return visible(JSON.stringify(value));
}

const ESCAPES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const NARROWEST = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NARROWEST.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** A text filled up with spaces. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** A text in lines of at most so many columns, broken between words, and inside one only where it fits into no line. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  const close = () => {
    lines.push(line);
    [line, taken] = ["", 0];
  };
  for (const word of text.split(" ")) {
    const length = widthOf(word);
    if (taken > 0 && taken + 1 + length > width) close();
    if (taken > 0) [line, taken] = [`${line} `, taken + 1];
    if (length <= width) {
      [line, taken] = [line + word, taken + length];
      continue;
    }
    for (const character of word) {
      const one = widthOf(character);
      if (taken > 0 && taken + one > width) close();
      [line, taken] = [line + character, taken + one];
    }
  }
  close();
  return lines;
}

/** Writes, and waits where the reader is slower. */
export async function print(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}

/** `1 row`, `10,000 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
