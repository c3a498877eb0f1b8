// What things are called: tables, variables, values, and the words of the plan.
let head = null;
let numbers = null;
let places = null; // the position of each address

const shown = (value) => (value === null || value === undefined ? '\u2013' : String(value));
const nameOf = (file) => {
  const [stage, name] = [file.slice(0, file.lastIndexOf('/')), file.slice(file.lastIndexOf('/') + 1)];
  const part = name.includes(':') ? ` ${name.split(':')[1]}` : '';
  const bare = name.split(':')[0];
  if (stage === 'ingest/raw') return head.files[bare] ? head.files[bare].file : bare;
  if (!isHeld(file)) return bare;
  return bare === 'decisions' ? `decisions${part}` : bare.toUpperCase() + part;
};
const KINDS = { 'ingest/raw': 'raw file', 'ingest/sdtm': 'SDTM domain', derive: 'analysis data set', impute: 'completed data, not in this file' };
// Whether the rows of a table are in this file.
const isHeld = (file) => file.split(':')[0] in head.tables;
const kindOf = (file) => KINDS[file.slice(0, file.lastIndexOf('/'))] || KINDS[file.split('/')[0]] || 'table';
const sourceOf = (file) => file.slice('ingest/raw/'.length);
const isRaw = (file) => file.startsWith('ingest/raw/');

const rawColumn = (file, name) => (head.files[sourceOf(file)] || { columns: [] }).columns.find((column) => column.name === name);
const labelOf = (file, name) => {
  if (isRaw(file)) return (rawColumn(file, name) || {}).label || '';
  return (head.labels[file] || {})[name] || '';
};
// The label of a raw value; numbers and texts are compared as they are written.
const meaningOf = (file, name, value) => {
  const column = rawColumn(file, name);
  if (!column || value === null) return '';
  const found = column.values.find((one) => String(one.value) === String(value));
  return found ? found.label : '';
};
const MISSING = '_MISSING';

// Powers of ten as they are printed.
const RAISED = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079';
const powers = (text) => text.replace(/\b10\^(-?\d+)/g, (whole, power) => `10${power.replace(/\d/g, (one) => RAISED[one]).replace('-', '\u207b')}`);
const parts = (list) => (list || []).map((part) => (typeof part === 'string' ? part : part.text)).join('');
const displayOf = (id) => {
  for (const one of head.sections) for (const display of one.displays) if (display.id === id) return { ...display, section: one.title };
  return null;
};
const displayNumber = (id) => head.sections.flatMap((one) => one.displays).findIndex((one) => one.id === id);
const displayName = (id) => {
  const display = displayOf(id);
  return display ? `${display.word} ${display.number}` : 'Title page';
};
// Endpoints and populations in the order of the plan.
const ofKind = (kind) => head.people.filter((one) => one.of === kind).map((one) => one.key);
const armOf = (arm) => (head.arms.find((one) => one.code === arm) || {}).label || arm;

const entryAt = (position) => ({
  position,
  address: numbers.address[position],
  text: numbers.text[position],
  value: numbers.value[position],
  kind: numbers.kinds[numbers.kind[position]],
  source: numbers.sources[numbers.source[position]],
  reads: numbers.reads[numbers.read[position]],
});
const entryOf = (address) => (places.has(address) ? entryAt(places.get(address)) : null);

const FOLDER = 'results/analyse/';
const analysisOf = (source) => {
  const file = source.file || '';
  const name = file.startsWith(FOLDER) ? file.slice(FOLDER.length).replace(/\.json$/, '') : '';
  return head.analyses[name] || (source.analysis && head.analyses[source.analysis]) || null;
};

// Subjects, once for all views: codes of every column of the table of people.
let people = null;
const openPeople = () => {
  people ||= (async () => {
    const own = await tableOf('people');
    const columns = new Map();
    for (const name of own.names) columns.set(name, await own.column(name));
    const value = (subject, name) => own.value(own.names.indexOf(name), columns.get(name)[subject]);
    const ids = Array.from({ length: own.rows }, (_, subject) => value(subject, 'USUBJID'));
    return { value, ids, numberOf: new Map(ids.map((id, subject) => [id, subject])) };
  })();
  return people;
};
const subjectHash = (id) => hash('subject', id);
const recordHash = (file, row) => hash('record', file, row + 1);
const sourceHash = (file, row, column) => hash('source', `${file}:${row}:${column}`);

// The record of a domain, or the row of a raw file, that a record says it came from.
const originOf = async (file, record, subject) => {
  if (record.SRCFILE && !isRaw(file)) {
    const source = Object.keys(head.files).find((name) => head.files[name].file === record.SRCFILE);
    if (source) return { file: `ingest/raw/${source}`, row: record.SRCROW - 1 };
  }
  if (!record.SRCDOM || record.SRCSEQ === null || record.SRCSEQ === undefined) return null;
  const domain = `ingest/sdtm/${record.SRCDOM.toLowerCase()}`;
  if (!(domain in head.tables) || subject < 0) return null;
  const own = await tableOf(domain);
  const name = `${record.SRCDOM}SEQ`;
  const [found] = (await own.records(own.rowsOf(subject), [name])).filter((one) => one[name] === record.SRCSEQ);
  return found ? { file: domain, row: found.$row } : null;
};
