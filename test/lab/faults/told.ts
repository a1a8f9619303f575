import PostalMime from 'postal-mime';
import type { ReceivedMail } from '../../../local/graph/mailboxes.ts';
import words from '../../../templates/words/en.json' with { type: 'json' };

/** A change of one person: `AdeleV registered phone`. */
export type ChangeName = `${string} ${string} ${string}`;

/** “Passkey added” → `registered passkey`, for all that an English mail can say. */
const activities = new Map(
  (['registered', 'deleted', 'updated'] as const).flatMap((action) =>
    Object.entries(words.what[action]).map(
      ([method, what]) => [what, `${action} ${method}`] as const,
    ),
  ),
);

/** The changes that an accepted mail tells of, as its reader finds them in the text. */
export async function changesToldBy({ raw }: ReceivedMail): Promise<ChangeName[]> {
  const { text = '' } = await PostalMime.parse(raw);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const account = lines.find((line) => line.startsWith(`${words.labels.account}: `)) ?? '';
  const user = /(\S+)@contoso\.example/.exec(account)?.[1] ?? 'nobody';
  // One change is the headline; several are numbered.
  return lines.flatMap((line) => {
    const change = activities.get(line.replace(/^\d+[.:] /, ''));
    return change ? [`${user} ${change}` as ChangeName] : [];
  });
}

/** Whether a mail says that it is late. */
export async function saysLate({ raw }: ReceivedMail): Promise<boolean> {
  const { text = '' } = await PostalMime.parse(raw);
  return text.includes(words.late.split('{')[0] ?? '');
}

/** What a run led to: changes that happened, and how often mails tell of each. */
export interface Tally {
  readonly expected: number;
  /** Expected changes that at least one accepted mail tells of. */
  readonly mailed: number;
  readonly missing: readonly ChangeName[];
  /** One entry for each mail beyond the first that tells of a change. */
  readonly repeated: readonly ChangeName[];
  /** Told, though nobody should have been. */
  readonly unexpected: readonly ChangeName[];
}

/** Counts, on the receiving side alone. */
export async function countTold(
  expected: ReadonlySet<ChangeName>,
  mails: readonly ReceivedMail[],
): Promise<Tally> {
  const told = (await Promise.all(mails.map(changesToldBy))).flat();
  const once = new Set(told);
  const beyond = [...Map.groupBy(told, (change) => change).values()].flatMap((all) => all.slice(1));
  return {
    expected: expected.size,
    mailed: [...expected].filter((change) => once.has(change)).length,
    missing: [...expected].filter((change) => !once.has(change)),
    repeated: beyond,
    unexpected: [...once].filter((change) => !expected.has(change)),
  };
}
