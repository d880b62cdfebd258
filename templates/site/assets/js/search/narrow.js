/* From scores to a ranked list: narrowed by facets, counted by facets. */
(function (kb) {
  'use strict';

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

  /** Entries by score, narrowed by field words and chosen facets, with counts over all whole matches. */
  kb.narrow = function (score, fields, options) {
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
      if (score[id] >= kb.FULL) count(id, missed.length ? [missed[0].key] : keys, counts);
      if (missed.length) continue;
      hits.push(id);
      if (score[id] >= kb.FULL) full++;
    }
    hits.sort(function (a, b) { return score[b] - score[a] || a - b; });
    return {
      total: full || hits.length,
      found: hits.length,
      full: full,
      more: hits.length > options.limit,
      hits: hits.slice(0, kb.ROUNDS * options.limit).map(function (id) {
        return { slot: id, title: kb.titleOf(id), score: score[id], full: score[id] >= kb.FULL };
      }),
      facets: named(counts),
    };
  };

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
})(self.kbSearch = self.kbSearch || {});
