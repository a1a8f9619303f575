/** How much a line matters. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** One line of the log; every field can be written as JSON. */
export interface LogLine {
  readonly time: string;
  readonly level: LogLevel;
  readonly function?: string;
  readonly invocationId?: string;
  readonly event?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

/** Writes a line at the present time. */
export type Log = (level: LogLevel, fields: Readonly<Record<string, unknown>>) => void;

/** A log that ends in `write`. The time and the level are the host's, whatever the fields say. */
export function logTo(write: (line: LogLine) => void): Log {
  return (level, fields) => {
    const { time: _time, level: _level, ...rest } = fields;
    write({ time: new Date().toISOString(), level, ...rest });
  };
}

/** A logged text that is a JSON object becomes fields of the line, any other its message. */
export function fieldsOf(text: string): Record<string, unknown> {
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      // Prose that begins with a brace.
    }
  }
  return { message: text };
}

/** The runtime's names for levels, in ours. */
export function levelOf(level: string): LogLevel {
  switch (level) {
    case 'trace':
    case 'debug':
      return level;
    case 'warning':
      return 'warn';
    case 'error':
    case 'critical':
      return 'error';
    default:
      return 'info';
  }
}

/** An error in a log line: its name and message, never its stack. */
export function failureOf(error: unknown): { error: string; message: string } {
  return error instanceof Error
    ? { error: error.name, message: error.message }
    : { error: 'Error', message: String(error) };
}
