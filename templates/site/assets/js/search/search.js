/* One search: from the query to a ranked list with excerpts and counts.
   Whole matches come first. What is not found as typed is tried as a slip, as a shortened name, as a question, and at
   last by the share of its pairs. */
(function (kb) {
  'use strict';

  var FULL = 1000; // put on top of the score of an entry that holds every clause
  var LOOSE = 100; // put on top of the score of an entry that holds what matters in every clause
  var FEW = 3; // a clause in fewer texts may well be a slip
  var SOME = 10;
  var SURE = 0.86; // a name so near is meant
  var ROUNDS = 3;
  var NAMED = 38; // the name itself
  var BY_NAME = 24; // more than any text or heading alone brings
  var LEAST_SHARE = 0.45;
  var MOST_VARIANTS = 6;
  var MOST_LOOKED_UP = 2; // synonyms
  var LETTER_NAMES = 300;

  /**
   * Promise of {total, full, hits, facets, read, pages}.
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
    clauses.forEach(function (clause) { prepare(clause, read); });
    await kb.needPhrases(parsed.without.concat(flatten(clauses.map(lookedUp))));
    clauses.forEach(rank);
    await repair(clauses, read);
    var found = all(clauses);
    if (clauses.length && found.full < options.limit) {
      if (await ask(clauses)) found = all(clauses);
      loosely(clauses, found.score);
      partly(clauses, found.score);
    }
    exclude(parsed.without, found.score);
    var result = narrow(found.score, parsed.fields, options);
    result.read = read;
    if (options.texts) await show(result, clauses, options.limit);
    else result.hits = result.hits.slice(0, options.limit);
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

  /* What is looked up in the texts: of many synonyms the first ones, the others serve for names only. */
  function lookedUp(clause) {
    return texts({ variants: clause.variants.filter(function (variant) { return !variant.nameOnly; }) });
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
    addSynonyms(clause);
  }

  function addSynonyms(clause) {
    // who typed the very name of an entry has it already
    var most = kb.namesEqual(clause.text).some(function (name) { return !name.alias; }) ? 0 : MOST_LOOKED_UP;
    kb.synonyms(clause.text).forEach(function (other, i) {
      vary(clause, other.text, other.weight);
      var added = clause.variants[clause.variants.length - 1];
      if (i >= most && added.text === other.text) added.nameOnly = true;
    });
  }

  function vary(clause, text, weight, whole) {
    if (clause.variants.length >= MOST_VARIANTS) return;
    if (clause.variants.some(function (variant) { return variant.text === text; })) return;
    clause.variants.push({ text: text, weight: weight, whole: whole });
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
      if (clause.exact || clause.text.length < 2 || clause.texts >= Math.max(SOME, kb.entries / 400) || (clause.spelled && clause.spelled.length)) return false;
      return clause.names < FEW && !kb.isName(clause.text);
    });
    if (!odd.length) return;
    await kb.needSounds();
    for (var i = 0; i < odd.length; i++) {
      var clause = odd[i];
      var nears = likeNames(clause);
      var best = nears.length ? nears[0].score : 0;
      if (!clause.texts && !clause.names && best < SURE && mendable(clause.text)) {
        await mend(clause, read);
      }
      if (!clause.mended) takeNames(clause, nears, read);
    }
    await kb.needPhrases(flatten(odd.map(lookedUp)));
    odd.forEach(rank);
  }

  /* A question about something that has a name is no slip. */
  function mendable(text) {
    if (/^[a-z0-9]+$/.test(text)) return false;
    return !kb.asks(text) || !kb.pieces(text).some(function (piece) { return kb.isName(piece.text); });
  }

  /* Names that may be meant instead: the less is found as typed, the less they need to be like it. */
  function likeNames(clause) {
    var length = clause.text.length;
    var found = clause.texts + clause.names;
    var least = !found ? 0 : found < FEW || length > 3 ? SURE : 1;
    return kb.nearNames(clause.text).filter(function (near) {
      var spare = near.text.length - length;
      return near.score >= least || (length > 2 && spare > 0 && near.text === near.name.text && (length > 3 || spare < 3));
    });
  }

  function takeNames(clause, nears, read) {
    nears.forEach(function (near) {
      vary(clause, near.text, 0.9 * near.score);
      note(read, near.text);
      if (near.text === near.name.text) {
        kb.synonyms(near.text).slice(0, 2).forEach(function (other) { vary(clause, other.text, 0.5 * near.score); });
      }
    });
    clause.near = nears.length ? nears[0].score : 0;
    if (clause.text.length > 3 && !clause.names && clause.near < SURE) clause.covering = kb.coveringNames(clause.text, clause.texts ? 0.75 : 0.6);
  }

  async function mend(clause, read) {
    var mended = await kb.mend(clause.text);
    mended.forEach(function (each) {
      clause.mended = true;
      vary(clause, each.text, 0.9 * each.likely, true);
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
      if (clause.names || (clause.near >= SURE && !asks)) return false;
      var pieces = kb.pieces(clause.text);
      if (!pieces.length || (pieces.length === 1 && pieces[0].text === clause.text)) return false;
      clause.pieces = pieces;
      return true;
    });
    if (!long.length) return false;
    await kb.needSounds();
    var pieces = flatten(long.map(function (clause) { return clause.pieces; }));
    pieces.forEach(function (piece) {
      piece.variants = [{ text: piece.text, weight: 1 }];
      addSynonyms(piece);
    });
    await kb.needPhrases(flatten(pieces.map(lookedUp)));
    pieces.forEach(rank);
    var lost = pieces.filter(function (piece) { return piece.text.length > 2 && piece.texts + piece.names < FEW; });
    lost.forEach(function (piece) {
      kb.nearNames(piece.text).forEach(function (near) {
        if (near.score < SURE && near.text !== near.name.text) return;
        vary(piece, near.text, near.score);
        piece.weight = Math.max(piece.weight, 0.9);
      });
    });
    await kb.needPhrases(flatten(lost.map(lookedUp)));
    lost.forEach(rank);
    long.forEach(answer);
    return true;
  }

  /* The weightiest pieces must stand in the entry; the others lift it. */
  function answer(clause) {
    clause.pieces.forEach(function (piece) {
      if (!kb.isName(piece.text)) piece.weight *= rarity(piece);
    });
    var heaviest = clause.pieces.reduce(function (most, piece) { return Math.max(most, piece.weight); }, 0);
    clause.main = clause.pieces.filter(function (piece) { return piece.weight >= 0.75 * heaviest; });
    clause.loose = new Float32Array(kb.size);
    for (var id = 0; id < kb.size; id++) {
      var sum = 0;
      for (var i = 0; i < clause.pieces.length; i++) sum += clause.pieces[i].weight * clause.pieces[i].score[id];
      if (sum && clause.main.some(function (piece) { return piece.score[id]; })) clause.loose[id] = sum;
      // asked about by its very name: before all that merely use the same words
      if (kb.asks(clause.text) && clause.pieces.some(function (piece) { return piece.weight === 1 && piece.score[id] > NAMED; })) {
        clause.score[id] = Math.max(clause.score[id], sum);
      }
    }
  }

  /* 1 for a word in a handful of entries, towards 0 for one in most; nothing for one that stands nowhere. */
  function rarity(piece) {
    var hits = 0;
    for (var id = 0; id < kb.size; id++) if (piece.score[id]) hits++;
    if (!hits) return 0;
    return Math.max(0.05, Math.min(1, Math.log(kb.entries / hits) / Math.log(Math.max(2, kb.entries / 20))));
  }

  /* Entries that hold every clause, if need be only by its pieces. */
  function loosely(clauses, score) {
    if (!clauses.some(function (clause) { return clause.loose; })) return;
    for (var id = 0; id < kb.size; id++) {
      if (score[id] || kb.titleOf(id) === undefined) continue;
      var sum = 0;
      for (var k = 0; k < clauses.length; k++) {
        var value = clauses[k].score[id] || (clauses[k].loose ? clauses[k].loose[id] : 0);
        if (!value) break;
        sum += value;
      }
      if (k === clauses.length) score[id] = LOOSE + sum;
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
      hits: hits.slice(0, ROUNDS * options.limit).map(function (id) {
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

  /* Places modulo eight may deceive: the first entries are read, what does not hold the words verbatim stands back, and
     the next ones move up, for a few rounds. */
  async function show(result, clauses, limit) {
    var wanted = wantedTexts(clauses);
    var sure = [];
    var unsure = [];
    var next = 0;
    for (var round = 0; round < ROUNDS && sure.length < limit && next < result.hits.length; round++) {
      var batch = result.hits.slice(next, next + limit - sure.length);
      next += batch.length;
      await kb.needTexts(batch.map(function (hit) { return hit.slot; }));
      batch.forEach(function (hit) { (holds(hit, clauses) ? sure : unsure).push(hit); });
    }
    result.hits = sure.concat(unsure).slice(0, limit);
    result.hits.forEach(function (hit) {
      var entry = kb.textOf(hit.slot);
      hit.id = entry.id;
      hit.url = entry.url;
      hit.excerpt = kb.excerpt(entry, wanted);
      hit.titleParts = kb.markTitle(hit.title, wanted);
    });
  }

  function holds(hit, clauses) {
    if (hit.score < LOOSE) return true;
    return clauses.every(function (clause) {
      return holdsAny(hit, [clause]) || (!hit.full && holdsAny(hit, clause.main || []));
    });
  }

  function holdsAny(hit, wanted) {
    return wanted.some(function (each) {
      if (each.covering && each.covering.some(function (cover) { return cover.name.slot === hit.slot; })) return true;
      return each.score[hit.slot] > BY_NAME || (each.score[hit.slot] && kb.holds(kb.textOf(hit.slot), texts(each)));
    });
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
