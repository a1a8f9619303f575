import type { ServerResponse } from 'node:http';

/** What the page's server answers. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'document'; readonly type: string; readonly body: string | Buffer }
  | { readonly kind: 'mail'; readonly body: string }
  | { readonly kind: 'stream'; readonly join: (response: ServerResponse) => void };

/** A request that can't be served; the message is for the reader, and names the field at fault. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly field: string | undefined;
  constructor(status: number, message: string, field?: string) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

export const json = (body: unknown, status = 200): Answer => ({ kind: 'json', status, body });

/** Scripts, styles and requests of its own only; mails in frames of its own. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A mail may be looked at, and measured by the page around it: no script, no request, no form. */
const mailPolicy = [
  'sandbox allow-same-origin',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const always = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Writes an answer with the headers that its kind calls for. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  const write = (status: number, type: string, policy: string, body: string | Buffer) =>
    response
      .writeHead(status, { ...always, 'Content-Type': type, 'Content-Security-Policy': policy })
      .end(body);
  switch (answer.kind) {
    case 'json':
      write(answer.status, 'application/json', pagePolicy, JSON.stringify(answer.body));
      return;
    case 'document':
      write(200, answer.type, pagePolicy, answer.body);
      return;
    case 'mail':
      write(200, 'text/html; charset=utf-8', mailPolicy, answer.body);
      return;
    case 'stream':
      response.writeHead(200, { ...always, 'Content-Type': 'text/event-stream' });
      answer.join(response);
  }
}
