// A classic script: a browser loads no modules into a page that is opened from a folder.
const { kinds, languages, schemes, widths, home } = globalThis.gallery;
const captions = new Map();
const asked = new Map();
const names = { light: 'Light', dark: 'Dark', inverted: 'Inverted by the mail client' };
const all = 'all';

const byId = (id) => document.getElementById(id);
const pickers = {
  kind: byId('kind'),
  language: byId('language'),
  scheme: byId('scheme'),
  width: byId('width'),
};

/** Text goes in as text, never as markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

globalThis.takeCaptions = (language, given) => captions.set(language, given);

/** Loads what is said of the mails in a language, once. */
function loadCaptions(language) {
  if (!asked.has(language)) {
    const loaded = new Promise((resolve, reject) => {
      const script = element('script', { src: `captions/${encodeURIComponent(language)}.js` });
      script.addEventListener('load', resolve);
      script.addEventListener('error', () =>
        reject(new Error(`captions/${language}.js is missing.`)),
      );
      document.head.append(script);
    });
    asked.set(language, loaded);
  }
  return asked.get(language);
}

function offer(picker, options, allTitle) {
  const given = options.map(([value, title]) => element('option', { value }, title));
  const whole = options.length > 1 ? [element('option', { value: all }, allTitle)] : [];
  picker.replaceChildren(...given, ...whole);
}

/** What a picker stands at, out of all that it could. */
const chosen = (picker, values) =>
  picker.value === all ? values : values.filter((value) => String(value) === picker.value);

function look(kind, language, scheme, width, caption) {
  const title = `${caption.subject}: ${names[scheme]}, ${width} px`;
  const picture = caption.pictures[`${scheme}-${width}`];
  const shown = picture
    ? element('img', {
        src: picture.src,
        width: picture.width,
        height: picture.height,
        loading: 'lazy',
        alt: title,
      })
    : element('iframe', {
        src: `mails/${language}/${kind}.${scheme}.html`,
        width,
        class: scheme,
        loading: 'lazy',
        sandbox: '',
        title,
      });
  const frame = element('div', { class: 'frame' }, shown);
  const label = `${names[scheme]}, ${width} px`;
  return element('figure', {}, element('figcaption', {}, label), frame);
}

/** Frames that are wider than the screen shrink as pictures do, and keep their width inside. */
function shrink() {
  for (const frame of document.querySelectorAll('.frame iframe')) {
    const room = frame.closest('.looks').clientWidth - 34;
    frame.style.zoom = Math.min(1, room / frame.width);
  }
}

function sheet(kind, language) {
  const caption = captions.get(language)?.[kind.name];
  if (!caption) return [];
  const file = (ending) => `mails/${language}/${kind.name}.${ending}`;
  const link = (ending, text) => element('a', { href: file(ending) }, text);
  const said = element('h2', { lang: language, dir: 'auto' }, caption.subject);
  const preheader = element('p', { lang: language, dir: 'auto' }, caption.preheader);
  const origin = element(
    'p',
    { class: 'origin' },
    element('span', {}, `${kind.title} · ${languages.find(({ tag }) => tag === language).name}`),
    link('html', 'HTML'),
    link('txt', 'Text'),
    link('eml', 'Whole message'),
  );
  const pairs = chosen(pickers.scheme, schemes).map((scheme) =>
    element(
      'div',
      { class: 'pair' },
      ...chosen(pickers.width, widths).map((width) =>
        look(kind.name, language, scheme, width, caption),
      ),
    ),
  );
  const head = element('div', { class: 'sheet-head' }, said, preheader, origin);
  return [
    element(
      'section',
      { class: 'panel sheet' },
      head,
      element('div', { class: 'looks' }, ...pairs),
    ),
  ];
}

let latest = 0;

async function show() {
  latest += 1;
  const mine = latest;
  const state = Object.entries(pickers).map(([name, picker]) => [name, picker.value]);
  history.replaceState(null, '', `#${new URLSearchParams(state)}`);
  const tags = chosen(
    pickers.language,
    languages.map(({ tag }) => tag),
  );
  const wanted = kinds.filter(({ name }) => [name, all].includes(pickers.kind.value));
  try {
    await Promise.all(tags.map(loadCaptions));
  } catch (error) {
    byId('shown').replaceChildren(element('p', { class: 'empty' }, error.message));
    return;
  }
  // Whoever picks again while captions load wants to see that.
  if (mine !== latest) return;
  const single = pickers.scheme.value !== all && pickers.width.value !== all;
  byId('shown').className = single ? `single of-${pickers.width.value}` : '';
  byId('shown').replaceChildren(
    ...wanted.flatMap((kind) => tags.flatMap((tag) => sheet(kind, tag))),
  );
  shrink();
}

function step(by) {
  const names = kinds.map(({ name }) => name);
  const next = (names.indexOf(pickers.kind.value) + by + names.length) % names.length;
  pickers.kind.value = names[next];
  show();
}

offer(
  pickers.kind,
  kinds.map(({ name, title }) => [name, title]),
  `All ${kinds.length}`,
);
offer(
  pickers.language,
  languages.map(({ tag, name }) => [tag, name]),
  `All ${languages.length}`,
);
offer(
  pickers.scheme,
  schemes.map((scheme) => [scheme, names[scheme]]),
  'All',
);
offer(
  pickers.width,
  widths.map((width) => [String(width), `${width} px`]),
  'All',
);
const bare = (tag) => tag.split('-')[0].replace(/^(no|nn)$/, 'nb');
const ownTags = [...navigator.languages, 'en'].map(bare);
const own = ownTags.flatMap(
  (tag) => languages.find((language) => bare(language.tag) === tag) ?? [],
);
if (own[0]) pickers.language.value = own[0].tag;
pickers.scheme.value = all;
pickers.width.value = all;
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  const picker = Object.hasOwn(pickers, name) ? pickers[name] : undefined;
  if (picker && [...picker.options].some((option) => option.value === value)) picker.value = value;
}
byId('pickers').addEventListener('change', show);
byId('pickers').addEventListener('submit', (event) => event.preventDefault());
byId('previous').addEventListener('click', () => step(-1));
byId('next').addEventListener('click', () => step(1));
addEventListener('resize', shrink);
const count = `${kinds.length} ${kinds.length === 1 ? 'mail' : 'mails'}`;
const tongues = `${languages.length} ${languages.length === 1 ? 'language' : 'languages'}`;
byId('about').append(
  `${count} in ${tongues}, made by the app’s own code from audit rows. `,
  ...(home ? [element('a', { href: home }, 'Back to the inboxes')] : []),
);
show();
