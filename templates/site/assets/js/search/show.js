/* The first hits with their excerpts, compared with the texts verbatim. */
(function (kb) {
  'use strict';

  var BY_NAME = 24; // more than any text or heading alone brings

  kb.ROUNDS = 3; // of reading texts, for hits that did not hold the words after all

  /** Put the texts under the first `limit` hits.
     Places modulo eight may deceive: the first entries are read, what does not hold the words verbatim stands back, and
     the next ones move up, for a few rounds. */
  kb.show = async function (result, clauses, limit) {
    var wanted = wantedTexts(clauses);
    var sure = [];
    var unsure = [];
    var next = 0;
    for (var round = 0; round < kb.ROUNDS && sure.length < limit && next < result.hits.length; round++) {
      var batch = result.hits.slice(next, next + limit - sure.length);
      next += batch.length;
      await kb.needTexts(batch.map(function (hit) { return hit.slot; }));
      batch.forEach(function (hit) {
        if (holds(hit, clauses)) {
          sure.push(hit);
          return;
        }
        // it was counted among those that hold every word, and does not
        if (hit.full) result.full--;
        hit.full = false;
        unsure.push(hit);
      });
    }
    result.total = result.full || result.found;
    result.hits = sure.concat(unsure).slice(0, limit);
    result.hits.forEach(function (hit) {
      var entry = kb.textOf(hit.slot);
      hit.id = entry.id;
      hit.url = entry.url;
      hit.excerpt = kb.excerpt(entry, wanted);
      hit.titleParts = kb.markTitle(hit.title, wanted);
    });
  };

  function holds(hit, clauses) {
    if (hit.score < kb.LOOSE) return true;
    return clauses.every(function (clause) {
      return holdsAny(hit, [clause]) || (!hit.full && holdsAny(hit, clause.main || []));
    });
  }

  function holdsAny(hit, wanted) {
    return wanted.some(function (each) {
      if (each.covering && each.covering.some(function (cover) { return cover.name.slot === hit.slot; })) return true;
      return each.score[hit.slot] > BY_NAME || (each.score[hit.slot] && kb.holds(kb.textOf(hit.slot), kb.lookedUp(each)));
    });
  }

  function wantedTexts(clauses) {
    var out = [];
    clauses.forEach(function (clause) {
      out = out.concat(kb.textsOf(clause));
      (clause.pieces || []).forEach(function (piece) {
        if (piece.weight > 0.1) out = out.concat(kb.textsOf(piece));
      });
    });
    return out;
  }
})(self.kbSearch = self.kbSearch || {});
