import { Stage, type StageOptions } from './stage.ts';
import type { Tally } from './told.ts';

/** One row of the matrix: a real run of the app with something going wrong. */
export interface FaultRow extends StageOptions {
  readonly name: string;
  readonly group: string;
  /** Why a mail may come twice here: what its send led to can't be known. */
  readonly mayRepeat?: string;
  /** Lets changes happen and the fault strike. Throws where more than the tally is wrong. */
  readonly run: (stage: Stage) => Promise<void>;
}

/** A row of another making: it brings its own stage. */
export interface HostRow extends Pick<FaultRow, 'name' | 'group' | 'mayRepeat'> {
  readonly play: () => Promise<Tally>;
}

export type Row = FaultRow | HostRow;

/** What a row led to. `problems` is empty where it passed. */
export interface Result {
  readonly row: Row;
  readonly tally: Tally;
  readonly seconds: number;
  readonly problems: readonly string[];
}

/** Plays a row and judges what came of it. Never throws. */
export async function playRow(row: Row): Promise<Result> {
  const started = performance.now();
  const nothing = { expected: 0, mailed: 0, missing: [], repeated: [], unexpected: [] };
  try {
    const { tally, trouble } = 'play' in row ? await playHost(row) : await playStage(row);
    return { row, tally, seconds: since(started), problems: [...trouble, ...judge(row, tally)] };
  } catch (error) {
    return { row, tally: nothing, seconds: since(started), problems: [String(error)] };
  }
}

const since = (started: number) => (performance.now() - started) / 1000;

const playHost = async ({ play }: HostRow) => ({ tally: await play(), trouble: [] });

async function playStage(row: FaultRow): Promise<{ tally: Tally; trouble: string[] }> {
  const stage = await Stage.open(row);
  const trouble: string[] = [];
  try {
    await row.run(stage).catch((error) => trouble.push(String(error?.message ?? error)));
    if (!(await stage.isQuiet())) trouble.push('something is still to be sent');
    return { tally: await stage.tally(), trouble };
  } finally {
    await stage.close();
  }
}

function judge({ mayRepeat }: Row, { missing, repeated, unexpected }: Tally): string[] {
  const excess = mayRepeat === undefined ? repeated : beyondOne(repeated);
  return [
    ...missing.map((change) => `missing: ${change}`),
    ...excess.map((change) => `repeated: ${change}`),
    ...unexpected.map((change) => `not expected: ${change}`),
  ];
}

/** Repeats beyond the one that a doubt may cost. */
const beyondOne = (repeated: Tally['repeated']) =>
  [...Map.groupBy(repeated, (change) => change).values()].flatMap((all) => all.slice(1));
