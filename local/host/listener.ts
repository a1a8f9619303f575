/** Ends the process: storage refused, a function ran for too long, or a lease was lost. */
export type Ends = (reason: Error) => void;

/** What starts a function by itself. */
export interface Listener {
  start(): void;
  /** takes no more work; resolves when nothing is being handled */
  stop(): Promise<void>;
}
