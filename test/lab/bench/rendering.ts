import Handlebars from 'handlebars';
import { compose } from '../../../functions/mail/compose.ts';
import { render, write } from '../../../functions/mail/render.ts';
import type { MailView } from '../../../functions/mail/view.ts';
import { layout, STRICT } from '../../../templates/build.ts';
import { cases, settings } from '../../mail/cases.ts';
import { atLeast, type BenchRow, fact, short } from './row.ts';
import { each, median } from './timing.ts';

const facts = cases['passkey-by-self'];
const goal = '≤ 0.2 ms';

/** Writing a mail as the app does, and as it would be without a build that compiles the layout. */
export async function renderingRows(): Promise<BenchRow[]> {
  const view = compose(facts, settings);
  const mjml = median(await eachMjml(view, 9));
  const compiled = Handlebars.compile<MailView>(await layout(), STRICT);
  const [bare, rendered, composed, written] = [
    () => compiled(view),
    () => render(view),
    () => compose(facts, settings),
    () => write(facts, settings),
  ].map((run) => each(2000, run)) as [number, number, number, number];
  const milliseconds = (what: string, value: number, target = ''): BenchRow => ({
    ...fact(what, `${short(value)} ms`),
    target,
  });
  return [
    atLeast('rendering a mail, times faster than with MJML at run time', 100, mjml / rendered),
    milliseconds('a mail of MJML and Handlebars at run time, HTML only', mjml),
    milliseconds('a mail of compiled Handlebars alone, HTML only', bare),
    milliseconds('rendering a mail, HTML and text', rendered, goal),
    milliseconds('composing a mail', composed),
    milliseconds('writing a mail: composing and rendering', written, goal),
  ];
}

/** As without a build: MJML and the compiler run for each mail. */
async function eachMjml(view: MailView, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let done = 0; done < times; done += 1) {
    const start = performance.now();
    Handlebars.compile<MailView>(await layout(), STRICT)(view);
    taken.push(performance.now() - start);
  }
  return taken;
}
