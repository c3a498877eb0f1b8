// A printed number: what it is, how it was made and by which code, what it reads, and from whom.
const decimalsOf = (text) => ((/\d\.(\d+)/.exec(text) || ['', ''])[1]).length;
const roundingOf = (entry) => {
  if (entry.kind === 'words') return 'Words, printed as they are.';
  const decimals = decimalsOf(entry.text);
  if (Number.isInteger(entry.value) && String(entry.value) === entry.text) return `A whole number (${entry.kind}), printed as it is.`;
  if (typeof entry.value !== 'number') return entry.kind;
  const percent = ['percent', 'level'].includes(entry.kind) ? ' of 100 times the full value' : '';
  return `Printed as ${entry.kind.replaceAll('_', ' ')}, ${decimals ? count(decimals, 'decimal') : 'a whole number'}${percent}; rounded once, half away from zero, from the full value.`;
};

// The row and the column in which a number stands, as the display names them.
const placeOf = (display, address) => {
  const holds = (list) => (list || []).some((part) => part.address === address);
  for (const row of display.rows || []) {
    for (const cell of row.cells) {
      if (!holds(cell.parts)) continue;
      const own = display.columns.find((one) => one.id === cell.column);
      // A column of one arm is called by the arm, one of a contrast by what is compared.
      const arm = own && own.group && (head.arms.some((one) => one.code === own.group) ? armOf(own.group) : own.unit);
      return [...new Set([row.label, own ? parts(own.label) : '', arm || ''])];
    }
  }
  const block = (display.blocks || []).find((one) => holds(one.parts));
  return block ? [block.title] : [];
};

const optionsOf = (method) => Object.entries(method.options || {}).map(([key, value]) => `${key.replaceAll('_', ' ')}: ${Array.isArray(value) ? value.join(', ') || 'none' : value}`).join('; ');
const softwareOf = (method) => {
  const { package: own, version, ...others } = method.software || {};
  return [own && `${own} ${version}`, ...Object.entries(others).map(([name, number]) => `${name} ${number}`)].filter(Boolean).join(', ');
};
const formulaOf = (name) => {
  const found = name && head.formulas[name];
  return found && [found.formula, found.references && h('span', { class: 'reference' }, found.references)];
};

const analysisCard = (analysis) => {
  const { method } = analysis;
  const estimand = head.estimands[analysis.estimand];
  const population = analysis.population;
  return section('How it was computed', facts([
    ['Analysis', [analysis.title, ' ', code(analysis.id), ` ${analysis.role || ''}`]],
    ['Estimand', estimand ? [estimand.label, ' ', code(analysis.estimand)] : analysis.estimand],
    ['Population', population && [population.label, ' ', code(population.id), analysis.subset ? `, ${analysis.subset}` : '']],
    ['Endpoint', analysis.endpoint && [analysis.endpoint_label, ' ', code(analysis.endpoint)]],
    ['Groups', (analysis.groups || []).map((one) => `${one.label}: n ${one.n} of N ${one.N}`).join('; ')],
    ['Missing data', analysis.missing],
    ['Method', [method.label, ' ', code(method.name)]],
    ['Formula', formulaOf(method.name)],
    ['Test', method.test_label && [method.test_label, ' ', code(method.test)]],
    ['Formula of the test', formulaOf(method.test)],
    ['Options as it ran', optionsOf(method)],
    ['Software', softwareOf(method)],
    ['Note', analysis.note],
    ['Warnings', (analysis.warnings || []).map((text) => h('p', {}, typeof text === 'string' ? text : JSON.stringify(text)))],
  ]));
};

const hashed = (path, sha) => [code(path), ' ', h('span', { class: 'hash', title: sha }, sha)];
const codeCard = (entry, analysis) => {
  const rule = head.made.files[entry.source.file];
  const own = rule && head.made.rules[rule];
  const named = [analysis && analysis.method.name, analysis && analysis.method.test, entry.source.function]
    .filter((name) => name && head.formulas[name]);
  const anywhere = (path) => Object.values(head.made.rules).map((files) => files[path]).find(Boolean) || '';
  const step = own && Object.keys(own).find((path) => path.endsWith(`/${rule}.py`));
  const lines = [
    ['Result', entry.source.file && code(entry.source.file)],
    ['Rule', rule && code(rule)],
    ['Step', step && hashed(step, own[step])],
    ...[...new Set(named)].map((name) => ['Function', [code(name), ' in ', hashed(head.formulas[name].file, anywhere(head.formulas[name].file))]]),
    ['Part of the plan', entry.source.plan && code(entry.source.plan)],
    ['Code', entry.source.code && code(entry.source.code)],
  ];
  const files = Object.entries(own || {});
  return section('Code', facts(lines), files.length > 0 && later(`All ${count(files.length, 'file')} that the rule ran, with SHA-256`,
    async () => table(['File', 'SHA-256'], files.map(([path, sha]) => [code(path), h('span', { class: 'name' }, sha)]))));
};

const columnWords = (file, names) => (names.length ? names.flatMap((name, at) => [at > 0 && ', ', h('span', { class: 'name', title: labelOf(file, name) }, name)]) : 'whether a record is there');
const readsCard = (index, reads) => section(`What it reads (${reads.length})`, reads.length === 0
  ? h('p', {}, 'Nothing of the data: the plan or the code alone.')
  : h('ul', { class: 'reads' }, reads.slice(0, 60).map((read) => {
    const { kept, out } = countsOf(index, read);
    return h('li', {}, h('b', {}, nameOf(read.table)), ' ', h('span', { class: 'pale' }, `${kindOf(fileOf(read.table))}, ${count(kept, 'record')}: `), columnWords(fileOf(read.table), read.columns),
      read.filters.length > 0 && h('ul', {}, read.filters.map((part, at) => h('li', {}, 'where ', part.words, out[at] > 0 && h('span', { class: 'pale' }, ` (${out[at].toLocaleString('en')} left out)`)))));
  }), reads.length > 60 && h('li', {}, `and ${reads.length - 60} more`)));

