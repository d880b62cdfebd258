/* When whole clauses find too little: questions and long texts by their pieces, and at last any good share of pairs. */
(function (kb) {
  'use strict';

  var NAMED = 38; // the name itself
  var LEAST_SHARE = 0.45;
  var LEAST_NAME = 3; // characters of a name that counts within a clause
  var MOST_OF_IT = 0.5; // share of the clause

  kb.LOOSE = 100; // put on top of the score of an entry that holds what matters in every clause

  /** Score clauses that stand nowhere as a whole by their pieces (`clause.loose`): a promise of whether there were any. */
  kb.ask = async function (clauses) {
    var long = clauses.filter(function (clause) {
      var asks = kb.asks(clause.text);
      if (clause.exact || clause.mended || clause.text.length < 4 || clause.texts >= kb.FEW) return false;
      if (clause.names || (clause.near >= kb.SURE && !asks)) return false;
      var pieces = kb.pieces(clause.text);
      if (!pieces.length || (pieces.length === 1 && pieces[0].text === clause.text)) return false;
      clause.pieces = pieces;
      return true;
    });
    if (!long.length) return false;
    await kb.needSounds();
    var pieces = kb.flatten(long.map(function (clause) { return clause.pieces; }));
    pieces.forEach(function (piece) {
      piece.variants = [{ text: piece.text, weight: 1 }];
      kb.addSynonyms(piece);
    });
    await kb.needPhrases(kb.flatten(pieces.map(kb.lookedUp)));
    pieces.forEach(kb.rankClause);
    var lost = pieces.filter(function (piece) { return piece.text.length > 2 && piece.texts + piece.names < kb.FEW; });
    lost.forEach(function (piece) {
      kb.nearNames(piece.text).forEach(function (near) {
        if (near.score < kb.SURE && near.text !== near.name.text) return;
        kb.vary(piece, near.text, near.score);
        piece.weight = Math.max(piece.weight, 0.9);
      });
    });
    await kb.needPhrases(kb.flatten(lost.map(kb.lookedUp)));
    lost.forEach(kb.rankClause);
    long.forEach(answer);
    return true;
  };

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

  /** Entries that hold every clause, if need be only by its pieces, get a score. */
  kb.loosely = function (clauses, score) {
    if (!clauses.some(function (clause) { return clause.loose; })) return;
    for (var id = 0; id < kb.size; id++) {
      if (score[id] || kb.titleOf(id) === undefined) continue;
      var sum = 0;
      for (var k = 0; k < clauses.length; k++) {
        var value = clauses[k].score[id] || (clauses[k].loose ? clauses[k].loose[id] : 0);
        if (!value) break;
        sum += value;
      }
      if (k === clauses.length) score[id] = kb.LOOSE + sum;
    }
  };

  /* How much of a clause is the name of an entry, by entry: 组织生活会 in 组织生活会记录. */
  function named(clause) {
    var out = new Float32Array(kb.size);
    if (clause.exact) return out;
    for (var from = 0; from + LEAST_NAME <= clause.text.length; from++) {
      for (var size = Math.min(16, clause.text.length - from); size >= LEAST_NAME; size--) {
        kb.namesEqual(clause.text.substr(from, size)).forEach(function (name) {
          out[name.slot] = Math.max(out[name.slot], size / clause.text.length);
        });
      }
    }
    return out;
  }

  /** Entries that hold a good share of the clauses get a score; before all others those whose name is most of a clause. */
  kb.partly = function (clauses, score) {
    var names = clauses.map(named);
    var shares = clauses.map(function (clause) { return clause.exact ? null : kb.shares(clause.text); });
    var letters = clauses.reduce(function (sum, clause) { return sum + clause.text.length; }, 0);
    for (var id = 0; id < kb.size; id++) {
      if (score[id] || kb.titleOf(id) === undefined) continue;
      var share = 0;
      var sum = 0;
      var name = 0;
      clauses.forEach(function (clause, k) {
        share += (clause.score[id] ? 1 : shares[k] ? shares[k][id] : 0) * (clause.text.length / letters);
        sum += clause.score[id];
        if (names[k][id] >= MOST_OF_IT) sum += NAMED * names[k][id];
        name += names[k][id] * (clause.text.length / letters);
      });
      if (share >= LEAST_SHARE || name >= MOST_OF_IT) score[id] = 10 * share + sum / clauses.length;
    }
  };
})(self.kbSearch = self.kbSearch || {});
