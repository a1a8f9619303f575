import { failureKind, GraphFailure } from '../../../functions/graph/failure.ts';
import type { SendKind } from './fate.ts';

const refusal = (status: number, code: string, retryAfterMs?: number) =>
  new GraphFailure(failureKind(status, retryAfterMs), { status, code, retryAfterMs });

const lost = () => new GraphFailure('unknownOutcome', { code: 'ECONNRESET' });

/** What the app is told; `undefined` is a 202. */
const answers: Readonly<Record<SendKind, () => GraphFailure | undefined>> = {
  accepted: () => undefined,
  '429': () => refusal(429, 'ApplicationThrottled'),
  '429busy': () => refusal(429, 'ApplicationThrottled', 1000),
  '429after': () => refusal(429, 'ApplicationThrottled', 90_000),
  '503': () => refusal(503, 'ErrorServerBusy'),
  '503after': () => refusal(503, 'ErrorServerBusy', 20_000),
  '503kept': () => refusal(503, 'ErrorServerBusy'),
  '504': () => refusal(504, 'UnknownError'),
  '504kept': () => refusal(504, 'UnknownError'),
  resetBefore: () => new GraphFailure('unreachable', { code: 'ECONNREFUSED' }),
  reset: lost,
  resetKept: lost,
  copyRefused: () => refusal(400, 'ErrorInvalidRecipients'),
  userRefused: () => refusal(400, 'ErrorInvalidRecipients'),
  denied: () => refusal(403, 'ErrorAccessDenied'),
  rejected: () => refusal(400, 'ErrorInvalidRequest'),
};

const kept: ReadonlySet<SendKind> = new Set(['accepted', '503kept', '504kept', 'resetKept']);

/** Takes mails, and knows the truth of what was accepted. */
export class ScriptedExchange {
  readonly accepted: { readonly mailbox: string; readonly messageId: string }[] = [];

  /** Takes or refuses at once; the answer is for later, and may never come. */
  take(mailbox: string, mime: Buffer, kind: SendKind): () => GraphFailure | undefined {
    const copies = /^Cc: /im.test(mime.toString());
    const done = kind === 'copyRefused' && !copies ? 'accepted' : kind;
    if (kept.has(done)) this.accepted.push({ mailbox, messageId: messageIdIn(mime) });
    return answers[done];
  }

  holds(mailbox: string, messageId: string): boolean {
    return this.accepted.some((one) => one.mailbox === mailbox && one.messageId === messageId);
  }

  copiesOf(messageId: string): number {
    return this.accepted.filter((one) => one.messageId === messageId).length;
  }
}

export const messageIdIn = (mime: Buffer): string =>
  /^Message-ID: (<[^>]+>)/im.exec(mime.toString())?.[1] ?? '';
