import type { RowRef } from '../../functions/ledger/keys.ts';
import type { NotificationQueue } from '../../functions/ledger/queue.ts';

/** A queue on the test's clock: delays of an hour pass at once. */
export class ClockQueue implements NotificationQueue {
  messages: { readonly row: RowRef; readonly at: Date }[] = [];

  async enqueue(messages: readonly { readonly row: RowRef; readonly at: Date }[]): Promise<void> {
    this.messages.push(...messages.map(({ row: { day, key }, at }) => ({ row: { day, key }, at })));
  }

  take(now: Date): RowRef[] {
    const due = this.messages.filter(({ at }) => at <= now);
    this.messages = this.messages.filter(({ at }) => at > now);
    return due.map(({ row }) => row);
  }
}
