import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';

type Policy = Parameters<TableClient['pipeline']['addPolicy']>[0];

const anyName = /W\/"next-[\da-f-]{36}"/g;

/** Nothing was sent, for the write failed that it waited for: `cause`. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/**
 * ETags that writes under way will give. A transaction that names one is serialised at once, which takes a client as
 * long as the answer to the one before takes a table, and held back; then it goes with the ETag.
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
      // As bytes: they are made while nothing waits for them.
      const parts: (Uint8Array | Promise<string>)[] = [];
      let from = 0;
      for (const { 0: name, index } of body.matchAll(anyName)) {
        const etag = this.#coming.get(name);
        if (!etag) continue;
        parts.push(Buffer.from(body.slice(from, index)), etag);
        from = index + name.length;
      }
      if (from === 0) return next(request);
      parts.push(Buffer.from(body.slice(from)));
      const known = await Promise.all(parts).catch((cause: unknown) => {
        throw new NotBegun('the write before failed', { cause });
      });
      request.body = Buffer.concat(
        known.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
      );
      // A shared key's policy has counted the text with the names in it.
      request.headers.delete('content-length');
      return next(request);
    },
  };
}
