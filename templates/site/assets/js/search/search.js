/* One search: from the query to a ranked list with excerpts and counts.
   Whole matches come first. What is not found as typed is tried as a slip, as a shortened name, as a question, and at
   last by the share of its pairs. */
(function (kb) {
  'use strict';

  kb.FULL = 1000; // put on top of the score of an entry that holds every clause

  /**
   * Promise of {total, full, found, more, hits, facets, read}: `full` entries hold every word as far as their texts have been
   * read, `found` hold some of it; `total` is the former, or the latter where there is none.
   * options: limit (10), filter {facet: [values]}, texts (true: load texts and give excerpts).
   * `read` are words taken instead of what was typed; `facets` {key: {value: count}}.
   */
  kb.search = async function (query, options) {
    options = Object.assign({ limit: 10, filter: {}, texts: true }, options);
    await kb.ready();
    kb.trim();
    var parsed = kb.parse(query);
    if (!parsed.clauses.length && !parsed.fields.length) return nothing();
    var clauses = parsed.clauses;
    var read = [];
    if (clauses.some(function (clause) { return clause.letters; })) await kb.needSounds();
    clauses.forEach(function (clause) { kb.prepare(clause, read); });
    await kb.needPhrases(parsed.without.concat(kb.flatten(clauses.map(kb.lookedUp))));
    clauses.forEach(kb.rankClause);
    await kb.repair(clauses, read);
    var found = all(clauses);
    if (clauses.length && found.full < options.limit) {
      if (await kb.ask(clauses)) found = all(clauses);
      kb.loosely(clauses, found.score);
      kb.partly(clauses, found.score);
    }
    exclude(parsed.without, found.score);
    var result = kb.narrow(found.score, parsed.fields, options);
    result.read = read;
    // for the names that are offered instead
    if (!result.total) await kb.needSounds();
    if (options.texts) await kb.show(result, clauses, options.limit);
    else result.hits = result.hits.slice(0, options.limit);
    return result;
  };

  function nothing() {
    return { total: 0, full: 0, found: 0, hits: [], facets: {}, read: [] };
  }

  function all(clauses) {
    var score = new Float32Array(kb.size);
    var full = 0;
    for (var id = 0; id < kb.size; id++) {
      if (kb.titleOf(id) === undefined) continue;
      var sum = 0;
      for (var k = 0; k < clauses.length; k++) {
        if (!clauses[k].score[id]) break;
        sum += clauses[k].score[id];
      }
      if (k < clauses.length) continue;
      score[id] = kb.FULL + sum;
      full++;
    }
    return { score: score, full: full };
  }

  function exclude(without, score) {
    without.forEach(function (text) {
      var found = kb.phrase(text);
      for (var i = 0; i < found.count; i++) score[found.ids[i]] = 0;
      kb.eachNameWith(text, function (name) { score[name.slot] = 0; });
    });
  }
})(self.kbSearch = self.kbSearch || {});
