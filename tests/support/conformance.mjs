// The vectors against the npm package. Runs in Node and, bundled, in Chromium; throws at the end with everything that
// differs, and returns how many comparisons were made.
import { describe } from "edgepost/describe";
import jsonPatch from "fast-json-patch";

const TUPLE = ["severity", "code", "path", "rule"];

/** @param edgepost the package's exports, ready to be called */
export function conform({ build, merge, read, validate }, { operations, merge: previews }) {
  const failed = [];
  let compared = 0;
  const same = (label, found, expected) => {
    compared += 1;
    const [left, right] = [found, expected].map((value) => JSON.stringify(sorted(value)));
    if (left !== right) failed.push(`${label}\n  found    ${left}\n  expected ${right}`);
  };
  const tuples = (issues) => issues.map((issue) => TUPLE.map((name) => issue[name] ?? "")).sort();
  const patched = (value, patch) => jsonPatch.applyPatch(structuredClone(value), patch).newDocument;
  const body = (prepared) => {
    if (prepared.body === null) return null;
    const isForm = prepared.headers["content-type"].startsWith("multipart/form-data");
    return isForm ? members(prepared) : JSON.parse(new TextDecoder().decode(prepared.body));
  };

  /** What has to be sent for an input: nothing where all of it goes elsewhere. */
  const toSend = (operation, input) => {
    const { method, input: { properties }, ...info } = describe(operation);
    const elsewhere = [info.pathMembers, info.queryMembers, info.asideMembers].flat();
    if (method === "GET" || Object.keys(properties).every((name) => elsewhere.includes(name))) return null;
    return Object.fromEntries(Object.entries(input).filter(([name]) => !elsewhere.includes(name)));
  };

  for (const [operation, { examples, faulty, text, canonical, answers }] of Object.entries(operations)) {
    for (const [name, { input, testMode = true, response, issues = [] }] of Object.entries(examples)) {
      const forms = [input, JSON.stringify(input), new TextEncoder().encode(JSON.stringify(input, null, 2))];
      for (const form of forms) {
        const report = validate(operation, form);
        same(`${name} validates`, { ...report, issues: tuples(report.issues) }, { ok: true, operation, issues });
      }
      // JSON holds a file's size only: what is built has its bytes.
      for (const form of typeof input.file === "number" ? [withFile(input)] : forms) {
        const prepared = build(operation, form);
        same(`${name} builds`, body(prepared), toSend(operation, input));
      }
      const answer = { status: response.status, headers: {}, body: response.body === null ? "" : JSON.stringify(response.body) };
      same(`${name} reads`, read(operation, answer, { input, testMode }), { kind: "ok", value: response.body });
    }
    faulty.forEach(({ of, patch, mode, issues, body: change, rules }, index) => {
      const input = patched(examples[of].input, patch);
      const label = `${operation} faulty ${index} ${rules}`;
      const report = validate(operation, input, mode && { mode });
      same(label, tuples(report.issues), issues.slice().sort());
      same(`${label} ok`, report.ok, !issues.some(([severity]) => severity === "error"));
      for (const { message } of report.issues) if (!message) failed.push(`${label}: no message`);
      if (change) same(`${label} builds`, body(build(operation, withFile(input))), toSend(operation, patched(input, change)));
    });
    for (const { note, text: written, base64, issues } of text) {
      const input = written ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      same(note, tuples(validate(operation, input).issues), issues.slice().sort());
    }
    for (const { note, text: written, body: expected } of canonical) {
      for (const input of [written, expected]) {
        same(note, new TextDecoder().decode(build(operation, input).body), expected);
      }
    }
    for (const { note, status, headers, now, testMode, of, body: answered, outcome } of answers) {
      const options = { now, testMode, input: of && examples[of].input };
      const found = read(operation, { status, headers, body: answered }, options);
      const { done, issues, ...expected } = outcome;
      const label = `${note} ${status} ${answered}`;
      for (const [name, value] of Object.entries(expected)) same(`${label} ${name}`, found[name], value);
      if (outcome.kind === "ok") {
        same(label, found.value, said(answered));
        same(label, tuples(found.issues ?? []), issues ?? []);
      } else if (issues) same(label, found.issues, issues);
    }
  }
  for (const { note, input, texts, issues, spans } of previews) {
    const { template, recipients, ...options } = input;
    const preview = merge(template, recipients, options);
    same(note, preview.texts, texts);
    same(note, tuples(preview.issues), issues.slice().sort());
    const marked = preview.issues.filter(({ params }) => params?.start !== undefined);
    if (spans) same(note, marked.map(({ code, params: { start, end } }) => [code, start, end]).sort(), spans.slice().sort());
    same(note, merge(template, JSON.stringify(recipients), options), preview);
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${compared} differ:\n${failed.join("\n")}`);
  return compared;
}

/** An input with a file of the size that stands in its place, if one does. */
function withFile(input) {
  return typeof input.file === "number" ? { ...input, file: new Uint8Array(input.file).fill(0x2d) } : input;
}

/** The members that a form with one file was built from, by the bytes of RFC 7578. The file is its size. */
function members({ headers, body }) {
  const boundary = headers["content-type"].split("boundary=")[1];
  const [head, tail] = [body.subarray(0, 2_000), body.subarray(-boundary.length - 8)].map((bytes) => new TextDecoder().decode(bytes));
  if (tail !== `\r\n--${boundary}--\r\n`) throw new Error(`a form ends with ${JSON.stringify(tail)}`);
  const found = {};
  const part = new RegExp(`--${boundary}\r\nContent-Disposition: form-data; name="(\\w+)"(?:; filename="(.*?)"\r\nContent-Type: .+?)?\r\n\r\n`, "y");
  for (let match; (match = part.exec(head)); ) {
    const [whole, name, fileName] = match;
    if (fileName !== undefined) {
      const before = new TextEncoder().encode(head.slice(0, match.index + whole.length)).length;
      return { ...found, name: fileName.replace(/%(22|0D|0A)/g, decodeURIComponent), [name]: body.length - before - tail.length };
    }
    const end = head.indexOf("\r\n", part.lastIndex);
    found[name] = head.slice(part.lastIndex, end);
    part.lastIndex = end + 2;
  }
  throw new Error(`no file in ${JSON.stringify(head)}`);
}

/** What an answer says: a byte order mark is left out, and control characters inside a text are spaces. */
function said(answer) {
  const spaced = (text) => text.replace(/[\0-\x1f]/g, " ");
  return JSON.parse(answer.replace(/^\ufeff/, "").replace(/"(?:[^"\\]|\\.)*"/gs, spaced));
}

/** Members in one order, so that values can be compared as text. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
