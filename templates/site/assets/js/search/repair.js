/* Clauses that stand nowhere, or hardly: taken for names they are like, else for words with one character wrong. */
(function (kb) {
  'use strict';

  var FEW = 3; // a clause in fewer texts may well be a slip
  var SOME = 10;
  var SURE = 0.86; // a name so near is meant

  kb.FEW = FEW;
  kb.SURE = SURE;

  /** Try clauses that are hardly found as slips and shortened names; `read` notes what they are taken for. */
  kb.repair = async function (clauses, read) {
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
    await kb.needPhrases(kb.flatten(odd.map(kb.lookedUp)));
    odd.forEach(kb.rankClause);
  };

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
      kb.vary(clause, near.text, 0.9 * near.score);
      kb.note(read, near.text);
      if (near.text === near.name.text) {
        kb.synonyms(near.text).slice(0, 2).forEach(function (other) { kb.vary(clause, other.text, 0.5 * near.score); });
      }
    });
    clause.near = nears.length ? nears[0].score : 0;
    if (clause.text.length > 3 && !clause.names && clause.near < SURE) clause.covering = kb.coveringNames(clause.text, clause.texts ? 0.75 : 0.6);
  }

  async function mend(clause, read) {
    var mended = await kb.mend(clause.text);
    mended.forEach(function (each) {
      clause.mended = true;
      kb.vary(clause, each.text, 0.9 * each.likely, true);
      kb.note(read, each.text);
    });
  }
})(self.kbSearch = self.kbSearch || {});
