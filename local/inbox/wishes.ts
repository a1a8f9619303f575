import * as z from 'zod';
import type { Faults, FaultTarget } from '../graph/faults.ts';
import type { HappeningName } from '../graph/happenings.ts';
import { happenings } from '../graph/happenings.ts';
import type { Simulator } from '../graph/simulator.ts';
import { Refusal } from './answer.ts';
import { faultMenu } from './faultMenu.ts';

const names = happenings.map(({ name }) => name) as [HappeningName, ...HappeningName[]];
const targets = Object.keys(faultMenu) as [FaultTarget, ...FaultTarget[]];
const whole = (most: number) => {
  const error = `must be a whole number from 1 to ${most}`;
  return z.number({ error }).int({ error }).min(1, { error }).max(most, { error }).exactOptional();
};
const choice = <T extends string>(of: readonly [T, ...T[]]) =>
  z.enum(of, { error: `must be one of ${of.join(', ')}` });
const who = z.string({ error: 'must be a UPN or an object id' }).exactOptional();

const happenWish = z.strictObject({
  name: choice(names),
  user: who,
  by: who,
  count: whole(1000),
});

const faultWish = z.strictObject({
  target: choice(targets),
  /** null: works as it should */
  kind: z.string({ error: 'must be the name of a fault, or null' }).nullable(),
  times: whole(1000),
  retryAfter: whole(3600),
});

/** Lets happen what a body asks for. Returns how many audit rows that wrote. */
export function happen(body: unknown, simulator: Simulator): { readonly rows: number } {
  const { name, ...options } = parse(happenWish, body);
  for (const field of ['user', 'by'] as const) {
    const given = options[field];
    if (given !== undefined && !simulator.directory.find(given)) {
      throw new Refusal(400, `${field}: nobody in the directory is ${quoted(given)}.`, field);
    }
  }
  return { rows: simulator.happen(name, options).length };
}

/** Switches a fault on, or with kind null off. */
export function setFault(body: unknown, faults: Faults): void {
  const { target, kind, ...fault } = parse(faultWish, body);
  if (kind === null) {
    faults.clear(target);
    return;
  }
  const kinds = Object.keys(faultMenu[target].kinds);
  if (!kinds.includes(kind)) {
    const allowed = kinds.join(', ');
    throw new Refusal(400, `kind: ${target} has no ${quoted(kind)}, but ${allowed}.`, 'kind');
  }
  // Checked just above against the endpoint's own kinds.
  faults.set(target, { kind: kind as never, ...fault });
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path;
  const field = String(keys?.[0] ?? 'body');
  const problem = issue?.code === 'unrecognized_keys' ? 'not known here' : issue?.message;
  throw new Refusal(400, `${field}: ${problem ?? 'wrong'}.`, field);
}

const quoted = (text: string) => JSON.stringify(text.slice(0, 80));
