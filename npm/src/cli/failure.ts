/** The exit codes of all commands. */
export const EXIT = { ok: 0, errors: 1, wrongCall: 2 } as const;

/** A call that cannot be answered. Its message is all that is shown. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.wrongCall,
  ) {
    super(message);
  }
}
