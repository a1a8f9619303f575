import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';

type Policy = Parameters<TableClient['pipeline']['addPolicy']>[0];

const anyName = /W\/"next-[\da-f-]{36}"/g;

/** Nothing was sent, for the write failed that it waited for: `cause`. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/**
 * ETags that writes under way will give. A transaction that names one is serialised at once and held back as
 * text, which takes a client as long as the answer to the one before takes a table; then it goes with the ETag.
 */
export class NextETags {
  readonly #coming = new Map<string, Promise<string>>();

  /** What stands for an ETag until it is known. */
  nameOf(etag: Promise<string>): string {
    const name = `W/"next-${randomUUID()}"`;
    this.#coming.set(name, etag);
    return name;
  }

  forget(names: readonly string[]): void {
    for (const name of names) this.#coming.delete(name);
  }

  /** To come before all policies that repeat a request, or limit its time. */
  readonly policy: Policy = {
    name: 'nextETags',
    sendRequest: async (request, next) => {
      const { body } = request;
      if (typeof body !== 'string' || this.#coming.size === 0) return next(request);
      for (const [name] of body.matchAll(anyName)) {
        const etag = await this.#coming.get(name)?.catch((cause: unknown) => {
          throw new NotBegun('the write before failed', { cause });
        });
        if (etag !== undefined) request.body = String(request.body).replace(name, () => etag);
      }
      return next(request);
    },
  };
}
