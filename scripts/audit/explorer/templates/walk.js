// Dependencies followed backwards, as scripts/audit/lineage/origins.py does; a test compares them.
// The result is cells: a map from table to a map from column to Rows.
const sourcesOf = (index, reads, subject = null) => {
  const marks = { cells: new Map(), born: new Map() };
  const waiting = new Set();

  const need = (read, rows, exists) => {
    const subjects = index.subjectOf(read.table);
    const names = namesOf(read, exists);
    let fresh = false;
    for (const row of rows) {
      if (index.state(read, row, subjects) !== KEPT) continue;
      for (const name of names) if (index.column(marks, read.table, name).add(row)) fresh = true;
    }
    if (fresh) waiting.add(read.table);
  };

  const everyRow = (table) => Int32Array.from({ length: index.rows(table) }, (_, row) => row);

  // The rows of a read that make the marked cells of a derivation.
  const asked = (made, read, wanted) => {
    if (!wanted.size) return [];
    if (read.link === 'all') return everyRow(read.table);
    if (read.link === 'record') {
      if (made.table === read.table) return [...wanted];
      const link = index.link(made.table, read.table);
      return new Set(Array.from(wanted, (row) => link[row]).filter((row) => row >= 0));
    }
    const of = index.subjectOf(made.table);
    const subjects = new Set(Array.from(wanted, (row) => of[row]).filter((one) => one >= 0));
    return Array.from(subjects).flatMap((one) => Array.from(index.rowsOf(read.table, one)));
  };

  for (const read of reads) need(read, subject === null ? everyRow(read.table) : index.rowsOf(read.table, subject), true);
  for (const table of waiting) {
    waiting.delete(table);
    for (const made of index.byOutput.get(table) || []) {
      const marked = marks.cells.get(made.table) || new Map();
      const wanted = new Set();
      for (const name of made.columns) {
        if (marked.has(name)) for (const row of marked.get(name).values()) if (made.rows === null || index.bit(made.rows, row)) wanted.add(row);
      }
      for (const read of made.reads) need(read, asked(made, read, wanted), asksExistence(made, read));
    }
  }
  return marks.cells;
};

// Who a number reads: for each subject true, or the words of what leaves the subject out.
// Reads that choose subjects decide it where there are any: others say what chose them.
const readersOf = (index, reads) => {
  const reason = new Array(index.size).fill(null);
  const choosing = reads.filter((read) => read.filters.some((part) => part.by_subject));
  for (const read of choosing.length ? choosing : reads) {
    const subjects = index.subjectOf(read.table);
    for (let row = 0; row < index.rows(read.table); row += 1) {
      const subject = subjects[row];
      if (subject < 0 || reason[subject] === true) continue;
      const state = index.state(read, row, subjects);
      if (state === KEPT) reason[subject] = true;
      else reason[subject] ||= read.filters[state].words;
    }
  }
  return reason;
};

// A read in numbers: rows that it keeps, and how many each condition leaves out.
const countsOf = (index, read) => {
  const subjects = index.subjectOf(read.table);
  const out = read.filters.map(() => 0);
  let kept = 0;
  for (let row = 0; row < index.rows(read.table); row += 1) {
    const state = index.state(read, row, subjects);
    if (state === KEPT) kept += 1;
    else out[state] += 1;
  }
  return { kept, out };
};

// Tables from the nearest to print back to the raw files.
const STAGES = ['impute/', 'derive/', 'ingest/sdtm/', 'ingest/raw/'];
const stageOf = (table) => STAGES.findIndex((stage) => table.startsWith(stage));
const byStage = (one, other) => stageOf(one) - stageOf(other) || (one < other ? -1 : 1);
const fileOf = (table) => table.split(':')[0];

// A row of a table of the index as a row of its file, and the other way round.
const fileRow = (index, table, row) => {
  const { position } = index.tables[table];
  return position === null ? row : index.held(position)[row];
};
const partsOf = (index, file, row) => {
  if (index.tables[file]) return [[file, row]];
  return Object.keys(index.tables).filter((table) => fileOf(table) === file).flatMap((table) => {
    const at = index.held(index.tables[table].position).indexOf(row);
    return at < 0 ? [] : [[table, at]];
  });
};
