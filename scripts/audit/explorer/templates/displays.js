// The report itself, each number a link; all displays; the numbers of one; what a search finds.
const linked = (list) => (list || []).map((part) => {
  if (part === '\n') return h('br');
  if (typeof part === 'string') return powers(part);
  return part.address ? h('a', { class: 'printed', href: hash(part.address) }, powers(part.text)) : code(part.text);
});

const headRows = (display) => [
  display.spanners.length > 0 && h('tr', { class: 'spanners' }, display.spanners.map((one) => h('th', { scope: 'colgroup', colspan: one.span },
    one.label.length > 0 && h('span', {}, linked(one.label), one.size.length > 0 && [h('br'), linked(one.size)])))),
  h('tr', {}, display.columns.map((one) => h('th', { scope: 'col', class: one.align }, linked(one.label),
    one.size.length > 0 && [h('br'), linked(one.size)], one.unit && [h('br'), h('span', { class: 'unit' }, powers(one.unit))]))),
];
const bodyRow = (row, width) => (row.kind === 'heading'
  ? h('tr', { class: 'heading' }, h('th', { scope: 'rowgroup', colspan: width }, powers(row.label)))
  : h('tr', { class: row.kind }, h('th', { scope: 'row', class: `level${row.level}` }, powers(row.label), row.marks && h('sup', {}, row.marks)),
    row.cells.map((cell) => h('td', { class: cell.align, colspan: cell.spans ? cell.span : null }, linked(cell.parts)))));

const numbersGrid = (positions, label, withDisplay) => new Grid({
  label,
  rows: positions.map(entryAt),
  open: (row) => hash(row.address),
  columns: [
    { title: 'Printed', width: 'minmax(8rem, 2fr)', cell: (row) => row.text, key: (row) => (typeof row.value === 'number' ? row.value : row.text) },
    withDisplay && { title: 'Where', width: '9rem', cell: (row) => displayName(row.address.split('/')[0]), key: (row) => row.position },
    { title: 'Row', width: 'minmax(9rem, 1.2fr)', cell: (row) => row.address.split('/')[1], key: (row) => row.address.split('/')[1] },
    { title: 'Column', width: 'minmax(6rem, 0.8fr)', cell: (row) => row.address.split('/').slice(2, -1).join('/') },
    { title: 'Statistic', width: '7rem', cell: (row) => row.address.split('/').pop(), key: (row) => row.address.split('/').pop() },
  ].filter(Boolean),
});

const positionsOf = (id) => {
  const found = [];
  numbers.address.forEach((address, position) => { if (address.startsWith(`${id}/`)) found.push(position); });
  return found;
};

const showDisplay = async (id) => {
  const display = await documentOf('displays', displayNumber(id));
  const positions = positionsOf(id);
  const body = [];
  if (display.kind === 'table') {
    body.push(h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': display.title }, h('table', { class: display.wide ? 'display wide' : 'display' },
      h('thead', {}, headRows(display)), h('tbody', {}, display.rows.map((row) => bodyRow(row, display.columns.length))))));
  } else if (display.blocks) {
    body.push(display.blocks.map((block) => h('div', { class: 'block' }, h('h3', {}, block.title), h('p', {}, linked(block.parts)))));
  } else body.push(h('p', {}, display.alt));
  const notes = (display.notes || []).map((note) => h('p', { class: 'note' }, note.mark && h('sup', {}, note.mark), linked(note.parts)));
  const all = () => numbersGrid(positions, `Numbers of ${display.title}`).node;
  return {
    title: `${display.word} ${display.number}`,
    nodes: [
      h('h1', {}, h('span', { class: 'number' }, `${display.word} ${display.number}`), ' ', powers(display.title)),
      h('p', { class: 'lead' }, display.population && display.population.length > 0 && ['Population: ', linked(display.population), '. '],
        'Every number is a link to what stands behind it.'),
      h('section', { class: 'card report' }, body, h('div', { class: 'notes' }, notes)),
      display.kind === 'figure' ? section(`Its ${count(positions.length, 'printed value')}`, all())
        : later(`Its ${count(positions.length, 'printed value')} as a list`, async () => all()),
    ],
  };
};

// Plan, code, environment, raw files and the root over all, as the title page has them.
const hashes = () => facts(head.front.hashes.map((one) => [one.label, h('span', { class: 'name' }, linked(one.parts))]));

const showDisplays = async () => ({
  title: 'Displays',
  root: true,
  nodes: [
    h('h1', {}, 'Tables, figures and text'),
    h('p', { class: 'lead' }, `${count(numbers.address.length, 'printed value')} in ${count(head.sections.reduce((sum, one) => sum + one.displays.length, 0), 'display')}. Open one, then any number in it; or begin with a `,
      h('a', { href: '#subjects' }, 'subject'), ' or a ', h('a', { href: '#files' }, 'raw file'), '.'),
    ...head.sections.map((one) => section(one.title, h('ul', { class: 'displays' }, one.displays.map((display) => h('li', {},
      h('a', { href: hash(display.id) }, h('span', { class: 'number' }, `${display.word} ${display.number}`), h('span', {}, powers(display.title)))))))),
    section('Title page', h('p', {}, h('a', { href: '#front' }, 'Its words')), hashes()),
  ],
});

const showFront = async () => ({
  title: 'Title page',
  nodes: [
    h('h1', {}, 'Title page'),
    section(head.front.title, facts(head.front.facts.map((one) => [one.label, linked(one.parts)]))),
    section(head.front.digest, hashes()),
  ],
});

const MOST = 8;
const showSearch = async (words) => {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => asked.every((word) => text.toLowerCase().includes(word));
  const { ids } = await openPeople();
  const displays = head.sections.flatMap((one) => one.displays).filter((one) => fits(`${one.word} ${one.number} ${one.title} ${one.id}`));
  const subjects = ids.filter(fits);
  const files = Object.values(head.files).filter((one) => fits(`${one.file} ${one.label}`));
  const positions = [];
  numbers.address.forEach((address, position) => { if (fits(`${address} ${numbers.text[position]}`)) positions.push(position); });
  const list = (title, found, make) => found.length > 0 && section(`${title} (${found.length.toLocaleString('en')})`,
    h('ul', { class: 'displays' }, found.slice(0, MOST).map((one) => h('li', {}, make(one)))),
    found.length > MOST && h('p', { class: 'lead' }, `and ${(found.length - MOST).toLocaleString('en')} more`));
  return {
    title: `Search: ${words}`,
    root: true,
    quiet: true,
    nodes: [
      h('h1', {}, `Search: ${words}`),
      list('Displays', displays, (one) => h('a', { href: hash(one.id) }, h('span', { class: 'number' }, `${one.word} ${one.number}`), h('span', {}, powers(one.title)))),
      list('Subjects', subjects, (id) => h('a', { href: subjectHash(id) }, h('span', {}, id))),
      list('Raw files', files, (one) => h('a', { href: hash('file', one.file) }, h('span', { class: 'number' }, one.file), h('span', {}, one.label))),
      section(`Printed values (${positions.length.toLocaleString('en')})`, numbersGrid(positions, 'Printed values that were found', true).node),
    ],
  };
};
