import type { ServerResponse } from 'node:http';

/** Server-sent events to every open page. */
export class EventStream {
  readonly #open = new Set<ServerResponse>();

  /** Adds a page, which first gets the state of things. */
  join(response: ServerResponse, state: unknown): void {
    response.write('retry: 1000\n\n');
    response.write(frame('state', state));
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  send(event: string, data: unknown): void {
    for (const response of this.#open) response.write(frame(event, data));
  }

  close(): void {
    for (const response of this.#open) response.end();
  }
}

/** JSON has no line breaks outside of strings, and none inside either. */
const frame = (event: string, data: unknown) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