const READ = 'read';
const ENTERED = 'entered';
const OUT = 'out';
const subjectsOf = async (index, reads, analysis) => {
  const { value, ids } = await openPeople();
  const readers = readersOf(index, reads);
  const membership = await tableOf('membership');
  const column = analysis ? membership.names.indexOf(analysis.id) : -1;
  const codes = column < 0 ? null : await membership.column(analysis.id);
  return ids.map((id, subject) => {
    const known = codes ? membership.value(column, codes[subject]) : null;
    const left = codes !== null && codes[subject] !== 1;
    const state = left ? OUT : readers[subject] === true ? READ : codes ? ENTERED : OUT;
    const reason = left ? known || 'not among the subjects of the analysis' : readers[subject] === true ? '' : readers[subject] ? `not: ${readers[subject]}` : 'no record that it reads';
    const endpoint = analysis && analysis.endpoint && head.endpoints[analysis.endpoint] ? value(subject, analysis.endpoint) : null;
    return { id, subject, state, reason, arm: armOf(value(subject, 'ARMCD')), endpoint };
  });
};

const STATES = { [READ]: 'read', [ENTERED]: 'entered, not in this number', [OUT]: 'left out' };
const subjectsCard = async (index, entry, analysis) => {
  const rows = await subjectsOf(index, entry.reads.map((number) => index.reads[number]), analysis);
  const how = (state) => rows.filter((row) => row.state === state).length;
  let state = how(READ) ? READ : '';
  let words = '';
  const grid = new Grid({
    label: 'Subjects of this number',
    rows: [],
    open: (row) => subjectHash(row.id),
    columns: [
      { title: 'Subject', width: '12rem', cell: (row) => row.id, key: (row) => row.id },
      { title: 'Arm', width: 'minmax(6rem, 0.7fr)', cell: (row) => shown(row.arm), key: (row) => row.arm },
      analysis && head.endpoints[analysis.endpoint] && { title: head.endpoints[analysis.endpoint].label, width: '9rem', cell: (row) => verdictMark(row.endpoint), key: (row) => row.endpoint },
      { title: 'In this number', width: '8rem', cell: (row) => STATES[row.state], key: (row) => row.state },
      { title: 'Reason', width: 'minmax(9rem, 1.4fr)', cell: (row) => row.reason, key: (row) => row.reason || null },
    ].filter(Boolean),
  });
  const filter = () => grid.set(rows.filter((row) => (!state || row.state === state)
    && (!words || `${row.id} ${row.arm} ${row.reason}`.toLowerCase().includes(words))));
  filter();
  const choices = [['', `All (${rows.length.toLocaleString('en')})`], [READ, `Read (${how(READ)})`]];
  if (how(ENTERED)) choices.push([ENTERED, `Entered, not in this number (${how(ENTERED)})`]);
  choices.push([OUT, `Left out (${how(OUT)})`]);
  const reasons = new Map();
  for (const row of rows) if (row.state !== READ) reasons.set(row.reason, (reasons.get(row.reason) || 0) + 1);
  return section('Subjects', h('div', { class: 'controls' }, bar('Subjects', choices, state, (key) => { state = key; filter(); }),
    h('label', { class: 'choice' }, h('span', {}, 'Containing'), h('input', { type: 'search', oninput: (event) => { words = event.target.value.toLowerCase(); filter(); } }))),
  reasons.size > 0 && reasons.size < 12 && h('p', { class: 'lead' }, 'Not read: ', [...reasons].map(([reason, number]) => `${number} ${reason}`).join('; '), '.'),
  grid.node);
};

const showNumber = async (address) => {
  const entry = entryOf(address);
  const [id] = address.split('/');
  const display = displayOf(id);
  const [index, whole] = await Promise.all([openIndex(), display ? documentOf('displays', displayNumber(id)) : {}]);
  const analysis = analysisOf(entry.source);
  const where = placeOf(whole, address).filter(Boolean);
  const reads = entry.reads.map((number) => index.reads[number]);
  return {
    title: entry.text.length > 24 ? `${entry.text.slice(0, 22)}\u2026` : entry.text,
    number: entry,
    nodes: [
      h('p', { class: 'kind' }, h('a', { href: hash(id) }, display ? `${displayName(id)} ${powers(display.title)}` : 'Title page')),
      h('h1', { class: entry.text.length > 40 ? 'long' : 'figure' }, entry.text),
      where.length > 0 && h('p', { class: 'lead' }, where.join(' \u00b7 ')),
      h('section', { class: 'card' }, facts([
        ['Full value', entry.kind === 'words' ? null : code(shown(entry.value))],
        ['Rounding', roundingOf(entry)],
        ['Statistic', code(entry.source.statistic || address.split('/').pop())],
        ['Taken from', Object.entries(entry.source).map(([key, value], at) => [at > 0 && '; ', `${key} `, code(value)])],
        ['Address', code(address)],
      ])),
      reads.length > 0 && await subjectsCard(index, entry, analysis),
      analysis && analysisCard(analysis),
      readsCard(index, reads),
      codeCard(entry, analysis),
    ],
  };
};
