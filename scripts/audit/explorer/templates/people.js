// All subjects, with filters; raw files and their rows.
const OPEN = ['USUBJID', 'text'];
const readFilters = (text) => new Map(text.split('&').filter(Boolean).map((pair) => {
  const at = pair.indexOf('=');
  return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))];
}));
const writeFilters = (filters) => `#subjects${filters.size ? `/${[...filters].map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}` : ''}`;

const showSubjects = async (given) => {
  const { value, ids } = await openPeople();
  const columns = head.people.filter((one) => one.key !== 'USUBJID');
  const filters = readFilters(given);
  const all = ids.map((id, subject) => ({ id, subject }));
  const grid = new Grid({
    label: 'Subjects',
    rows: [],
    shown: 18,
    open: (row) => subjectHash(row.id),
    none: 'No subject fits all filters.',
    columns: [{ title: 'Subject', width: '12rem', cell: (row) => row.id, key: (row) => row.id }, ...columns.map((one) => ({
      title: h('span', { title: one.label }, one.of === 'endpoint' || one.of === 'population' ? one.key : one.label),
      width: { arm: '10rem', fact: '7rem', site: '5rem' }[one.of] || '6rem',
      cell: (row) => {
        const own = value(row.subject, one.key);
        if (one.of === 'endpoint') return verdictMark(own);
        if (one.of === 'population') return own === 'Y' ? '\u2713' : h('span', { class: 'pale', title: shown(own) }, '\u2715');
        return one.of === 'arm' ? shown(armOf(own)) : shown(own);
      },
      key: (row) => value(row.subject, one.key),
    }))],
  });
  const found = h('p', { class: 'lead', role: 'status' });
  const fits = (row) => [...filters].every(([key, wanted]) => {
    if (key === 'text') return columns.some((one) => String(value(row.subject, one.key)).toLowerCase().includes(wanted.toLowerCase())) || row.id.toLowerCase().includes(wanted.toLowerCase());
    const own = value(row.subject, key);
    return wanted.startsWith('!') ? own !== wanted.slice(1) : shown(own) === wanted;
  });
  const filter = () => {
    const rows = all.filter(fits);
    grid.set(rows);
    found.textContent = `${rows.length.toLocaleString('en')} of ${count(all.length, 'subject')}`;
  };
  const set = (key, wanted) => {
    if (wanted) filters.set(key, wanted);
    else filters.delete(key);
    window.history.replaceState(null, '', writeFilters(filters));
    replaceStep(writeFilters(filters));
    filter();
  };
  const distinct = (key) => [...new Set(all.map((row) => value(row.subject, key)).filter((one) => one !== null))].sort(compare);
  const choice = (one) => {
    const choices = [['', 'all']];
    if (one.of === 'population') choices.push(['Y', 'inside'], ['!Y', 'left out']);
    else if (one.of === 'endpoint') choices.push(['Y', 'met'], ['N', 'not met']);
    else choices.push(...distinct(one.key).map((code) => [String(code), one.of === 'arm' ? armOf(code) : String(code)]));
    return select(one.label, choices, filters.get(one.key) || '', (wanted) => set(one.key, wanted));
  };
  const first = columns.filter((one) => one.of === 'arm' || one.of === 'site');
  const shownEndpoints = head.picture ? head.picture.endpoints.map((one) => one.endpoint) : [];
  const rest = columns.filter((one) => one.of === 'population' || one.of === 'endpoint');
  const near = rest.filter((one) => one.of === 'population' || shownEndpoints.includes(one.key));
  const far = rest.filter((one) => !near.includes(one));
  filter();
  return {
    title: 'Subjects',
    root: true,
    nodes: [
      h('h1', {}, 'Subjects'),
      section('Filters', h('div', { class: 'controls' }, h('label', { class: 'choice' }, h('span', {}, 'Containing'), h('input', { type: 'search', value: filters.get('text') || '', oninput: (event) => set('text', event.target.value) })), first.map(choice), near.map(choice)),
        far.length > 0 && more('More endpoints', h('div', { class: 'controls' }, far.map(choice)))),
      found, grid.node,
    ],
  };
};

const showFiles = async () => ({
  title: 'Raw files',
  root: true,
  nodes: [
    h('h1', {}, 'Raw files'),
    h('p', { class: 'lead' }, 'Each as it was read. Open a file, a row of it, then a value: every printed number that depends on it is listed.'),
    table(['File', 'Contents', 'Rows', 'Bytes', 'SHA-256'], Object.values(head.files).map((one) => [
      h('a', { href: hash('file', one.file) }, one.file), one.label, one.rows.toLocaleString('en'), one.bytes.toLocaleString('en'), h('span', { class: 'name' }, one.sha256)]), { class: 'files' }),
  ],
});

// A raw file row by row; what stands in a row is read when it comes into view.
const showFile = async (name) => {
  const source = Object.keys(head.files).find((one) => head.files[one].file === name);
  const own = head.files[source];
  const file = `ingest/raw/${source}`;
  const whole = await tableOf(file);
  const columns = own.columns.filter((one) => whole.names.includes(one.name));
  const codes = new Map();
  for (const one of columns) codes.set(one.name, await whole.column(one.name));
  const value = (row, column) => whole.value(whole.names.indexOf(column), codes.get(column)[row]);
  return {
    title: own.file,
    nodes: [
      h('p', { class: 'kind' }, 'Raw file'),
      h('h1', {}, own.file),
      section(own.label, facts([['SHA-256', h('span', { class: 'name' }, own.sha256)], ['Size', `${own.bytes.toLocaleString('en')} bytes, ${own.form}, ${own.encoding}`], ['Rows', own.rows.toLocaleString('en')]])),
      new Grid({
        label: `Rows of ${own.file}`,
        rows: Array.from({ length: whole.rows }, (_, row) => ({ row })),
        shown: 16,
        open: ({ row }) => recordHash(file, row),
        columns: [{ title: 'Row', width: '5rem', cell: ({ row }) => row + 1, key: ({ row }) => row },
          ...columns.map((one) => ({
            title: h('span', { title: one.label }, one.name),
            cell: ({ row }) => h('span', { title: meaningOf(file, one.name, value(row, one.name)) }, shown(value(row, one.name))),
            key: ({ row }) => value(row, one.name),
          }))],
      }).node,
      section('Columns', table(['Column', 'Label', 'Type', 'Labels of values'], own.columns.map((one) => [code(one.name), one.label, one.type, one.values.map((pair) => `${pair.value} ${pair.label}`).join('; ')]))),
    ],
  };
};
