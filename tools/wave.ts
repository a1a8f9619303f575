import { arrivalsOf, forecast, mailboxesFor } from '../cli/rehearse/wave/forecast.ts';

const people = 200_000;
const days = 5;
/** As test/lab/scale/week.ts plays an ordinary week. */
const ordinary = { workday: 0.016 * people, weekend: 0.0008 * people };
const ratePerMinute = 30;

/** The forecast of the wave as a table of docs/scale.md. */
function waveTable(): string {
  const arrivals = arrivalsOf({ mails: people, days, ordinary });
  const rows = [2, 1].flatMap((recipients) => {
    const needed = mailboxesFor(arrivals, { ratePerMinute, recipients });
    return [2, 4, 8, needed].map((mailboxes) => {
      const { emptyAfterDays, longestLine, longestWaitHours } = forecast(arrivals, {
        mailboxes,
        recipients,
        ratePerMinute,
      });
      const copies = recipients === 2 ? 'on' : 'off';
      const line = Math.round(longestLine).toLocaleString('en');
      return `| ${mailboxes} | ${copies} | ${line} | ${longestWaitHours.toFixed(1)} | ${emptyAfterDays.toFixed(2)} |`;
    });
  });
  return [
    '| mailboxes | managers in copy | longest line, mails | longest wait, hours | the line is empty after, days |',
    '|--:|---|--:|--:|--:|',
    ...new Set(rows),
  ].join('\n');
}

const [begin, end] = ['<!-- forecast -->', '<!-- end of forecast -->'];

/** docs/scale.md with its forecast made anew. Throws an Error where the page has no place for it. */
export function scalePage(page: string): string {
  const [before = '', rest = ''] = page.split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`docs/scale.md has no ${begin} before ${end}`);
  return `${before}${begin}\n\n${waveTable()}\n\n${end}${after}`;
}
