import type { AuditPage } from '../audit/pages.ts';
import type { GroupSettings } from './group.ts';
import type { Recorder } from './recorder.ts';
import type { Decided, PageResult } from './recordPage.ts';

/** A page that comes next, decided about before its turn where that needs no reading. */
interface Coming<P extends AuditPage> {
  readonly page: P;
  readonly ahead: Decided | undefined;
}

interface RecordedPage<P extends AuditPage> {
  readonly page: P;
  readonly result: PageResult;
  /** The next page, or that there is none, is known already. */
  readonly hasNext: boolean;
}

/**
 * Records pages in their order, each before the next. While one is being written, the next is asked for, and
 * decided about as if that was done. Throws what `record` and the pages throw.
 */
export async function* recordAll<P extends AuditPage>(
  recorder: Recorder,
  pages: AsyncIterator<P>,
  group: GroupSettings,
): AsyncGenerator<RecordedPage<P>> {
  const nextOf = async (writing?: Promise<void>): Promise<Coming<P> | undefined> => {
    await writing;
    const { value: page, done } = await pages.next();
    if (done) return undefined;
    return { page, ahead: writing && (await recorder.decideAhead(page, group)) };
  };
  let coming = nextOf();
  try {
    for (;;) {
      const next = await coming;
      if (!next) return;
      const writing = Promise.withResolvers<void>();
      const recorded = recorder.record(next.page, group, next.ahead, writing.resolve);
      coming = nextOf(writing.promise);
      let hasNext = false;
      const came = () => {
        hasNext = true;
      };
      // Whoever asks for that page learns of what it failed by.
      coming.then(came, came);
      const end = () => {
        writing.resolve();
        drop(next);
      };
      const result = await recorded.finally(end);
      yield { page: next.page, result, hasNext };
    }
  } finally {
    coming.then(drop).catch(() => {});
  }
}

/** What was made ready and is not being written never will be: it would wait for as long as the process lives. */
const drop = (coming: Coming<AuditPage> | undefined) => coming?.ahead?.plan.recording.ready?.drop();
