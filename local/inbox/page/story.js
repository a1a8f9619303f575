import { clockTime, plural } from './clock.js';
import { byId, element } from './element.js';
import { ask } from './send.js';

const place = byId('story');
const final = new Set(['sent', 'undeliverable', 'failed', 'suppressed']);
const verdicts = {
  change: 'told',
  merged: 'merged',
  suppressed: 'not told',
  noise: 'no change',
};
let shown;

/** Nothing is picked. */
export function showNoStory() {
  shown = undefined;
  place.replaceChildren(
    element('p', { class: 'empty' }, 'Pick a mail to see the audit records behind it.'),
  );
}

/** Tells how a mail came about, and goes on until its row of the ledger is final. */
export async function showStory(id) {
  if (shown !== id) place.replaceChildren();
  shown = id;
  const story = await ask('GET', `/api/mails/${id}/story`);
  if (shown !== id) return;
  if (story.notification) place.replaceChildren(...chapters(story));
  else place.replaceChildren(element('p', { class: 'empty' }, 'The ledger has no row for it.'));
  if (!final.has(story.notification?.state)) {
    setTimeout(() => shown === id && showStory(id).catch(showNoStory), 1000);
  }
}

function chapters({ notification, audits, copies }) {
  const { reference, urgent, attempts, sender, outcome } = notification;
  return [
    element(
      'dl',
      { class: 'facts' },
      fact('Reference', element('code', {}, reference)),
      fact('Outcome', outcome ?? 'open'),
      fact('Sent from', breakable(sender)),
      fact('Attempts', String(attempts)),
      fact('Urgent', urgent ? 'yes: not waiting for more rows' : 'no: waited for more rows'),
      copies > 1 ? fact('Copies', `${copies} mails with this Message-ID`) : null,
    ),
    element('h3', {}, 'Its life in the ledger'),
    element('ol', { class: 'steps' }, notification.steps.map(step)),
    element('h3', {}, plural(audits.length, 'audit record')),
    element('ol', { class: 'audits' }, audits.map(auditCard)),
  ];
}

/** An address that breaks after its @, where it has to. */
const breakable = (address) =>
  (address ?? '').split(/(?<=@)/).flatMap((part, at) => (at ? [element('wbr'), part] : [part]));

const fact = (name, value) => [element('dt', {}, name), element('dd', {}, value)];

function step({ at, state, note }) {
  return element(
    'li',
    { class: state },
    element('strong', {}, state),
    element('time', { datetime: at }, clockTime(at)),
    note ? element('span', {}, note) : null,
  );
}

function auditCard({ time, activity, service, reason, verdict, why, record, explanation }) {
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'audit-top' },
      element('span', { class: `tag ${verdict}`, title: why }, verdicts[verdict]),
      element('time', { datetime: time }, clockTime(time)),
    ),
    element('strong', {}, activity),
    element('span', { class: 'service' }, service),
    reason && reason !== activity ? element('span', {}, reason) : null,
    why ? element('small', {}, why) : null,
    explanation ? json('How it was understood', explanation) : null,
    record ? json('Record as Graph gives it', record) : null,
  );
}

const json = (title, value) =>
  element(
    'details',
    {},
    element('summary', {}, title),
    element('pre', { tabindex: '0' }, JSON.stringify(value, null, 2)),
  );
