// A record with what it was made from and what was made of it; a raw row with its file; and what
// depends on a raw value.
const recordName = (file, row) => `${nameOf(file)} ${isRaw(file) ? 'row' : 'record'} ${(row + 1).toLocaleString('en')}`;
const recordLink = (file, row, short = false) => h('a', { href: recordHash(file, row) }, short ? (row + 1).toLocaleString('en') : recordName(file, row));

// Derivations that make a row of a table of the index, by column.
const derivationsOf = (index, name, row) => (index.byOutput.get(name) || []).filter((made) => made.rows === null || index.bit(made.rows, row));

const madeWords = (made) => [made.words, h('span', { class: 'pale' }, [' ', code(made.function), ' ', code(made.plan), ` rule ${made.rule}`])];

// The rows of a table of the index that one read gives to a row of another.
const givenTo = (index, name, row, read) => {
  if (read.link === 'record') {
    if (read.table === name) return [];
    const from = index.link(name, read.table)[row];
    return from < 0 ? [] : [from];
  }
  const subject = index.subjectOf(name)[row];
  if (read.link === 'all' || subject < 0) return [];
  const subjects = index.subjectOf(read.table);
  return Array.from(index.rowsOf(read.table, subject)).filter((at) => index.state(read, at, subjects) === KEPT);
};

// What a record was made from, by table: the columns that were read and the rows of the file. What
// the record itself says of its origin is added to what the index knows.
const originsOf = async (index, places, file, record, subject) => {
  const found = new Map();
  const of = (table) => {
    if (!found.has(table)) found.set(table, { columns: new Set(), rows: new Set(), everybody: false });
    return found.get(table);
  };
  for (const [name, row] of places) {
    for (const read of derivationsOf(index, name, row).flatMap((made) => made.reads)) {
      if (read.table === name && read.link === 'record') continue;
      const own = of(read.table);
      read.columns.forEach((column) => own.columns.add(column));
      own.everybody ||= read.link === 'all';
      for (const at of givenTo(index, name, row, read)) own.rows.add(fileRow(index, read.table, at));
    }
  }
  const said = await originOf(file, record, subject);
  if (said && ![...found].some(([table, own]) => fileOf(table) === said.file && own.rows.has(said.row))) of(said.file).rows.add(said.row);
  return [...found].filter(([, own]) => own.rows.size || own.everybody).sort((one, other) => byStage(one[0], other[0]));
};

const MANY = 24;
const originLine = ([table, { columns, rows, everybody }]) => {
  const list = [...rows].sort((a, b) => a - b);
  return h('li', {}, h('b', {}, nameOf(table)), ' ', h('span', { class: 'pale' }, kindOf(fileOf(table)), everybody && ', of everybody', ': '),
    !isHeld(table) && count(list.length, 'record'),
    isHeld(table) && [list.slice(0, MANY).map((at, place) => [place > 0 && ', ', recordLink(fileOf(table), at, place > 0)]), list.length > MANY && ` and ${list.length - MANY} more`],
    columns.size > 0 && h('div', { class: 'pale' }, 'reads ', columnWords(fileOf(table), [...columns])));
};

// Records made from this one, by the links of the index.
const madeOfIt = (index, places) => places.flatMap(([name, row]) => (index.byInput.get(name) || [])
  .filter((made) => made.table !== name && made.reads.some((read) => read.table === name && read.link === 'record'))
  .flatMap((made) => Array.from(index.madeOf(made.table, name, row), (one) => `${fileOf(made.table)}\n${fileRow(index, made.table, one)}`)));

const fileCard = (file, record) => {
  const own = head.files[sourceOf(file)];
  return section('Raw file', facts([
    ['File', [h('a', { href: hash('file', own.file) }, code(own.file)), ` ${own.label}`]],
    ['Row', `${record.SRCROW} of ${own.rows.toLocaleString('en')}`],
    ['SHA-256', h('span', { class: 'name' }, own.sha256)],
    ['Size', `${own.bytes.toLocaleString('en')} bytes, ${own.form}, ${own.encoding}`],
  ]));
};

