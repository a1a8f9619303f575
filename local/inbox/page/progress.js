import { plural } from './clock.js';
import { byId, element } from './element.js';

const place = byId('hint');

/** Exchange takes so many mails a minute from one mailbox. */
const perMinute = 30;

/** What was pressed last, until its mails are there. */
let pressed;
let open = () => {};
let senders = 1;

/** Called with a mail that is to be opened. */
export function onArrival(listener) {
  open = listener;
}

export function showSenders(count) {
  senders = count;
}

/** Says something about what was pressed; `looks`: '', 'wrong' or 'done'. */
export function tell(title, text, looks = '', ...more) {
  place.className = `hint ${looks}`;
  place.replaceChildren(element('strong', {}, title), ` ${text} `, ...more);
}

/** Rows were written to the audit log, and so many mails will come of them. */
export function expectMails({ title, rows, mails }) {
  const written = `${plural(rows, 'row')} written to the audit log.`;
  pressed = mails > 0 ? { title, mails, came: 0, at: Date.now() } : undefined;
  if (rows === 0)
    return tell(
      title,
      'The audit log says nothing. The coverage check finds it within a minute: see the log.',
      'done',
    );
  if (mails === 0) return tell(title, `${written} None of them is a change: no mail.`, 'done');
  if (mails === 1) return tell(title, `${written} The next poll reads them; then the mail comes.`);
  tell(title, `${written} ${burstNews(0, mails)}`);
}

/** A mail has come. The first one that a press led to opens by itself; of others it is said. */
export function noteMail(mail, who, isReading) {
  const first = pressed && pressed.came === 0;
  if (pressed) pressed.came += 1;
  const { title, mails, came, at } = pressed ?? {};
  if (pressed && mails > 1) tell(title, burstNews(came, mails), came >= mails ? 'done' : '');
  else if (pressed) tell(title, `told by mail after ${seconds(at)}.`, 'done');
  if (first && !isReading) open(mail);
  else if (!pressed || mails === 1) offer(mail, who);
  if (pressed && came >= mails) pressed = undefined;
}

function offer(mail, who) {
  const button = element(
    'button',
    { type: 'button', class: 'quiet', onclick: () => open(mail) },
    'Open',
  );
  tell('New mail', `for ${who}: ${mail.subject}`, '', button);
}

const seconds = (at) => plural(Math.max(1, Math.round((Date.now() - at) / 1000)), 'second');

function burstNews(came, mails) {
  if (came >= mails) return `All ${mails} mails are sent.`;
  const minutes = Math.ceil((mails - came) / (perMinute * senders));
  const rate = `Exchange takes ${perMinute} a minute from each of ${plural(senders, 'mailbox').replace('xs', 'xes')}`;
  return `${came} of ${mails} mails sent. ${rate}, so the last one leaves in about ${plural(minutes, 'minute')}; urgent ones overtake.`;
}
