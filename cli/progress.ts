import type { Clock } from '../functions/log.ts';

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** In ms. A terminal has one line that changes; what is kept in a file gets a line now and then. */
const pauses = { terminal: 200, file: 10_000 } as const;
/** In ms: what is done sooner needs no word. */
const silent = 2_000;

const barWidth = 24;

/** A share, from 0 to 1, as a bar. */
function bar(share: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} `;
}

/** How far a run of a command has come. */
export interface Progress {
  /** What is done now, and which share of it, from 0 to 1, where that is known. */
  say(text: string, share?: number): void;
  /** Takes the line away again, until there is more to say. */
  end(): void;
}

/**
 * Says how far a long run has come, on a stream beside the result, with the seconds since its beginning: also
 * while the work waits for an answer and says nothing itself.
 */
export function openProgress(stream: Stream, now: Clock = () => new Date()): Progress {
  const pause = stream.isTTY ? pauses.terminal : pauses.file;
  let began: number | undefined;
  let drawn = 0;
  let doing = { text: '', share: undefined as number | undefined };
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    const time = now().getTime();
    const taken = time - (began ?? time);
    if (taken < silent || time - drawn < pause) return;
    drawn = time;
    const { text, share } = doing;
    const shown = share === undefined || !stream.isTTY ? text : `${bar(share)}${text}`;
    const line = `${shown} (${Math.round(taken / 1000)} s)`;
    // A longer one would break, and only its end could be taken away.
    const width = (stream.columns || 80) - 1;
    stream.write(stream.isTTY ? `\r\u001b[K${line.slice(0, width)}` : `${line}\n`);
  }
  return {
    say(text, share) {
      if (began === undefined) {
        began = now().getTime();
        if (!stream.isTTY) drawn = began;
        timer = setInterval(draw, pause).unref();
      }
      doing = { text, share };
      draw();
    },
    end() {
      clearInterval(timer);
      if (stream.isTTY && drawn > 0) stream.write('\r\u001b[K');
      began = undefined;
      drawn = 0;
    },
  };
}
