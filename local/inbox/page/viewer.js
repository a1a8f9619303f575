import { clockTime } from './clock.js';
import { byId, element } from './element.js';
import { ask } from './send.js';

const place = byId('viewer');
const views = {
  rendered: 'Rendered',
  phone: 'Phone',
  dark: 'Dark',
  text: 'Text',
  raw: 'Raw',
};
let view = 'rendered';
let shown;

/** Nothing is picked. */
export function showNoMail() {
  shown = undefined;
  place.replaceChildren(
    element(
      'div',
      { class: 'empty tall' },
      element('strong', {}, 'No mail is open'),
      element('span', {}, 'Press what can happen: the mail that tells of it opens here.'),
    ),
  );
}

/** Opens a mail in the view that was used last. */
export async function showMail(id) {
  shown = id;
  const mail = await ask('GET', `/api/mails/${id}`);
  if (shown !== id) return;
  const panel = element('div', { class: 'view', role: 'tabpanel', id: 'view', tabindex: '0' });
  place.replaceChildren(head(mail), tabs(mail, panel), panel);
  showView(mail, panel);
}

function head({ subject, from, to, cc, at }) {
  const line = (name, text) => [element('dt', {}, name), element('dd', {}, text)];
  return element(
    'div',
    { class: 'mail-head' },
    element('h2', { id: 'subject' }, subject),
    element(
      'dl',
      {},
      line('From', from),
      line('To', to.join(', ')),
      cc.length > 0 ? line('Copy', cc.join(', ')) : null,
      line('Sent', clockTime(at)),
    ),
  );
}

function tabs(mail, panel) {
  const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'How it is shown' });
  const choose = (name, focus) => {
    view = name;
    for (const tab of list.children) {
      const chosen = tab.dataset.view === name;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) tab.focus();
    }
    panel.setAttribute('aria-labelledby', `tab-${name}`);
    showView(mail, panel);
  };
  const names = Object.keys(views);
  list.append(
    ...names.map((name) =>
      element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${name}`,
          'data-view': name,
          'aria-controls': 'view',
          onclick: () => choose(name, false),
        },
        views[name],
      ),
    ),
  );
  list.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step) choose(names.at((names.indexOf(view) + step) % names.length), true);
  });
  choose(view, false);
  return list;
}

function showView(mail, panel) {
  panel.className = `view ${view}`;
  if (view === 'text' || view === 'raw') {
    panel.replaceChildren(element('pre', {}, mail[view] || 'This mail has no such part.'));
    return;
  }
  const frame = element('iframe', {
    // Without scripts: its own origin only lets this page measure it.
    sandbox: 'allow-same-origin',
    title: `The mail, ${views[view].toLowerCase()}`,
    src: `/mail/${mail.id}?view=${view === 'dark' ? 'dark' : 'rendered'}`,
  });
  panel.replaceChildren(frame);
  const measure = () => {
    const height = frame.contentDocument?.documentElement?.scrollHeight;
    if (height) frame.style.height = `${height}px`;
  };
  const refit = () => {
    // A frame never measures less than it is high.
    frame.style.height = '0';
    measure();
  };
  frame.addEventListener('load', refit);
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    refit();
  }).observe(frame);
}
