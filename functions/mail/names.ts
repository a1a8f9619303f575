import { quote, sanitise } from './sanitise.ts';
import type { Words } from './words.ts';

/** Longest name that a person gave to something, in code points. */
const LONGEST_NAME = 60;

/**
 * Stems that mail filters count against a mail, as they are read by `folded`. Whoever adds a passkey names
 * it: with one of these the alert about it would be filed as junk. Measured against the local rules of
 * SpamAssassin 4.0.1; test/mail/spam.test.ts tries what those rules look for.
 */
const FILTERED = stems(`
  viagra cialis levitra vicodin xanax valium ambien phentermin tramadol soma pharma prescri drugs pills erecti
  viagr sildenafil tadalafil meridia ultram zoloft paxil propecia prozac oxycod hydrocod rolex replica watches
  casino lottery lotto jackpot winner million billion dollar bitcoin wallet beneficiar inherit nextofkin nigeria
  barrister deceased attorney transfer moneyback refinanc mortgage creditcard loan debt invest profit guarant
  unsubscri optout clickhere actnow buynow ordernow freetrial cheap discount viral porn xxx sexual nude
  enlarge penis weightloss diploma degree luxury hotstock pennystock milf orgasm escort horny
`);

function stems(text: string): readonly string[] {
  return text.split(/\s+/).filter((stem) => stem !== '');
}

/** What stands for letters where a word is to be read and not found. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  і: 'i',
  ѕ: 's',
  у: 'y',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ι: 'i',
  ε: 'e',
};

/** Letters alone, without case, accents, gaps and disguise. */
function folded(text: string): string {
  const bare = text.normalize('NFKD').toLowerCase();
  return [...bare]
    .map((letter) => LOOKALIKES[letter] ?? letter)
    .join('')
    .replace(/[^a-z]/g, '');
}

/** Sums of money, shouting, and endless figures. */
const LOUD = /[$€£¥%!]\s*\d|\d\s*[$€£¥%!]|[!?$]{2,}|\d[\d.,]{6,}/u;

/**
 * A name that somebody gave: one sanitised and quoted line; none if nothing of it is visible. One that
 * would have the mail filed as junk is withheld: operators see it in the audit log.
 */
export function shownName(text: string | undefined, words: Words): readonly string[] {
  const clean = sanitise(text ?? '', LONGEST_NAME);
  if (clean === '') return [];
  return [isFiltered(clean) ? words.withheld : quote(clean, words.quoted)];
}

/** Whether filters count a name against the mail that shows it. */
function isFiltered(name: string): boolean {
  const letters = folded(name);
  return LOUD.test(name) || FILTERED.some((stem) => letters.includes(stem));
}
