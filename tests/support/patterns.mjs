// Postal codes out of the metadata's regular expressions: read here anew, so that nothing of the tables that are tested is
// trusted.

/** Numbers that are the same in every run. */
export function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A function that writes a text which the pattern matches. Takes what the metadata use: no stars, no look-around. */
export function sampler(source) {
  let at = 0;
  const sequence = () => {
    const alternatives = [[]];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        at += 1;
        alternatives.push([]);
      } else alternatives.at(-1).push(repeated(atom()));
    }
    return (below) => alternatives[below(alternatives.length)].map((write) => write(below)).join("");
  };
  const atom = () => {
    const character = source[at++];
    if (character === "(") {
      if (source.startsWith("?:", at)) at += 2;
      const inside = sequence();
      at += 1;
      return inside;
    }
    if (character === "[") {
      const end = source.indexOf("]", at);
      const members = source.slice(at, end).replace("\\d", "0-9").replaceAll("\\", "");
      at = end + 1;
      return oneOf([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -"].filter((member) => new RegExp(`[${members.replace(/-$/, "\\-")}]`).test(member)));
    }
    if (character === "\\") return source[at++] === "d" ? oneOf([..."0123456789"]) : () => "";
    return () => (character === "^" || character === "$" ? "" : character);
  };
  const repeated = (write) => {
    const [whole, least, most] = /^(?:\?|\{(\d+)(?:,(\d+))?\})/.exec(source.slice(at)) ?? [""];
    at += whole.length;
    const [from, to] = whole === "" ? [1, 1] : whole === "?" ? [0, 1] : [Number(least), Number(most ?? least)];
    return (below) => Array.from({ length: from + below(to - from + 1) }, () => write(below)).join("");
  };
  return sequence();
}

const oneOf = (members) => (below) => members[below(members.length)];
