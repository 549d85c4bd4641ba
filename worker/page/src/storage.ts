// What a browser remembers, where it remembers anything.

export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What was remembered, whatever it is; null, if there is nothing, or no storage. */
export function recall(storage: () => Storage, name: string): unknown {
  try {
    return JSON.parse(storage().getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Remembers something. Whether that worked. */
export function keep(storage: () => Storage, name: string, value: object): boolean {
  try {
    storage().setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// A browser that keeps nothing throws as soon as its storage is named.
export const tab = (): Storage => sessionStorage;
export const browser = (): Storage => localStorage;