const rawRows = (file, record, marked) => {
  const own = head.files[sourceOf(file)];
  return own.columns.filter((column) => column.name in record).map((column) => {
    const value = record[column.name] === null && record[column.name + MISSING] ? record[column.name + MISSING] : record[column.name];
    const cells = [h('a', { href: sourceHash(own.file, record.SRCROW, column.name), title: 'What depends on this value' }, code(column.name)), column.label,
      h('span', { class: 'value' }, shown(value)), meaningOf(file, column.name, value), record[column.name] === null && value !== null ? 'user-missing' : ''];
    if (marked(column.name)) cells.class = 'marked';
    return cells;
  });
};

const derivedRows = (index, places, file, record, names, marked) => names.map((name) => {
  const made = places.flatMap(([own, row]) => derivationsOf(index, own, row).filter((one) => one.columns.includes(name)));
  const cells = [code(name), labelOf(file, name), h('span', { class: 'value' }, shown(record[name])), made.map((one) => h('p', {}, madeWords(one)))];
  if (marked(name)) cells.class = 'marked';
  return cells;
});

const showRecord = async (file, row, context) => {
  const [index, own] = await Promise.all([openIndex(), tableOf(file)]);
  const [record] = await own.records([row]);
  const places = partsOf(index, file, row);
  const subject = places.length ? index.subjectOf(places[0][0])[places[0][1]] : -1;
  const reads = context ? context.reads.map((number) => index.reads[number]) : [];
  const cells = context ? sourcesOf(index, reads, subject >= 0 ? subject : null) : new Map();
  const marked = (name) => places.some(([table, at]) => cells.has(table) && cells.get(table).has(name) && cells.get(table).get(name).has[at]);
  const origins = await originsOf(index, places, file, record, subject);
  const made = [...new Set(madeOfIt(index, places))].map((key) => key.split('\n'));
  const deciding = places.flatMap(([name, at]) => derivationsOf(index, name, at).filter((one) => one.columns.includes(EXISTENCE)));
  const raw = isRaw(file);
  return {
    title: recordName(file, row),
    nodes: [
      h('p', { class: 'kind' }, kindOf(file)),
      h('h1', {}, recordName(file, row), h('span', { class: 'pale' }, ` of ${own.rows.toLocaleString('en')}`)),
      subject >= 0 && h('p', { class: 'lead' }, 'Subject ', h('a', { href: subjectHash(index.subjects[subject]) }, index.subjects[subject]),
        context && [', on the walk from ', h('a', { class: 'printed', href: hash(context.address) }, context.text), '; what that number reads is marked']),
      origins.length > 0 && section('Made from', h('ul', { class: 'reads' }, origins.map(originLine))),
      raw && fileCard(file, record),
      section('Values', deciding.length > 0 && h('div', { class: 'lead' }, 'The record is there: ', deciding.map((one) => h('p', {}, madeWords(one)))),
        raw ? table(['Column', 'Label', 'Raw value', 'Its label', ''], rawRows(file, record, marked), { class: 'record' })
          : table(['Variable', 'Label', 'Value', 'Made by'], derivedRows(index, places, file, record, own.names, marked), { class: 'record' }),
        raw && h('p', { class: 'lead' }, 'Open a column to see what depends on its value.')),
      made.length > 0 && section(`Made of it (${made.length})`, h('ul', { class: 'steps' }, made.slice(0, 80).map(([to, at]) => h('li', {}, isHeld(to) ? recordLink(to, Number(at)) : nameOf(to), h('span', { class: 'pale' }, ` ${kindOf(to)}`)))),
        made.length > 80 && h('p', {}, `and ${made.length - 80} more`)),
    ],
  };
};

