import { arrowKeys } from './arrows.js';
import { clockTime } from './clock.js';
import { byId, element } from './element.js';
import { noteMail, onArrival } from './progress.js';
import { ask } from './send.js';

const pageOf = 60;
const list = byId('mails');
const read = new Set();
let people = [];
let mails = [];
let selected = 'all';
let openId;
let limit = pageOf;
let open = () => {};
let scheduled = false;

/** Called with the mail that was picked. */
export function onPick(listener) {
  open = listener;
}

export function showPeople(given) {
  people = given.filter(({ extra }) => !extra);
  redraw();
}

/** Replaces all mails: oldest first, as they arrived. */
export function showMails(given) {
  mails = [...given];
  redraw();
}

/** Another tenant answers than before: its mails have the same numbers. */
export function forgetMails() {
  read.clear();
  openId = undefined;
}

export function addMail(mail) {
  mails.push(mail);
  const { to, cc } = mail;
  const who = [...to, ...cc].map(nameOf).join(' and ');
  byId('announcer').textContent = `New mail for ${who}: ${mail.subject}`;
  redraw();
  noteMail(mail, who, byId('viewer').contains(document.activeElement));
}

const nameOf = (address) => personOf(address)?.name ?? address;
const personOf = (address) =>
  people.find((person) => person.address?.toLowerCase() === address.toLowerCase());
const receivers = ({ to, cc }) => [...to, ...cc];
const holds = (address) => (mail) =>
  receivers(mail).some((one) => one.toLowerCase() === address?.toLowerCase());

/** The inboxes: all, one for each person, and one for whoever has none of these. */
function inboxes() {
  const everyone = { key: 'all', name: 'All mail', title: '', takes: () => true };
  const each = people.map(({ id, name, title, address }) => {
    return {
      key: id,
      name,
      title: address ? title : `${title}, no mailbox yet`,
      takes: holds(address),
    };
  });
  const others = (mail) => receivers(mail).some((address) => !personOf(address));
  const rest = { key: 'others', name: 'Everyone else', title: '', takes: others };
  return [everyone, ...each, ...(mails.some(others) ? [rest] : [])];
}

/** Hundreds of mails can arrive within a moment: they are drawn once a frame. */
function redraw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

function draw() {
  const all = inboxes();
  const current = all.find(({ key }) => key === selected) ?? all[0];
  replaceKeepingFocus(
    byId('people'),
    all.map((inbox) => inboxRow(inbox, inbox === current)),
  );
  byId('mails-title').textContent = current.name;
  const found = mails.filter(current.takes).reverse();
  const rows = found.slice(0, limit).map((mail) => mailRow(mail, current));
  if (found.length === 0) rows.push(element('li', { class: 'empty' }, 'No mail yet.'));
  if (found.length > limit) rows.push(element('li', {}, moreButton(found.length - limit)));
  replaceKeepingFocus(list, rows);
}

function inboxRow({ key, name, title, takes }, isCurrent) {
  const mine = mails.filter(takes);
  const letters = name
    .replaceAll(/[^\p{L} ]/gu, '')
    .split(' ')
    .map((part) => part.charAt(0));
  const initials = key === 'all' ? 'All' : letters.slice(0, 2).join('');
  return element(
    'li',
    {},
    element(
      'button',
      {
        type: 'button',
        'data-key': key,
        'data-inbox': name,
        'aria-current': isCurrent && 'true',
        class: mine.length > 0 ? 'inbox' : 'inbox none',
        onclick: () => select(key),
      },
      element('span', { class: 'face', 'aria-hidden': 'true' }, initials),
      element('span', { class: 'inbox-name', title }, name),
      badge(mine),
    ),
  );
}

/** How many are unread, else how many there are. */
function badge(mine) {
  const unread = mine.filter(({ id }) => !read.has(id)).length;
  if (mine.length === 0) return null;
  const [count, told, looks] = unread
    ? [unread, 'unread', 'count']
    : [mine.length, 'read', 'count seen'];
  return element('span', { class: looks, 'aria-label': `${count} ${told}` }, String(count));
}

function mailRow(mail, inbox) {
  const { id, at, subject, to, cc } = mail;
  const copied =
    inbox.key !== 'all' &&
    inbox.key !== 'others' &&
    !to.some((one) => inbox.takes({ to: [one], cc: [] }));
  const who = to.map(nameOf).join(', ');
  const copy = cc.map(nameOf).join(', ');
  return element(
    'li',
    {},
    element(
      'button',
      {
        type: 'button',
        'data-key': id,
        'data-mail': id,
        'aria-current': id === openId && 'true',
        class: read.has(id) ? 'mail' : 'mail unread',
        onclick: () => pick(mail),
      },
      element(
        'span',
        { class: 'mail-top' },
        element('span', { class: 'mail-to' }, who),
        copied ? element('span', { class: 'tag' }, 'in copy') : null,
        element('time', { datetime: at }, clockTime(at)),
      ),
      element('span', { class: 'mail-subject' }, subject),
      copy && !copied ? element('small', {}, `copy to ${copy}`) : null,
    ),
  );
}

function moreButton(count) {
  const onclick = () => {
    limit += pageOf;
    draw();
  };
  return element('button', { type: 'button', class: 'quiet', onclick }, `Show older (${count})`);
}

function select(key) {
  selected = key;
  limit = pageOf;
  draw();
}

function pick(mail) {
  openId = mail.id;
  read.add(mail.id);
  draw();
  open(mail);
}

/** Rows are made anew; the keyboard stays where it was. */
function replaceKeepingFocus(parent, rows) {
  const key = parent.contains(document.activeElement) && document.activeElement.dataset.key;
  const { scrollTop } = parent;
  parent.replaceChildren(...rows);
  parent.scrollTop = scrollTop;
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

byId('clear-mails').addEventListener('click', () => ask('DELETE', '/api/mails'));

onArrival(pick);
arrowKeys(list);
arrowKeys(byId('people'));
