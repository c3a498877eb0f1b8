// The way through: each view has its hash, the walk so far is shown, keys move.
const main = document.getElementById('main');
const search = document.getElementById('search');
const trailNode = document.querySelector('.trail');
let trail = []; // the walk: {hash, title, number}
let view = null;
let turn = 0;

// The last number of the walk, whose records are marked in what follows.
const context = () => [...trail].reverse().map((step) => step.number).find(Boolean) || null;
const replaceStep = (target) => { if (trail.length) trail[trail.length - 1].hash = target; };

const notFound = (words) => ({ title: 'Not found', nodes: [h('h1', {}, 'Not found'), h('p', {}, `Nothing here is called ${words}.`), h('p', {}, h('a', { href: '#displays' }, 'All tables, figures and text'))] });

// The words of an address; what is not well encoded is taken as it stands.
const wordsOf = (target) => {
  try {
    return decodeURIComponent(target.replace(/^#/, ''));
  } catch {
    return target.replace(/^#/, '');
  }
};

const viewOf = async (target) => {
  const words = wordsOf(target);
  if (!words || words === 'displays') return showDisplays();
  if (places.has(words)) return showNumber(words);
  if (displayOf(words)) return showDisplay(words);
  const at = words.indexOf('/');
  const [kind, rest] = at < 0 ? [words, ''] : [words.slice(0, at), words.slice(at + 1)];
  if (kind === 'front') return showFront();
  if (kind === 'subjects') return showSubjects(target.slice('#subjects/'.length));
  if (kind === 'files') return showFiles();
  if (kind === 'search') return showSearch(rest);
  if (kind === 'subject' && (await openPeople()).numberOf.has(rest)) return showSubject(rest, context());
  if (kind === 'file' && Object.values(head.files).some((one) => one.file === rest)) return showFile(rest);
  if (kind === 'source' && await sourceAt(rest)) return showSource(rest);
  const last = rest.lastIndexOf('/');
  const file = rest.slice(0, last);
  const row = Number(rest.slice(last + 1));
  if (kind === 'record' && Number.isInteger(row) && row > 0 && row <= (head.tables[file] || 0)) return showRecord(file, row - 1, context());
  return notFound(words);
};

const drawTrail = () => {
  const items = trail.map((step, at) => h('li', {}, at === trail.length - 1
    ? h('span', { 'aria-current': 'page' }, step.title) : h('a', { href: step.hash }, step.title)));
  trailNode.replaceChildren(h('ol', {}, items));
};

// A step that was taken before shortens the walk to it; a root begins a new one.
const walkTo = (target) => {
  const known = trail.findIndex((step) => wordsOf(step.hash) === wordsOf(target));
  if (known >= 0) trail = trail.slice(0, known);
};

const show = async () => {
  turn += 1;
  const mine = turn;
  const target = window.location.hash || '#displays';
  const before = trail.slice();
  walkTo(target);
  const waiting = setTimeout(() => main.setAttribute('aria-busy', 'true'), 150);
  let made;
  try {
    made = await viewOf(target);
  } catch (error) {
    console.error(error);
    made = { title: 'Cannot be shown', nodes: [h('h1', {}, 'Cannot be shown'), h('p', {}, String(error))] };
  }
  clearTimeout(waiting);
  if (mine !== turn) {
    trail = before;
    return;
  }
  if (made.root) trail = [];
  trail.push({ hash: target, title: made.title, number: made.number });
  view = made;
  main.removeAttribute('aria-busy');
  main.replaceChildren(...made.nodes.flat(Infinity).filter(Boolean));
  drawTrail();
  document.title = `${made.title} \u2013 ${parts([head.front.short_title])}`;
  if (made.drawn) await made.drawn();
  if (!made.quiet) {
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  markSide(target);
  main.dataset.shown = target;
};

const markSide = (target) => {
  const id = wordsOf(target).split('/')[0];
  for (const link of document.querySelectorAll('.side a')) {
    if (link.getAttribute('href') === `#${id}`) {
      link.setAttribute('aria-current', 'true');
      const box = link.closest('.contents');
      const at = box ? link.offsetTop - box.offsetTop : 0;
      if (box && (at < box.scrollTop || at > box.scrollTop + box.clientHeight - 40)) box.scrollTop = at - box.clientHeight / 2;
    } else link.removeAttribute('aria-current');
  }
};

const listContents = () => {
  document.querySelector('.sections').replaceChildren(...head.sections.map((one) => h('div', { class: 'section' }, h('p', {}, one.title),
    h('ul', {}, one.displays.map((display) => h('li', {}, h('a', { href: hash(display.id) }, h('span', { class: 'number' }, display.number), powers(display.title))))))));
};

search.form.addEventListener('submit', (event) => event.preventDefault());
let typed = 0;
search.addEventListener('input', () => {
  clearTimeout(typed);
  typed = setTimeout(() => {
    const target = search.value.trim() ? hash('search', search.value.trim()) : '#displays';
    if (window.location.hash.startsWith('#search')) window.history.replaceState(null, '', target);
    else window.history.pushState(null, '', target);
    show();
  }, 120);
});
const firstFound = () => main.querySelector('.displays a, .grid');
search.addEventListener('keydown', (event) => {
  if (!['ArrowDown', 'Enter'].includes(event.key) || !firstFound()) return;
  event.preventDefault();
  firstFound().focus();
});
document.addEventListener('keydown', (event) => {
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (['ArrowDown', 'ArrowUp'].includes(event.key) && event.target.matches('.displays a')) {
    event.preventDefault();
    const links = [...main.querySelectorAll('.displays a, .grid')];
    const next = links[links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
    (next || search).focus();
  }
});
document.querySelector('.skip').addEventListener('click', () => main.focus());
window.addEventListener('hashchange', show);
window.addEventListener('popstate', () => { if (main.dataset.shown !== window.location.hash) show(); });
let width = window.innerWidth;
window.addEventListener('resize', () => {
  if (view && view.redraw && window.innerWidth !== width) view.redraw();
  width = window.innerWidth;
});
if (window.matchMedia('(max-width: 900px)').matches) document.querySelector('.contents').open = false;

// For whoever asks by program: what a raw cell reaches, and what a number rests on.
window.explorer = {
  ready: (async () => {
    [head, numbers] = await Promise.all([documentOf('head'), documentOf('numbers')]);
    places = new Map(numbers.address.map((address, position) => [address, position]));
    subjectCount = (await documentOf('people')).rows;
    listContents();
    await show();
    window.explorer.stands = performance.now();
  })(),
  knows: (words) => places.has(words) || displayOf(words) !== null,
  affected: async (cells) => (await openIndex()).affected(cells).map((position) => numbers.address[position]),
  appearing: async (cells) => {
    const index = await openIndex();
    return index.displaysOf(index.reached(cells));
  },
  sources: async (address) => {
    const index = await openIndex();
    const cells = sourcesOf(index, entryOf(address).reads.map((number) => index.reads[number]));
    return [...cells].map(([name, columns]) => [name, [...columns].filter(([column, rows]) => column !== EXISTENCE && rows.count)
      .map(([column, rows]) => [column, Array.from(rows.values()).sort((a, b) => a - b)])]);
  },
};
