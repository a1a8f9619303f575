import type { Clock } from '../functions/log.ts';

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** In ms: a terminal has one line that changes; what is kept in a file gets a line now and then. */
const pauses = { terminal: 100, file: 15_000 } as const;

/** Says how far a long run has come, on a stream beside the result. */
export function openProgress(stream: Stream, now: Clock) {
  const pause = stream.isTTY ? pauses.terminal : pauses.file;
  let said = now().getTime();
  return {
    say(text: string): void {
      if (now().getTime() - said < pause) return;
      said = now().getTime();
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    /** Takes the line away again. */
    end(): void {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
