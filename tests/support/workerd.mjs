// The process of workerd itself, by what Linux tells of processes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

/** What a process tells of itself; nothing if it is gone. */
function tells(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Has a process stand still; when it is back, none of its threads runs any more. */
export function halt(pid) {
  process.kill(pid, "SIGSTOP");
  const runs = (thread) => !/^State:\s+T/m.test(tells(pid, `task/${thread}/status`));
  while (readdirSync(`/proc/${pid}/task`).some(runs));
}

/** The id of the workerd that a gateway runs on. */
export function workerdOf(gateway) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  // pid (name) state parent ...
  const parent = (pid) => Number(tells(pid, "stat").split(") ").at(-1).split(" ")[1]);
  const found = pids.find((pid) => parent(pid) === gateway.pid && /^Name:\s+workerd$/m.test(tells(pid, "status")));
  assert.ok(found, "workerd runs below the gateway's process");
  return Number(found);
}