const sourceAt = async (place) => {
  const found = /^(.*):(\d+):([^:]+)$/.exec(place);
  if (!found) return null;
  const [, name, number, column] = found;
  const source = Object.keys(head.files).find((one) => one === name || head.files[one].file === name);
  if (!source) return null;
  const own = await tableOf(`ingest/raw/${source}`);
  if (!own.names.includes(column)) return null;
  // Rows of a file stand in its order, so that the wanted one is nearly always in its place.
  let row = Number(number) - 1;
  const fits = async (at) => at >= 0 && at < own.rows && (await own.records([at], ['SRCROW']))[0].SRCROW === Number(number);
  if (!(await fits(row))) {
    const codes = await own.column('SRCROW');
    row = codes.findIndex((one) => own.value(own.names.indexOf('SRCROW'), one) === Number(number));
  }
  return row < 0 ? null : { file: `ingest/raw/${source}`, own, row, column };
};

const showSource = async (place) => {
  const { file, own, row, column } = await sourceAt(place);
  const index = await openIndex();
  const [record] = await own.records([row]);
  const marks = index.reached([[file, row, column]]);
  const positions = index.numbersOf(marks);
  const raw = head.files[sourceOf(file)];
  const value = record[column] === null && record[column + MISSING] ? record[column + MISSING] : record[column];
  const subjects = new Set();
  const groups = [];
  for (const name of [...marks.cells.keys()].filter((one) => !isRaw(one)).sort((one, other) => byStage(other, one))) {
    const columns = marks.cells.get(name);
    const rows = [...new Set([...columns.values()].flatMap((one) => Array.from(one.values())))].sort((a, b) => a - b);
    const of = index.subjectOf(name);
    rows.forEach((at) => { if (of[at] >= 0) subjects.add(of[at]); });
    const names = [...columns.keys()].filter((one) => one !== EXISTENCE);
    const words = names.length ? names.join(', ') : 'whether the record is there';
    groups.push(later(h('span', {}, h('b', {}, nameOf(name)), ` ${count(rows.length, 'record')}: `, code(words.length > 90 ? `${words.slice(0, 88)}\u2026` : words)), async () => new Grid({
      label: `Records of ${nameOf(name)} that depend on it`,
      rows: rows.map((at) => ({ at: fileRow(index, name, at), subject: of[at] })),
      shown: 8,
      open: (one) => (isHeld(name) ? recordHash(fileOf(name), one.at) : null),
      columns: [{ title: 'Record', width: '14rem', cell: (one) => recordName(fileOf(name), one.at), key: (one) => one.at },
        { title: 'Subject', cell: (one) => (one.subject < 0 ? '' : index.subjects[one.subject]), key: (one) => one.subject }],
    }).node));
  }
  const own_ = index.subjectOf(file)[row];
  if (own_ >= 0) subjects.add(own_);
  return {
    title: `${raw.file}:${record.SRCROW}:${column}`,
    nodes: [
      h('p', { class: 'kind' }, 'Raw value'),
      h('h1', { class: 'figure' }, shown(value), meaningOf(file, column, value) && h('span', { class: 'pale' }, ` ${meaningOf(file, column, value)}`)),
      h('p', { class: 'lead' }, code(column), ' ', labelOf(file, column), ', ', recordLink(file, row)),
      section('Where', facts([['File', code(raw.file)], ['SHA-256', h('span', { class: 'name' }, raw.sha256)], ['Row', record.SRCROW],
        ['Subject', own_ >= 0 && h('a', { href: subjectHash(index.subjects[own_]) }, index.subjects[own_])]])),
      section('Records that depend on it', groups.length ? groups : h('p', {}, 'None.'),
        subjects.size > 1 && later(`${count(subjects.size, 'subject')}`, async () => new Grid({
          label: 'Subjects that depend on it', rows: [...subjects].sort((a, b) => a - b), open: (one) => subjectHash(index.subjects[one]), columns: [{ title: 'Subject', cell: (one) => index.subjects[one], key: (one) => one }],
        }).node)),
      dependentsCard(positions, 'Printed values that depend on it', index.displaysOf(marks)),
    ],
  };
};
