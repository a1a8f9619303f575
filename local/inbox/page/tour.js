import { byId, element } from './element.js';

const place = byId('tour');
const seen = 'tour-seen';
const steps = [
  ['.happen', 'Press something that can happen. Its rows are written to the audit log of Contoso.'],
  [
    '.reading',
    'A poll reads them, and the mail opens here: as the user gets it, on a phone, as text.',
  ],
  ['.story', 'Beside it stands why: the audit records, and each step in the ledger.'],
];

/** Which of them is shown; undefined: none any more. */
let shown;

/** Three sentences for who sees the page for the first time. Escape, or a click, ends it for good. */
export function beginTour() {
  if (localStorage.getItem(seen)) return;
  place.hidden = false;
  show(0);
}

function show(at) {
  shown = at;
  const [where, text] = steps[at];
  mark(where);
  const isLast = at === steps.length - 1;
  const next = () => (isLast ? end() : show(at + 1));
  place.replaceChildren(
    element('p', {}, element('strong', {}, `${at + 1} of ${steps.length}`), ` ${text}`),
    element('button', { type: 'button', class: 'next', onclick: next }, isLast ? 'Done' : 'Next'),
    isLast
      ? null
      : element('button', { type: 'button', class: 'quiet', onclick: end }, 'Skip the tour'),
  );
}

function mark(where) {
  for (const one of document.querySelectorAll('.toured')) one.classList.remove('toured');
  if (where) document.querySelector(where).classList.add('toured');
}

function end() {
  shown = undefined;
  localStorage.setItem(seen, 'yes');
  place.hidden = true;
  mark();
}

// Whoever does what the first step asks for has seen it.
document.querySelector('.happen').addEventListener('click', ({ target }) => {
  if (shown === 0 && target.closest('.happening')) show(1);
});

place.addEventListener('keydown', ({ key }) => key === 'Escape' && end());
