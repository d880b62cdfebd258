/* One search: from the query to a ranked list with excerpts and counts.
   Whole matches come first. What is not found as typed is tried as a slip, as a shortened name, as a question, and at
   last by the share of its pairs. */
(function (kb) {
  'use strict';

  var FULL = 1000; // put on top of the score of an entry that holds every clause
  var FEW = 3; // a clause in fewer texts may well be a slip
  var SOME = 10;
  var LEAST_SHARE = 0.45;
  var MOST_VARIANTS = 6;
  var LETTER_NAMES = 300;

  /**
   * Promise of {total, full, hits, facets, read, pages}.
   * options: limit (10), filter {facet: [values]}, texts (true: load texts and give excerpts).
   * `read` are words taken instead of what was typed; `facets` {key: {value: count}}.
   */
  kb.search = async function (query, options) {
    options = Object.assign({ limit: 10, filter: {}, texts: true }, options);
    await kb.ready();
    var parsed = kb.parse(query);
    if (!parsed.clauses.length && !parsed.fields.length) return nothing();
    var clauses = parsed.clauses;
    var read = [];
    if (clauses.some(function (clause) { return clause.letters; })) await kb.needSounds();
    clauses.forEach(function (clause) { prepare(clause, read); });
    await kb.needPhrases(parsed.without.concat(flatten(clauses.map(texts))));
    clauses.forEach(rank);
    await repair(clauses, read);
    var found = all(clauses);
    if (found.full < options.limit) {
      await ask(clauses, found.full);
      found = all(clauses);
    }
    if (clauses.length && found.full < options.limit) partly(clauses, found.score);
    exclude(parsed.without, found.score);
    var result = narrow(found.score, parsed.fields, options);
    result.read = read;
    if (options.texts) await show(result, clauses);
    return result;
  };

  function nothing() {
    return { total: 0, full: 0, hits: [], facets: {}, read: [] };
  }

  function flatten(lists) {
    return [].concat.apply([], lists);
  }

  function texts(clause) {
    return clause.variants.map(function (variant) { return variant.text; });
  }

  /* ---- what a clause may be called */

  function prepare(clause, read) {
    clause.variants = [{ text: clause.text, weight: 1 }];
    if (clause.exact) return;
    if (clause.letters) {
      clause.spelled = kb.spelled(clause.text).slice(0, LETTER_NAMES);
      clause.spelled.slice(0, 2).forEach(function (each, i) {
        if (each.score > (i ? 0.95 : 0.85) && each.name.text !== clause.text) {
          vary(clause, each.name.text, 0.8);
          note(read, each.name.text);
        }
      });
    }
    kb.synonyms(clause.text).forEach(function (other) { vary(clause, other.text, other.weight); });
  }

  function vary(clause, text, weight) {
    if (clause.variants.length >= MOST_VARIANTS) return;
    if (clause.variants.some(function (variant) { return variant.text === text; })) return;
    clause.variants.push({ text: text, weight: weight });
  }

  function note(read, text) {
    if (read.indexOf(text) < 0) read.push(text);
  }

  function rank(clause) {
    var ranked = kb.rank(clause.variants);
    clause.score = ranked.score;
    clause.texts = ranked.texts;
    clause.names = ranked.names;
    (clause.spelled || []).forEach(function (each) {
      raise(clause, each.name.slot, (each.score > 0.97 ? 0.97 : 0.3 + 0.5 * each.score) * kb.TITLE);
    });
    (clause.covering || []).forEach(function (each) { raise(clause, each.name.slot, 0.6 * each.score * kb.TITLE); });
  }

  function raise(clause, slot, score) {
    if (score > clause.score[slot]) clause.score[slot] = score + 0.1 * clause.score[slot];
  }

  /* ---- slips and shortened names */

  async function repair(clauses, read) {
    var odd = clauses.filter(function (clause) {
      return !clause.exact && !clause.names && clause.text.length > 1 && clause.texts < SOME && !(clause.spelled && clause.spelled.length);
    });
    if (!odd.length) return;
    await kb.needSounds();
    odd.forEach(function (clause) { likeNames(clause, read); });
    await kb.needPhrases(flatten(odd.map(texts)));
    for (var i = 0; i < odd.length; i++) {
      var clause = odd[i];
      if (!clause.texts && !(clause.near > 0.85) && !/^[a-z0-9]+$/.test(clause.text) && !kb.asks(clause.text)) await mend(clause, read);
      rank(clause);
    }
  }

  function likeNames(clause, read) {
    var length = clause.text.length;
    var least = clause.texts >= FEW ? (length > 3 ? 0.86 : 1) : clause.texts ? 0.86 : 0;
    kb.nearNames(clause.text).forEach(function (near) {
      var shortForm = length > 3 && clause.texts < SOME && near.text.length > length;
      if (near.score < least && !shortForm) return;
      clause.near = Math.max(clause.near || 0, near.score);
      vary(clause, near.text, 0.85 * near.score);
      note(read, near.text);
      if (near.text === near.name.text) {
        kb.synonyms(near.text).slice(0, 2).forEach(function (other) { vary(clause, other.text, 0.5 * near.score); });
      }
    });
    if (length > 3) clause.covering = kb.coveringNames(clause.text, clause.texts ? 0.75 : 0.6);
  }

  async function mend(clause, read) {
    var mended = await kb.mend(clause.text);
    mended.forEach(function (each) {
      clause.mended = true;
      vary(clause, each.text, 0.9 * each.likely);
      note(read, each.text);
    });
  }

  /* ---- all clauses together */

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
      score[id] = FULL + sum;
      full++;
    }
    return { score: score, full: full };
  }

  /* ---- questions, and long texts that stand nowhere as a whole */

  async function ask(clauses) {
    var long = clauses.filter(function (clause) {
      var asks = kb.asks(clause.text);
      if (clause.exact || clause.mended || clause.text.length < 4 || clause.texts >= FEW) return false;
      if (clause.names || (clause.near > 0.85 && !asks)) return false;
      var pieces = kb.pieces(clause.text);
      if (!pieces.length || (pieces.length === 1 && pieces[0].text === clause.text)) return false;
      clause.pieces = pieces;
      return true;
    });
    if (!long.length) return;
    long.forEach(function (clause) {
      clause.pieces.forEach(function (piece) {
        piece.variants = [{ text: piece.text, weight: 1 }];
        kb.synonyms(piece.text).forEach(function (other) { vary(piece, other.text, other.weight); });
      });
    });
    await kb.needPhrases(flatten(flatten(long.map(function (clause) { return clause.pieces.map(texts); }))));
    long.forEach(answer);
  }

  /* The weightiest pieces must stand in the entry; the others lift it. */
  function answer(clause) {
    var pieces = clause.pieces;
    pieces.forEach(rank);
    var found = pieces.filter(function (piece) { return piece.texts || piece.names; });
    var heaviest = found.reduce(function (most, piece) { return Math.max(most, piece.weight); }, 0);
    for (var id = 0; id < kb.size; id++) {
      var main = 0;
      var sum = 0;
      found.forEach(function (piece) {
        if (!piece.score[id]) return;
        sum += piece.weight * piece.score[id];
        if (piece.weight >= Math.min(heaviest, 0.8)) main++;
      });
      if (main && sum > clause.score[id]) clause.score[id] = sum;
    }
  }

  /* ---- too little found: entries that hold a good share */

  function partly(clauses, score) {
    var shares = clauses.map(function (clause) { return clause.exact ? null : kb.shares(clause.text); });
    var letters = clauses.reduce(function (sum, clause) { return sum + clause.text.length; }, 0);
    for (var id = 0; id < kb.size; id++) {
      if (score[id] || kb.titleOf(id) === undefined) continue;
      var share = 0;
      var sum = 0;
      clauses.forEach(function (clause, k) {
        share += (clause.score[id] ? 1 : shares[k] ? shares[k][id] : 0) * (clause.text.length / letters);
        sum += clause.score[id];
      });
      if (share >= LEAST_SHARE) score[id] = 10 * share + sum / clauses.length;
    }
  }

  function exclude(without, score) {
    without.forEach(function (text) {
      var found = kb.phrase(text);
      for (var i = 0; i < found.count; i++) score[found.ids[i]] = 0;
      kb.eachNameWith(text, function (name) { score[name.slot] = 0; });
    });
  }

  /* ---- facets */

  /* Values of a field word: the value itself, else those that hold it. */
  function valuesMeant(facet, value) {
    var flat = facet.values.map(kb.flat);
    var same = flat.indexOf(value);
    if (same >= 0) return [same];
    return flat.reduce(function (list, each, i) {
      return each.indexOf(value) >= 0 ? list.concat(i) : list;
    }, []);
  }

  function conditions(fields, filter) {
    var list = fields.map(function (field) {
      var facet = kb.facets[field.key];
      return { key: field.key, values: new Set(facet ? valuesMeant(facet, field.value) : []), without: field.without };
    });
    Object.keys(filter).forEach(function (key) {
      var facet = kb.facets[key];
      if (!facet || !filter[key].length) return;
      var values = filter[key].map(function (value) { return facet.values.indexOf(value); });
      list.push({ key: key, values: new Set(values), chosen: true });
    });
    return list;
  }

  function narrow(score, fields, options) {
    var wanted = conditions(fields, options.filter);
    var keys = Object.keys(kb.facets);
    var counts = {};
    keys.forEach(function (key) { counts[key] = new Int32Array(kb.facets[key].values.length); });
    var hits = [];
    var full = 0;
    for (var id = 0; id < kb.size; id++) {
      if (!score[id]) continue;
      var missed = wanted.filter(function (each) {
        var has = (kb.facets[each.key] ? kb.facets[each.key].of[id] || [] : []).some(function (value) { return each.values.has(value); });
        return has === !!each.without;
      });
      // a facet that is chosen from counts as if it were not, so that its other values can be chosen too
      if (missed.length > 1 || (missed.length && !missed[0].chosen)) continue;
      if (score[id] >= FULL) count(id, missed.length ? [missed[0].key] : keys, counts);
      if (missed.length) continue;
      hits.push(id);
      if (score[id] >= FULL) full++;
    }
    hits.sort(function (a, b) { return score[b] - score[a] || a - b; });
    return {
      total: full || hits.length,
      full: full,
      more: hits.length > options.limit,
      hits: hits.slice(0, options.limit).map(function (id) {
        return { slot: id, title: kb.titleOf(id), score: score[id], full: score[id] >= FULL };
      }),
      facets: named(counts),
    };
  }

  function count(id, keys, counts) {
    keys.forEach(function (key) {
      (kb.facets[key].of[id] || []).forEach(function (value) { counts[key][value]++; });
    });
  }

  function named(counts) {
    var out = {};
    Object.keys(counts).forEach(function (key) {
      var values = [];
      counts[key].forEach(function (n, i) { if (n) values.push({ value: kb.facets[key].values[i], count: n }); });
      values.sort(function (a, b) { return b.count - a.count || (a.value < b.value ? -1 : 1); });
      if (values.length) out[key] = values;
    });
    return out;
  }

  /* ---- texts */

  async function show(result, clauses) {
    await kb.needTexts(result.hits.map(function (hit) { return hit.slot; }));
    var wanted = wantedTexts(clauses);
    result.hits.forEach(function (hit) {
      var entry = kb.textOf(hit.slot);
      hit.id = entry.id;
      hit.url = entry.url;
      hit.excerpt = kb.excerpt(entry, wanted);
      hit.titleParts = kb.markTitle(hit.title, wanted);
      hit.sure = !hit.full || clauses.every(function (clause) {
        return clause.score[hit.slot] > 25 || clause.pieces || clause.covering || kb.holds(entry, texts(clause));
      });
    });
    // places modulo eight may deceive once in a while: what does not hold the words verbatim stands back
    var sure = result.hits.filter(function (hit) { return hit.sure; });
    result.hits = sure.concat(result.hits.filter(function (hit) { return !hit.sure; }));
  }

  function wantedTexts(clauses) {
    var out = [];
    clauses.forEach(function (clause) {
      out = out.concat(texts(clause));
      (clause.pieces || []).forEach(function (piece) {
        if (piece.weight > 0.1) out = out.concat(texts(piece));
      });
    });
    return out;
  }
})(self.kbSearch = self.kbSearch || {});
